"""An index that is missing or damaged says so and is never emptied in place; a rebuild heals it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from contentlib.domain.errors import IndexUnavailableError
from contentlib.domain.search import IndexStatus
from contentlib.search import folders, schema
from contentlib.search.index import WhooshIndex
from tests.integration.search.shelf import KESTERVALE, ORRIN, SEES_ALL, ask, found, shelf

ON_FILES = pytest.mark.parametrize("place", ["whoosh"], indirect=True)

# Enough of them for a file of each sort.
SOME = shelf()[:8]


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
    first.rebuild(SOME)
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

    index.rebuild(SOME)
    assert index.status().assets == len(SOME)
    assert found(index, "dairy")


@pytest.mark.parametrize(
    "damage", ["empty .pst", "half .pst", "blank .pst", "lost _stored.col", "empty _stored.col", "blank _stored.col"]
)
def test_damage_that_only_a_question_comes_upon_is_told_afterwards(tmp_path, damage):
    index = WhooshIndex(tmp_path / "index")
    index.rebuild(SOME)
    damages(tmp_path / "index", damage)
    with pytest.raises(IndexUnavailableError):
        index.answer(ask("dairy OR water OR uptime OR maintenance", limit=200))
    assert not index.status().is_ready
    index.rebuild(SOME)
    assert index.status().is_ready
    assert found(index, "dairy")


def test_flipped_bytes_are_reported_never_a_crash(tmp_path):
    index = WhooshIndex(tmp_path / "index")
    index.rebuild(shelf())
    failures = 0
    for path in sorted((tmp_path / "index").glob("generation-*/MAIN_*.*")):
        sound = path.read_bytes()
        for at in range(0, len(sound), max(len(sound) // 4, 1)):
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


@ON_FILES
def test_an_index_deleted_under_an_open_one_is_noticed(index):
    index.apply([ORRIN])
    assert found(index) == [1]
    shutil.rmtree(index._folder)
    with pytest.raises(IndexUnavailableError):
        index.answer(ask("dairy"))
    index.rebuild([KESTERVALE])
    assert found(index) == [2]


@ON_FILES
def test_an_index_of_another_format_is_built_anew(index, monkeypatch):
    index.apply([ORRIN])
    monkeypatch.setattr(schema, "FORMAT", schema.FORMAT + 1)
    newer = WhooshIndex(index._folder)
    assert "another version" in (newer.status().problem or "")
    before = json.loads((index._folder / folders.POINTER).read_text())["base"]
    newer.rebuild([KESTERVALE])
    assert newer.status().generation > before
    assert found(newer) == [2]
