"""Where an index can be kept: a folder of files, or tables of a PostgreSQL database; both are asked the same."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from contentlib.search import folders
from contentlib.search.answering import SearchIndex
from contentlib.search.index import WhooshIndex
from contentlib.search.postgresql import PostgresIndex, Tables
from contentlib.storage import database
from contentlib.storage.tables import Base, search_index

# What other processes call themselves, so that their server processes can be told from ours.
ELSEWHERE = "elsewhere"

ENGINES = ("whoosh", "postgresql")


class Place(Protocol):
    """A place that keeps one index, which any number of processes may open."""

    @property
    def address(self) -> str:
        """What `find` finds the place by, in any process."""
        ...

    def open(self, lock_timeout: float = 5.0) -> SearchIndex:
        """Open what is kept there, as another process would."""
        ...

    def count_built(self) -> int:
        """Count what a rebuild has built and not let answer yet."""
        ...

    def settle(self) -> None:
        """Wait until nothing is at work any more for a process that was killed."""
        ...


def find(address: str) -> Place:
    """Find a place, which shares nothing with those that the caller knows."""
    return TablesPlace(address) if address.startswith("postgresql:") else FolderPlace(Path(address))


@dataclass(frozen=True)
class FolderPlace:
    """A folder of Whoosh's files."""

    folder: Path

    @property
    def address(self) -> str:
        return str(self.folder)

    def open(self, lock_timeout: float = 5.0) -> WhooshIndex:
        return WhooshIndex(self.folder, lock_timeout=lock_timeout)

    def count_built(self) -> int:
        return len(list(self.folder.glob(f"generation-*/{folders.BUILDING}")))

    def settle(self) -> None:
        pass


@dataclass
class TablesPlace:
    """A schema with the tables of the index, which other processes can open by its address."""

    url: str
    # The places in the same database, this one first.
    all: list[TablesPlace] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self.all.append(self)

    @cached_property
    def engine(self) -> sa.Engine:
        return database.open_index_engine(self.url)

    def open(self, lock_timeout: float = 5.0) -> PostgresIndex:
        tables = Tables(**search_index.list_tables())
        return PostgresIndex(self.engine, tables, telling=database.in_sentences, lock_timeout=lock_timeout)

    @property
    def address(self) -> str:
        return f"{self.url}&application_name={ELSEWHERE}"

    def count_built(self) -> int:
        with self.engine.connect() as connection:
            return connection.scalar(sa.text("SELECT count(*) FROM search_segment WHERE is_building")) or 0

    def settle(self) -> None:
        asked = sa.text("SELECT count(*) FROM pg_stat_activity WHERE application_name = :name")
        with self.engine.connect() as connection:
            while connection.scalar(asked, {"name": ELSEWHERE}):
                time.sleep(0.01)

    def make(self, schema: str) -> TablesPlace:
        """Make a place of its own in the same database."""
        schema = f"{schema}_{len(self.all)}"
        with self.engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
        made = TablesPlace(f"{self.url}&options=-csearch_path%3D{schema}", self.all)
        Base.metadata.create_all(made.engine, [*search_index.list_tables().values()])
        return made

    def empty(self) -> TablesPlace:
        with self.engine.connect() as connection:
            connection.exec_driver_sql("TRUNCATE search_index, search_segment CASCADE")
        return self


@contextmanager
def database_for_indexes(postgresql_server: str) -> Iterator[TablesPlace]:
    """Make a database that holds no table yet."""
    from tests import postgres

    with postgres.fresh_database(postgresql_server, f"indexes-{uuid.uuid4().hex}") as url:
        place = TablesPlace(url)
        yield place
        for one in place.all:
            one.engine.dispose()
