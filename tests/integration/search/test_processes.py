"""Several processes share one index, and any of them may die at any moment."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.integration.search.kills import kill_writers
from tests.integration.search.shelf import SHELF_ROWS, entry

ROOT = Path(__file__).resolve().parents[3]
ORRIN = entry(SHELF_ROWS[0], 1)


@contextmanager
def run(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.integration.search.processes", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_reader_in_another_process_sees_every_commit_and_swap(place, index):
    with run(place.address) as reader:
        # Written only once the reader looks on, however long its start takes.
        assert reader.stdout is not None
        assert reader.stdout.readline() == "0\n"
        for number in range(1, 21):
            index.apply([replace(ORRIN, asset_id=number)])
            if number % 10 == 0:
                index.rebuild([replace(ORRIN, asset_id=one) for one in range(1, number + 1)])
        answer, _ = reader.communicate(timeout=30)
    assert reader.returncode == 0
    assert json.loads(answer)["asked"] > 1


def test_killed_writers_lose_nothing_and_leave_nothing_half(place):
    # Twenty, half of them of each engine.
    counts = kill_writers(place, 10, seed=7)
    assert counts["commits and swaps told"] > 5
    assert counts["rebuilds left half done"]
