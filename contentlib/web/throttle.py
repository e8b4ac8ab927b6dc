"""Slows down guessing: counts tries per name in this process; it keeps nothing across a restart."""

from __future__ import annotations

import threading
import time
from collections import deque

from contentlib.domain.counting import count
from contentlib.domain.errors import InvalidInputError

# Forget names beyond this number, those least tried first, so that made-up names can neither fill the memory nor push
# out who is held back.
_MOST_NAMES = 10_000


class Throttle:
    """Refuses a name after `limit` counted tries within `seconds`."""

    def __init__(self, *, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._tries: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, name: str) -> None:
        """Raise InvalidInputError when a name has used up its tries."""
        with self._lock:
            tries = self._recent(name)
            if len(tries) >= self._limit:
                minutes = max(1, round((self._seconds - (time.monotonic() - tries[0])) / 60))
                raise InvalidInputError(f"Too many tries. Wait about {count(minutes, 'minute')}, then try again.")

    def count(self, name: str) -> None:
        """Count a try."""
        with self._lock:
            tries = self._recent(name)
            if len(tries) < self._limit:
                tries.append(time.monotonic())
            if name not in self._tries and len(self._tries) >= _MOST_NAMES:
                self._tries.pop(min(self._tries, key=lambda other: len(self._recent(other))))
            self._tries[name] = tries

    def _recent(self, name: str) -> deque[float]:
        tries = self._tries.get(name, deque())
        while tries and tries[0] < time.monotonic() - self._seconds:
            tries.popleft()
        return tries
