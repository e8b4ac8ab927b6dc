"""An exported library is taken in by any database, row by row and byte by byte, or not at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from contentlib.domain.errors import ConflictError, FileRefusedError, LibraryRefusedError
from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.sandbox.parent import Sandbox
from contentlib.services import operations, search_tuning
from contentlib.services.operations import Carried
from contentlib.settings import Settings
from contentlib.storage import rows
from tests.cast import MARCO, RITA
from tests.factories import shops
from tests.factories.hostile import picture
from tests.factories.shops import Shop
from tests.integration.operations.damage import blob, codes, quiet, verify


def export(library: Library, folder: Path) -> Carried:
    with library.read(OPERATOR) as reading:
        return operations.export(reading, folder, quiet, data=library.settings.data)


def take_in(library: Library, folder: Path) -> Carried:
    unpacked = operations.check_export(folder, quiet)
    with library.work(OPERATOR) as uow:
        return operations.take_in(uow, unpacked, quiet, data=library.settings.data)


def files(folder: Path) -> dict[str, bytes]:
    """Everything in an export but the list of contents, which is dated."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: data for name, data in found.items() if name != "manifest.json"}


def total(library: Library) -> int:
    with library.read(OPERATOR) as reading:
        return sum(rows.count(reading.session).values())


def add_chart(shop: Shop) -> None:
    """Add a picture that no text shows yet."""
    shop.library.add_picture(shop.actor(MARCO), name="Chart.png", data=picture(), alt="A chart")


@pytest.fixture(scope="module")
def kept(
    shop_template: Path, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Shop, Path]]:
    """A library in use that nobody changes, and what was exported of it."""
    folder = tmp_path_factory.mktemp("exported")
    with shops.open_copy(shop_template, folder, sandbox) as shop:
        shop.download(RITA)
        add_chart(shop)
        shop.drain()
        (shop.library.settings.data / search_tuning.JUDGED_NAME).write_text("# none yet\n")
        assert export(shop.library, folder / "moved").findings == ()
        yield shop, folder / "moved"


@pytest.fixture
def exported(kept: tuple[Shop, Path], tmp_path: Path) -> Path:
    """An export of one's own, to be altered."""
    return shutil.copytree(kept[1], tmp_path / "moved")


@pytest.fixture
def empty(kept: tuple[Shop, Path], tmp_path: Path) -> Iterator[Library]:
    with open_empty(kept[0], tmp_path) as library:
        yield library


@pytest.fixture(scope="module")
def refusing(kept: tuple[Shop, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """An empty library for what is refused, which stays empty."""
    with open_empty(kept[0], tmp_path_factory.mktemp("refusing")) as library:
        yield library


def open_empty(shop: Shop, folder: Path) -> Library:
    return Library(Settings(data=folder / "empty"), clock=shop.clock, sandbox=shop.library.sandbox)


def test_what_is_taken_in_is_what_was_exported(kept: tuple[Shop, Path], exported: Path, empty: Library, tmp_path: Path):
    shop, _ = kept
    carried = take_in(empty, exported)
    empty.rebuild_index()
    moved = Shop(empty, shop.clock, shop.content)
    assert verify(moved) == ()
    assert carried.rows == total(shop.library) == total(empty)
    export(empty, tmp_path / "again")
    assert search_tuning.JUDGED_NAME in files(exported)
    assert files(tmp_path / "again") == files(exported)
    blob(moved, "SELECT blob FROM added_picture").unlink()
    assert codes(verify(moved)) == ["file-lost"]
    add_chart(moved)
    assert verify(moved) == (), "who adds it again brings its file back"
    assert moved.use(RITA, key="after the move") > 1, "it goes on counting where it was"


def test_an_export_is_readable_by_people(kept: tuple[Shop, Path]):
    lines = (kept[1] / "tables" / "person.jsonl").read_text(encoding="utf-8").splitlines()
    assert "Rita Vance" in {json.loads(line)["name"] for line in lines}


def alter(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


FAULTS = {
    "an altered row": (lambda folder: alter(folder / "tables/person.jsonl"), "tables/person.jsonl was altered"),
    "a lost table": (lambda folder: (folder / "tables/deal.jsonl").unlink(), "tables/deal.jsonl is missing"),
    "an altered stored file": (lambda folder: alter(next(folder.glob("blobs/*/*"))), "was altered"),
    "a lost stored file": (lambda folder: next(folder.glob("blobs/*/*")).unlink(), "is missing"),
    "something added": (lambda folder: (folder / "notes.txt").touch(), "notes.txt is not in its list"),
    "an altered list": (lambda folder: alter(folder / "manifest.json"), "manifest.json"),
    "no list": (lambda folder: (folder / "manifest.json").unlink(), "holds no exported library"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_an_export_that_is_not_whole_is_refused_before_anything_is_taken_in(
    exported: Path, refusing: Library, case: str
):
    damage, told = FAULTS[case]
    damage(exported)
    before = total(refusing)
    with pytest.raises(FileRefusedError, match=told):
        take_in(refusing, exported)
    assert total(refusing) == before


def test_rows_that_do_not_arrive_as_they_were_sent_are_taken_back(exported: Path, refusing: Library, monkeypatch):
    before, load = total(refusing), rows.load

    def lose_one(session, folder, on_rows) -> None:
        load(session, folder, on_rows)
        session.connection().exec_driver_sql("DELETE FROM usage_event")

    monkeypatch.setattr(rows, "load", lose_one)
    with pytest.raises(ConflictError, match="rows of usage_event did not arrive"):
        take_in(refusing, exported)
    assert total(refusing) == before


def test_nothing_is_taken_into_a_library_that_holds_work(kept: tuple[Shop, Path]):
    shop, exported = kept
    before = total(shop.library)
    with pytest.raises(ConflictError, match="not empty"):
        take_in(shop.library, exported)
    assert total(shop.library) == before


def test_another_schema_is_refused(kept: tuple[Shop, Path], refusing: Library, monkeypatch):
    monkeypatch.setattr("contentlib.storage.database.known_revisions", lambda: ["0001", "9999"])
    with pytest.raises(FileRefusedError, match="same version on both sides"):
        take_in(refusing, kept[1])


def test_a_folder_with_something_in_it_is_left_alone(kept: tuple[Shop, Path], tmp_path: Path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "notes.txt").write_text("precious")
    with pytest.raises(ConflictError, match="already there"):
        export(kept[0].library, tmp_path / "kept")
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["notes.txt"]


def test_a_disk_that_is_full_leaves_no_half_export(kept: tuple[Shop, Path], tmp_path: Path, monkeypatch):
    def fill_up(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("contentlib.storage.archives.shutil.copyfile", fill_up)
    with pytest.raises(LibraryRefusedError, match="No space left on device"):
        export(kept[0].library, tmp_path / "out" / "moved")
    assert not any((tmp_path / "out").iterdir())


def test_a_stored_file_that_was_lost_before_is_named(shop: Shop, tmp_path: Path):
    shop.download(RITA)
    path = blob(shop, "SELECT blob FROM document")
    path.unlink()
    assert [finding.evidence for finding in export(shop.library, tmp_path / "moved").findings] == [path.name]
