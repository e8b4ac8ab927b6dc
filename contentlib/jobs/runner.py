"""Runs jobs, in the server's threads, in workers, or for a moment after a command.

Quick kinds and slow ones have a thread each, so that an asset is found within a second while pictures are drawn. Slow
ones run in several places at once. Quick ones take turns: the index takes one writer, and of two runners that look at
the same row the one that looked first must not write last.
"""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import structlog

from contentlib.domain.errors import ConflictError, IndexBusyError, LibraryRefusedError
from contentlib.domain.people import OPERATOR
from contentlib.jobs.kinds import BATCHES, EFFECTS, QUICK, SLOW
from contentlib.library import Library
from contentlib.storage import jobs as queue
from contentlib.storage.jobs import ClaimedJob, JobKind

_log = structlog.get_logger()

# How long jobs rest that found the index busy, whose writer holds it for moments.
REST = timedelta(seconds=1)
# And those that found no room on the disk or no rights: no fault of theirs, and somebody must see to it.
LONG_REST = timedelta(seconds=15)
# Commands leave jobs in the database, which wakes nobody here; so the runner looks by itself twice a second.
LOOK_EVERY = 0.5
# A command that ran jobs holds the lock for moments; a server waits this long for it before it refuses to start.
LOCK_PATIENCE = 5.0


@contextmanager
def runner_lock(data: Path, *, patience: float = 0.0) -> Iterator[bool]:
    """Hold `<data>/runner.lock`, waiting up to `patience` seconds; yields whether it was got."""
    with _locked(data / "runner.lock", patience=patience) as got:
        yield got


@contextmanager
def worker_lock(data: Path) -> Iterator[None]:
    """Show for as long as the block lasts that a worker runs on this data folder."""
    with (data / "workers.lock").open("a") as held:
        fcntl.flock(held.fileno(), fcntl.LOCK_SH)
        yield


@contextmanager
def _locked(path: Path, *, patience: float = 0.0) -> Iterator[bool]:
    with path.open("a") as held:
        deadline = time.monotonic() + patience
        got = _try_lock(held.fileno())
        while not got and time.monotonic() < deadline:
            time.sleep(0.05)
            got = _try_lock(held.fileno())
        yield got


@contextmanager
def _quick_turn(library: Library) -> Iterator[bool]:
    """Hold the turn to run quick jobs: in this data folder, or wherever a server's database is worked on."""
    if not library.is_embedded:
        with library.try_turn() as got:
            yield got
        return
    with _locked(library.settings.data / "quick.lock") as got:
        yield got


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def run_due(
    library: Library, kinds: Sequence[JobKind], *, ahead: bool = False, stopping: threading.Event | None = None
) -> int:
    """Run one batch of due jobs of the first kind that has any; gives how many ended. `ahead` takes later ones too.

    What breaks off because the runner is `stopping`, or finds the index busy or the disk full, did not fail: it is put
    back for later. Quick jobs are left to whoever runs some already.
    """
    stopping = stopping or threading.Event()
    with library.read(OPERATOR) as reading:  # looking costs no write lock
        if not queue.has_due(reading.session, kinds=kinds, now=reading.now, ahead=ahead):
            return 0
    ended = 0
    with ExitStack() as held:
        if set(kinds) & set(QUICK) and not held.enter_context(_quick_turn(library)):
            kinds = [kind for kind in kinds if kind not in QUICK]
        claimed = _claim(library, kinds, ahead=ahead)
        if claimed:
            if claimed[0].kind not in QUICK:
                held.close()
            ended = _run(library, claimed, stopping)
    return 0 if stopping.is_set() else ended


def _run(library: Library, jobs: Sequence[ClaimedJob], stopping: threading.Event) -> int:
    """Do the effect of some jobs of one kind, together; where that fails each by itself, for one may be at fault.

    Gives how many ended, well or not; what was put back did not.
    """
    kind = jobs[0].kind
    try:
        EFFECTS[kind](library, [job.subject for job in jobs])
    except (IndexBusyError, LibraryRefusedError) as error:
        is_busy = isinstance(error, IndexBusyError)
        if not is_busy:
            _log.warning("jobs wait", kind=kind.value, jobs=len(jobs), reason=error.message)
        with library.queueing() as uow:
            queue.put_back(uow.session, jobs, until=uow.now + (REST if is_busy else LONG_REST))
        return 0
    except Exception as error:  # a job that fails must not take the runner with it
        if stopping.is_set():
            with library.queueing() as uow:
                queue.put_back(uow.session, jobs)
            return 0
        if len(jobs) > 1:
            return sum(_run(library, [job], stopping) for job in jobs)
        _log.exception("job failed", kind=kind.value, subject=jobs[0].subject)
        with library.queueing() as uow:
            queue.fail(uow.session, jobs, error=f"{type(error).__name__}: {error}", now=uow.now)
    else:
        with library.queueing() as uow:
            queue.finish(uow.session, jobs)
    return len(jobs)


def _claim(library: Library, kinds: Sequence[JobKind], *, ahead: bool) -> list[ClaimedJob]:
    with library.queueing() as uow:
        for kind in kinds:
            found = queue.claim(uow.session, kind=kind, limit=BATCHES[kind], now=uow.now, ahead=ahead)
            if found:
                return found
    return []


def take_over(library: Library) -> None:
    """Free the jobs of a runner that did not end as it should; whoever calls holds the runner's lock.

    While workers run nobody can tell whose they are; their leases end by themselves.
    """
    with library.read(OPERATOR) as reading:
        is_left = queue.count_running(reading.session) > 0
    if not is_left:
        return
    with _locked(library.settings.data / "workers.lock") as is_alone:
        if is_alone:
            with library.queueing() as uow:
                queue.release(uow.session, now=uow.now)


def count_due(library: Library, kinds: Sequence[JobKind]) -> int:
    """Count jobs that are due now and not done yet."""
    with library.read(OPERATOR) as reading:
        return queue.count(reading.session, kinds=kinds, due_by=reading.now)


def drain(library: Library, kinds: Sequence[JobKind] = QUICK, *, ahead: bool = True) -> None:
    """Run jobs until none is due."""
    while run_due(library, kinds, ahead=ahead):
        pass


def heal_index(library: Library) -> None:
    """Build a missing or damaged index anew; search answers from the database meanwhile."""
    if library.index.status().is_ready:
        return
    with _quick_turn(library) as is_our_turn:
        status = library.index.status()
        if is_our_turn and not status.is_ready:
            _log.warning("the index is built anew", reason=status.problem)
            library.rebuild_index()


class Runner:
    """Runs jobs for as long as it lives, one thread for quick kinds and one for slow ones."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._stopping = threading.Event()
        self._wakes = {kinds: threading.Event() for kinds in (QUICK, SLOW)}
        self._threads = [
            threading.Thread(target=self._run, args=(kinds,), name=f"jobs-{kinds[0].value}", daemon=True)
            for kinds in (QUICK, SLOW)
        ]

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run as the server's runner until the block ends; ConflictError when another server has this data folder."""
        with runner_lock(self._library.settings.data, patience=LOCK_PATIENCE) as got:
            if not got:
                raise ConflictError(
                    f"Another server already runs on {self._library.settings.data}. Stop it, or give this one its own "
                    "data folder with --data."
                )
            take_over(self._library)
            self._library.forget_unfinished()
            with self._threads_running():
                yield

    @contextmanager
    def helping(self) -> Iterator[None]:
        """Run beside a server and other workers until the block ends; LibraryRefusedError on SQLite."""
        library = self._library
        if library.is_embedded:
            raise LibraryRefusedError(
                "On SQLite the server does this work itself. Workers are for PostgreSQL: set CONTENTLIB_DATABASE_URL."
            )
        with runner_lock(library.settings.data) as no_server_runs:
            if no_server_runs:
                take_over(library)
        with worker_lock(library.settings.data), self._threads_running():
            yield

    @contextmanager
    def _threads_running(self) -> Iterator[None]:
        self._library.notify_commits(self.wake)
        self._library.want_meanings()
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            self.wake()
            # What is being drawn is drawn anew next time; nobody who stops a server waits for it.
            self._library.stop_drawing()
            for thread in self._threads:
                thread.join(timeout=10)

    def wake(self) -> None:
        """Have the threads look now."""
        for event in self._wakes.values():
            event.set()

    def _run(self, kinds: tuple[JobKind, ...]) -> None:
        while not self._stopping.is_set():
            self._wakes[kinds].clear()
            try:
                if kinds == QUICK:
                    heal_index(self._library)
                    self._library.refresh_figures()
                    self._library.refresh_meanings()
                    self._library.forget_old_searches()
                    self._library.keep_dates()
                    self._library.letters.enqueue()
                else:
                    # Beside the quick ones: what people are about to ask for is read before they do.
                    self._library.index.warm()
                busy = run_due(self._library, kinds, stopping=self._stopping)
            except Exception:  # the database may be away for a moment; the next look tries again
                _log.exception("the runner could not look for jobs")
                busy = 0
            if not busy:
                self._wakes[kinds].wait(LOOK_EVERY)
