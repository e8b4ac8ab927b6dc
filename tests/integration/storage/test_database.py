"""The schema goes up and down, and what is no library of ours, or a newer one, is refused before anything changes."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from contentlib.domain.assets import Vocabulary
from contentlib.domain.errors import LibraryRefusedError
from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.services import taxonomy
from contentlib.settings import Settings
from contentlib.storage import database
from contentlib.storage.jobs import JobKind
from contentlib.storage.tables import Base
from tests.factories.shops import NOW, MovingClock, Shop


@pytest.fixture
def engine(tmp_path, database_url):
    engine = database.open_engine(database_url or f"sqlite:///{tmp_path / 'library.sqlite3'}")
    yield engine
    engine.dispose()


@pytest.fixture
def embedded(tmp_path):
    engine = database.open_engine(f"sqlite:///{tmp_path / 'library.sqlite3'}")
    yield engine
    engine.dispose()


def upgrade(engine: sa.Engine, backups: Path | None = None) -> None:
    database.migrate(engine, backups=backups, at=NOW)


def checks_of(engine: sa.Engine) -> dict[str, set[str]]:
    inspector = sa.inspect(engine)
    return {
        table: {str(check["name"]) for check in inspector.get_check_constraints(table)}
        for table in Base.metadata.tables
    }


def test_the_schema_after_the_upgrade_is_the_metadata(engine):
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_checks_after_the_upgrade_are_the_metadatas(engine):
    upgrade(engine)
    upgraded = checks_of(engine)
    database.downgrade(engine, "base")
    Base.metadata.create_all(engine)
    assert upgraded == checks_of(engine)
    assert any(upgraded.values())


def test_the_schema_goes_down_and_up_again(engine):
    upgrade(engine)
    database.downgrade(engine, "base")
    assert set(sa.inspect(engine).get_table_names()) == {"alembic_version"}
    upgrade(engine)
    assert set(Base.metadata.tables) < set(sa.inspect(engine).get_table_names())


def test_a_writing_connection_has_the_pragmas_that_the_promises_rest_on(embedded):
    with embedded.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_opening_a_newer_library_is_refused_and_changes_nothing(engine, tmp_path):
    upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9876'")
    with pytest.raises(LibraryRefusedError, match="newer contentlib"):
        upgrade(engine, tmp_path / "backups")
    assert not (tmp_path / "backups").exists()


def test_an_older_library_is_copied_before_it_is_migrated(embedded, tmp_path):
    upgrade(embedded)
    versions = database.known_revisions()
    with embedded.begin() as connection:
        connection.exec_driver_sql("INSERT INTO library_fact (name, value) VALUES ('kept', 'as it was')")
    with pytest.MonkeyPatch.context() as patch:
        # There is one revision so far; a second one that does nothing stands for the next.
        patch.setattr(database, "known_revisions", lambda: [*versions, "9999"])
        patch.setattr(database, "_run", lambda *_: None)
        upgrade(embedded, tmp_path / "backups")
    (copy,) = (tmp_path / "backups").iterdir()
    assert copy.name == "before-9999-20260901T090000.sqlite3"
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("SELECT value FROM library_fact WHERE name = 'kept'").fetchall() == [("as it was",)]


def test_a_library_that_is_up_to_date_is_not_copied(embedded, tmp_path):
    upgrade(embedded, tmp_path / "backups")
    upgrade(embedded, tmp_path / "backups")
    assert not (tmp_path / "backups").exists()


def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path):
    (tmp_path / "library.sqlite3").write_bytes(b"this is not a database " * 100)
    with pytest.raises(LibraryRefusedError, match="cannot be opened"):
        Library(Settings(data=tmp_path))


def test_another_programs_database_is_refused_and_left_alone(tmp_path):
    with closing(sqlite3.connect(tmp_path / "library.sqlite3")) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(LibraryRefusedError, match="another program"):
        Library(Settings(data=tmp_path))
    with closing(sqlite3.connect(tmp_path / "library.sqlite3")) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]


def test_threads_that_open_a_new_library_at_once_all_get_the_same_one(tmp_path, sandbox):
    def open_one(_: int) -> int:
        opening = Library(Settings(data=tmp_path), clock=MovingClock(NOW), sandbox=sandbox)
        with opening as library, library.read(OPERATOR) as reading:
            return len(taxonomy.list_kinds(reading))

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(open_one, range(4))) == {13}


def test_what_a_broken_off_unit_of_work_wrote_is_gone(shop: Shop):
    def break_off() -> None:
        with shop.library.work(OPERATOR) as uow:
            taxonomy.set_terms(uow, Vocabulary.TAG, [("gone", "Gone")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    with shop.library.read(OPERATOR) as reading:
        assert taxonomy.TermBook(reading, (Vocabulary.TAG,)).find(Vocabulary.TAG, "gone") is None


def test_a_naive_moment_is_refused_by_the_database(shop: Shop):
    with shop.library.rehearse(OPERATOR) as uow, pytest.raises(sa.exc.StatementError, match="naive datetime"):
        uow.enqueue(JobKind.INDEX_ASSET, 1, at=NOW.replace(tzinfo=None))


def test_a_library_that_is_emptied_begins_anew(shop: Shop):
    with shop.library.read(OPERATOR) as reading:
        words = [kind.slug for kind in taxonomy.list_kinds(reading)]
    shop.library.empty()
    with shop.library.read(OPERATOR) as reading:
        assert [kind.slug for kind in taxonomy.list_kinds(reading)] == words
        assert reading.session.scalar(sa.text("SELECT count(*) FROM asset")) == 0
    assert shop.library.index.status().assets == 0
