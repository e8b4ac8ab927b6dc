"""The index on disk: always whole, never doubled, never emptied in place, and honest when it is damaged."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentlib.domain.errors import ContentlibError, IndexBusyError, IndexUnavailableError, LibraryRefusedError
from contentlib.domain.search import IndexStatus, PageText
from contentlib.search import commits, engine, entries, folders, schema
from contentlib.search import index as index_module
from contentlib.search.index import WhooshIndex
from tests.integration.search.shelf import SEES_ALL, SHELF_ROWS, ask, entry, shelf
from tests.unit.search.nasties import NASTIES

ORRIN, KESTERVALE, BRANNOC = (entry(row, number) for number, row in enumerate(SHELF_ROWS[:3], 1))


def found(index: WhooshIndex, text: str = "") -> list[int]:
    return sorted(hit.asset_id for hit in index.answer(ask(text, visibility=SEES_ALL, limit=200)).hits)


# Applying


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
    index.apply([replace(ORRIN, title="A creamery", company="", summary="", pages=(), labels=())])
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


# Rebuilding


def test_a_rebuild_answers_for_the_new_entries_only(index):
    index.apply([ORRIN])
    index.rebuild([KESTERVALE, BRANNOC])
    assert found(index) == [2, 3]


def test_a_rebuild_tells_how_far_it_is(index):
    told: list[int] = []
    index.rebuild(shelf(), on_progress=told.append)
    assert told == list(range(1, len(shelf()) + 1))


def test_a_rebuild_in_several_batches_holds_each_asset_once(index, monkeypatch):
    monkeypatch.setattr(index_module, "REBUILD_BATCH", 7)
    index.rebuild([*shelf(), replace(ORRIN, title="Last word", version_id=5)])
    assert index.status().assets == len(shelf())
    assert index.held()[1] == 5
    assert found(index, "last word")[:1] == [1]


def test_the_old_index_answers_while_the_new_one_is_built(index):
    index.apply([ORRIN])

    def slowly():
        yield KESTERVALE
        assert found(WhooshIndex(index._folder)) == [1]
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
    assert len(list(index._folder.glob("generation-*"))) == 1


def test_a_rebuild_removes_what_a_killed_one_left(index):
    (index._folder / "generation-dead").mkdir()
    index.rebuild([ORRIN])
    assert [path.name for path in index._folder.glob("generation-*")] != ["generation-dead"]
    assert len(list(index._folder.glob("generation-*"))) == 1


def test_another_index_object_sees_commits_and_swaps(index):
    reader = WhooshIndex(index._folder)
    assert found(reader) == []
    index.apply([ORRIN])
    assert found(reader) == [1]
    index.rebuild([KESTERVALE])
    assert found(reader) == [2]


# Missing and damaged


def test_opening_creates_nothing(tmp_path):
    index = WhooshIndex(tmp_path / "index")
    status = index.status()
    assert (status.is_ready, status.assets) == (False, 0)
    assert "not been built" in status.problem
    with pytest.raises(IndexUnavailableError):
        index.answer(ask("dairy"))
    with pytest.raises(IndexUnavailableError):
        index.held()
    assert not (tmp_path / "index").exists()


def test_a_batch_never_makes_an_index_that_holds_the_batch_alone(tmp_path):
    index = WhooshIndex(tmp_path / "index")
    with pytest.raises(IndexUnavailableError):
        index.apply([ORRIN])
    assert not index.status().is_ready


def test_an_index_of_no_assets_answers(index):
    assert index.status() == IndexStatus(generation=1, assets=0) or index.status().assets == 0
    for text in ("", "dairy", '"a b"', "kind:deck", "a*", "-x"):
        assert index.answer(ask(text)).total == 0


def damages(folder: Path, what: str) -> None:
    """Do one damage to an index of one segment: lose, empty, halve or blank one of its files."""
    (generation,) = folder.glob("generation-*")
    deed, name = what.split(" ", 1)
    path = {"folder": folder, "generation": generation, "pointer": folder / folders.POINTER}.get(name)
    if path is None:
        (path,) = generation.glob(f"*{name}")
    sound = path.read_bytes() if path.is_file() else b""
    match deed:
        case "lost":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        case "empty":
            path.write_bytes(b"")
        case "half":
            path.write_bytes(sound[: len(sound) // 2])
        case "blank":
            path.write_bytes(bytes(len(sound)))
        case "strange":
            path.write_text(json.dumps({"folder": 7}))
        case "wandering":
            path.write_text(json.dumps({"folder": "../..", "base": 0}))


DAMAGES = [
    "lost folder", "lost generation", "lost pointer", "empty pointer", "strange pointer", "wandering pointer",
    *(f"{deed} {name}" for deed in ("lost", "empty", "half", "blank") for name in (".toc", ".trm", "facts.col")),
    "lost .pst",
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_says_so_and_a_rebuild_heals_it(tmp_path, damage):
    first = WhooshIndex(tmp_path / "index")
    first.rebuild(shelf())
    damages(tmp_path / "index", damage)
    before = sorted(path.name for path in tmp_path.rglob("*"))

    index = WhooshIndex(tmp_path / "index")
    status = index.status()
    assert not status.is_ready
    assert status.problem.startswith("The search index")
    with pytest.raises(IndexUnavailableError):
        index.answer(ask("dairy"))
    with pytest.raises(IndexUnavailableError):
        index.held()
    assert sorted(path.name for path in tmp_path.rglob("*")) == before, "reading deletes and makes nothing"
    with pytest.raises(IndexUnavailableError):
        index.apply([ORRIN])

    index.rebuild(shelf())
    assert index.status().assets == len(shelf())
    assert found(index, "dairy")


@pytest.mark.parametrize(
    "damage", ["empty .pst", "half .pst", "blank .pst", "lost _stored.col", "empty _stored.col", "blank _stored.col"]
)
def test_damage_that_only_a_question_comes_upon_is_told_afterwards(tmp_path, damage):
    index = WhooshIndex(tmp_path / "index")
    index.rebuild(shelf())
    damages(tmp_path / "index", damage)
    with pytest.raises(IndexUnavailableError):
        index.answer(ask("dairy OR water OR uptime OR maintenance", limit=200))
    assert not index.status().is_ready
    index.rebuild(shelf())
    assert index.status().is_ready
    assert found(index, "dairy")


def test_flipped_bytes_are_reported_never_a_crash(tmp_path):
    index = WhooshIndex(tmp_path / "index")
    index.rebuild(shelf())
    failures = 0
    for path in sorted((tmp_path / "index").glob("generation-*/MAIN_*.*")):
        sound = path.read_bytes()
        for at in range(0, len(sound), max(len(sound) // 5, 1)):
            path.write_bytes(sound[:at] + bytes(byte ^ 0xA5 for byte in sound[at : at + 40]) + sound[at + 40 :])
            damaged = WhooshIndex(tmp_path / "index")
            for text in ("dairy", '"night calls"', "a*", "xqzzkw hospitl"):
                try:
                    damaged.answer(ask(text, visibility=SEES_ALL))
                except IndexUnavailableError:
                    failures += 1
        path.write_bytes(sound)
    assert failures
    assert found(WhooshIndex(tmp_path / "index"), "dairy")


def test_an_index_deleted_under_an_open_one_is_noticed(index):
    index.apply([ORRIN])
    assert found(index) == [1]
    shutil.rmtree(index._folder)
    with pytest.raises(IndexUnavailableError):
        index.answer(ask("dairy"))
    index.rebuild([KESTERVALE])
    assert found(index) == [2]


# The lock


def test_a_second_writer_waits_and_then_says_who_is_in_the_way(index):
    other = WhooshIndex(index._folder, lock_timeout=0.1)
    with index._folders.hold(index_module.LOCK), pytest.raises(IndexBusyError) as refused:
        other.apply([KESTERVALE])
    assert isinstance(refused.value, ContentlibError)
    other.apply([KESTERVALE])
    assert found(other) == [2]


def test_a_second_rebuild_waits_and_then_says_who_is_in_the_way(index):
    other = WhooshIndex(index._folder, lock_timeout=0.1)

    def while_building():
        with pytest.raises(IndexBusyError):
            other.rebuild([BRANNOC])
        yield ORRIN

    index.rebuild(while_building())
    assert found(other) == [1]


def test_whoever_writes_past_our_lock_is_in_the_way_and_no_lock_error(index, monkeypatch):
    monkeypatch.setattr(commits, "LOCK_PATIENCE", 0.05)
    outside = engine.SegmentWriter(index._open(index._folders.current().folder))
    with pytest.raises(IndexBusyError):
        index.apply([ORRIN])
    outside.cancel()
    index.apply([ORRIN])
    assert found(index) == [1]


def test_what_is_applied_while_the_index_is_built_is_found_at_once_and_afterwards(index):
    other = WhooshIndex(index._folder)
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
    monkeypatch.setattr(index_module, "REBUILD_BATCH", 10)
    whole = shelf()

    def stopped():
        yield from whole[:25]
        raise KeyboardInterrupt

    index.apply([ORRIN])
    with pytest.raises(KeyboardInterrupt):
        index.rebuild(stopped())
    assert found(index) == [1], "the old one answers"
    (left,) = index._folder.glob(f"generation-*/{folders.BUILDING}")
    written = []
    real = index_module.entries.to_document
    monkeypatch.setattr(index_module.entries, "to_document", lambda one: written.append(one.asset_id) or real(one))
    told: list[int] = []
    changed = [replace(whole[0], title="Changed meanwhile", version_id=9), *whole[1:4], *whole[5:]]
    index.rebuild(changed, on_progress=told.append)
    assert sorted(written) == [1, *(one.asset_id for one in whole[20:])]
    assert told[-1] == len(changed)
    assert index.held() == {one.asset_id: one.version_id for one in changed}
    assert left.parent.name == index._folders.current().folder.name


def test_an_index_of_another_format_is_built_anew(index, monkeypatch):
    index.apply([ORRIN])
    monkeypatch.setattr(schema, "FORMAT", schema.FORMAT + 1)
    newer = WhooshIndex(index._folder)
    assert "another version" in (newer.status().problem or "")
    before = json.loads((index._folder / folders.POINTER).read_text())["base"]
    newer.rebuild([KESTERVALE])
    assert newer.status().generation > before
    assert found(newer) == [2]


@settings(max_examples=20)
@given(one=st.sampled_from(shelf()), text=st.text(max_size=60), company=st.text(max_size=20))
def test_an_entry_can_be_read_back_from_the_index(one, text, company):
    """What comes back is indexed into the same words and facts."""
    before = replace(one, title=text, company=company, pages=(PageText(number=3, title=company, text=text),))
    document = entries.to_document(before)
    restored = entries.restore(
        entries.unpack_facts(document[schema.FACTS_FIELD]), entries.unpack_texts(document[schema.TEXTS_FIELD])
    )
    again = entries.to_document(restored)
    fields = (*schema.PLACES, schema.WORDS_FIELD, schema.TEXTS_FIELD)
    assert {name: again[name] for name in fields} == {name: document[name] for name in fields}


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


# Any question


@pytest.mark.parametrize("text", NASTIES, ids=lambda text: ascii(text[:20]))
def test_no_nasty_question_is_an_error(library, text):
    answer = library.answer(ask(text))
    assert answer.total >= len(answer.hits)
    for hit in answer.hits:
        assert all(part.text for part in hit.snippet)
        for part in hit.why:
            part.what.encode()
