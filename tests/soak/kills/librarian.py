"""A content lead who gives a tag to a thousand assets in the background, and takes it back, through every kill.

Most of the thousand are gone meanwhile, as in a list that somebody kept: they take their places in the steps, and cost
nothing. What is looked at, done, stopped or taken back goes on after a kill where it was.
"""

from __future__ import annotations

import contextlib
import http.client
import random
import threading
import time
from collections import Counter

from contentlib.domain.library import RunState
from tests.cast import LEO
from tests.soak.kills.harness import PATIENCE, Place, Visitor

# Assets that no round changes in another way, so that nothing keeps a deed from being taken back.
ASSETS = ("against-gridlark", "brackwater-ferries", "next-season", "old-mill-paper", "order-form", "spring-offer")
CHOSEN = 1_000
TAG = "competitor"

_TAGGED = (
    "SELECT a.slug FROM asset a JOIN asset_term h ON h.asset_id = a.id JOIN term t ON t.id = h.term_id "
    f"WHERE t.slug = '{TAG}'"
)


class Librarian:
    """Leo, who decides on one deed on many after the other for as long as a server answers."""

    def __init__(self, place: Place, counts: Counter[str], port: int) -> None:
        self._place, self._counts, self._visitor = place, counts, Visitor(port)
        self._visitor.sign_in(LEO.email)
        self._had = self._tagged()
        self._is_over = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, chance: random.Random) -> None:
        """Go on beside everything else."""
        self._is_over.clear()
        self._thread = threading.Thread(target=self._work, args=(random.Random(chance.random()),), daemon=True)
        self._thread.start()

    def is_halfway(self) -> bool:
        """Tell whether a step was taken and another is to come."""
        return any(0 < place < total for _, state, place, total in self._runs() if state.is_at_work)

    def end(self) -> None:
        """Stop when everything is killed."""
        self._is_over.set()
        if self._thread is not None:
            self._thread.join(PATIENCE)

    def finish(self) -> None:
        """Take back what is done, and look whether everything is as it was before the first of all these deeds."""
        deadline = time.monotonic() + PATIENCE
        while (run := self._latest()) is not None and run[1] is not RunState.UNDONE:
            assert time.monotonic() < deadline, run
            self._decide(*run, random.Random(1), may_go=False)
        self.check()
        assert self._tagged() == self._had

    def check(self) -> None:
        """Look, while nobody works, whether each asset is done exactly once or waits, and progress is right."""
        done: set[str] = set()
        for run, state, place, total in self._runs():
            lines = self._place.rows(f"SELECT slug, outcome, entry_id FROM bulk_run_line WHERE run_id = {run}")
            assert sum(outcome is not None for _, outcome, _ in lines) == place <= total, (state, place, total)
            waits = self._place.count(f"SELECT count(*) FROM job WHERE kind = 'change many' AND subject = {run}")
            assert waits or not state.is_at_work, "nobody would go on with it"
            done |= {slug for slug, _, entry in lines if entry is not None}
            self._counts["deeds on many killed at work"] += state.is_at_work
        assert self._tagged() - self._had == done
        for slug, times in self._place.rows(
            "SELECT a.slug, sum(CASE e.deed WHEN 'describe' THEN 1 WHEN 'undo' THEN -1 ELSE 0 END) FROM asset a "
            "JOIN audit_entry e ON e.subject_kind = 'asset' AND e.subject_id = a.id "
            f"WHERE a.slug IN {ASSETS} GROUP BY a.slug"
        ):
            assert times == (slug in done), f"{slug} was changed {times} times"

    def _work(self, chance: random.Random) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            while not self._is_over.is_set():
                run = self._latest()
                if run is None or run[1] is RunState.UNDONE:
                    self._choose()
                else:
                    self._decide(*run, chance, may_go=True)

    def _choose(self) -> None:
        """Choose assets that lie apart, so that each step has some."""
        slugs = [f"gone-{number}" for number in range(CHOSEN)]
        for number, slug in enumerate(ASSETS):
            slugs[number * CHOSEN // len(ASSETS)] = slug
        form = {"deed": "tag", "word": f"tags:{TAG}", "again": "yes", "slugs": slugs}
        self._counts["deeds on many"] += self._visitor.post("/library/bulk", form)

    def _decide(self, run: int, state: RunState, chance: random.Random, *, may_go: bool) -> None:
        """Do what was looked at, take back what was done; stop some of those that are begun."""
        match state:
            case RunState.LOOKED:
                deed = "go" if may_go else "stop"
            case RunState.DONE | RunState.STOPPED:
                deed = "undo"
            case RunState.DOING if chance.random() < 0.3:
                deed = "stop"
            case _:
                time.sleep(0.02)
                return
        # Another step may have been taken meanwhile: then this is refused, and decided anew.
        if self._visitor.post(f"/library/bulk/runs/{run}", {"do": deed}):
            self._counts[{"go": "done", "undo": "taken back", "stop": "stopped"}[deed] + " of them"] += 1

    def _runs(self) -> list[tuple[int, RunState, int, int]]:
        rows = self._place.rows("SELECT id, state, place, total FROM bulk_run ORDER BY id")
        return [(run, RunState(state), place, total) for run, state, place, total in rows]

    def _latest(self) -> tuple[int, RunState] | None:
        return next(((run, state) for run, state, _, _ in reversed(self._runs())), None)

    def _tagged(self) -> set[str]:
        return {slug for (slug,) in self._place.rows(_TAGGED)}
