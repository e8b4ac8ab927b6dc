"""Front matter: what is taken, what is warned of, and the few things that are refused."""

from __future__ import annotations

from datetime import date

import pytest

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.domain.errors import SourceRefusedError
from contentlib.domain.findings import Level
from contentlib.markup import front_matter
from contentlib.markup.front_matter import quotes_of

WHOLE = """\
title: Orrin Dairy cuts its stops
summary: "Four lines: one list."
stages: [consideration, decision]
language: no
status: draft
audience: internal
review_by: 2027-03-31
customer: {name: Orrin Dairy, products: [Tarnwell Rounds]}
quotes:
  - {id: plant, text: Now I plan., name: Elin, approved_by: Hanne, expires: 2027-01-01}
"""


def parse(text: str, path: str = "case-study/orrin-dairy.md"):
    return front_matter.parse(text, path=path, kind="case-study")


def refusal(text: str, path: str = "case-study/orrin-dairy.md"):
    with pytest.raises(SourceRefusedError) as caught:
        parse(text, path)
    return caught.value.findings[0]


def test_a_whole_file_is_taken_as_it_is_written():
    asset, findings = parse(WHOLE)
    assert findings == []
    assert (asset.title, asset.slug, asset.kind) == ("Orrin Dairy cuts its stops", "orrin-dairy", "case-study")
    assert asset.stages == ("consideration", "decision")
    assert (asset.status, asset.audience) == (AssetStatus.DRAFT, Audience.INTERNAL)
    assert asset.review_by_on == date(2027, 3, 31)
    assert asset.company == "Orrin Dairy"
    assert asset.facts["customer"] == {"name": "Orrin Dairy", "products": ["Tarnwell Rounds"]}
    assert asset.lines[("quotes", 0, "text")] == 11


def test_norwegian_is_a_language_and_no_falsehood():
    assert parse(WHOLE)[0].language == "no"


@pytest.mark.parametrize(
    ("text", "path", "line", "code"),
    [
        ("summary: x", "case-study/a.md", 1, "no-title"),
        ("title: ''", "case-study/a.md", 2, "no-title"),
        ("title: A\nslug: Über", "case-study/a.md", 3, "bad-slug"),
        ("title: A", "case-study/Not A Slug.md", 1, "bad-slug"),
        ("title: A\nsummary: one: two", "case-study/a.md", 3, "front-matter-unreadable"),
        ("title: A\ntitle: B", "case-study/a.md", 3, "key-twice"),
        ("- a\n- b", "case-study/a.md", 2, "front-matter-unreadable"),
        ("a: &a [x]\nb: [*a, *a]\ntitle: T", "case-study/a.md", 2, "front-matter-alias"),
        ("title: A\nx: " + "[" * 20 + "]" * 20, "case-study/a.md", 3, "front-matter-unreadable"),
    ],
)
def test_only_what_cannot_be_read_or_named_is_refused(text, path, line, code):
    finding = refusal(text, path)
    assert (finding.code, finding.line, finding.path, finding.level) == (code, line, path, Level.ERROR)


def test_a_thousand_brackets_end_in_a_refusal():
    assert refusal("title: " + "[" * 50_000).code == "front-matter-unreadable"


def test_an_unknown_key_is_answered_with_the_one_that_was_meant():
    _asset, findings = parse("title: A\nsumary: x\ncustomer: {nmae: B}")
    assert [(f.code, f.line, f.nearest, f.level) for f in findings] == [
        ("unknown-key", 3, "summary", Level.WARNING),
        ("unknown-key", 4, "name", Level.WARNING),
    ]
    assert "Did you mean “summary”?" in findings[0].message


def test_a_date_that_governs_and_cannot_be_read_holds_the_asset_back():
    asset, findings = parse("title: A\nexpires_on: next summer")
    assert (asset.status, asset.expires_on) == (AssetStatus.DRAFT, None)
    assert findings[0].code == "bad-date"
    assert "draft" in findings[0].message


def test_an_asset_that_expires_before_it_is_published_is_told():
    _asset, findings = parse("title: A\npublish_on: 2027-05-01\nexpires_on: 2027-05-01")
    assert [(f.code, f.line) for f in findings] == [("dates-crossed", 4)]


def test_an_audience_that_is_not_one_is_taken_as_internal():
    asset, findings = parse("title: A\naudience: everyone")
    assert asset.audience is Audience.INTERNAL
    assert findings[0].code == "unknown-value"


def test_a_quote_is_usable_while_approved_and_in_date():
    quote = quotes_of(parse(WHOLE)[0].facts)["plant"]
    assert quote.is_usable(date(2026, 12, 31))
    assert not quote.is_usable(date(2027, 1, 1))


def test_a_quote_that_nobody_approved_is_warned_of_and_never_usable():
    asset, findings = parse("title: A\nquotes:\n  - {id: a, text: T}")
    assert [f.code for f in findings] == ["quote-not-approved"]
    assert not quotes_of(asset.facts)["a"].is_usable(date(2026, 1, 1))


def test_what_cannot_be_printed_becomes_a_space():
    assert parse('title: "A\\u0007B\\u202eC"')[0].title == "A B C"


def test_a_file_without_an_end_of_front_matter_is_refused_at_line_one():
    with pytest.raises(SourceRefusedError) as caught:
        front_matter.split("---\ntitle: A\n", path="a.md")
    assert caught.value.findings[0].line == 1


def test_the_body_begins_on_the_line_after_the_front_matter():
    assert front_matter.split("\ufeff---\r\ntitle: A\r\n---\r\nBody\r\n", path="a.md") == ("title: A", "Body\n", 4)


@pytest.mark.parametrize(
    ("text", "line", "said", "mend"),
    [
        ("title: A\n\tsummary: x", 3, "tab", "spaces"),
        ('title: "A\nsummary: x', 2, "has no end", "Close it"),
        ("title: A: B", 2, "holds a colon", "double quotes"),
        ("title: A\nsummary: **bold** x", 3, "begins with *", "double quotes"),
        ("title: A\nsummary: @x", 3, "begins with a sign", "double quotes"),
        ("title: A\n\n## Head\n\ntext\n\n", 6, "“text”", "above the text"),
        ("title: A\x07", 2, "cannot be printed", "Take it out"),
        ("title:A", 2, "not a list of keys", "space behind each colon"),
        ("summary: x\nTitle: A", 3, "no title", "title in place of Title"),
        ("title: [A]", 2, "one line of text", "double quotes"),
    ],
)
def test_what_cannot_be_read_is_said_in_an_authors_words_at_its_line(text, line, said, mend):
    finding = refusal(text)
    assert finding.line == line
    assert said in finding.message
    assert mend in (finding.mend or "")


@pytest.mark.parametrize(
    ("text", "line", "mend"),
    [
        ("---\ntitle: A\n ---\ntext", 3, "Write --- here"),
        ("---\ntitle: A\n—\ntext", 3, "Write --- here"),
        ("---\ntitle: A\n\ntext\n\n## Head", 6, "above this one"),
        ("\n---\ntitle: A\n---\n", 1, "very first line"),
        ("# Head\n\ntext", 1, "Begin it with a line ---"),
    ],
)
def test_where_front_matter_begins_or_ends_wrongly_is_told(text, line, mend):
    with pytest.raises(SourceRefusedError) as caught:
        front_matter.split(text, path="a.md")
    assert (caught.value.findings[0].line, mend in (caught.value.findings[0].mend or "")) == (line, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("metrics:\n  - {value: 1,000, label: a}", "“000” is read as a key of its own"),
        ("specs: {Works on: }", "“Works on” says nothing"),
        ("tags: [a, [b]]", "Row 2 of “tags”"),
        ("quotes:\n  - {id: a, text: b, approved_by: c}\n  - {id: a, text: d, approved_by: c}", "stands twice"),
        ("quotes:\n  - {id: A b, text: c, approved_by: d}", "a-z, 0-9 and hyphens"),
        ("metrics: [{value: 1}]", "so it is left out"),
    ],
)
def test_a_fact_that_is_left_out_is_told_once_with_a_mend(text, said):
    findings = parse(f"title: A\n{text}")[1]
    assert [(said in finding.message, bool(finding.mend)) for finding in findings] == [(True, True)]


def test_a_date_in_a_list_holds_the_asset_back_as_any_that_cannot_be_read():
    assert parse("title: A\nexpires_on: [2026-09-30]")[0].status is AssetStatus.DRAFT


def test_the_address_of_a_button_is_read_as_it_was_meant():
    assert parse("title: A\ncta: {url: www.tarnwell.example}")[0].facts["cta"]["url"] == "https://www.tarnwell.example"


def test_a_row_that_waits_to_be_written_is_no_fault_of_its_own():
    assert parse('title: A\nmetrics:\n  - {value: "", label: ""}')[1] == []
