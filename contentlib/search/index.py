"""Keeps the index on disk: opens, applies batches, rebuilds beside and swaps; the database is the truth, never this.

The folder holds `current.json`, which names the generation folder that answers, that folder, and while a rebuild runs
the one being built. Many processes may read while one writes; opening never deletes or creates anything.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from contentlib.domain.errors import IndexBusyError, IndexUnavailableError, LibraryRefusedError
from contentlib.domain.search import IndexEntry, IndexStatus, SearchAnswer, SearchRequest
from contentlib.search import engine, entries, evaluate, schema
from contentlib.search.segments import Storage
from contentlib.search.snapshots import Loader, Snapshot

NAME = "MAIN"
POINTER = "current.json"
LOCK = "write.lock"

# A rebuild commits in batches: one commit of a large library would hold all its postings in memory.
REBUILD_BATCH = 2_000
# Megabytes of postings that Whoosh holds before it spills to disk.
WRITER_MEMORY = 64
# So many small segments are read side by side before they are merged; a merge rewrites all they hold.
SMALL_SEGMENT, MAX_SMALL_SEGMENTS = 1_000, 6

# So often an index is looked at whose files are not there: a writer may have replaced them a moment ago.
LOOKS = 8

_TOC_NAME = re.compile(rf"_{NAME}_(\d+)\.toc")


@dataclass(frozen=True)
class _Current:
    """The generation folder that answers; its commits are counted from `base` on."""

    folder: Path
    base: int


class WhooshIndex:
    """The search index of one library, in one folder. Safe to share between threads."""

    def __init__(self, folder: Path, *, lock_timeout: float = 30.0) -> None:
        """Take the folder; nothing is opened yet. `lock_timeout`: seconds to wait for another writer."""
        self._folder = folder
        self._lock_timeout = lock_timeout
        self._schema = schema.build()
        self._loader = Loader()
        self._opening = threading.Lock()
        self._opened: tuple[tuple[str, int], Snapshot] | None = None
        self._damage: tuple[int, str] = (-1, "")

    # Asking

    def answer(self, request: SearchRequest) -> SearchAnswer:
        """Answer a question from the newest generation; no question is an error.

        IndexUnavailableError when the index is missing, damaged or was never built.
        """
        snapshot = self._snapshot()
        try:
            return evaluate.answer(snapshot, request)
        except IndexUnavailableError as fault:
            self._damage = (snapshot.generation, fault.message)
            raise

    def status(self) -> IndexStatus:
        """Tell how the index stands; never raises."""
        try:
            snapshot = self._snapshot()
        except IndexUnavailableError as fault:
            return IndexStatus(generation=0, assets=0, is_ready=False, problem=fault.message)
        damaged, problem = self._damage
        if damaged == snapshot.generation:
            # Whole at first sight, but a question came upon a place that cannot be read.
            return IndexStatus(generation=damaged, assets=snapshot.assets, is_ready=False, problem=problem)
        return IndexStatus(generation=snapshot.generation, assets=snapshot.assets)

    def held(self) -> dict[int, int]:
        """Give the version held of each asset, to compare with the database."""
        snapshot = self._snapshot()
        alive = snapshot.alive
        return dict(zip(snapshot.asset_ids[alive].tolist(), snapshot.version_ids[alive].tolist(), strict=True))

    # Writing

    def apply(self, changed: Sequence[IndexEntry], removed: Sequence[int] = ()) -> None:
        """Put entries in and take assets out in one commit; applying the same again changes no answer.

        An asset that is both changed and removed is kept. Waits for another writer, then IndexBusyError.
        IndexUnavailableError when there is no sound index to apply to: rebuild then, since an index made here would
        hold this batch alone and answer as if that were everything.
        """
        by_id = entries.coalesce(changed)
        documents = [entries.to_document(entry) for entry in by_id.values()]
        gone = {*by_id, *removed}
        if not gone:
            return
        with self._writing():
            # Looked at as a whole first: a commit to a damaged index would seem to have succeeded.
            self._snapshot()
            current = self._current()
            _clear_leftovers(current.folder)
            try:
                _commit(self._open(current.folder), documents, gone, mergetype=_merge)
            except FileNotFoundError as fault:
                # No other writer is at work, so a file that is missing is lost.
                raise IndexUnavailableError("The search index is damaged: some of its files are missing.") from fault

    def rebuild(self, every: Iterable[IndexEntry], *, on_progress: Callable[[int], None] | None = None) -> None:
        """Build the whole index anew beside the one that answers, then swap; `on_progress` is told the count.

        The old one answers until the last moment, and stays when this fails. Waits for another writer, then
        IndexBusyError.
        """
        with self._writing():
            base = self._last_generation()
            folder = self._new_folder()
            try:
                self._fill(folder, every, on_progress or (lambda _: None))
                _make_durable(folder)
                self._point_to(_Current(folder, base))
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self._remove_others(folder)

    def _fill(self, folder: Path, every: Iterable[IndexEntry], on_progress: Callable[[int], None]) -> None:
        index = engine.FileIndex.create(Storage(folder), self._schema, NAME)
        source = iter(every)
        seen: set[int] = set()
        while batch := entries.coalesce(islice(source, REBUILD_BATCH)):
            doubled = seen & batch.keys()
            _commit(index, _documents(batch, seen, on_progress), doubled, mergetype=lambda _, segments: segments)

    # Opening

    def _snapshot(self) -> Snapshot:
        """Give the newest generation, read anew when a commit or a swap has happened."""
        with self._opening:
            # A writer may remove a file between our look and our grasp: each look sees a whole generation or none.
            for attempt in range(LOOKS):
                try:
                    return self._load(self._current())
                except FileNotFoundError:
                    time.sleep(0.005 * attempt)
                except OSError as fault:
                    raise IndexUnavailableError(f"The search index cannot be read ({fault.strerror}).") from fault
            raise IndexUnavailableError("The search index is damaged: some of its files are missing.")

    def _load(self, current: _Current) -> Snapshot:
        number = _latest(current.folder)
        key = (current.folder.name, number)
        if self._opened is not None and self._opened[0] == key:
            return self._opened[1]
        storage = Storage(current.folder)
        with storage.opening():
            toc = engine.TOC.read(storage, NAME, gen=number, schema=self._schema)
        snapshot = self._loader.load(storage, current.base + number, toc)
        self._opened = (key, snapshot)
        return snapshot

    def _open(self, folder: Path) -> engine.FileIndex:
        storage = Storage(folder)
        with storage.opening():
            return engine.FileIndex(storage, schema=self._schema, indexname=NAME)

    def _current(self) -> _Current:
        try:
            data = (self._folder / POINTER).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise IndexUnavailableError("The search index has not been built yet.") from None
        try:
            pointer = json.loads(data)
            folder, base = self._folder / Path(pointer["folder"]).name, int(pointer["base"])
        except (ValueError, KeyError, TypeError) as fault:
            raise IndexUnavailableError("The search index is damaged: its pointer cannot be read.") from fault
        if not folder.is_dir():
            raise IndexUnavailableError("The search index is damaged: its folder is missing.")
        return _Current(folder, base)

    # Swapping

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the one writer's lock, which the system frees when a process dies."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = engine.FileLock(str(self._folder / LOCK))
        deadline = time.monotonic() + self._lock_timeout
        while not lock.acquire(blocking=False):
            if time.monotonic() >= deadline:
                raise IndexBusyError("Another process is writing the search index; try again in a moment.")
            time.sleep(0.02)
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as fault:
            raise LibraryRefusedError(
                f"The search index in {self._folder} could not be written: {fault.strerror}. What it held before still "
                "answers; make room, then try again."
            ) from fault
        finally:
            lock.release()

    def _last_generation(self) -> int:
        """Give the number of the newest generation, as far as it can be told of a damaged index."""
        try:
            current = self._current()
            return current.base + _latest(current.folder)
        except (IndexUnavailableError, OSError):
            return 0

    def _new_folder(self) -> Path:
        # A name that was never used: a process that still holds an older one must not take the new for it.
        folder = self._folder / f"generation-{secrets.token_hex(6)}"
        folder.mkdir()
        return folder

    def _point_to(self, current: _Current) -> None:
        passing = self._folder / f"{POINTER}.new"
        with passing.open("w") as file:
            json.dump({"folder": current.folder.name, "base": current.base}, file)
            file.flush()
            os.fsync(file.fileno())
        passing.replace(self._folder / POINTER)
        _sync(self._folder)

    def _remove_others(self, kept: Path) -> None:
        """Remove the generation before and what a killed rebuild left; readers keep what they have open."""
        for other in self._folder.glob("generation-*"):
            if other != kept:
                shutil.rmtree(other, ignore_errors=True)


def _latest(folder: Path) -> int:
    """Give the number of the newest commit in a folder. FileNotFoundError when there is none."""
    numbers = [int(match[1]) for path in folder.iterdir() if (match := _TOC_NAME.fullmatch(path.name))]
    if not numbers:
        raise FileNotFoundError(folder)
    return max(numbers)


def _documents(
    batch: dict[int, IndexEntry], seen: set[int], on_progress: Callable[[int], None]
) -> Iterator[dict[str, Any]]:
    for asset_id, entry in batch.items():
        yield entries.to_document(entry)
        seen.add(asset_id)
        on_progress(len(seen))


def _commit(index: engine.FileIndex, documents: Iterable[dict[str, Any]], gone: Iterable[int], mergetype: Any) -> None:
    """Delete, add and commit as one step: after a kill either all of it is there or nothing."""
    with index.storage.opening():
        # Not as one compound file: Whoosh would copy all of it into memory to read it.
        writer = engine.SegmentWriter(index, limitmb=WRITER_MEMORY, timeout=5.0, compound=False)
    try:
        with index.storage.opening():
            for asset_id in gone:
                writer.delete_by_term(schema.ID_FIELD, str(asset_id))
        for document in documents:
            writer.add_document(**document)
        writer.commit(mergetype=mergetype)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


def _merge(writer: engine.SegmentWriter, segments: list[Any]) -> list[Any]:
    """Choose what to merge into the new segment: small ones when they are many, and those mostly deleted."""
    small = [segment for segment in segments if segment.doc_count_all() < SMALL_SEGMENT]
    merged = [segment for segment in segments if segment.deleted_count() * 3 > segment.doc_count_all()]
    if len(small) > MAX_SMALL_SEGMENTS:
        merged += [segment for segment in small if segment not in merged]
    with writer.storage.opening():
        for segment in merged:
            reader = engine.SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
    return [segment for segment in segments if segment not in merged]


def _clear_leftovers(folder: Path) -> None:
    """Remove tables of contents that a killed writer did not finish; Whoosh itself forgets them."""
    for path in folder.glob(f"_{NAME}_*.toc.*"):
        path.unlink(missing_ok=True)


def _make_durable(folder: Path) -> None:
    """Bring a finished folder to the disk before anything points to it."""
    for path in folder.iterdir():
        if path.is_file():
            _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
