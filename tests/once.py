"""What is costly to make and only looked at is made once for all processes of a test run; nobody changes it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def once(places: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Give the folder that `make` fills, made by the first process to ask while the others wait.

    Should it fail, the next to ask tries again in another folder.
    """
    run = places.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # each of xdist's processes has a folder in that of the run
        run = run.parent
    with (run / f"{name}.lock").open("a+") as held:
        fcntl.flock(held.fileno(), fcntl.LOCK_EX)
        held.seek(0)
        if not (folder := held.read()):
            folder = str(places.mktemp(name))
            make(Path(folder))
            held.write(folder)
    return Path(folder)
