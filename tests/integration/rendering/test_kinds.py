"""Kinds as folders: what is internal says so on every page, a mail is written out, and a new folder is a new kind."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pypdfium2
import pytest

from contentlib.domain.documents import FieldType, Paper
from contentlib.domain.errors import DocumentRefusedError
from contentlib.rendering.printer import Printer
from tests.integration.rendering.conftest import BRAND, TEMPLATES  # type: ignore[import-not-found]

FILLED = {"prospect.greeting": "Dear Ms Larsen", "prospect.name": "Kestrel & Sons"}


def words(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as opened:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in opened]


def make_longer(text: str) -> str:
    return text + "\n## And more\n\n" + "One more thing that is worth knowing before a call.\n\n" * 60


@pytest.mark.parametrize("paper", [Paper.A4, Paper.LETTER])
def test_a_battlecard_says_on_every_page_that_it_is_internal(render, paper):
    pages = words(render("battlecard", make_longer, paper=paper).pdf)
    assert len(pages) > 1
    assert all(page.count("Internal. For people at Tarnwell only; never sent to a customer.") == 1 for page in pages)


def test_a_battlecard_is_never_made_a_customers_own(render, for_kestrel):
    with pytest.raises(DocumentRefusedError, match="internal, never a customer's own"):
        render("battlecard", **for_kestrel)


@pytest.mark.parametrize("kind", ["battlecard", "data-sheet", "proposal-cover", "outreach-email"])
def test_the_shipped_sample_has_no_finding_on_letter_either(render, kind):
    document = render(kind, paper=Paper.LETTER)
    assert document.findings == ()
    assert kind != "proposal-cover" or document.pages == 1


def test_a_proposal_cover_carries_name_number_and_contact(render, for_kestrel, fitting):
    text = words(render("proposal-cover", **fitting("proposal-cover", for_kestrel)).pdf)[0]
    assert all(each in text for each in ("Kestrel Dairies", "P-2026-118", "Rita Vance", "14 October"))


def test_an_email_is_written_out_for_mail_programs(printer, make_request, for_kestrel):
    link = "[Orrin Dairy](https://tarnwell.example/orrin)"
    request = make_request(
        "outreach-email", lambda text: text.replace("Orrin Dairy counted", f"{link} counted"),
        **{**for_kestrel, "values": FILLED},
    )  # fmt: skip
    composed = printer.write_email(request)
    assert "Orrin Dairy (https://tarnwell.example/orrin) counted" in " ".join(composed.text.split())
    assert composed.is_ready, (composed.errors, composed.findings)
    assert composed.subject == "The line that stops most at Kestrel & Sons"
    assert composed.text.startswith("Dear Ms Larsen,\n\nMost plants")
    assert composed.text.rstrip().endswith("rita.vance@tarnwell.example")
    assert "Kestrel &amp; Sons" in composed.html
    assert composed.html.startswith('<!doctype html>\n<html lang="en">')
    assert composed.body_html in composed.html
    assert not [sign for sign in ("<img", "<script", "<style", "[[", "class=") if sign in composed.html]
    assert (composed.least, composed.most, composed.asks) == (50, 125, 1)
    assert composed.least <= composed.words <= composed.most
    assert composed == printer.write_email(request)


def test_values_of_an_email_are_text_and_one_line(printer, make_request, for_kestrel):
    values = FILLED | {"prospect.name": "<b>{{ 7*7 }}</b>\r\nBcc: all@a.example"}
    composed = printer.write_email(make_request("outreach-email", **{**for_kestrel, "values": values}))
    assert "\n" not in composed.subject
    assert "&lt;b&gt;{{ 7*7 }}&lt;/b&gt;" in composed.body_html
    assert "<b>" not in composed.html


def test_what_is_missing_is_named_at_once_and_marked(printer, make_request, for_kestrel):
    def open_words(text: str) -> str:
        return text.replace("Orrin Dairy counted.", "Orrin Dairy counted in [[month]].")

    composed = printer.write_email(make_request("outreach-email", open_words, **{**for_kestrel, "values": {}}))
    assert not composed.is_ready
    assert {error.field for error in composed.errors} == {"prospect.greeting", "prospect.name", "change.month"}
    assert '<mark class="change">month</mark>' in composed.html
    assert "[month]" in composed.text
    fields = {field.name: field for field in printer.fields(make_request("outreach-email", open_words))}
    assert (fields["change.month"].type, fields["change.month"].required) == (FieldType.TEXT, True)


def test_an_email_that_asks_for_two_things_is_held(printer, make_request, for_kestrel):
    request = make_request(
        "outreach-email", lambda text: text.replace("\n\nKind regards", " Or shall I call?\n\nKind regards"),
        **{**for_kestrel, "values": FILLED},
    )  # fmt: skip
    composed = printer.write_email(request)
    assert [finding.code for finding in composed.findings] == ["email-asks"]
    assert not composed.is_ready


def test_a_document_that_is_no_email_is_not_written_as_one(printer, make_request):
    with pytest.raises(DocumentRefusedError, match="no e-mail"):
        printer.write_email(make_request("battlecard"))


def test_a_folder_dropped_in_place_is_a_kind(printer, make_request, tmp_path):
    """No code knows the kind: its schema, page and style make it, with a field of its own."""
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES / "_shared", templates / "_shared")
    (templates / "invitation").mkdir()
    (templates / "invitation" / "schema.yml").write_text(
        "title: Invitation\npage: A4\nflow: sheet\nneeds: [title]\n"
        "fields:\n  - {name: event.room, label: Room, type: text, limit: 20, required: true}\n"
    )
    (templates / "invitation" / "document.html").write_text(
        "{% import '_shared/parts.html' as parts %}<!doctype html>"
        "<html lang='{{ doc.language }}' style='{{ variables }}'>"
        "<head>{{ parts.head(doc, brand) }}</head><body><h1>{{ doc.title }}</h1>"
        "{% for section in sections %}{{ section.html }}{% endfor %}"
        "{% if open.texts['event.room'] %}<p data-field='event.room'>Room {{ open.texts['event.room'] }}</p>{% endif %}"
        "</body></html>"
    )
    (templates / "invitation" / "print.css").write_text("@page { margin: 30mm }")
    other = Printer(templates=templates, brand=BRAND, cache=tmp_path / "cache", sandbox=printer._sandbox)
    assert [(kind.slug, kind.title) for kind in other.kinds()] == [("invitation", "Invitation")]
    request = replace(
        make_request("deck"), kind="invitation", slug="open-day", path="invitation/open-day.md",
        source="---\ntitle: Open day\n---\nCome and walk a round.", values={"event.room": "B 12"}, is_personalised=True,
    )  # fmt: skip
    assert words(other.render(request).pdf) == ["Open day Come and walk a round. Room B 12"]
    with pytest.raises(DocumentRefusedError) as refused:
        other.render(replace(request, values={}))
    assert [error.field for error in refused.value.fields] == ["event.room"]
