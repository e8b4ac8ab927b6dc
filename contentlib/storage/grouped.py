"""Writes what comes in ones as groups, a moment later and by a thread of its own, so that nobody waits for the disk.

For rows that may be lost with the process that holds them, as a search log may; a deed's own rows never go this way.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import structlog

Row = TypeVar("Row")

_log = structlog.get_logger()

# Seconds from the first row of a group to its commit.
GATHERING = 0.4
# Rows kept while a group is being written; the oldest go first.
MOST_KEPT = 10_000


class GroupedWriter(Generic[Row]):
    """Takes rows from any thread and hands them to one function in groups, in order."""

    def __init__(self, write: Callable[[Sequence[Row]], None]) -> None:
        """Take what writes a group in one transaction; the thread starts with the first row."""
        self._write = write
        self._rows: list[Row] = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def put(self, row: Row) -> None:
        """Take a row; it is written within about half a second."""
        with self._lock:
            self._rows.append(row)
            del self._rows[:-MOST_KEPT]
            if self._thread is None and not self._closing.is_set():
                self._thread = threading.Thread(target=self._gather, name="grouped-writer", daemon=True)
                self._thread.start()

    def flush(self) -> None:
        """Write what was taken so far; a group that fails row by row, and what fails even then is lost."""
        with self._writing:
            with self._lock:
                rows, self._rows = self._rows, []
            if not self._try(rows):
                lost = sum(not self._try([row]) for row in rows)
                _log.warning("rows of a group could not be written", lost=lost, rows=len(rows))

    def _try(self, rows: Sequence[Row]) -> bool:
        try:
            if rows:
                self._write(rows)
        except Exception:  # one row may be at fault, or the database away; nobody waits for either
            _log.exception("a group could not be written", rows=len(rows))
            return False
        return True

    def close(self) -> None:
        """Write what is left and end the thread."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        self.flush()

    def _gather(self) -> None:
        """Write groups until nothing comes for a while; the next row starts a new thread."""
        while not self._closing.wait(GATHERING):
            self.flush()
            with self._lock:
                if not self._rows:
                    self._thread = None
                    return
