"""A library moves from SQLite to PostgreSQL and back without losing a row or a byte, as an export and as a backup."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.services import operations
from contentlib.settings import Settings
from contentlib.storage import rows
from tests import postgres
from tests.cast import RITA
from tests.factories.shops import Shop
from tests.integration.operations.damage import quiet, verify


@pytest.fixture
def on_postgresql(postgresql_server: str, tmp_path: Path, shop: Shop) -> Iterator[Library]:
    """An empty library on PostgreSQL."""
    with postgres.fresh_database(postgresql_server, f"moving-{uuid.uuid4().hex}") as url:
        settings = Settings(data=tmp_path / "postgresql", database_url=SecretStr(url))
        with Library(settings, clock=shop.clock, sandbox=shop.library.sandbox) as library:
            yield library


@pytest.fixture
def on_sqlite(tmp_path: Path, shop: Shop) -> Iterator[Library]:
    """Another empty library on SQLite."""
    with Library(Settings(data=tmp_path / "sqlite"), clock=shop.clock, sandbox=shop.library.sandbox) as library:
        yield library


def move(source: Library, target: Library, folder: Path) -> dict[str, bytes]:
    """Export one library and take it into the other; gives what lay in between, without the dated list."""
    with source.read(OPERATOR) as reading:
        made = operations.export(reading, folder, quiet)
    unpacked = operations.check_export(folder, quiet)
    with target.work(OPERATOR) as uow:
        taken = operations.take_in(uow, unpacked, quiet)
    assert made == taken
    target.rebuild_index()
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: data for name, data in files.items() if name != "manifest.json"}


def test_sqlite_to_postgresql_to_sqlite_is_the_same_library(
    shop: Shop, on_postgresql: Library, on_sqlite: Library, tmp_path: Path
):
    shop.download(RITA, values={"prospect.name": "Łódź “Żubr” & Søn"})
    shop.use(RITA, deal="K-4", key="rated")
    shop.drain()
    there = move(shop.library, on_postgresql, tmp_path / "there")
    assert verify(Shop(on_postgresql, shop.clock, shop.content)) == ()
    back = move(on_postgresql, on_sqlite, tmp_path / "back")
    assert verify(Shop(on_sqlite, shop.clock, shop.content)) == ()
    assert back == there


def test_what_moved_to_postgresql_goes_on_counting(shop: Shop, on_postgresql: Library, tmp_path: Path):
    before = shop.use(RITA, key="before")
    move(shop.library, on_postgresql, tmp_path / "there")
    moved = Shop(on_postgresql, shop.clock, shop.content)
    assert moved.use(RITA, key="after") == before + 1
    assert moved.use(RITA, key="before") == before
    assert verify(moved) == ()


def test_a_backup_of_postgresql_is_restored_into_either_database(
    shop: Shop, on_postgresql: Library, on_sqlite: Library, tmp_path: Path
):
    shop.download(RITA)
    move(shop.library, on_postgresql, tmp_path / "there")
    file, data = tmp_path / "library.tar", tmp_path / "restored"
    with on_postgresql.read(OPERATOR) as reading:
        made = operations.back_up(reading, file, quiet)
    assert made.bytes == file.stat().st_size
    with operations.unpack_backup(file, data=data, blobs=data / "blobs", progress=quiet) as unpacked:
        with pytest.raises(FileRefusedError, match="holds rows"):
            operations.put_in_place(unpacked, data=data, blobs=data / "blobs")
        with on_sqlite.work(OPERATOR) as uow:
            taken = operations.take_in(uow, unpacked, quiet)
    assert (taken.rows, taken.blobs) == (made.rows, made.blobs)
    assert not any(data.iterdir())
    on_sqlite.rebuild_index()
    assert verify(Shop(on_sqlite, shop.clock, shop.content)) == ()


def test_rows_that_point_to_nothing_are_found_on_postgresql_too(shop: Shop, on_postgresql: Library, tmp_path: Path):
    shop.use(RITA)
    shop.drain()
    move(shop.library, on_postgresql, tmp_path / "there")
    with on_postgresql.work(OPERATOR) as uow:
        connection = uow.session.connection()
        connection.exec_driver_sql("SET session_replication_role = replica")  # as if its keys did not hold
        connection.exec_driver_sql("DELETE FROM deal WHERE external_id = 'K-1'")
        connection.exec_driver_sql("SET session_replication_role = DEFAULT")
    found = verify(Shop(on_postgresql, shop.clock, shop.content))
    assert "1 row points to nothing: deal_id of usage_event to deal." in {difference.message for difference in found}


def test_a_backup_of_postgresql_holds_one_moment(shop: Shop, on_postgresql: Library, tmp_path: Path, monkeypatch):
    """Somebody writes between the first table that is read and the last."""
    move(shop.library, on_postgresql, tmp_path / "there")
    moved, dump = Shop(on_postgresql, shop.clock, shop.content), rows.dump

    def dump_slowly(session, folder, on_rows):
        moved.use(RITA, key="meanwhile")
        return dump(session, folder, on_rows)

    monkeypatch.setattr(rows, "dump", dump_slowly)
    with on_postgresql.read(OPERATOR) as reading:
        operations.export(reading, tmp_path / "copy", quiet)
    assert (tmp_path / "copy" / "tables" / "usage_event.jsonl").read_bytes() == b""
