"""A server and commands on one library: side by side, with one server at most, and no job left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.cli.invoke import Shell
from tests.processes import Processes, Running

ROOT = Path(__file__).resolve().parents[2]

# Begun before all else: the second server says only after seconds that it may not.
pytestmark = pytest.mark.usefixtures("served")


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@dataclass(frozen=True)
class Served:
    """A library with a server that runs on it, and a second one that waits for the first to give way."""

    data: Path
    port: int
    second: Running


@pytest.fixture(scope="module")
def served(shop_template: Path, tmp_path_factory: pytest.TempPathFactory, processes: Processes) -> Iterator[Served]:
    """The small library with a server that runs on it."""
    data = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(shop_template, data)
    port = free_port()
    server = processes.start("--data", data, "serve", "--port", port)
    try:
        deadline = time.monotonic() + 30
        while not is_ready(port):
            assert server.is_running(), server.err
            assert time.monotonic() < deadline
            time.sleep(0.1)
        # One that is being restarted gives way within seconds, so long is a second one patient.
        yield Served(data, port, processes.start("--data", data, "serve", "--port", free_port()))
    finally:
        os.kill(server.pid, signal.SIGTERM)
        code = server.wait(20)
    assert code == 0, server.err


def test_a_port_that_is_taken_is_told_in_a_sentence(shell: Shell, processes: Processes):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        server = processes.run("--data", shell.data, "serve", "--port", held.getsockname()[1])
    assert (server.code, server.out) == (1, "")
    assert "Choose another --port" in server.err
    assert "Traceback" not in server.err


def test_a_command_that_is_piped_into_nothing_ends_quietly(shell: Shell):
    words = [sys.executable, "-m", "contentlib", "--data", str(shell.data)]
    done = subprocess.run(
        ["bash", "-c", '"$@" search --json | head -c 1', "bash", *words],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, "Traceback" in done.stderr) == ("{", False)


def test_the_installed_command_prints_one_json_document(shell: Shell):
    done = subprocess.run(
        [str(Path(sys.executable).with_name("contentlib")), "--data", str(shell.data), "search", "ferries", "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["total"] == 1


def test_a_command_beside_a_server_leaves_its_jobs_to_it_and_they_get_done(
    served: Served, empty_shell: Shell, tmp_path: Path
):
    shell, port, second = replace(empty_shell, data=served.data), served.port, served.second
    folder = tmp_path / "mine" / "deck"
    folder.mkdir(parents=True)
    (folder / "new.md").write_text("---\ntitle: The zanzibarite deck\n---\n\n# Slide\n")
    done = shell.json("content", "sync", str(tmp_path / "mine"))
    assert (done.code, done.told["created"], done.err) == (0, 1, "")
    assert [hit["slug"] for hit in shell.json("search", "zanzibarite").told["hits"]] == ["new"]
    assert is_ready(port)

    # Nobody known is refused before the first byte of what they would send.
    with socket.create_connection(("127.0.0.1", port), timeout=20) as stranger:
        stranger.sendall(b"POST /library/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000000\r\n\r\n")
        assert stranger.recv(100).startswith(b"HTTP/1.1 413 ")

    # A second server is refused in a sentence, and so is making the demo anew.
    second.wait()
    assert (second.code, second.out) == (1, "")
    assert second.err.startswith("Refused: Another server already runs on ")
    refused = shell.json("demo", "--reset").error
    assert refused["code"] == "conflict"
