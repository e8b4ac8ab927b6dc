"""A new text of a kind can be read at once, asks for what its document needs, and cannot go out as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from contentlib.markup import schema, skeleton, source

TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "documents"
KINDS = [each.slug for each in schema.list_kinds(TEMPLATES)]


@pytest.mark.parametrize("kind", [*KINDS, "contract"])
def test_a_new_text_is_readable_and_unfinished(kind: str):
    described = schema.load(TEMPLATES, kind)
    text = skeleton.write(described, label=kind, owner="marco.bellini@tarnwell.example")
    read = source.read(text, path=f"{kind}/new.md", kind=kind, templates=TEMPLATES)
    assert read.asset.kind == kind
    assert read.asset.owner == "marco.bellini@tarnwell.example"
    codes = {finding.code for finding in read.findings}
    assert not codes & {"unknown-key", "wrong-type", "unknown-block", "unknown-class"}, read.findings
    if len(described.needs) > 1:  # a deck needs a title alone
        assert "missing-fact" in codes
    if described.has_document and not described.email:  # there a placeholder is an open field
        assert "placeholder" in codes
