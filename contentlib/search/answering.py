"""Answers from an index whatever keeps it: the newest generation, or the one that a token names; it writes nothing.

What moves by use, and what search weighs, is kept beside the index and joined with it for each answer.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

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
from contentlib.search import entries, evaluate, suggest
from contentlib.search.meaning import Encoder, Meanings
from contentlib.search.snapshots import Snapshot
from contentlib.search.tuning import Tuning, shipped
from contentlib.search.views import View

# For so many seconds, and in so many states at most, the index answers as it stood when somebody saw its first page.
HELD_SECONDS, HELD_VIEWS = 120.0, 4


class SearchIndex(ABC):
    """The search index of one library. Safe to share between threads."""

    def __init__(self, tuning: Tuning | None) -> None:
        """Weigh by a tuning, else as shipped."""
        self._damage: tuple[int, str] = (-1, "")
        self._tuning = tuning or shipped()
        self._figures: Mapping[int, Figures] | None = None
        self._meanings: Meanings | None = None
        # What turns texts into vectors, where people want assets found by meaning too; set once, before any question.
        self.encoder: Encoder | None = None
        self._changes = 0
        self._newest: View | None = None
        self._held: OrderedDict[str, tuple[float, View]] = OrderedDict()
        self._viewing = threading.Lock()

    @abstractmethod
    def apply(self, changed: Sequence[IndexEntry], removed: Sequence[int] = ()) -> None:
        """Put entries in and take assets out in one commit; applying the same again changes no answer.

        An asset that is both changed and removed is kept. Waits for another writer, then IndexBusyError.
        IndexUnavailableError when there is no sound index to apply to: rebuild then, since an index made here would
        hold this batch alone and answer as if that were everything.
        """

    @abstractmethod
    def rebuild(self, every: Iterable[IndexEntry], *, on_progress: Callable[[int], None] | None = None) -> None:
        """Build the whole index anew beside the one that answers, then swap; `on_progress` is told the count.

        The old one answers, and takes batches, until the last moment, and stays when this fails. What a rebuild that
        was killed had committed is not done again. `every` must be read after this began. Waits for another rebuild,
        then IndexBusyError.
        """

    @abstractmethod
    def _snapshot(self) -> Snapshot:
        """Give the newest generation; IndexUnavailableError when none answers."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what is open; a later question opens it again."""

    def _marks(self) -> dict[int, str] | None:
        """Give the marks of what the index holds, None when it cannot answer."""
        try:
            return self._snapshot().marks()
        except IndexUnavailableError:
            return None

    # Asking

    def answer(self, request: SearchRequest, *, tuning: Tuning | None = None) -> SearchAnswer:
        """Answer a question from the newest generation, or the one that the request's token names; none is an error.

        `tuning` is tried for this answer alone. IndexUnavailableError when the index is missing, damaged or was never
        built.
        """
        try:
            return self._answer(self._view(request.token), request, tuning)
        except IndexUnavailableError:
            if not self._let_go(request.token):
                raise
            # What was held for the next page is gone since; the newest state answers.
            return self._answer(self._view(), request, tuning)

    def _answer(self, view: View, request: SearchRequest, tuning: Tuning | None) -> SearchAnswer:
        if tuning is not None:
            view = replace(view, token="", tuning=tuning)
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

    @property
    def meanings(self) -> Meanings | None:
        """Give what assets mean, None where nobody said."""
        return self._meanings

    def use_meanings(self, meanings: Meanings | None) -> None:
        """Find assets by what they mean as well as by words from now on; by words alone without any."""
        with self._viewing:
            self._meanings = meanings
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
                self._newest = View(newest, snapshot, self._tuning, self._figures or {}, self._meanings)
            return self._newest

    def _hold(self, view: View) -> None:
        """Keep what answered for whoever turns the page; it keeps files open, so only where there is a next page."""
        with self._viewing:
            self._held[view.token] = (time.monotonic() + HELD_SECONDS, view)
            self._held.move_to_end(view.token)
            while len(self._held) > HELD_VIEWS:
                self._held.popitem(last=False)

    def _let_go(self, token: str) -> bool:
        """Hold what a token names no longer; tells whether it was held."""
        with self._viewing:
            return self._held.pop(token, None) is not None

    def _forget(self) -> None:
        """Hold no earlier state any more."""
        with self._viewing:
            self._newest = None
            self._held.clear()

    @contextmanager
    def _noticing_damage(self, view: View) -> Iterator[None]:
        try:
            yield
        except IndexUnavailableError as fault:
            self._damage = (view.snapshot.generation, fault.message)
            raise
