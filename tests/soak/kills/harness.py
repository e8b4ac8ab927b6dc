"""Real servers and commands on a real library that are killed without warning, and what a visitor had acknowledged."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 120.0

# What counts as told to a person: a redirect to what was done, or the page itself.
_ACKNOWLEDGED = frozenset({200, 302, 303})
_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


def start(data: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a command on the library in a folder, in a process group of its own; its log stands beside the data."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONTENTLIB_")}
    with (data.parent / "killed.log").open("a") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "contentlib", "--data", data, *arguments],
            cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all it started, with the signal that nothing can answer."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Server:
    """A served library that is killed and started again on the same port."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None
        self.restarts: list[float] = []

    def start(self) -> None:
        """Serve, and wait until the library is ready; notes how long that took, in seconds."""
        began = time.monotonic()
        self._process = start(self.data, "serve", "--port", str(self.port))
        while time.monotonic() < began + PATIENCE:
            assert self._process.poll() is None, (self.data.parent / "killed.log").read_text()
            with contextlib.suppress(OSError, http.client.HTTPException):
                if Visitor(self.port).get("/readyz")[0] == 200:
                    self.restarts.append(time.monotonic() - began)
                    return
            time.sleep(0.05)
        raise AssertionError((self.data.parent / "killed.log").read_text())

    def kill(self) -> None:
        """Kill it."""
        if self._process is not None:
            kill(self._process)
            self._process = None


class Visitor:
    """Somebody's browser, as far as forms go: cookies and the form's token, no redirects followed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}
        self._token = ""

    def get(self, path: str) -> tuple[int, str]:
        """Fetch a page; gives status and text."""
        return self._ask("GET", path, None)

    def post(self, path: str, form: Mapping[str, str]) -> bool:
        """Send a form; tells whether it was acknowledged. A connection that breaks off tells nothing."""
        body = urllib.parse.urlencode({"csrf_token": self._token, **form})
        return self._ask("POST", path, body)[0] in _ACKNOWLEDGED

    def sign_in(self, email: str, password: str) -> None:
        """Sign in, and take the token that every form carries from then on."""
        self._read_token("/sign-in")
        assert self.post("/sign-in", {"email": email, "password": password}), "the visitor could not sign in"
        self._read_token("/")

    def _read_token(self, path: str) -> None:
        status, page = self.get(path)
        found = _TOKEN.search(page)
        assert status == 200, page
        assert found, f"{path} has no form"
        self._token = found[1]

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with contextlib.closing(connection):
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    cookie, _, _ = value.partition(";")
                    key, _, word = cookie.partition("=")
                    self._cookies[key] = word
            return answer.status, answer.read().decode("utf-8", "replace")


def post_until_killed(
    server: Server, deeds: Mapping[str, Callable[[], bool]], *, kill_after: int, deadline: float = 60.0
) -> set[str]:
    """Do all deeds at once and kill the server when so many are acknowledged; gives the keys of those that were.

    What is acknowledged while the kill is under way counts too: somebody was told.
    """
    acknowledged: set[str] = set()
    enough, lock = threading.Event(), threading.Lock()

    def do(key: str, deed: Callable[[], bool]) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if deed():
                with lock:
                    acknowledged.add(key)
                    if len(acknowledged) >= kill_after:
                        enough.set()

    threads = [threading.Thread(target=do, args=deed, daemon=True) for deed in deeds.items()]
    for thread in threads:
        thread.start()
    enough.wait(deadline)
    server.kill()
    for thread in threads:
        thread.join(PATIENCE)
    assert enough.is_set(), f"only {len(acknowledged)} of {kill_after} deeds were acknowledged in time"
    return acknowledged
