"""A served library that is killed and started again, what its visitors had acknowledged, and the count of it all."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import socket
import sqlite3
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Protocol

from contentlib.domain.people import OPERATOR
from contentlib.sandbox.parent import Sandbox
from contentlib.services import people
from tests.cast import LEO, RITA
from tests.factories import shops
from tests.processes import Processes, Running

PATIENCE = 120.0
PASSWORD = "twelve calm otters"

# What counts as told to a person: a redirect to what was done, or the page itself.
_ACKNOWLEDGED = frozenset({200, 302, 303})
_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


def make_template(shop_template: Path, folder: Path, sandbox: Sandbox) -> Path:
    """Make a small library with its authored files in which Rita and Leo can sign in; gives the folder of both."""
    with shops.open_copy(shop_template, folder, sandbox) as shop, shop.library.work(OPERATOR) as uow:
        for member in (RITA, LEO):
            people.set_password(uow, token=people.invite(uow, email=member.email), password=PASSWORD)
    return folder


@dataclass
class Figures:
    """What was counted over all rounds of a scenario."""

    counts: Counter[str] = field(default_factory=Counter)
    restarts: list[float] = field(default_factory=list)

    def print(self, scenario: str) -> None:
        """Print everything that was counted, on one line."""
        told = ", ".join(f"{number:,} {name}" for name, number in self.counts.items())
        again = (
            f"; ready again in {median(self.restarts):.1f} s, at worst {max(self.restarts):.1f} s"
            if self.restarts
            else ""
        )
        print(f"\n{scenario}: {told}{again}")


class Place:
    """A library's folder, the authored files beside it, and the processes that work on it."""

    def __init__(self, template: Path, folder: Path, processes: Processes) -> None:
        shutil.copytree(template, folder)
        self.data, self.content, self.passing = folder / "data", folder / "content", folder / "passing"
        self.passing.mkdir()
        self._processes = processes
        # Authored files lie in a folder of their own, which the library must know them by.
        with contextlib.closing(sqlite3.connect(self.data / "library.sqlite3")) as database:
            database.execute("UPDATE asset SET source_root = ?", [str(self.content)])
            database.commit()

    def start(self, *words: object) -> Running:
        """Start a command on the library; its passing files lie in `passing`, so that it can be seen what stays."""
        return self._processes.start("--data", self.data, *words, environment={"TMPDIR": str(self.passing)})

    def run(self, *words: object, code: int = 0) -> Any:
        """Run a command to its end; gives what it told."""
        ended = self.start(*words, "--json")
        ended.wait()
        assert ended.code == code, (words, ended.code, ended.out, ended.err)
        return ended.told

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database itself."""
        with contextlib.closing(sqlite3.connect(f"file:{self.data / 'library.sqlite3'}?mode=ro", uri=True)) as database:
            return database.execute(sql).fetchall()

    def execute(self, sql: str) -> None:
        """Change rows while nobody works on the library."""
        with contextlib.closing(sqlite3.connect(self.data / "library.sqlite3")) as database:
            database.execute(sql)
            database.commit()

    def count(self, sql: str) -> int:
        """Ask the database for one number."""
        return int(self.rows(sql)[0][0])

    def left_behind(self) -> list[Path]:
        """List passing files and folders: each is somebody's who is at work, or was left by one that was killed."""
        patterns = ("blobs/*/.new-*", ".passing-*", "cache/**/.part-*", "backups/.*", "index/*.new")
        return [
            *self.passing.iterdir(),
            *(path for pattern in patterns for path in self.data.glob(pattern)),
        ]

    def let_pass(self, hours: int) -> None:
        """Have all that was left behind look so many hours older."""
        for path in self.left_behind():
            for each in (*path.rglob("*"), path):
                then = each.stat().st_mtime - hours * 3600
                os.utime(each, (then, then))


class Startable(Protocol):
    """Where a command can be started on a library."""

    def start(self, *words: object) -> Running: ...


class Server:
    """A served library that is killed and started again on the same port."""

    def __init__(self, place: Startable, figures: Figures) -> None:
        self._place, self._figures = place, figures
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.running: Running | None = None

    def start(self) -> None:
        """Serve, and wait until the library is ready; notes how long that took, in seconds."""
        began = time.monotonic()
        self.running = self._place.start("serve", "--port", self.port)
        while time.monotonic() < began + PATIENCE:
            assert self.running.is_running(), (self.running.out, self.running.err)
            with contextlib.suppress(OSError, http.client.HTTPException):
                if Visitor(self.port).get("/readyz")[0] == 200:
                    self._figures.restarts.append(time.monotonic() - began)
                    return
            time.sleep(0.02)
        raise AssertionError(self.running.err)

    def kill(self, *, with_all: bool = True) -> None:
        """Kill it, and what it started unless that is left to notice by itself."""
        if self.running is not None:
            self.running.kill(with_all=with_all)
            self.running = None


class Visitor:
    """Somebody's browser, as far as forms go: cookies and the form's token, no redirects followed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}
        self._token = ""

    def get(self, path: str) -> tuple[int, str]:
        """Fetch a page; gives status and text."""
        return self._ask("GET", path, None)

    def post(self, path: str, form: Mapping[str, str | list[str]]) -> bool:
        """Send a form; tells whether it was acknowledged. A connection that breaks off tells nothing."""
        return self.send(path, form)[0] in _ACKNOWLEDGED

    def send(self, path: str, form: Mapping[str, str | list[str]]) -> tuple[int, str]:
        """Send a form; gives status and text."""
        return self._ask("POST", path, urllib.parse.urlencode({"csrf_token": self._token, **form}, doseq=True))

    def sign_in(self, email: str = RITA.email, password: str = PASSWORD) -> None:
        """Sign in, as Rita unless told otherwise, and take the token that every form carries from then on."""
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


class Crowd:
    """Many deeds at once, each in a thread of its own under a key of its own."""

    def __init__(self, deeds: Mapping[str, Callable[[], bool]]) -> None:
        self.acknowledged: set[str] = set()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._do, args=deed, daemon=True) for deed in deeds.items()]
        for thread in self._threads:
            thread.start()

    def _do(self, key: str, deed: Callable[[], bool]) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if deed():
                with self._lock:
                    self.acknowledged.add(key)

    def wait_for(self, moment: Callable[[set[str]], bool], *, seconds: float) -> None:
        """Wait until a moment, which is told whose deeds are acknowledged, or so long at most."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not moment(self.acknowledged) and self._is_at_work():
            time.sleep(0.01)

    def _is_at_work(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def end(self) -> set[str]:
        """Wait for the deeds that are left, whose server is gone; gives the keys of those that were acknowledged.

        What was acknowledged while the kill was under way counts too: somebody was told.
        """
        for thread in self._threads:
            thread.join(PATIENCE)
        return self.acknowledged
