"""A library as a stranger gets it: made by the command, served by the command, asked over the wire."""

from __future__ import annotations

import os
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from contentlib.domain.people import OPERATOR, Role
from contentlib.jobs.kinds import SLOW
from contentlib.library import Library
from contentlib.services import assets, library_table, people
from contentlib.settings import Settings
from contentlib.storage.jobs import FARTHEST, JobKind
from contentlib.storage.tables import Asset, Job
from tests.processes import Processes, Running

# A busy machine may take a minute for what takes a few seconds alone.
PATIENCE = 180.0


def contentlib(processes: Processes, data: Path, *arguments: str) -> str:
    """Run a command on the library in a folder and give what it printed; it has to succeed."""
    ended = processes.run("--data", data, *arguments)
    assert ended.code == 0, f"contentlib {' '.join(arguments)}\n{ended.out}\n{ended.err}"
    return ended.out


def free_port() -> int:
    """Find a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(processes: Processes, data: Path) -> Iterator[str]:
    """Serve the library in a folder until the block ends; gives its address once it is ready."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = processes.start("--data", data, "serve", "--port", port)
    try:
        _wait_until_ready(server, url)
        yield url
    finally:
        if server.is_running():
            os.kill(server.pid, signal.SIGTERM)
            server.wait(20)
        server.kill()


def _wait_until_ready(server: Running, url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert server.is_running(), f"The server ended.\n{server.err}"
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError):
            pass
        time.sleep(0.1)
    raise AssertionError(f"The server was not ready in time.\n{server.err}")


def wait_for_pictures(data: Path, *slugs: str) -> None:
    """Wait until the server has drawn the pages of the named assets, or of every asset when none is named."""
    deadline = time.monotonic() + PATIENCE
    with Library(Settings(data=data)) as library:
        while time.monotonic() < deadline:
            with library.read(OPERATOR) as reading:
                wanted = slugs or library_table.list_slugs(reading)
                missing = [slug for slug in wanted if assets.get_page(reading, slug).is_drawing]
            if not missing:
                return
            time.sleep(0.3)
    raise AssertionError(f"Not drawn in time: {missing}")


def draw_alone(data: Path, *slugs: str) -> None:
    """Have the server draw the pictures of the named assets and nothing else beforehand, which would take minutes."""
    with Library(Settings(data=data)) as library, library.work(OPERATOR) as uow:
        shown = sa.select(Asset.current_version_id).where(Asset.slug.in_(slugs))
        wanted = sa.and_(Job.kind == JobKind.DRAW_PICTURES, Job.subject.in_(shown))
        others = sa.update(Job).where(Job.kind.in_(SLOW), sa.not_(wanted))
        uow.session.execute(others.values(run_at=uow.now + FARTHEST))


def add_person(data: Path, email: str, name: str, role: Role) -> None:
    """Add somebody without the seconds that a command takes to start."""
    with Library(Settings(data=data)) as library, library.work(OPERATOR) as uow:
        people.add(uow, email=email, name=name, roles=[role])


def open_sign_in(data: Path, email: str) -> str:
    """Open a session for somebody and give its token; the library's own page for it is a journey of its own."""
    with Library(Settings(data=data)) as library, library.work(OPERATOR) as uow:
        return people.open_sign_in(uow, person_id=people.act_as(uow, email).person_id or 0)
