"""The demo library as it is on one day, made by the command; made once, copied per test."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contentlib import __main__ as program
from contentlib.library import Library
from contentlib.sandbox.parent import Sandbox

# What commands say of dates on this day is the same every time.
NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


def make(folder: Path, sandbox: Sandbox) -> None:
    """Make the demo in a data folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(program, "Library", functools.partial(Library, sandbox=sandbox, clock=lambda: NOW))
        patch.setattr("sys.argv", ["contentlib", "--data", str(folder), "demo", "--today", str(NOW.date())])
        with pytest.raises(SystemExit) as ended:
            program.main()
        assert not ended.value.code
