"""The index on disk takes batches: always whole, never doubled, one writer after the other."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentlib.domain.errors import ContentlibError, IndexBusyError, LibraryRefusedError
from contentlib.domain.search import PageText
from contentlib.search import commits, engine, entries, words
from contentlib.search import index as index_module
from contentlib.search.index import WhooshIndex
from tests.integration.search.shelf import KESTERVALE, ORRIN, ask, found, shelf
from tests.unit.search.nasties import NASTIES

# What can happen to files alone.
ON_FILES = pytest.mark.parametrize("place", ["whoosh"], indirect=True)


def test_an_applied_asset_is_found_at_once(index):
    index.apply([ORRIN])
    assert found(index, "dairy") == [1]
    index.apply([KESTERVALE])
    assert found(index) == [1, 2]


def test_the_same_asset_twice_in_one_batch_is_one_asset_and_the_last_counts(index):
    index.apply([ORRIN, replace(ORRIN, title="Newer words", version_id=2000)])
    assert found(index) == [1]
    assert found(index, "newer") == [1]
    assert index.held() == {1: 2000}


def test_an_index_that_lost_its_last_asset_still_answers(index):
    index.apply([ORRIN])
    index.apply([], removed=[1])
    assert found(index, "dairy") == []
    index.apply([KESTERVALE])
    assert found(index) == [2]


def test_applying_again_changes_nothing_but_the_generation(index):
    index.apply([ORRIN, KESTERVALE])
    before = index.answer(ask("water dairy"))
    index.apply([ORRIN, KESTERVALE])
    after = index.answer(ask("water dairy"))
    assert [hit.asset_id for hit in after.hits] == [hit.asset_id for hit in before.hits]
    assert index.status().assets == 2


def test_a_changed_asset_is_no_longer_found_by_its_old_words(index):
    index.apply([ORRIN])
    index.apply([replace(ORRIN, slug="a-creamery", title="A creamery", company="", summary="", pages=(), labels=())])
    assert found(index, "dairy") == []
    assert found(index, "creamery") == [1]


def test_a_removed_asset_is_gone_and_removing_it_again_is_no_error(index):
    index.apply([ORRIN, KESTERVALE])
    index.apply([], removed=[1, 99])
    index.apply([], removed=[1])
    assert found(index) == [2]
    assert index.held() == {2: 1002}


def test_an_asset_both_changed_and_removed_is_kept(index):
    index.apply([ORRIN], removed=[1])
    assert found(index) == [1]


def test_nothing_to_apply_is_no_commit(index):
    before = index.status()
    index.apply([])
    assert index.status() == before


def test_every_commit_is_a_new_generation(index):
    seen = [index.status().generation]
    for number in range(4):
        index.apply([replace(ORRIN, asset_id=number)])
        seen.append(index.status().generation)
    index.rebuild([ORRIN])
    seen.append(index.status().generation)
    index.apply([KESTERVALE])
    seen.append(index.status().generation)
    assert seen == sorted(set(seen))


def test_many_small_commits_stay_few_segments_and_lose_nothing(index):
    for number in range(24):
        index.apply([replace(ORRIN, asset_id=number % 15, version_id=number)])
    assert index.held() == {number % 15: number for number in range(9, 24)}
    assert len(index._snapshot()._leaves) <= commits.MAX_SMALL_SEGMENTS + 1
    assert found(index, "dairy") == list(range(15))


@ON_FILES
def test_generations_that_are_over_leave_no_file_open(index):
    def opened() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    for number in range(8):
        index.apply([replace(ORRIN, asset_id=number)])
        found(index, "dairy")
    before = opened()
    for number in range(8):
        index.apply([replace(ORRIN, asset_id=number)])
        found(index, "dairy")
    index.rebuild([ORRIN])
    found(index, "dairy")
    assert opened() <= before


@ON_FILES
def test_a_commit_that_fails_half_way_leaves_the_index_as_it_was(index, monkeypatch):
    index.apply([ORRIN])

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(engine.SegmentWriter, "commit", fail)
    with pytest.raises(LibraryRefusedError, match="could not be written: No space"):
        index.apply([KESTERVALE], removed=[1])
    monkeypatch.undo()
    assert found(index) == [1]
    index.apply([KESTERVALE])
    assert found(index) == [1, 2]


def test_a_second_writer_waits_and_then_says_who_is_in_the_way(place, index):
    other = place.open(lock_timeout=0.1)
    holding = index._folders.hold(index_module.LOCK) if isinstance(index, WhooshIndex) else index._committing()
    with holding, pytest.raises(IndexBusyError) as refused:
        other.apply([KESTERVALE])
    assert isinstance(refused.value, ContentlibError)
    other.apply([KESTERVALE])
    assert found(other) == [2]


@ON_FILES
def test_whoever_writes_past_our_lock_is_in_the_way_and_no_lock_error(index, monkeypatch):
    monkeypatch.setattr(commits, "LOCK_PATIENCE", 0.05)
    outside = engine.SegmentWriter(index._open(index._folders.current().folder))
    with pytest.raises(IndexBusyError):
        index.apply([ORRIN])
    outside.cancel()
    index.apply([ORRIN])
    assert found(index) == [1]


@settings(max_examples=20)
@given(one=st.sampled_from(shelf()), text=st.text(max_size=60), company=st.text(max_size=20))
def test_an_entry_can_be_read_back_from_the_index(one, text, company):
    """What comes back is indexed into the same words and facts."""
    before = replace(one, title=text, company=company, pages=(PageText(number=3, title=company, text=text),))
    document = entries.to_document(before)
    again = entries.to_document(
        entries.restore(entries.unpack_facts(document.facts), entries.unpack_texts(document.stored))
    )
    assert [split_of(again), again.stored] == [split_of(document), document.stored]
    assert entries.read_back(document.facts, document.stored) == replace(again, facts=document.facts)


def split_of(document: entries.Document) -> dict[str, list[list[str]]]:
    return {name: [words.split(text) for text in texts] for name, texts in document.texts.items()}


def test_writers_and_readers_in_threads_lose_nothing(index):
    faults: list[BaseException] = []

    def write(start: int) -> None:
        try:
            for number in range(start, start + 8):
                index.apply([replace(ORRIN, asset_id=number)])
        except BaseException as fault:
            faults.append(fault)

    def read() -> None:
        try:
            before = 0
            for _ in range(30):
                total = index.answer(ask("dairy", limit=50)).total
                assert total >= before
                before = total
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 100)]
    threads += [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert found(index) == [*range(8), *range(100, 108)]


@pytest.mark.parametrize("text", NASTIES, ids=lambda text: ascii(text[:20]))
def test_no_nasty_question_is_an_error(library, text):
    answer = library.answer(ask(text))
    assert answer.total >= len(answer.hits)
    for hit in answer.hits:
        assert hit.snippet
        assert all(part.text for part in hit.snippet)
        for part in hit.why:
            part.what.encode()
