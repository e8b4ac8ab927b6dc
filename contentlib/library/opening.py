"""How a library is opened: its folder, database, index, files and workshops, and the units of work that deeds get.

It decides nothing by itself and knows no deed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import structlog

from contentlib.domain.errors import InvalidInputError, LibraryRefusedError, TuningRefusedError
from contentlib.domain.people import OPERATOR, Actor
from contentlib.ingest import previews
from contentlib.rendering.printer import Printer, practice, preload
from contentlib.sandbox.homes import Home
from contentlib.sandbox.parent import Sandbox
from contentlib.search import sentences, tuning
from contentlib.search.answering import SearchIndex
from contentlib.search.index import WhooshIndex
from contentlib.services import taxonomy
from contentlib.services.brand import Yardsticks
from contentlib.services.files import READERS
from contentlib.services.unit_of_work import Clock, UnitOfWork
from contentlib.settings import Settings
from contentlib.storage import copying, database, disks
from contentlib.storage.blobs import Blobs
from contentlib.storage.tables import search_index

_log = structlog.get_logger()

# Folders in the data folder where archives are unpacked, Office files drawn and long imports tried.
PASSING = ".passing-"
# So many rows are tried while others wait to write, for a second or so; for more, copying the database is worth it.
APART_FROM = 1_000


def find_office() -> str | None:
    """Find LibreOffice, which draws Office files where it is installed; its program, None where it is not."""
    return shutil.which("soffice")


def wall_clock() -> datetime:
    """Give the time of day in UTC; the one place that reads it."""
    return datetime.now(UTC)


class OpenedLibrary:
    """An opened library: database, index, files and workshops; safe to use from several threads."""

    def __init__(self, settings: Settings, *, clock: Clock = wall_clock, sandbox: Sandbox | None = None) -> None:
        """Open the library of some settings; a `sandbox` that is handed in is shared and stays open after it."""
        self.settings = settings
        self.clock = clock
        self._make_folder()
        self._engine = database.open_engine(settings.database)
        self._sessions = database.sessions(self._engine, is_reading=True)
        self._writing_sessions = database.sessions(database.for_writing(self._engine))
        self._queueing_sessions = database.sessions(database.for_queueing(self._engine))
        self.index, self._close_index = _open_index(settings)
        self.index.encoder = _open_model(settings)
        self.blobs = Blobs(settings.blobs_folder)
        self.office = find_office()
        templates, brand = settings.templates_folder / "documents", settings.brand_folder
        self._templates = templates  # looked for on the disk once, not for each unit of work
        self._has_own_sandbox = sandbox is None
        self.sandbox = sandbox or Sandbox(preload=(*preload(templates=templates, brand=brand), *READERS))
        self.printer = Printer(templates=templates, brand=brand, cache=settings.data / "cache", sandbox=self.sandbox)
        self.yardsticks = Yardsticks()
        self._on_commit: Callable[[], None] = lambda: None
        try:
            with self._opening():
                self._migrate()
                self._tune()
                self._begin()
        except BaseException:
            self.close()
            raise

    def warm_up(self) -> None:
        """Make ready what draws documents, as a server does that is about to be asked for many; takes seconds."""
        self.sandbox.warm_up(*practice(templates=self._templates, brand=self.settings.brand_folder))

    def _make_folder(self) -> None:
        folder = self.settings.data
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryRefusedError(f"The data folder {folder} cannot be made: {error.strerror}.") from error
        if not os.access(folder, os.W_OK):
            raise LibraryRefusedError(f"The data folder {folder} is not writable for this user.")
        kind = disks.network_kind(folder) if self.settings.database_url is None else None
        if kind is not None:
            raise LibraryRefusedError(
                f"The data folder {folder} lies on a network disk ({kind}), whose locks SQLite cannot trust. "
                "Move it to a local disk, or set CONTENTLIB_DATABASE_URL to a PostgreSQL database."
            )

    @contextlib.contextmanager
    def _opening(self) -> Iterator[None]:
        """Let processes that open one data folder at the same moment do so one after the other."""
        with (self.settings.data / "opening.lock").open("a") as held:
            fcntl.flock(held.fileno(), fcntl.LOCK_EX)
            yield

    def _migrate(self) -> None:
        is_embedded = self.settings.database_url is None
        backups = self.settings.data / "backups" if is_embedded else None
        database.migrate(self._engine, backups=backups, at=self.clock())

    def _tune(self) -> None:
        """Take the library's own weights and synonyms; a file that cannot be used must not keep the library shut."""
        try:
            self.index.use_tuning(tuning.read(self.settings.data))
        except TuningRefusedError as refused:
            _log.warning("search weighs as shipped", reason=refused.message)

    def _begin(self) -> None:
        """Give a new library its first words and an empty index."""
        with self.read(OPERATOR) as reading:
            is_new = not taxonomy.list_kinds(reading)
        if not is_new:
            return
        with self.work(OPERATOR) as uow:
            taxonomy.seed(uow)
        if not self.index.status().is_ready:
            self.index.rebuild([])

    @property
    def is_embedded(self) -> bool:
        """Tell whether the database is a file in one server's hands, and not a server of its own."""
        return database.is_embedded(self._engine)

    def try_turn(self) -> contextlib.AbstractContextManager[bool]:
        """Hold the turn that runners on several machines take on a database server; tells whether it was free."""
        return database.try_turn(self._engine)

    def close(self) -> None:
        """End the child processes and close the database."""
        self.stop_drawing()
        self._close_index()
        self._engine.dispose()

    def stop_drawing(self) -> None:
        """End the child processes with what they read or draw; whoever asked is refused."""
        if self._has_own_sandbox:
            self.sandbox.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def notify_commits(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each commit, so that a runner in this process need not wait for its next look."""
        self._on_commit = wake

    @contextlib.contextmanager
    def read(self, actor: Actor) -> Iterator[UnitOfWork]:
        """Open a reading unit of work; its rows stay readable after it, what was changed on them is dropped."""
        # Closing rolls back; a rollback by hand would empty the rows as well.
        with database.in_sentences(), self._sessions() as session:
            yield self._unit(session, actor)

    @contextlib.contextmanager
    def work(self, actor: Actor) -> Iterator[UnitOfWork]:
        """Open a writing unit of work: leaving it cleanly commits, an exception takes everything back."""
        with database.in_sentences(), self._writing_sessions() as session:
            try:
                yield self._unit(session, actor)
                session.commit()
            except BaseException:
                session.rollback()
                raise
        self._on_commit()

    @contextlib.contextmanager
    def queueing(self) -> Iterator[UnitOfWork]:
        """Open a unit of work that claims or closes jobs and nothing else, so that runners do not wait for deeds."""
        with database.in_sentences(), self._queueing_sessions.begin() as session:
            yield self._unit(session, OPERATOR)

    @contextlib.contextmanager
    def rehearse(self, actor: Actor, *, rows: int = 0) -> Iterator[UnitOfWork]:
        """Open a writing unit of work that is taken back whatever happens, for dry runs.

        Whoever writes waits for its end; for many `rows` an embedded database is copied, so that nobody waits.
        """
        with contextlib.ExitStack() as stack:
            stack.enter_context(database.in_sentences())
            is_apart = self.is_embedded and rows > APART_FROM
            sessions = stack.enter_context(self._copied()) if is_apart else self._writing_sessions
            session = stack.enter_context(sessions())
            try:
                yield self._unit(session, actor)
            finally:
                session.rollback()

    @contextlib.contextmanager
    def _copied(self) -> Iterator[Callable[[], database.Session]]:
        """Give what opens writing sessions on a passing copy of the database, as it stands."""
        with passing_folder(self.settings.data) as folder:
            with self._sessions() as session:
                copying.copy_database(session, folder / "copy.sqlite3")
            engine = database.open_engine(f"sqlite:///{folder / 'copy.sqlite3'}")
            try:
                yield database.sessions(database.for_writing(engine))
            finally:
                engine.dispose()

    @contextlib.contextmanager
    def as_of(self, moment: datetime) -> Iterator[None]:
        """Do deeds as if it were another time; for filling a library with a past, by one thread alone."""
        clock, self.clock = self.clock, lambda: moment
        try:
            yield
        finally:
            self.clock = clock

    def empty(self) -> None:
        """Take everything out and begin anew; whoever calls makes sure that no server runs on it."""
        database.downgrade(self._engine, "base")
        self.blobs.empty()
        for name in ("index", "cache"):
            shutil.rmtree(self.settings.data / name, ignore_errors=True)
        (self.settings.data / tuning.FILE_NAME).unlink(missing_ok=True)
        database.migrate(self._engine, backups=None, at=self.clock())
        self.index.close()
        self._begin()

    def _unit(self, session: database.Session, actor: Actor) -> UnitOfWork:
        return UnitOfWork(
            session=session,
            index=self.index,
            blobs=self.blobs,
            printer=self.printer,
            sandbox=self.sandbox,
            clock=self.clock,
            actor=actor,
            templates=self._templates,
        )

    def forget_unfinished(self) -> None:
        """Remove passing files that killed processes left; those at work keep theirs."""
        self.blobs.forget_unfinished()
        self.printer.forget_unfinished()
        with passing_folder(self.settings.data):  # making one sweeps what nobody works in any more
            previews.forget_left_sockets()


@contextlib.contextmanager
def passing_folder(data: Path) -> Iterator[Path]:
    """Give an empty folder on the library's disk that is gone afterwards; a killed process' is swept by the next."""
    home = Home(data, PASSING)
    try:
        yield home.path
    finally:
        home.close()


def _open_model(settings: Settings) -> sentences.Encoder | None:
    """Open what assets are found by meaning with; None where it is not installed, or not wanted.

    InvalidInputError where it is asked for and lacks.
    """
    found = None if settings.semantic is False else sentences.find()
    if settings.semantic and found is None:
        raise InvalidInputError(
            "CONTENTLIB_SEMANTIC is on, but the model that it takes is not installed. Install contentlib[semantic], or "
            "take the setting away."
        )
    return found


def _open_index(settings: Settings) -> tuple[SearchIndex, Callable[[], None]]:
    """Give the search index of some settings, and what closes it; InvalidInputError where they do not go together."""
    if settings.search_engine == "whoosh":
        index = WhooshIndex(settings.data / "index")
        return index, index.close
    # A tenth of what a command loads, and for most libraries never asked for.
    from contentlib.search.postgresql import PostgresIndex, Tables

    engine = database.open_index_engine(settings.database)
    if database.is_embedded(engine):
        raise InvalidInputError("CONTENTLIB_SEARCH is postgresql, but CONTENTLIB_DATABASE_URL names no such database.")
    return PostgresIndex(engine, Tables(**search_index.list_tables()), telling=database.in_sentences), engine.dispose
