"""What cannot be done cleanly is refused, with every field and finding that stands in the way."""

from __future__ import annotations

from datetime import date

import pytest

from contentlib.domain.documents import RepContact
from contentlib.domain.errors import ContentlibError, DocumentRefusedError, SourceRefusedError


def refusal(render, kind, change=None, **more) -> DocumentRefusedError:
    with pytest.raises(DocumentRefusedError) as caught:
        render(kind, change, **more)
    return caught.value


def codes(refused: ContentlibError) -> set[tuple[str, int | None]]:
    return {(finding.code, finding.line) for finding in refused.findings}


def test_wrong_fields_are_told_together(render):
    values = {"prospect.name": "W" * 300, "note": "We give guaranteed savings.", "quote": "nobody"}
    refused = refusal(render, "one-sheeter", values=values)
    assert {error.field for error in refused.fields} == {"prospect.name", "note", "quote"}
    assert "2 things more to mend" in refused.message
    refused = refusal(render, "deck", values={"quote": "nobody", "slides": "none-such,none-such"})
    assert sorted(error.field for error in refused.fields if error.field != "prospect.name") == [
        "quote", "slides", "slides",
    ]  # fmt: skip
    assert refused.findings == ()  # the author's quotations are in order


def test_a_personal_copy_needs_its_prospect(render, for_kestrel):
    refused = refusal(render, "deck", **{**for_kestrel, "values": {}})
    assert [error.field for error in refused.fields] == ["prospect.name"]


def test_signs_without_a_font_are_refused_and_never_drawn_as_boxes(render, for_kestrel):
    values = {"prospect.name": "ಕೆಸ್ಟ್ರೆಲ್ ᚠᚢᚦ"}
    (error,) = refusal(render, "one-sheeter", **{**for_kestrel, "values": values}).fields
    assert error.field == "prospect.name"
    assert "no font for these signs" in error.message


@pytest.mark.parametrize("kind", ["case-study", "deck", "one-sheeter"])
def test_a_value_that_does_not_fit_its_place_is_told_at_its_field(render, for_kestrel, kind):
    values = {"prospect.name": "W" * 40, "note": "W" * 120}
    refused = refusal(render, kind, **{**for_kestrel, "values": values})
    assert "note" in {error.field for error in refused.fields} <= {"prospect.name", "note"}
    assert all("does not fit its place" in error.message for error in refused.fields)


def test_a_contact_too_long_for_its_place_is_told(render, for_kestrel):
    rep = RepContact(name="R" * 60, title="T", email="r@tarnwell.example", phone="1")
    (error,) = refusal(render, "deck", **{**for_kestrel, "rep": rep}).fields
    assert error.field == "rep.name"


THAI = "{{ 7*7 }} กสเตรล Kite مصنع 42 (Ltd)"


@pytest.mark.parametrize("kind", ["case-study", "one-sheeter", "deck"])
def test_a_contact_in_tall_scripts_has_room_in_small_lines(render, for_kestrel, kind):
    rep = RepContact(name="ที่ปรึกษา\u2028مصنع", title=THAI, email="ญู@tarnwell.example", phone="COM1")
    assert render(kind, **{**for_kestrel, "rep": rep}).findings == ()


def test_signs_without_a_font_in_the_profile_are_told_at_their_line(render, for_kestrel):
    rep = RepContact(name="Rita Vance", title="𓀀 Executive", email="r@tarnwell.example", phone="1")
    (error,) = refusal(render, "case-study", **{**for_kestrel, "rep": rep}).fields
    assert (error.field, "no font" in error.message) == ("rep.title", True)


def test_a_missing_fact_blocks_the_document(render):
    refused = refusal(render, "case-study", lambda text: text.replace("legal:", "legel:"))
    assert [finding.field for finding in refused.findings if finding.code == "missing-fact"] == ["legal"]


def test_a_placeholder_never_leaves_the_house(render):
    refused = refusal(render, "case-study", lambda text: text.replace("Not every stop", "Not every [[stop]]"))
    assert "placeholder" in {code for code, _line in codes(refused)}


def test_a_fixed_quote_that_expired_blocks_with_its_line(render):
    def expire(text: str) -> str:
        return text.replace(
            "approved_by: Petra Lowe, 4 May 2026\n  - id: early",
            "approved_by: P\n    expires: 2026-09-01\n  - id: early",
        )

    refused = refusal(render, "case-study", expire)
    assert any(code == "quote-not-usable" and line for code, line in codes(refused))


def test_the_day_judges_quotes_and_the_cache_does_not_outlive_it(render, for_kestrel):
    values = for_kestrel["values"] | {"quote": "money"}
    request = {**for_kestrel, "values": values}
    assert not render("one-sheeter", **request, on=date(2027, 12, 30)).is_cached
    assert render("one-sheeter", **request, on=date(2027, 12, 30)).is_cached
    (error,) = refusal(render, "one-sheeter", **request, on=date(2027, 12, 31)).fields
    assert "may not be used since 31 Dec 2027" in error.message


def test_a_page_too_long_names_the_parts_and_the_millimetres(render):
    def lengthen(text: str) -> str:
        more = "A paragraph that had to be added at the last minute and that nobody has shortened since then. " * 18
        return text.replace("## How it begins", f"## Extra\n\n{more}\n\n## How it begins")

    refused = refusal(render, "one-sheeter", lengthen)
    assert "too-long-for-one-page" in {code for code, _line in codes(refused)}
    assert "mm" in refused.message
    assert "“quote” by" in refused.message


def test_a_kind_without_a_template_has_no_document(render, make_request, printer):
    request = make_request("deck", lambda text: text.replace("title: Stops", "kind: order-form\ntitle: Stops"))
    with pytest.raises(DocumentRefusedError, match="no template"):
        printer.render(request)


def test_a_source_that_cannot_be_read_says_where(render):
    with pytest.raises(SourceRefusedError) as caught:
        render("deck", lambda text: text.replace("title: Stops", "title: Stops: and more"))
    assert caught.value.findings[0].line == 2


def test_what_a_slide_of_a_draft_cannot_hold_stands_on_no_other_slide(render, printer):
    def break_slides(text: str) -> str:
        for head in ("## Where it is lost", "## A reading becomes a task"):
            text = text.replace(head, "\n".join([head, "", *(f"- Stray {n}" for n in range(30))]))
        return text

    document = render("deck", break_slides, is_draft=True)
    assert [finding.code for finding in document.findings] == ["slide-overflow"] * 2
    pages = [picture.text for picture in printer.pictures(document.pdf, width=320)]
    assert len(pages) == 13
    assert [number for number, text in enumerate(pages, start=1) if "Stray" in text] == [4, 5]
    assert "Where it is lost" in pages[3]
    assert "A reading becomes a task" in " ".join(pages[4].split())


def test_a_draft_is_drawn_with_its_findings(render):
    def break_slide(text: str) -> str:
        return text.replace("1. Where the warning was", "\n".join(f"1. Line {n}" for n in range(14)))

    document = render("deck", break_slide, is_draft=True)
    assert document.pages >= 13
    assert "slide-overflow" in {finding.code for finding in document.findings}
