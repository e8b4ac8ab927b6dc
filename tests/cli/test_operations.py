"""`verify`, `doctor`, `backup`, `restore`, `export`, `import-library` as a person or a script calls them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contentlib.__main__ import commands
from contentlib.jobs.runner import runner_lock
from tests.cast import LEO, RITA
from tests.factories.shops import Shop
from tests.integration.operations.damage import execute
from tests.processes import Processes
from tests.typist import type_commands

ROOT = Path(__file__).resolve().parents[2]

# A machine without Pango: the loader finds what it always finds, but nothing by these names.
NO_PANGO = """
import ctypes
import ctypes.util
import cffi

def hide(load):
    def loaded(self, name, *rest, **more):
        if name and any(word in str(name) for word in ("pango", "harfbuzz")):
            raise OSError(f"cannot load library '{name}'")
        return load(self, name, *rest, **more)
    return loaded

find = ctypes.util.find_library
ctypes.util.find_library = lambda name: None if "pango" in name or "harfbuzz" in name else find(name)
ctypes.CDLL.__init__ = hide(ctypes.CDLL.__init__)
cffi.FFI.dlopen = hide(cffi.FFI.dlopen)
"""


def call(data: Path, *arguments: str | Path, want: int = 0) -> Any:
    """Run a command and give its one JSON document."""
    done = CliRunner().invoke(commands, ["--data", str(data), *map(str, arguments), "--json"])
    assert done.exit_code == want, (done.stdout, done.stderr, done.exception)
    return json.loads(done.stdout)


def say(data: Path, *arguments: str | Path, want: int = 0) -> str:
    """Run a command and give what it says to a person."""
    done = CliRunner().invoke(commands, ["--data", str(data), *map(str, arguments)])
    assert done.exit_code == want, (done.stdout, done.stderr, done.exception)
    return done.output


@pytest.fixture
def data(shop: Shop) -> Path:
    """The data folder of a library in use, closed for everybody else."""
    shop.download(RITA)
    shop.drain()
    shop.library.close()
    return shop.library.settings.data


def test_verify_answers_ok_or_says_what_differs_and_mends_it(shop: Shop, data: Path):
    assert call(data, "verify") == {"ok": True, "differences": [], "mended": [], "removed_files": 0}
    assert say(data, "verify") == "Everything agrees.\n"
    execute(shop, "UPDATE asset_lift SET uses = uses + 1")
    answer = call(data, "verify", want=1)
    assert (answer["ok"], [difference["code"] for difference in answer["differences"]]) == (False, ["figures-differ"])
    assert "verify --mend" in say(data, "verify", want=1)
    answer = call(data, "verify", "--mend")
    assert (answer["ok"], [finding["code"] for finding in answer["mended"]]) == (True, ["figures-differ"])


def test_verify_tells_a_damaged_database_without_a_traceback(shop: Shop, data: Path, processes: Processes):
    execute(shop, "PRAGMA wal_checkpoint(TRUNCATE)")
    path = data / "library.sqlite3"
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\x5a" * (path.stat().st_size // 3))
    ended = processes.run("--data", data, "verify", "--json")
    assert ended.code == 1
    assert "Traceback" not in ended.err + ended.out
    assert ended.told


def test_a_backup_made_and_restored_by_command_is_the_same_library(data: Path, tmp_path: Path):
    made = call(data, "backup", tmp_path / "library.tar")
    assert made["ok"]
    assert made["bytes"] == (tmp_path / "library.tar").stat().st_size
    back = call(tmp_path / "restored", "restore", tmp_path / "library.tar")
    assert (back["ok"], back["rows"], back["blobs"]) == (True, made["rows"], made["blobs"])
    assert call(tmp_path / "restored", "verify")["ok"]
    assert call(tmp_path / "restored", "index", "status")["assets"] == 9


def test_an_export_goes_from_one_library_to_another_by_command(data: Path, tmp_path: Path):
    made = call(data, "export", tmp_path / "moved")
    assert call(tmp_path / "new", "import-library", tmp_path / "moved") == made | {"ok": True, "findings": []}
    assert call(tmp_path / "new", "verify")["ok"]
    refused = call(data, "import-library", tmp_path / "moved", want=1)
    assert refused["error"]["code"] == "conflict"


@pytest.mark.parametrize("command", ["restore", "import-library"])
def test_nothing_is_restored_while_a_server_runs(data: Path, tmp_path: Path, monkeypatch, command: str):
    monkeypatch.setattr("contentlib.jobs.runner.LOCK_PATIENCE", 0.1)
    copy = tmp_path / "copy"
    call(data, "backup" if command == "restore" else "export", copy)
    target = tmp_path / "target"
    target.mkdir()
    with runner_lock(target) as got:
        assert got
        refused = call(target, command, copy, want=1)
    assert refused["error"]["code"] == "conflict"
    assert "server" in refused["error"]["message"]
    assert [path.name for path in target.iterdir()] == ["runner.lock"]


def test_backup_export_and_verify_go_on_beside_a_server(data: Path, tmp_path: Path):
    with runner_lock(data) as got:
        assert got
        assert call(data, "verify")["ok"]
        assert call(data, "backup", tmp_path / "library.tar")["ok"]
        assert call(data, "export", tmp_path / "moved")["ok"]
        assert "server-runs" in {finding["code"] for finding in call(data, "doctor")["findings"]}


def test_a_refused_backup_is_told_in_one_sentence(data: Path, tmp_path: Path):
    (tmp_path / "bad.tar").write_bytes(b"nothing of the sort")
    assert say(tmp_path / "new", "restore", tmp_path / "bad.tar", want=1).startswith("Refused: bad.tar cannot be")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["runner.lock"]
    assert "already there" in say(data, "backup", tmp_path / "bad.tar", want=1)


def test_a_content_lead_may_not_carry_the_library_away(data: Path, tmp_path: Path):
    refused = call(data, "--as", LEO.email, "backup", tmp_path / "library.tar", want=1)
    assert refused["error"]["code"] == "forbidden"


def test_doctor_looks_before_there_is_a_library_and_makes_none(tmp_path: Path):
    answer = call(tmp_path / "none", "doctor")
    assert answer["ok"]
    assert {"no-library", "sample-brand"} <= {finding["code"] for finding in answer["findings"]}
    assert not (tmp_path / "none").exists()


def test_doctor_tells_what_keeps_a_library_from_being_opened(data: Path):
    (data / "library.sqlite3").write_bytes(b"this is no database" * 200)
    shutil.rmtree(data / "index")
    answer = call(data, "doctor", want=1)
    assert "library_refused" in {finding["code"] for finding in answer["findings"]}


def test_without_pango_everything_but_pdfs_works_and_says_so(data: Path, tmp_path: Path):
    (tmp_path / "machine").mkdir()
    (tmp_path / "machine" / "sitecustomize.py").write_text(NO_PANGO)
    pdf, authored = tmp_path / "out.pdf", ROOT / "tests" / "data" / "library" / "case-study"
    lines = (
        "contentlib doctor --json",
        f"contentlib documents render brackwater-ferries --out {pdf} --json",
        "contentlib search round --json",
        "contentlib verify --json",
        f"contentlib content lint {authored} --json",
    )
    environment = {"PYTHONPATH": str(tmp_path / "machine"), "CONTENTLIB_DATA": str(data)}
    typed = type_commands(lines, cwd=ROOT, environment=environment)
    assert not [said for _, said in typed if "Traceback" in said]
    doctor, render, search, verify, lint = ((code, json.loads(said)) for code, said in typed)
    missing = {finding["code"]: finding for finding in doctor[1]["findings"]}["pango-missing"]
    assert (doctor[0], doctor[1]["ok"]) == (1, False)
    assert "apt-get install" in missing["mend"]
    assert (render[0], render[1]["error"]["code"]) == (1, "setup_missing")
    assert "apt-get install" in render[1]["error"]["message"]
    assert not pdf.exists()
    assert (search[0], search[1]["total"] > 0) == (0, True)
    assert (verify[0], verify[1]["ok"]) == (0, True)
    assert (lint[0], lint[1]["files"]) == (0, 2)
    assert "setup_missing" in {finding["code"] for finding in lint[1]["findings"] if finding["level"] == "note"}
