"""Says when something that is done every so often is to be done again; what that is, is not known here."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta


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
