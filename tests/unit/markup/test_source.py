"""Whole files: what the library keeps of them, batches with broken ones, e-mails, and kinds without a template."""

from __future__ import annotations

from pathlib import Path

import pytest

from contentlib.domain.assets import Audience
from contentlib.domain.errors import SourceRefusedError
from contentlib.domain.findings import Level
from contentlib.domain.imports import RefusedSource
from contentlib.markup import schema, source
from contentlib.markup.source import ReadSource

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "templates" / "documents"
AUTHORED = ROOT / "tests" / "data" / "authored"


def read(text: str, kind: str = "battlecard") -> ReadSource:
    return source.read(text, path=f"{kind}/a.md", kind=kind, templates=TEMPLATES)


def test_the_samples_need_nothing_but_the_approval_they_lack():
    for file in AUTHORED.glob("*/*.md"):
        kind = file.parent.name
        found = source.read(file.read_text("utf-8"), path=file.name, kind=kind, templates=TEMPLATES)
        assert {finding.code for finding in found.findings} <= {"quote-not-approved"}, file.name
        assert all((AUTHORED / name).is_file() for name in found.media)


def test_pages_are_sections_and_facts_are_found_with_the_first():
    text = (AUTHORED / "case-study" / "fallowfield-creamery.md").read_text("utf-8")
    pages = source.read(text, path="case-study/a.md", kind="case-study", templates=TEMPLATES).pages
    assert [page.title for page in pages] == [
        "Fallowfield Creamery halves its night stops in two quarters", "The challenge", "The approach", "The results",
    ]  # fmt: skip
    assert "Night Shift Lead" in pages[0].text
    assert "−51% stops between ten at night and six" in pages[0].text
    assert "film jams" in pages[3].text


def test_pages_of_a_deck_are_its_slides_without_notes():
    text = (AUTHORED / "deck" / "every-composition.md").read_text("utf-8")
    pages = source.read(text, path="deck/a.md", kind="deck", templates=TEMPLATES).pages
    assert len(pages) == 13
    assert (pages[9].number, pages[9].title) == (10, "What stops a line")
    assert "Filler valve" in pages[9].text
    assert not any("who owns the stop list" in page.text for page in pages)


def test_a_kind_without_a_template_is_a_page_with_all_blocks():
    text = '---\ntitle: A\ncompetitor: Fixpoint\n---\n::: answer "Too dear"\nAsk what a stop costs.\n:::'
    found = read(text, kind="order-form")
    assert found.asset.company == "Fixpoint"
    assert '<p class="answer-title">Too dear</p>' in found.html
    assert found.findings == ()


def test_a_missing_fact_is_a_warning_that_names_it():
    found = read("---\ntitle: A\nsummary: B\n---\ntext", kind="case-study")
    missing = {finding.field for finding in found.findings if finding.code == "missing-fact"}
    assert {"customer.name", "metrics", "cta.url", "legal"} <= missing
    assert all(finding.level is Level.WARNING for finding in found.findings)


def test_a_fact_that_is_too_long_is_told_with_its_line():
    text = "---\ntitle: A\nkicker: " + "k" * 40 + "\n---\ntext"
    found = next(f for f in read(text, kind="one-sheeter").findings if f.code == "too-long")
    assert (found.field, found.line) == ("kicker", 3)


def test_a_value_that_a_number_sign_cuts_off_is_told_and_a_comment_is_not():
    head = '---\ntitle: A # of two\nsummary: The #1 way\ncompetitor: {name: "F #2"}\nversion_note: "No #3"\n---\ntext'
    told = [(finding.line, finding.message) for finding in read(head).findings if finding.code == "value-cut-off"]
    assert told == [(3, "“#1 way” is read as a comment and lost.")]


def test_what_is_of_an_internal_kind_stays_inside_whatever_its_file_says():
    text = "---\ntitle: A\nsummary: B\ncompetitor: {name: Fixpoint}\n---\ntext"
    assert read(text).asset.audience is Audience.INTERNAL
    assert read(text).findings == ()
    found = read(text.replace("summary", "audience: external\nsummary"))
    assert found.asset.audience is Audience.INTERNAL
    assert [(finding.code, finding.line) for finding in found.findings] == [("always-internal", 3)]


def test_a_batch_takes_the_good_and_says_where_the_bad_break():
    files = [
        ("deck/a.md", "deck", b"---\ntitle: A\n---\n## S\n\ntext"),
        ("deck/b.md", "deck", b"---\ntitle: A\nsummary: x: y\n---\n"),
        ("deck/c.md", "deck", b"---\ntitle: \xff\n---\n"),
        ("deck/d.md", "deck", b"no front matter"),
    ]
    answers = source.read_batch(files, str(TEMPLATES))
    assert isinstance(answers[0], ReadSource)
    refused = [a.as_finding() for a in answers[1:] if isinstance(a, RefusedSource)]
    assert [(each.path, each.line) for each in refused] == [("deck/b.md", 3), ("deck/c.md", 2), ("deck/d.md", 1)]
    assert all(each.mend for each in refused), "what mends a file is told with what is wrong with it"


def test_text_nested_beyond_reason_is_refused():
    with pytest.raises(SourceRefusedError, match="nested too deeply"):
        read("---\ntitle: A\n---\n" + "\n".join(" " * (4 * n) + "- a" for n in range(300)))


def test_a_character_that_no_text_has_is_refused_at_its_line():
    with pytest.raises(SourceRefusedError, match="line 5: A character stands here"):
        read("---\ntitle: A\n---\n\nCalls \x001\x00.\n")


def test_reading_twice_gives_the_same():
    text = (AUTHORED / "deck" / "every-composition.md").read_text("utf-8")
    assert read(text, kind="deck") == read(text, kind="deck")


def test_what_is_read_beforehand_can_be_read(monkeypatch: pytest.MonkeyPatch):
    tried: list[tuple[str, str, bytes]] = []
    monkeypatch.setattr(source, "read_batch", lambda files, _: tried.extend(files))
    source.warm(str(TEMPLATES))
    assert {schema.load(TEMPLATES, kind).flow for _, kind, _ in tried} == set(schema.Flow)
    for path, kind, data in tried:
        assert source.read(data.decode(), path=path, kind=kind, templates=TEMPLATES).pages
