"""Findings are told everywhere alike."""

from __future__ import annotations

import pytest

from contentlib.domain.findings import Finding, Level, has_errors, place_by_headings, place_by_words


def test_a_finding_leaves_out_what_does_not_apply_and_can_be_read_back():
    finding = Finding(level=Level.WARNING, code="unknown-key", message="What is “colour”?", line=3, nearest="company")
    told = finding.as_dict()
    assert told == {
        "level": "warning", "code": "unknown-key", "message": "What is “colour”?", "line": 3, "nearest": "company",
    }  # fmt: skip
    assert Finding.from_dict(told) == finding


@pytest.mark.parametrize(("levels", "blocks"), [([], False), (["note", "warning"], False), (["note", "error"], True)])
def test_errors_alone_block(levels: list[str], blocks: bool):
    assert has_errors([Finding(level=Level(level), code="x", message="x") for level in levels]) is blocks


@pytest.mark.parametrize(
    ("text", "evidence", "page", "left"),
    [
        ("Pumps that speak up", "ΔE 7.1 from cobalt, pages 2–4 and 6", 3, "ΔE 7.1 from cobalt"),
        ("Pumps that speak up", "page 2", 3, None),
        ("Cut off", "page 1 and more words", 1, "page 1 and more words"),
        ("Nowhere to be seen", "page 2", None, None),
        ("a", None, None, None),
        (None, "page 2", None, None),
    ],
)
def test_a_finding_stands_on_the_page_that_shows_its_words(text, evidence, page, left):
    pages = {1: "A cut- off line", 3: "Pumps that\nspeak up", 9: "Pumps that speak up"}
    found = Finding(level=Level.WARNING, code="font", message="x", page=2, text=text, evidence=evidence)
    placed = place_by_words(found, pages)
    assert (placed.page, placed.evidence) == (page, left)
    assert placed.key == found.key
    assert place_by_words(placed, pages) == placed


@pytest.mark.parametrize(
    ("page", "text", "evidence", "told"),
    [
        (2, "Pumps that speak up", "ΔE 7.1 from cobalt, pages 2–4", "ΔE 7.1 from cobalt, under “Night calls”"),
        (1, "before any heading", "page 1", None),
        (1, "Nowhere", "page 1", None),
        (None, "Pumps that speak up", "of no page", "of no page"),
    ],
)
def test_where_pages_are_not_known_a_finding_stands_under_its_heading(page, text, evidence, told):
    sections = (("", "Words before any heading"), ("Night calls", "Pumps that\nspeak up"))
    found = Finding(level=Level.WARNING, code="font", message="x", page=page, text=text, evidence=evidence)
    placed = place_by_headings(found, sections)
    assert (placed.page, placed.evidence, placed.key) == (None, told, found.key)
