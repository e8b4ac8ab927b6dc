"""What the demo's people change stands in the files that they change."""

from __future__ import annotations

from pathlib import Path

import pytest

from contentlib.demo.changes import CHANGES, Change

CONTENT = Path(__file__).resolve().parents[3] / "content"


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.slug)
def test_a_change_stands_once_in_its_file(change: Change):
    (file,) = CONTENT.glob(f"*/{change.slug}.md")
    assert file.read_text(encoding="utf-8").count(change.old) == 1
    assert change.days_ago > len(change.said)
