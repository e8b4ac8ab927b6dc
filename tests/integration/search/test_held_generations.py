"""Who holds a generation can be answered from it whole, whatever writers do to its files meanwhile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contentlib.domain.errors import IndexUnavailableError
from contentlib.search import evaluate
from contentlib.search.index import WhooshIndex
from tests.integration.search.shelf import SEES_ALL, SHELF_ROWS, ask, entry

ORRIN = entry(SHELF_ROWS[0], 1)


def test_a_held_generation_answers_after_its_files_are_gone(tmp_path: Path):
    index = WhooshIndex(tmp_path)
    index.rebuild([ORRIN])
    held = index._view()
    index.rebuild([replace(ORRIN, asset_id=2)])
    answer = evaluate.answer(held, ask("dairy", visibility=SEES_ALL))
    assert [hit.asset_id for hit in answer.hits] == [1]
    assert "dairy" in "".join(run.text for run in answer.hits[0].snippet).casefold()


@pytest.mark.parametrize("kind_of_file", ["*_stored.col", "*_len.col", "*facts*.col"])
def test_a_generation_with_a_file_missing_is_never_taken_for_whole(tmp_path: Path, kind_of_file: str):
    """Of a column that is not there Whoosh says nothing and gives defaults: no snippet, no lengths, wrong scores."""
    WhooshIndex(tmp_path).rebuild([ORRIN])
    (found, *_) = sorted(tmp_path.glob(f"generation-*/{kind_of_file}"))
    found.unlink()
    with pytest.raises(IndexUnavailableError, match="some of its files are missing"):
        WhooshIndex(tmp_path).answer(ask("dairy", visibility=SEES_ALL))
