"""The wheel alone, in an environment of its own with no checkout near, makes its demo and serves it from any folder."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.typist import type_commands

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0

pytestmark = pytest.mark.slow


def uv(*arguments: str | Path, **environment: str) -> str:
    """Run uv without the network; everything it needs is in its cache since the checkout was set up."""
    found = next((path for path in (ROOT / ".uv/bin/uv", shutil.which("uv")) if path and Path(path).exists()), None)
    if found is None:
        pytest.skip("uv, which builds the wheel, is not here; make setup brings it")
    done = subprocess.run(
        [found, *arguments, "--offline"],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode and "network was disabled" in done.stderr:
        pytest.skip("uv's cache does not hold what the wheel needs; make setup fills it")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    uv("build", "--wheel", "--out-dir", folder)
    (built,) = folder.glob("*.whl")
    return built


class Installed:
    """An environment with the wheel in it, and a folder far from it to stand in."""

    def __init__(self, folder: Path) -> None:
        self.environment, self.elsewhere = folder / "environment", folder / "elsewhere"
        self.elsewhere.mkdir()
        self.command = self.environment / "bin" / "contentlib"
        # What a person's shell has, and a home of their own; nothing of the checkout.
        self.shell = {
            "PATH": os.defpath,
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "share"),
            "LANG": "C.UTF-8",
        }

    def run(self, *arguments: str) -> dict[str, object]:
        """Run a command and give its JSON document."""
        done = subprocess.run(
            [self.command, *arguments, "--json"],
            cwd=self.elsewhere, env=self.shell, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (done.stdout, done.stderr)
        told: dict[str, object] = json.loads(done.stdout)
        return told

    def type(self, *lines: str) -> list[dict[str, Any]]:
        """Type commands one after the other and give their JSON documents."""
        lines = tuple(f"contentlib {line} --json" for line in lines)
        typed = type_commands(lines, cwd=self.elsewhere, python=self.environment / "bin/python", environment=self.shell)
        assert [code for code, _ in typed] == [0] * len(lines), typed
        return [json.loads(said) for _, said in typed]

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve until the block ends; gives the address."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with (self.elsewhere / "serve.log").open("w") as log:
            server = subprocess.Popen(
                [self.command, "serve", "--port", str(port)],
                cwd=self.elsewhere, env=self.shell, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(server, url, self.elsewhere / "serve.log")
            yield url
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE)


def wait_until_ready(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    made = Installed(tmp_path_factory.mktemp("installed"))
    uv("sync", "--frozen", "--no-dev", "--no-install-project", UV_PROJECT_ENVIRONMENT=str(made.environment))
    bring_what_is_compiled(made.environment)
    uv("pip", "install", "--no-deps", "--python", made.environment / "bin" / "python", wheel)
    uv("pip", "check", "--python", made.environment / "bin" / "python")
    return made


def bring_what_is_compiled(environment: Path) -> None:
    """Spare Python ten seconds: the same files are compiled beside those that the tests run on.

    Python takes a compiled file only if it is of the very source that lies there, and compiles anew otherwise.
    """
    (here,), (there,) = ((root / "lib").glob("python3*/site-packages") for root in (Path(sys.prefix), environment))
    for compiled in here.rglob("__pycache__/*.pyc"):
        target = there / compiled.relative_to(here)
        if target.parent.parent.is_dir() and not target.exists():
            target.parent.mkdir(exist_ok=True)
            shutil.copy2(compiled, target)


def test_the_wheel_carries_templates_brand_and_content_and_no_tests(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    for part in ("templates/pages/base.html", "brand/_brand.yml", "content/deck/first-meeting-deck.md"):
        assert f"contentlib/_shipped/{part}" in names
    assert {name.split("/")[0] for name in names} == {"contentlib", "contentlib-0.1.0.dist-info"}
    assert not [name for name in names if "__pycache__" in name or name.endswith(".map")]


def test_the_demo_is_made_and_served_from_any_folder(installed: Installed):
    assert installed.run("demo")["assets"] == 49
    pdf = installed.elsewhere / "one.pdf"
    settings, doctor, verify, drawn = installed.type(
        "settings", "doctor", "verify", f"documents render return-on-one-line --out {pdf}"
    )
    rows = settings["settings"]
    found = {row["name"]: row["value"] for row in rows}
    for name in ("CONTENTLIB_CONTENT", "CONTENTLIB_BRAND", "CONTENTLIB_TEMPLATES"):
        assert Path(found[name]).is_relative_to(installed.environment)
        assert Path(found[name]).is_dir()
    assert str(ROOT) not in json.dumps(rows)
    with installed.serving() as url:
        for path, said in (("/sign-in", b"Rita Vance"), ("/brand.css", b"--brand"), ("/static/any/js/page.js", b"")):
            with urllib.request.urlopen(url + path, timeout=PATIENCE) as answer:
                assert answer.status == 200
                assert said in answer.read()
    assert doctor["ok"]
    assert verify["ok"]
    assert drawn["pages"] == 1
    assert pdf.read_bytes().startswith(b"%PDF")
