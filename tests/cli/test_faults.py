"""A full disk, a data folder without rights, a database that another holds: a clear sentence, and no half state."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contentlib.__main__ import commands
from contentlib.storage import database
from tests.cast import RITA
from tests.factories.shops import Shop
from tests.integration.operations.damage import verify

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = "deal,account,name,amount,currency,owner,opened_at,closed_at,outcome,stage"


@pytest.fixture
def data(shop: Shop) -> Path:
    """The data folder of a library that nobody has open."""
    shop.library.close()
    return shop.library.settings.data


def deals_file(folder: Path, rows: int) -> Path:
    path = folder / "deals.csv"
    told = "a name that takes its room on the disk " * 3
    lines = [f"F-{row},Account {row},{told}{row},100,EUR,{RITA.email},2026-05-01,,,Discovery" for row in range(rows)]
    path.write_text("\n".join([COLUMNS, *lines]))
    return path


def on_small_disk(data: Path, script: str, *, kilobytes: int) -> list[tuple[int, Any]]:
    """Run commands on a copy of a library that stands on a real disk of its own with so much room left.

    `$LIBRARY` is the command with its data folder, `$DATA` the folder. Gives exit code and JSON of each line.
    """
    used = sum(path.stat().st_size for path in data.rglob("*") if path.is_file()) // 1024
    disk = data.parent / "disk"
    disk.mkdir()
    prepared = f"""
        mount -t tmpfs -o size={used + kilobytes}k none "{disk}" || exit 97
        cp -r "{data}" "{disk}/data"
        DATA="{disk}/data"
        LIBRARY="{sys.executable} -m contentlib --data $DATA"
        each() {{ "$@" --json 2>> "{data.parent}/said" | tr -d '\\n'; echo " ${{PIPESTATUS[0]}}"; }}
        {script}
    """
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "bash", "-c", prepared],
        cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode == 97 or "unshare:" in done.stderr:
        pytest.skip("this machine lets nobody mount a disk of their own")
    assert "Traceback" not in done.stderr + (data.parent / "said").read_text()
    answers = []
    for line in done.stdout.splitlines():
        told, _, code = line.rpartition(" ")
        answers.append((int(code), json.loads(told)))
    return answers


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs util-linux's unshare")
def test_a_full_disk_is_told_in_a_sentence_and_what_was_whole_stays_whole(data: Path, tmp_path: Path):
    file = deals_file(tmp_path, 6000)
    script = f"""
        each $LIBRARY deals import {file} --mapping contentlib
        each $LIBRARY verify
        rm -rf $DATA/cache $DATA/backups
        each $LIBRARY search round
    """
    imported, verified, found = on_small_disk(data, script, kilobytes=1500)
    assert imported[0] == 1
    assert imported[1]["error"]["code"] == "library_refused"
    assert "disk of the library is full" in imported[1]["error"]["message"]
    assert verified == (0, {"ok": True, "differences": [], "mended": []})
    assert found[0] == 0
    assert found[1]["total"] > 0


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs util-linux's unshare")
def test_a_backup_that_finds_no_room_leaves_nothing(data: Path):
    script = """each $LIBRARY backup $DATA.tar; echo "\\"$(ls -Am $DATA/..)\\" 0\""""
    refused, (_, left) = on_small_disk(data, script, kilobytes=300)
    assert refused[0] == 1
    assert refused[1]["error"]["code"] == "library_refused"
    assert left == "data"


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs util-linux's unshare")
def test_a_data_folder_that_takes_no_writes_is_told_in_a_sentence(data: Path):
    script = 'mount -o remount,ro "$(dirname $DATA)"; each $LIBRARY search round; each $LIBRARY doctor'
    search, doctor = on_small_disk(data, script, kilobytes=2000)
    assert (search[0], search[1]["error"]["code"]) == (1, "library_refused")
    assert "not writable" in search[1]["error"]["message"]
    assert doctor[0] == 1
    assert "disk-read-only" in {finding["code"] for finding in doctor[1]["findings"]}


def test_a_database_that_another_program_holds_is_told_in_a_sentence(shop: Shop, data: Path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_MS", 200)
    with contextlib.closing(sqlite3.connect(data / "library.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        told = CliRunner().invoke(
            commands,
            ["--data", str(data), "people", "add", "new@tarnwell.example", "--name", "New", "--role", "rep", "--json"],
        )
        assert told.exit_code == 1
        assert json.loads(told.stdout)["error"]["code"] == "library_refused"
        assert "Another program holds the library's database" in told.stdout
        found = CliRunner().invoke(commands, ["--data", str(data), "search", "round", "--json"])
        assert (found.exit_code, json.loads(found.stdout)["total"] > 0) == (0, True)
    assert verify(shop) == ()


def test_a_clock_that_is_set_back_loses_and_doubles_nothing(shop: Shop):
    first = shop.use(RITA, key="before")
    shop.clock.move(days=-3)
    assert shop.use(RITA, key="before") == first
    second = shop.use(RITA, key="after")
    shop.drain()
    assert second > first
    assert verify(shop) == ()
    shop.clock.move(days=3, hours=1)
    shop.drain()
    assert verify(shop) == ()
