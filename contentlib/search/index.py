"""Keeps the index on disk and answers from it: applies batches, rebuilds beside and swaps.

The database is the truth, never this. Many processes may read while one writes.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from contentlib.domain.errors import IndexUnavailableError
from contentlib.domain.search import (
    Completion,
    CompletionRequest,
    Figures,
    IndexEntry,
    IndexStatus,
    SearchAnswer,
    SearchRequest,
)
from contentlib.search import commits, engine, entries, evaluate, folders, schema, suggest
from contentlib.search.folders import NAME, Current, Folders
from contentlib.search.segments import Storage
from contentlib.search.snapshots import Loader, Snapshot
from contentlib.search.tuning import Tuning, shipped
from contentlib.search.views import View

LOCK, REBUILD_LOCK = "write.lock", "rebuild.lock"

# A rebuild commits in batches: one commit of a large library would hold all its postings in memory, and what is
# committed need not be done again after a kill.
REBUILD_BATCH = 2_000

# So often an index is looked at whose files are not there: a writer may have replaced them a moment ago.
LOOKS = 8

# For so many seconds, and in so many states at most, the index answers as it stood when somebody saw its first page.
HELD_SECONDS, HELD_VIEWS = 120.0, 4


class WhooshIndex:
    """The search index of one library, in one folder. Safe to share between threads."""

    def __init__(self, folder: Path, *, lock_timeout: float = 30.0, tuning: Tuning | None = None) -> None:
        """Take the folder; nothing is opened yet. `lock_timeout`: seconds to wait for another writer."""
        self._folder = folder
        self._folders = Folders(folder, lock_timeout)
        self._schema = schema.build()
        self._loader = Loader()
        self._opening = threading.Lock()
        self._opened: tuple[tuple[str, int], Snapshot] | None = None
        self._damage: tuple[int, str] = (-1, "")
        self._tuning = tuning or shipped()
        self._figures: Mapping[int, Figures] | None = None
        self._changes = 0
        self._newest: View | None = None
        self._held: OrderedDict[str, tuple[float, View]] = OrderedDict()
        self._viewing = threading.Lock()

    # Asking

    def answer(self, request: SearchRequest, *, tuning: Tuning | None = None) -> SearchAnswer:
        """Answer a question from the newest generation, or the one that the request's token names; none is an error.

        `tuning` is tried for this answer alone. IndexUnavailableError when the index is missing, damaged or was never
        built.
        """
        view = self._view(request.token)
        if tuning is not None:
            view = View("", view.snapshot, tuning, view.figures)
        with self._noticing_damage(view):
            answer = evaluate.answer(view, request)
        if view.token and max(request.offset, 0) + len(answer.hits) < answer.total:
            self._hold(view)
        return answer

    def list_ids(self, request: SearchRequest) -> tuple[int, ...]:
        """List all assets that answer a question, in no order and whatever its limit; raises as `answer` does."""
        view = self._view(request.token)
        with self._noticing_damage(view):
            return evaluate.list_ids(view, request)

    def complete(self, request: CompletionRequest) -> tuple[Completion, ...]:
        """List what the letters typed so far may become. IndexUnavailableError as for answers."""
        view = self._view()
        with self._noticing_damage(view):
            return suggest.complete(view, request)

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

    def list_outdated(self, every: Iterable[IndexEntry]) -> set[int]:
        """Give the assets of these entries that the index holds otherwise, in anything, or not at all."""
        held = self._snapshot().marks()
        return {entry.asset_id for entry in every if held.get(entry.asset_id) != entries.mark_of(entry)}

    # What is kept beside the index

    @property
    def tuning(self) -> Tuning:
        """Give what search weighs."""
        return self._tuning

    def use_tuning(self, tuning: Tuning) -> None:
        """Weigh like this from now on."""
        with self._viewing:
            self._tuning = tuning
            self._changes += 1

    @property
    def figures_known(self) -> bool:
        """Tell whether anybody said how much assets are used."""
        return self._figures is not None

    def use_figures(self, figures: Mapping[int, Figures]) -> None:
        """Take the figures of use, by asset; they replace all that were known."""
        with self._viewing:
            if figures != self._figures:
                self._figures = dict(figures)
                self._changes += 1

    def warm(self) -> None:
        """Read what questions will ask of the newest generation; at once over when that is in memory already.

        Takes a second of CPU per ten thousand assets that are new, and lets questions go first.
        """
        try:
            view = self._view()
            with self._noticing_damage(view):
                view.snapshot.warm()
        except IndexUnavailableError:
            # Whoever asks is told; nobody waits for this.
            return

    def _view(self, token: str = "") -> View:
        """Give what a token names while it is held, else the newest state."""
        now = time.monotonic()
        with self._viewing:
            for old in [one for one, (until, _) in self._held.items() if until < now]:
                del self._held[old]
            if token in self._held:
                return self._held[token][1]
        snapshot = self._snapshot()
        with self._viewing:
            newest = f"{snapshot.generation}.{self._changes}"
            if self._newest is None or self._newest.token != newest or self._newest.snapshot is not snapshot:
                self._newest = View(newest, snapshot, self._tuning, self._figures or {})
            return self._newest

    def _hold(self, view: View) -> None:
        """Keep what answered for whoever turns the page; it keeps files open, so only where there is a next page."""
        with self._viewing:
            self._held[view.token] = (time.monotonic() + HELD_SECONDS, view)
            self._held.move_to_end(view.token)
            while len(self._held) > HELD_VIEWS:
                self._held.popitem(last=False)

    @contextmanager
    def _noticing_damage(self, view: View) -> Iterator[None]:
        try:
            yield
        except IndexUnavailableError as fault:
            self._damage = (view.snapshot.generation, fault.message)
            raise

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
        """Build the whole index anew beside the one that answers, then swap; `on_progress` is told the count.

        The old one answers, and takes batches, until the last moment, and stays when this fails. What a rebuild that
        was killed had committed is not done again. `every` must be read after this began. Waits for another rebuild,
        then IndexBusyError.
        """
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
        source = iter(every)
        seen: set[int] = set()
        while batch := entries.coalesce(islice(source, REBUILD_BATCH)):
            changed = {asset_id: one for asset_id, one in batch.items() if done.get(asset_id) != entries.mark_of(one)}
            gone = changed.keys() & (seen | done.keys())
            documents = _documents(batch, changed, seen, on_progress)
            if changed:
                commits.commit(index, documents, gone, merges=False)
            else:
                for _ in documents:
                    pass
        if left := done.keys() - seen:
            commits.commit(index, [], left, merges=False)

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

    def _marks(self) -> dict[int, str] | None:
        """Give the marks of what the index holds, None when it cannot answer."""
        try:
            return self._snapshot().marks()
        except IndexUnavailableError:
            return None

    def _catch_up(self, folder: Path, before: dict[int, str] | None) -> None:
        """Bring into a new folder what the old one took in meanwhile; whoever calls holds the writer's lock.

        IndexUnavailableError when the old one broke meanwhile: what it took in cannot be told, so all is read again.
        """
        if before is None:
            return
        snapshot = self._snapshot()
        now = snapshot.marks()
        changed = {asset_id for asset_id, mark in now.items() if before.get(asset_id) != mark}
        gone = (before.keys() - now.keys()) | changed
        documents = [
            snapshot.document(doc)
            for doc, asset_id in enumerate(snapshot.asset_ids.tolist())
            if asset_id in changed and snapshot.alive[doc]
        ]
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


def _documents(
    batch: Mapping[int, IndexEntry],
    changed: Mapping[int, IndexEntry],
    seen: set[int],
    on_progress: Callable[[int], None],
) -> Iterator[entries.Document]:
    """Give the documents of what changed, and tell of each entry that is done."""
    for asset_id in batch:
        if asset_id in changed:
            yield entries.to_document(changed[asset_id])
        seen.add(asset_id)
        on_progress(len(seen))
