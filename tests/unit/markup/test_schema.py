"""Kinds of documents: each a folder, nothing else; a schema that does not hold says so."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from contentlib.domain.documents import FieldType
from contentlib.domain.errors import InvalidInputError
from contentlib.domain.findings import Level
from contentlib.markup import front_matter, needs, schema
from contentlib.markup.schema import Flow

TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "documents"


def test_there_are_seven_kinds_and_their_fields_are_typed():
    kinds = {kind.slug: kind for kind in schema.list_kinds(TEMPLATES)}
    assert set(kinds) == {
        "battlecard", "case-study", "data-sheet", "deck", "one-sheeter", "outreach-email", "proposal-cover",
    }  # fmt: skip
    assert [slug for slug, kind in kinds.items() if kind.is_internal] == ["battlecard"]
    assert kinds["outreach-email"].email == schema.EmailRules(words=(50, 125), asks=1)
    assert kinds["outreach-email"].document_kind.is_email
    assert kinds["one-sheeter"].flow is Flow.SHEET
    assert kinds["one-sheeter"].fit == schema.Fit(least=0.86, most=1.14)
    name, note = kinds["deck"].find_field("prospect.name"), kinds["deck"].find_field("note")
    assert name is not None
    assert (name.type, name.limit, name.required) == (FieldType.TEXT, 40, True)
    assert note is not None
    assert (note.type, note.limit) == (FieldType.NOTE, 120)


def test_a_folder_dropped_in_place_is_a_kind(tmp_path):
    (tmp_path / "letter").mkdir()
    (tmp_path / "letter" / "schema.yml").write_text("title: Letter\npage: A4\nflow: pages\n")
    assert [kind.slug for kind in schema.list_kinds(tmp_path)] == ["letter"]


def test_a_kind_without_a_folder_has_no_document():
    assert schema.find(TEMPLATES, "order-form") is None
    assert not schema.load(TEMPLATES, "order-form").has_document
    assert schema.find(TEMPLATES, "../documents/deck") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("titel: X\npage: A4\nflow: pages", "Did you mean “title”?"),
        ("title: X\npage: A4\nflow: rolls", "flow is one of pages, sheet, slides, not “rolls”"),
        ("page: A4\nflow: pages", "does not say: title"),
        ("title: X\npage: A4\nflow: pages\nlimits: 4", "limits is a list of keys, not “4”"),
        ("title: X\npage: A4\nflow: pages\nlimits: {title: many}", "“title” is a number or [least, most], not “many”"),
        ("title: X\npage: A4\nflow: pages\nfit: {lest: 1}", "Did you mean “least”?"),
        ("title: X\npage: A4\nflow: sheet\nfit: {least: 2, most: 1}", "fit goes from a scale above 0 to a larger one"),
        ("title: X\npage: A4\nflow: pages\nfields: [{label: A, type: text}]", "a field without a name"),
        ("title: X\npage: A4\nflow: pages\nfields: [{name: a, type: txt}]", "the type of a is one of"),
        ("title: X\npage: A4\nflow: pages\nfields: [{name: a, type: text}]", "the field “a” has no label"),
        ("title: X\npage: A4\nflow: pages\nfields: [{name: a, label: A, type: text, limit: few}]", "limit is a number"),
        ("title: X\npage: A4\nflow: [pages]", "flow is one of pages, sheet, slides"),
        ("title: X\npage: A4\nflow: pages\nneeds: [[customer]]", "needs holds something that is no name"),
        ("title: X\npage: A4\nflow: pages\nlimits: {3: 4}", "limits holds something that is no name"),
        ("title: X\npage: [", "line 3 cannot be read"),
        ("title: X\npage: A4\nflow: pages\nblocks: [qoute]", "blocks that do not exist: qoute"),
        ("title: X\npage: A4\nflow: pages\nfields: [{name: a, label: A, type: text, limt: 3}]", "“limit”"),
        ("[", "cannot be read"),
    ],
)
def test_a_schema_that_does_not_hold_is_told(tmp_path, text, words):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "schema.yml").write_text(text)
    with pytest.raises(InvalidInputError, match=re.escape(words)):
        schema.load(tmp_path, "x")
    found = schema.find(tmp_path, "x")
    assert found is not None
    assert words in found.fault


def test_a_folder_that_is_no_kind_is_told_and_keeps_no_other_from_being_used(tmp_path):
    for name, text in {
        "letter": "title: L\npage: A4\nflow: pages",
        "broken": "[",
        "Bad Name": "",
        "_shared": "",
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "schema.yml").write_text(text)
    (tmp_path / "empty").mkdir()
    (tmp_path / "no-file" / "schema.yml").mkdir(parents=True)
    assert [kind.slug for kind in schema.list_kinds(tmp_path)] == ["letter"]
    faults = {kind.slug: kind.fault for kind in schema.list_folders(tmp_path) if kind.fault}
    assert faults["empty"] == "empty/schema.yml is not there."
    assert "a-z, 0-9 and hyphens" in faults["Bad Name"]
    assert faults["no-file"] == "no-file/schema.yml cannot be opened: Is a directory."
    assert faults.keys() == {"Bad Name", "broken", "empty", "no-file"}


def test_a_fact_that_the_document_does_not_show_is_told_at_its_line():
    facts = "title: A\ncustomer: B\nkicker: C\nspecs: {D: E}\nmetrics: [{value: 1, label: f}, {value: 2, label: g}]"
    told = {}
    for kind in ("battlecard", "case-study", "one-sheeter", "data-sheet", "order-form"):
        asset, _ = front_matter.parse(facts, path="a.md", kind=kind)
        found = needs.check(schema.load(TEMPLATES, kind), asset, path="a.md")
        told[kind] = [(f.field, f.line, f.level) for f in found if f.code == "fact-not-shown"]
    assert told == {
        "battlecard": [("kicker", 4, Level.NOTE), ("specs", 5, Level.NOTE)],
        "case-study": [("specs", 5, Level.NOTE)],
        "one-sheeter": [],
        "data-sheet": [("metrics", 6, Level.NOTE)],
        "order-form": [],
    }


def test_what_a_document_shows_is_read_from_its_template_as_it_is_now(tmp_path):
    asset, _ = front_matter.parse("title: A\nkicker: B", path="a.md", kind="one-pager")
    page = tmp_path / "one-pager" / "document.html"
    page.parent.mkdir()
    page.with_name("schema.yml").write_text("title: One-pager\npage: A4\nflow: pages")
    page.write_text("{{ doc.title }}")
    (told,) = needs.check(schema.load(tmp_path, "one-pager"), asset, path="a.md")
    assert told.message == "The document of a one-pager does not show “kicker”."
    page.write_text("{{ doc.title }}, {{ doc.kicker }}")
    os.utime(page, ns=(1, 1))
    assert needs.check(schema.load(tmp_path, "one-pager"), asset, path="a.md") == []
