"""Sets the clock of a process wrong, to see what hangs on it."""

from __future__ import annotations

import time


def a_year_later() -> None:
    """Let `time.time`, from which libraries take the moments that they write into files, tell another year."""
    tell = time.time
    time.time = lambda: tell() + 366 * 86_400
