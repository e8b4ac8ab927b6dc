"""How a library is opened, and the deeds that take two steps as one call; it decides nothing by itself.

Slow work (reading files, drawing, computing) runs on a reading unit of work, so that nobody holds the database's
write lock meanwhile; the writing unit of work then checks again and writes rows.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import structlog

from contentlib.branding.parts import Phrase
from contentlib.domain.errors import LibraryRefusedError, TuningRefusedError
from contentlib.domain.imports import ImportAnswer, SyncAnswer
from contentlib.domain.people import OPERATOR, Actor
from contentlib.domain.searches import Noted
from contentlib.rendering.printer import Printer, preload
from contentlib.sandbox.parent import Sandbox
from contentlib.search import tuning
from contentlib.search.index import WhooshIndex
from contentlib.services import authoring, documents, emails, figures, people, reports, search, search_log, taxonomy
from contentlib.services.authoring import saving
from contentlib.services.authoring.saving import SavedText
from contentlib.services.documents import Filling, PreparedDocument, Recorded
from contentlib.services.emails import PreparedEmail
from contentlib.services.unit_of_work import Clock, UnitOfWork
from contentlib.settings import Settings
from contentlib.storage import database, disks
from contentlib.storage.blobs import Blobs
from contentlib.storage.grouped import GroupedWriter

Row = TypeVar("Row")

_log = structlog.get_logger()

# Imports hold the write lock for this many rows at a time, so that other people's deeds get in between.
IMPORT_BATCH = 1000
# Numbers that move by use are read again this often at most, and old words looked for so often.
FIGURES_EVERY, FORGETTING_EVERY = timedelta(minutes=1), timedelta(days=1)


def wall_clock() -> datetime:
    """Give the time of day in UTC; the one place that reads it."""
    return datetime.now(UTC)


class Turn:
    """Says when something that is done every so often is to be done again; safe to ask from several threads."""

    def __init__(self, every: timedelta) -> None:
        """Take how much time passes between two turns."""
        self.mark: object = None
        self._every = every
        self._last: datetime | None = None
        self._lock = threading.Lock()

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is time; whoever is told so has taken the turn."""
        with self._lock:
            if self._last is not None and self._last <= now < self._last + self._every:
                return False
            self._last = now
            return True


class Library:
    """An opened library: database, index, files and workshops; safe to use from several threads."""

    def __init__(self, settings: Settings, *, clock: Clock = wall_clock, sandbox: Sandbox | None = None) -> None:
        """Open the library of some settings; a `sandbox` that is handed in is shared and stays open after it."""
        self.settings = settings
        self.clock = clock
        self._make_folder()
        self._engine = database.open_engine(settings.database)
        self._sessions = database.sessions(self._engine)
        self._writing_sessions = database.sessions(database.for_writing(self._engine))
        self._queueing_sessions = database.sessions(database.for_queueing(self._engine))
        self.index = WhooshIndex(settings.data / "index")
        self.blobs = Blobs(settings.blobs_folder)
        templates, brand = settings.templates_folder / "documents", settings.brand_folder
        self._has_own_sandbox = sandbox is None
        self.sandbox = sandbox or Sandbox(preload=preload(templates=templates, brand=brand))
        self.printer = Printer(templates=templates, brand=brand, cache=settings.data / "cache", sandbox=self.sandbox)
        self._on_commit: Callable[[], None] = lambda: None
        self._searches: GroupedWriter[Noted] = GroupedWriter(self._write_searches)
        self._figures, self._forgotten = Turn(FIGURES_EVERY), Turn(FORGETTING_EVERY)
        try:
            with self._opening():
                self._migrate()
                self._tune()
                self._begin()
        except BaseException:
            self.close()
            raise

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

    def close(self) -> None:
        """Write what was noted, end the child processes and close the database."""
        self._searches.close()
        self.stop_drawing()
        self._engine.dispose()

    def stop_drawing(self) -> None:
        """End the child processes with what they read or draw; whoever asked is refused."""
        if self._has_own_sandbox:
            self.sandbox.close()

    def __enter__(self) -> Library:
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
    def rehearse(self, actor: Actor) -> Iterator[UnitOfWork]:
        """Open a writing unit of work that is taken back whatever happens, for dry runs."""
        with database.in_sentences(), self._writing_sessions() as session:
            try:
                yield self._unit(session, actor)
            finally:
                session.rollback()

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
        self.index = WhooshIndex(self.settings.data / "index")
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
            templates=self.settings.templates_folder / "documents",
        )

    def forget_unfinished(self) -> None:
        """Remove passing files that killed processes left; those at work keep theirs."""
        self.blobs.forget_unfinished()
        self.printer.forget_unfinished()

    def sync_content(self, actor: Actor, folder: Path, *, create_terms: bool = False) -> SyncAnswer:
        """Bring authored files in and keep their assets equal to them."""
        with self.read(actor) as reading:
            plan = authoring.prepare_sync(reading, folder=folder, create_terms=create_terms)
        with self.work(actor) as uow:
            return authoring.record_sync(uow, plan)

    def import_content(
        self, actor: Actor, folder: Path, *, layout: str | None = None, create_terms: bool = False
    ) -> SyncAnswer:
        """Copy the files of another house in, read by a layout; what is there already stays as it is."""
        with self.read(actor) as reading:
            plan = authoring.prepare_import(reading, folder=folder, layout=layout, create_terms=create_terms)
        with self.work(actor) as uow:
            return authoring.record_sync(uow, plan)

    def make_document(
        self, actor: Actor, *, asset: str, deal: str | None, filling: Filling, personalise: bool, key: str
    ) -> tuple[PreparedDocument, Recorded]:
        """Draw a document and record its use; the same key records once."""
        with self.read(actor) as reading:
            prepared = documents.prepare(reading, asset=asset, deal=deal, filling=filling, personalise=personalise)
        with self.work(actor) as uow:
            return prepared, documents.record(uow, prepared, key=key)

    def make_email(
        self, actor: Actor, *, asset: str, deal: str | None, filling: Filling, key: str
    ) -> tuple[PreparedEmail, Recorded]:
        """Compose an e-mail and record its use; the same key records once."""
        with self.read(actor) as reading:
            prepared = emails.compose(reading, asset=asset, deal=deal, filling=filling)
        with self.work(actor) as uow:
            return prepared, emails.record(uow, prepared, key=key)

    def save_text(
        self,
        actor: Actor,
        *,
        slug: str | None,
        kind: str,
        text: str,
        base: int,
        publish: bool,
        note: str = "",
        phrases: Sequence[Phrase] = (),
    ) -> SavedText:
        """Read what was written and keep it as its asset's next version, written on version `base`."""
        with self.read(actor) as reading:
            prepared = saving.prepare_save(
                reading, slug=slug, kind=kind, text=text, base=base, publish=publish, note=note, phrases=phrases
            )
        with self.work(actor) as uow:
            return saving.record_save(uow, prepared)

    def sign_in(self, *, email: str, password: str) -> str:
        """Check a password and begin a session; gives its token."""
        with self.read(OPERATOR) as reading:
            person_id = people.check_password(reading, email=email, password=password)
        with self.work(OPERATOR) as uow:
            return people.open_sign_in(uow, person_id=person_id)

    def draw_pictures(self, version_id: int) -> None:
        """Draw the page pictures of a version and have its asset found by their words."""
        with self.read(OPERATOR) as reading:
            drawn = documents.prepare_pictures(reading, version_id)
        with self.work(OPERATOR) as uow:
            documents.record_pictures(uow, drawn)

    def rate_usage(self) -> None:
        """Compute usage-to-close and put it in the place of the old figures."""
        with self.read(OPERATOR) as reading:
            rated = reports.prepare_rating(reading)
        with self.work(OPERATOR) as uow:
            reports.record_rating(uow, rated)

    def note_search(self, noted: Noted) -> None:
        """Have it written that something was asked, opened or looked at, a moment later; the answer does not wait."""
        self._searches.put(noted)

    def write_searches(self) -> None:
        """Write now what was noted."""
        self._searches.flush()

    def _write_searches(self, noted: Sequence[Noted]) -> None:
        with self.work(OPERATOR) as uow:
            search_log.record(uow, noted)
        self.refresh_figures()  # where no runner lives in this process, whoever asks keeps them current

    def refresh_figures(self) -> None:
        """Hand search what moves by use, if it may have moved; looks at most once a minute."""
        if not self._figures.is_due(self.clock()):
            return
        with self.read(OPERATOR) as reading:
            mark = figures.mark(reading)
            if mark != self._figures.mark:
                self.index.use_figures(figures.read_all(reading))
        self._figures.mark = mark

    def forget_old_searches(self) -> None:
        """Forget the words of searches older than thirteen months; does so at most once a day."""
        if self._forgotten.is_due(self.clock()):
            with self.work(OPERATOR) as uow:
                search_log.forget_old(uow)

    def rebuild_index(self, on_progress: Callable[[int], None] | None = None) -> None:
        """Build the index anew beside the old one and swap them."""
        with self.read(OPERATOR) as reading:
            self.index.rebuild(search.iter_entries(reading), on_progress=on_progress)

    def import_rows(
        self,
        actor: Actor,
        deed: Callable[[UnitOfWork, Sequence[Row]], ImportAnswer],
        rows: Sequence[Row],
        *,
        dry_run: bool = False,
        on_progress: Callable[[int], None] | None = None,
    ) -> ImportAnswer:
        """Run an import deed over rows in batches, each a transaction; a dry run writes nothing."""
        answers = []
        for start in range(0, max(len(rows), 1), IMPORT_BATCH):
            batch = rows[start : start + IMPORT_BATCH]
            with self.rehearse(actor) if dry_run else self.work(actor) as uow:
                answers.append(deed(uow, batch))
            if on_progress is not None:
                on_progress(len(batch))
        return ImportAnswer(
            total=len(rows),
            created=sum(answer.created for answer in answers),
            changed=sum(answer.changed for answer in answers),
            unchanged=sum(answer.unchanged for answer in answers),
            refused=tuple(row for answer in answers for row in answer.refused),
        )

    def keep_refused(self, name: str, text: str) -> Path:
        """Keep refused rows as a file to mend and import again; gives its path, the same for the same rows."""
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        path = self.settings.data / "refused" / f"{name[:80]}-{digest}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def act_as(self, email: str | None) -> Actor:
        """Give the person that a command acts for; the operator without a name."""
        if email is None:
            return OPERATOR
        with self.read(OPERATOR) as reading:
            return people.act_as(reading, email)
