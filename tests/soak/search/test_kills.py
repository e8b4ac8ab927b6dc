"""Two hundred writers of the index are killed; nothing is lost, doubled or unreadable, and nothing needs mending."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.integration.search.kills import kill_writers


@pytest.mark.skipif("SOAK_ROUNDS" not in os.environ, reason="twenty are killed in the suite; make soak kills these")
def test_two_hundred_killed_writers_lose_nothing(tmp_path: Path):
    counts = kill_writers(tmp_path, int(os.environ["SOAK_ROUNDS"]), seed=20261122)
    print("\n" + ", ".join(f"{number:,} {name}" for name, number in counts.items()))
