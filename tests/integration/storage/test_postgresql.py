"""What PostgreSQL must be told that SQLite does by itself, and how it says no."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from contentlib.domain.assets import Vocabulary
from contentlib.domain.errors import ConflictError, InvalidInputError, LibraryRefusedError, SetupMissingError
from contentlib.domain.imports import UsageRow
from contentlib.domain.people import OPERATOR, Role
from contentlib.domain.usage import Channel
from contentlib.library import Library
from contentlib.services import people, taxonomy, usage
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.settings import Settings
from contentlib.storage import database as storage
from contentlib.storage.queries import usage_to_close
from contentlib.storage.tables import Asset, DealStageEntry, Person, Term, UsageEvent
from tests import postgres
from tests.cast import RITA
from tests.factories.shops import NOW, Shop, on

AT_ONCE = 8
on_postgresql_alone = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def url(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty database."""
    with postgres.fresh_database(postgresql_server, "test-empty-" + os.urandom(8).hex()) as fresh:
        yield fresh


def open_library(url: str, data: Path, sandbox: object) -> Library:
    return Library(Settings(data=data, database_url=SecretStr(url)), sandbox=sandbox)  # type: ignore[arg-type]


def test_a_url_is_taken_as_the_servers_own_tools_write_it(url: str):
    for scheme in ("postgresql:", "postgres:", "postgresql+psycopg:"):
        engine = storage.open_engine(url.replace("postgresql:", scheme))
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT 1")) == 1
        engine.dispose()


@pytest.mark.parametrize("url", ["mysql://localhost/library", "no url", "postgresql+asyncpg://localhost/library"])
def test_a_url_of_another_database_is_refused(url: str):
    with pytest.raises(InvalidInputError, match="CONTENTLIB_DATABASE_URL"):
        storage.open_engine(url)


def test_without_the_driver_the_line_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SetupMissingError, match=r"pip install 'contentlib\[postgresql\]'"):
        storage.open_engine("postgresql://localhost/library")


def test_a_server_that_does_not_answer_is_told_in_a_sentence(tmp_path: Path, sandbox):
    with pytest.raises(LibraryRefusedError, match=r"does not answer .* Look whether the server"):
        open_library(f"postgresql://nobody@/nothing?host={tmp_path}", tmp_path / "data", sandbox)


def test_another_programs_database_is_left_alone(url: str, tmp_path: Path, sandbox):
    with storage.open_engine(url).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE recipes (name TEXT)")
    connection.engine.dispose()
    with pytest.raises(LibraryRefusedError, match="another program"):
        open_library(url, tmp_path, sandbox)


def test_an_encoding_that_holds_no_unicode_is_refused(postgresql_server: str, tmp_path: Path, sandbox):
    name = "test-latin-" + os.urandom(8).hex()
    with postgres.administering(postgresql_server) as connection:
        connection.exec_driver_sql(
            f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
        )
    with pytest.raises(LibraryRefusedError, match="ENCODING 'UTF8'"):
        open_library(postgresql_server.replace("DATABASE", name), tmp_path, sandbox)


def test_a_user_who_may_make_no_tables_is_told_what_to_grant(url: str, tmp_path: Path, sandbox):
    who = "reader" + os.urandom(4).hex()
    with postgres.administering(url) as connection:
        connection.exec_driver_sql(f"CREATE ROLE {who} LOGIN")
    with storage.open_engine(url).begin() as connection:
        connection.exec_driver_sql("REVOKE CREATE ON SCHEMA public FROM public")
    connection.engine.dispose()
    with pytest.raises(LibraryRefusedError, match=f'GRANT CREATE ON SCHEMA public TO "{who}"'):
        open_library(url.replace("tester@", f"{who}@"), tmp_path, sandbox)


@pytest.fixture
def at_once(shop: Shop, database: str) -> Callable[..., list[object]]:
    """Do one deed several times at the same moment; gives what each answered, or the error."""

    def do(deed: Callable[[UnitOfWork], object]) -> list[object]:
        ready = threading.Barrier(AT_ONCE)
        rita = shop.actor(RITA)

        def one(_: int) -> object:
            ready.wait()
            try:
                with shop.library.work(rita if deed is use_once else OPERATOR) as uow:
                    return deed(uow)
            except ConflictError as refused:
                return refused.message

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(one, range(AT_ONCE)))

    return do


def use_once(uow: UnitOfWork) -> object:
    return usage.record(uow, asset="round-at-a-glance", channel=Channel.SHARED, deal="K-1", key="the same").id


def count(shop: Shop, table: type, *where: object) -> int:
    with shop.library.read(OPERATOR) as reading:
        return reading.session.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0


def test_a_key_that_comes_twice_at_once_is_answered_like_the_first(shop: Shop, at_once):
    assert len(set(at_once(use_once))) == 1
    assert count(shop, UsageEvent) == 1


def test_an_address_that_comes_twice_at_once_is_here_already_for_all_but_the_first(shop: Shop, at_once):
    def add(uow: UnitOfWork) -> object:
        return people.add(uow, email="new@tarnwell.example", name="New Person", roles=[Role.REP]).email

    answers = at_once(add)
    assert sorted(map(str, answers)) == ["new@tarnwell.example"] + ["new@tarnwell.example is already here."] * 7
    assert count(shop, Person, Person.email == "new@tarnwell.example") == 1


def test_a_word_that_comes_twice_at_once_is_one_word(shop: Shop, at_once):
    def add(uow: UnitOfWork) -> object:
        return taxonomy.TermBook(uow, (Vocabulary.TAG,)).add(Vocabulary.TAG, "Night shift").id

    assert len(set(at_once(add))) == 1
    assert count(shop, Term, Term.label == "Night shift") == 1


def test_a_rep_who_is_named_by_two_imports_at_once_is_one_person(shop: Shop, at_once):
    row = UsageRow(
        line=2, asset="round-at-a-glance", deal="K-1", rep="una@tarnwell.example", occurred_at=on("2026-08-05"),
        channel=Channel.SHARED, version=None,
    )  # fmt: skip

    def take(uow: UnitOfWork) -> object:
        return usage.import_usage(uow, [row]).created

    assert sorted(at_once(take)) == [0] * 7 + [1]
    assert count(shop, UsageEvent) == count(shop, Person, Person.email == "una@tarnwell.example") == 1


def test_the_last_admin_stays_whoever_asks_at_once(shop: Shop):
    with shop.library.work(OPERATOR) as uow:
        people.add(uow, email="second@tarnwell.example", name="Second", roles=[Role.ADMIN])
    ready = threading.Barrier(2)

    def disable(email: str) -> bool:
        ready.wait()
        try:
            with shop.library.work(OPERATOR) as uow:
                people.disable(uow, email=email)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(disable, ["ada@tarnwell.example", "second@tarnwell.example"])) == [False, True]


@on_postgresql_alone
def test_a_writer_whose_turn_does_not_come_is_told_so_in_a_sentence(shop: Shop, monkeypatch):
    monkeypatch.setattr(storage, "BUSY_MS", 50)
    with shop.library.work(OPERATOR) as uow:
        uow.audit("holds its turn", "library", 0)
        uow.session.flush()
        with pytest.raises(LibraryRefusedError, match="holds the library's database"):
            shop.use(RITA)


@on_postgresql_alone
@pytest.mark.parametrize("text", ["x" * 301, "a\0b"])
def test_what_a_column_cannot_hold_is_refused_and_not_a_fault(shop: Shop, text: str):
    with pytest.raises(InvalidInputError, match="longer than is kept"), shop.library.work(OPERATOR) as uow:
        uow.session.execute(sa.update(Asset).values(title=text))


def test_long_words_of_an_authored_file_are_cut_to_what_is_kept(shop: Shop):
    long = "long " * 200
    shop.write("deck/long.md", f"---\ntitle: {long}\nbrand: {long}\nversion_note: {long}\n---\n\n# Slide\n")
    assert shop.sync().created == 1
    assert count(shop, Asset, sa.func.length(Asset.title) <= 300, Asset.slug == "long") == 1


def test_a_reader_sees_one_moment(shop: Shop):
    with shop.library.read(OPERATOR) as reading:
        before = reading.session.scalar(sa.select(sa.func.count()).select_from(UsageEvent))
        shop.use(RITA)
        assert reading.session.scalar(sa.select(sa.func.count()).select_from(UsageEvent)) == before == 0
    assert count(shop, UsageEvent) == 1


def test_seconds_are_cut_off_and_not_rounded(shop: Shop):
    with shop.library.rehearse(OPERATOR) as uow:
        entry = uow.session.scalars(sa.select(DealStageEntry).limit(1)).one()
        uow.session.execute(sa.delete(DealStageEntry).where(DealStageEntry.id != entry.id))
        entry.entered_at = NOW + timedelta(milliseconds=900)
        uow.session.flush()
        facts, _ = usage_to_close.read_facts(uow.session)
        assert facts.stage_entered_at.tolist() == [int(NOW.timestamp())]


def test_an_asset_whose_current_version_goes_has_none(shop: Shop):
    with shop.library.rehearse(OPERATOR) as uow:
        asset = uow.session.scalars(sa.select(Asset).where(Asset.slug == "order-form")).one()
        uow.session.execute(sa.text(f"DELETE FROM asset_version WHERE asset_id = {asset.id}"))
        uow.session.refresh(asset)
        assert asset.current_version_id is None
