"""Decks: slides with their compositions, ids, notes and lines, and what a slide of a wrong shape is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from contentlib.markup import dialect, front_matter, schema
from contentlib.markup.dialect import Body

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "templates" / "documents"
SAMPLE = ROOT / "tests" / "data" / "authored" / "deck" / "every-composition.md"


def read(body: str) -> Body:
    facts = "title: T\nquotes: [{id: q, text: Words., name: N, approved_by: A}]"
    asset, _findings = front_matter.parse(facts, path="deck/a.md", kind="deck")
    return dialect.read_body(body, asset=asset, schema=schema.load(TEMPLATES, "deck"), path="deck/a.md", first_line=1)


def test_the_sample_holds_one_of_every_composition_and_no_finding():
    head, text, line = front_matter.split(SAMPLE.read_text("utf-8"), path="a.md")
    asset, _ = front_matter.parse(head, path="deck/every-composition.md", kind="deck")
    deck = schema.load(TEMPLATES, "deck")
    body = dialect.read_body(text, asset=asset, schema=deck, path="a.md", first_line=line)
    assert body.findings == ()
    assert {slide.composition for slide in body.slides} == deck.slide_classes | {"plain"}
    assert [slide.id for slide in body.slides if slide.is_optional] == ["figures", "before-after", "causes"]
    assert body.slides[0].notes == ("Ask who owns the stop list.",)
    lines = SAMPLE.read_text("utf-8").split("\n")
    assert all(lines[slide.line - 1].startswith(("#", "![bg]", "::: quote")) for slide in body.slides)


def test_only_dashes_between_blank_lines_outside_code_split_slides():
    body = read("## One\n\n```\n\n---\n\n```\n\n---\n\n## Two\n\ntext")
    assert [(slide.title, slide.line) for slide in body.slides] == [("One", 1), ("Two", 11)]


def test_directives_are_not_notes_and_notes_are_not_printed():
    slide = read("<!-- _class: dense -->\n<!-- _id: money -->\n## Head\n\ntext\n\n<!-- Say\nthis. -->").slides[0]
    assert (slide.id, slide.marks[0], slide.notes) == ("money", "dense", ("Say\nthis.",))
    assert "Say" not in slide.page_html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<!-- _class: metrics -->\n## H\n\nno list", "holds 2 to 4"),
        ("<!-- _class: metrics -->\n## H\n\n- plain\n- lines", "two asterisks"),
        ("<!-- _class: cards -->\n## H\n\n### One\n\ntext", "this one holds 1"),
        ("<!-- _class: split -->\n## H\n\n- a", "picture"),
        ("<!-- _class: photo -->\n## H\n\ntext", "fills the page"),
        ("<!-- _class: quote -->\n## H\n\ntext", "quotation"),
        ("<!-- _class: quote -->\n## H\n\n> Q\n\nElin, Lead\n\nmore", "no place for “more”"),
        ("<!-- _class: timeline -->\n## H\n\n1. **A** b\n2. **C** d", "holds 3 to 6"),
        ("<!-- _class: cards split -->\n## H", "one composition"),
        ("<!-- _class: meterics -->\n## H\n\ntext", "no slide “meterics”"),
        ("<!-- _clas: split -->\n## H\n\ntext", "“_clas” is not known"),
        ("text without a head", "no heading"),
        ("## One\n\n## Two", "one heading"),
    ],
)
def test_a_slide_in_a_wrong_shape_is_told_what_it_should_hold(text, words):
    messages = [finding.message for finding in read(text).findings] + [
        finding.mend or "" for finding in read(text).findings
    ]
    assert any(words in message for message in messages), messages


def test_two_slides_of_one_heading_have_two_names():
    assert [slide.id for slide in read("## Same\n\na\n\n---\n\n## Same\n\nb").slides] == ["same", "same-2"]


def test_a_quotation_without_an_id_is_drawn_with_its_source():
    html = read("<!-- _class: quote -->\n## H\n\n> It runs.\n\nElin Sorvald, Lead, Orrin").slides[0].content
    assert '<span class="name">Elin Sorvald</span><span class="role">Lead, Orrin</span>' in html
