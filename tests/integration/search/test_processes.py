"""Several processes share one index folder, and any of them may die at any moment."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from contentlib.search.index import WhooshIndex
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


def test_a_reader_in_another_process_sees_every_commit_and_swap(tmp_path):
    index = WhooshIndex(tmp_path)
    index.rebuild([])
    with run("read", str(tmp_path)) as reader:
        # Written only once the reader looks on, however long its start takes.
        assert reader.stdout is not None
        assert reader.stdout.readline() == "0\n"
        for number in range(1, 41):
            index.apply([replace(ORRIN, asset_id=number)])
            if number % 10 == 0:
                index.rebuild([replace(ORRIN, asset_id=one) for one in range(1, number + 1)])
        answer, _ = reader.communicate(timeout=30)
    assert reader.returncode == 0
    assert json.loads(answer)["asked"] > 1


def test_a_killed_writer_loses_nothing_that_it_committed(tmp_path):
    index = WhooshIndex(tmp_path)
    index.rebuild([])
    chance = random.Random(7)
    version = 1
    for _ in range(6):
        committed = version - 1
        with run("write", str(tmp_path), str(version)) as writer:
            assert writer.stdout is not None
            committed = int(writer.stdout.readline())
            time.sleep(chance.uniform(0.0, 0.25))
            writer.kill()
            for line in writer.stdout:
                if line.endswith("\n"):
                    committed = int(line)
        held = index.held()
        assert sorted(held) == [1, 2, 3, 4, 5]
        assert len(set(held.values())) == 1, "a commit is there as a whole or not at all"
        # What was printed was committed; one more may have been, before it could be printed.
        assert held[1] in {committed, committed + 1}
        assert index.status().is_ready
        version = held[1] + 1
        # The next writer needs no help.
        index.apply([replace(ORRIN, asset_id=number, version_id=version - 1) for number in range(1, 6)])
    (generation,) = [path for path in tmp_path.glob("generation-*") if (path / "MAIN_WRITELOCK").exists()][:1]
    assert [path.name for path in generation.glob("*.toc.*")] == []
