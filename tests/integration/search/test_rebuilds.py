"""A rebuild stands beside the index that answers until the last moment, and loses nothing that came meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from contentlib.domain.errors import IndexBusyError
from contentlib.search import entries, rebuilding
from contentlib.search.index import WhooshIndex
from tests.integration.search.shelf import BRANNOC, KESTERVALE, ORRIN, found, shelf


def count_parts(index) -> int:
    """Count the folders, or the segments that answer or are being built."""
    if isinstance(index, WhooshIndex):
        return len(list(index._folder.glob("generation-*")))
    segments = index._tables.segments
    with index._engine.connect() as connection:
        return connection.scalar(
            sa.select(sa.func.count()).select_from(segments).where(segments.c.retired_at.is_(None))
        )


def test_a_rebuild_answers_for_the_new_entries_only(index):
    index.apply([ORRIN])
    index.rebuild([KESTERVALE, BRANNOC])
    assert found(index) == [2, 3]


def test_a_rebuild_tells_how_far_it_is(index):
    told: list[int] = []
    index.rebuild(shelf(), on_progress=told.append)
    assert told == list(range(1, len(shelf()) + 1))


def test_a_rebuild_in_several_batches_holds_each_asset_once(index, monkeypatch):
    monkeypatch.setattr(rebuilding, "REBUILD_BATCH", 7)
    index.rebuild([*shelf(), replace(ORRIN, title="Last word", version_id=5)])
    assert index.status().assets == len(shelf())
    assert index.held()[1] == 5
    assert found(index, "last word")[:1] == [1]


def test_the_old_index_answers_while_the_new_one_is_built(place, index):
    index.apply([ORRIN])

    def slowly():
        yield KESTERVALE
        assert found(place.open()) == [1]
        assert found(index) == [1]
        yield BRANNOC

    index.rebuild(slowly())
    assert found(index) == [2, 3]


def test_a_rebuild_that_fails_leaves_the_old_index_and_no_litter(index):
    index.apply([ORRIN])

    def broken():
        yield KESTERVALE
        raise ValueError("the source broke")

    with pytest.raises(ValueError, match="the source broke"):
        index.rebuild(broken())
    assert found(index) == [1]
    assert count_parts(index) == 1


@pytest.mark.parametrize("place", ["whoosh"], indirect=True)
def test_a_rebuild_removes_what_a_killed_one_left(index):
    (index._folder / "generation-dead").mkdir()
    index.rebuild([ORRIN])
    assert [path.name for path in index._folder.glob("generation-*")] != ["generation-dead"]
    assert len(list(index._folder.glob("generation-*"))) == 1


def test_another_index_object_sees_commits_and_swaps(place, index):
    reader = place.open()
    assert found(reader) == []
    index.apply([ORRIN])
    assert found(reader) == [1]
    index.rebuild([KESTERVALE])
    assert found(reader) == [2]


def test_a_second_rebuild_waits_and_then_says_who_is_in_the_way(place, index):
    other = place.open(lock_timeout=0.1)

    def while_building():
        with pytest.raises(IndexBusyError):
            other.rebuild([BRANNOC])
        yield ORRIN

    index.rebuild(while_building())
    assert found(other) == [1]


def test_what_is_applied_while_the_index_is_built_is_found_at_once_and_afterwards(place, index):
    other = place.open()
    index.apply([ORRIN, KESTERVALE])

    def while_building():
        yield ORRIN
        other.apply([replace(ORRIN, title="Newer words", version_id=7), BRANNOC], removed=[2])
        assert found(index) == [1, 3]
        yield KESTERVALE

    index.rebuild(while_building())
    assert index.held() == {1: 7, 3: 1003}
    assert found(index, "newer words")[0] == 1
    assert index.list_outdated([replace(ORRIN, title="Newer words", version_id=7), BRANNOC]) == set()


def test_a_rebuild_goes_on_where_a_killed_one_was(index, monkeypatch):
    monkeypatch.setattr(rebuilding, "REBUILD_BATCH", 10)
    whole = shelf()

    def stopped():
        yield from whole[:25]
        raise KeyboardInterrupt

    index.apply([ORRIN])
    with pytest.raises(KeyboardInterrupt):
        index.rebuild(stopped())
    assert found(index) == [1], "the old one answers"
    assert count_parts(index) > 1, "what was built is kept"
    written = []
    real = entries.to_document
    monkeypatch.setattr(entries, "to_document", lambda one: written.append(one.asset_id) or real(one))
    told: list[int] = []
    changed = [replace(whole[0], title="Changed meanwhile", version_id=9), *whole[1:4], *whole[5:]]
    index.rebuild(changed, on_progress=told.append)
    assert sorted(written) == [1, *(one.asset_id for one in whole[20:])]
    assert told[-1] == len(changed)
    assert index.held() == {one.asset_id: one.version_id for one in changed}
