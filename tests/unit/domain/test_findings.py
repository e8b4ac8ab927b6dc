"""Findings are told everywhere alike."""

from __future__ import annotations

import pytest

from contentlib.domain.findings import Finding, Level, has_errors


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
