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
# Rows kept while the database takes none; the oldest go first.
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
        """Write what was taken so far; a group that cannot be written is tried again with the next."""
        with self._writing:
            with self._lock:
                rows, self._rows = self._rows, []
            if not rows:
                return
            try:
                self._write(rows)
            except Exception:  # the database may be away for a moment
                _log.exception("a group of rows could not be written", rows=len(rows))
                with self._lock:
                    self._rows = [*rows, *self._rows][-MOST_KEPT:]

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
