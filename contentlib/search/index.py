"""Keeps the index in a folder of Whoosh's files: applies batches, rebuilds beside and swaps.

The database is the truth, never this. Many processes may read while one writes.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from contentlib.domain.errors import IndexUnavailableError
from contentlib.domain.search import IndexEntry
from contentlib.search import commits, engine, entries, folders, schema
from contentlib.search.answering import SearchIndex
from contentlib.search.files import Loader, Storage
from contentlib.search.folders import NAME, Current, Folders
from contentlib.search.rebuilding import fill, taken_in_since
from contentlib.search.snapshots import Snapshot
from contentlib.search.tuning import Tuning

LOCK, REBUILD_LOCK = "write.lock", "rebuild.lock"

# So often an index is looked at whose files are not there: a writer may have replaced them a moment ago.
LOOKS = 8


class WhooshIndex(SearchIndex):
    """The search index of one library, in one folder. Safe to share between threads."""

    def __init__(self, folder: Path, *, lock_timeout: float = 30.0, tuning: Tuning | None = None) -> None:
        """Take the folder; nothing is opened yet. `lock_timeout`: seconds to wait for another writer."""
        super().__init__(tuning)
        self._folder = folder
        self._folders = Folders(folder, lock_timeout)
        self._schema = schema.build()
        self._loader = Loader()
        self._opening = threading.Lock()
        self._opened: tuple[tuple[str, int], Snapshot] | None = None

    def close(self) -> None:
        """Let go of the files that are open; a later question opens them again."""
        with self._opening:
            self._opened, self._loader = None, Loader()
        self._forget()

    # Writing

    def apply(self, changed: Sequence[IndexEntry], removed: Sequence[int] = ()) -> None:
        """Put entries in and take assets out in one commit."""
        by_id = entries.coalesce(changed)
        documents = [entries.to_document(entry) for entry in by_id.values()]
        gone = {*by_id, *removed}
        if not gone:
            return
        with self._folders.hold(LOCK):
            # Looked at as a whole first: a commit to a damaged index would seem to have succeeded.
            self._snapshot()
            current = self._folders.current()
            folders.clear_leftovers(current.folder)
            try:
                commits.commit(self._open(current.folder), documents, gone)
            except FileNotFoundError as fault:
                # No other writer is at work, so a file that is missing is lost.
                raise IndexUnavailableError("The search index is damaged: some of its files are missing.") from fault

    def rebuild(self, every: Iterable[IndexEntry], *, on_progress: Callable[[int], None] | None = None) -> None:
        """Build the whole index anew in a folder beside the one that answers, then swap."""
        with self._folders.hold(REBUILD_LOCK):
            before = self._marks()
            folder = self._folders.building()
            try:
                self._fill(folder, every, on_progress or (lambda _: None))
                with self._folders.hold(LOCK):
                    self._catch_up(folder, before)
                    self._folders.swap_to(folder, self._folders.last_generation())
            except Exception:
                # Not after a stop from outside: the next rebuild goes on from there.
                shutil.rmtree(folder, ignore_errors=True)
                raise

    def _fill(self, folder: Path, every: Iterable[IndexEntry], on_progress: Callable[[int], None]) -> None:
        index, done = self._resume(folder)
        fill(every, done, on_progress, lambda documents, gone: commits.commit(index, documents, gone, merges=False))

    def _resume(self, folder: Path) -> tuple[engine.FileIndex, dict[int, str]]:
        """Open a folder that is being built, with the marks of what it holds; what is damaged begins anew."""
        try:
            found = self._load(Current(folder, 0), Loader()).marks()
            folders.clear_leftovers(folder)
            return self._open(folder), found
        except (OSError, IndexUnavailableError):
            for path in folder.glob("*MAIN*"):
                path.unlink(missing_ok=True)
            return engine.FileIndex.create(Storage(folder), self._schema, NAME), {}

    def _catch_up(self, folder: Path, before: dict[int, str] | None) -> None:
        """Bring into a new folder what the old one took in meanwhile; whoever calls holds the writer's lock.

        IndexUnavailableError when the old one broke meanwhile: what it took in cannot be told, so all is read again.
        """
        if before is None:
            return
        documents, gone = taken_in_since(before, self._snapshot())
        if gone:
            commits.commit(self._open(folder), documents, gone, merges=False)

    # Opening

    def _snapshot(self) -> Snapshot:
        """Give the newest generation, read anew when a commit or a swap has happened."""
        with self._opening:
            # A writer may remove a file between our look and our grasp: each look sees a whole generation or none.
            for attempt in range(LOOKS):
                try:
                    current = self._folders.current()
                    key = (current.folder.name, folders.latest(current.folder))
                    if self._opened is None or self._opened[0] != key:
                        self._opened = (key, self._load(current, self._loader))
                    return self._opened[1]
                except FileNotFoundError:
                    time.sleep(0.005 * attempt)
                except OSError as fault:
                    raise IndexUnavailableError(f"The search index cannot be read ({fault.strerror}).") from fault
            raise IndexUnavailableError("The search index is damaged: some of its files are missing.")

    def _load(self, current: Current, loader: Loader) -> Snapshot:
        number = folders.latest(current.folder)
        storage = Storage(current.folder)
        with storage.opening():
            toc = engine.TOC.read(storage, NAME, gen=number, schema=self._schema)
        return loader.load(storage, current.base + number, toc)

    def _open(self, folder: Path) -> engine.FileIndex:
        storage = Storage(folder)
        with storage.opening():
            return engine.FileIndex(storage, schema=self._schema, indexname=NAME)
