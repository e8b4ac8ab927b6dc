"""Nothing acknowledged is lost and nothing is doubled, whenever the process is killed: one scenario per room.

`make soak` runs many rounds; the suite a few. SOAK_ROUNDS sets the number.
"""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import subprocess
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

import pytest

from contentlib.domain.people import OPERATOR
from contentlib.jobs import runner
from contentlib.library import IMPORT_BATCH, Library
from contentlib.sandbox.parent import Sandbox
from contentlib.services import operations, people
from contentlib.settings import Settings
from tests.cast import RITA
from tests.factories import shops
from tests.integration.operations.damage import quiet
from tests.soak.kills.harness import Server, Visitor, kill, post_until_killed, start

PASSWORD = "twelve calm otters"
AT_ONCE = 200
DOCUMENTS_AT_ONCE = 12


def rounds(in_the_suite: int) -> int:
    """Give the number of rounds: the suite's, unless a soak asks for more."""
    return int(os.environ.get("SOAK_ROUNDS", in_the_suite))


class Killed:
    """A library whose processes are killed, the chance that decides when, and the figures of all rounds."""

    def __init__(self, data: Path, content: Path, sandbox: Sandbox) -> None:
        self.data, self.content, self.sandbox = data, content, sandbox
        self.chance = random.Random(20260901)
        self.figures: Counter[str] = Counter()

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Ask the database itself."""
        with contextlib.closing(sqlite3.connect(f"file:{self.data / 'library.sqlite3'}?mode=ro", uri=True)) as database:
            return database.execute(sql).fetchall()

    def check(self) -> None:
        """Do what the killed process left behind, and look whether everything agrees."""
        with Library(Settings(data=self.data, content=self.content), sandbox=self.sandbox) as library:
            with runner.runner_lock(self.data) as got:
                if got:
                    runner.take_over(library)
                    runner.heal_index(library)
                    runner.drain(library)
            with library.read(OPERATOR) as reading:
                assert operations.verify(reading, quiet) == ()

    def print_figures(self, scenario: str, restarts: list[float]) -> None:
        told = ", ".join(f"{number:,} {name}" for name, number in self.figures.items())
        again = f"; ready again in {median(restarts):.1f} s, at worst {max(restarts):.1f} s" if restarts else ""
        print(f"\n{scenario}: {told}{again}")


@pytest.fixture
def killed(shop_template: Path, tmp_path: Path, sandbox: Sandbox) -> Killed:
    with shops.open_copy(shop_template, tmp_path, sandbox) as shop, shop.library.work(OPERATOR) as uow:
        people.set_password(uow, token=people.invite(uow, email=RITA.email), password=PASSWORD)
    return Killed(shop.library.settings.data, shop.content, sandbox)


@pytest.fixture
def server(killed: Killed) -> Iterator[Server]:
    served = Server(killed.data)
    served.start()
    yield served
    served.kill()


def keyed(count: int, deed: Callable[[str], bool]) -> dict[str, Callable[[], bool]]:
    """Give so many deeds, each under a key of its own."""
    keys = [f"web:{uuid.uuid4()}" for _ in range(count)]
    return {key: lambda key=key: deed(key) for key in keys}  # type: ignore[misc]


def send(visitor: Visitor, key: str) -> bool:
    """Record that an asset was sent."""
    return visitor.post("/assets/round-at-a-glance/sent", {"deal": "K-1", "key": key})


def download(visitor: Visitor, key: str) -> bool:
    """Make a document that nobody made before, and record it."""
    prospect = {"prospect.name": f"Kite & Co {key[-6:]}", "personalise": "yes"}
    return visitor.post("/assets/round-at-a-glance/download", {"deal": "K-1", "key": key, **prospect})


def check_uses(killed: Killed, sent: set[str], acknowledged: set[str]) -> None:
    """Look whether every acknowledged use is there exactly once, and none that nobody sent."""
    held = Counter(str(key) for (key,) in killed.rows("SELECT key FROM usage_event WHERE key LIKE 'web:%'"))
    killed.figures["acknowledged"] = len(acknowledged)
    killed.figures["lost"] = len(acknowledged - held.keys())
    killed.figures["doubled"] = sum(number > 1 for number in held.values())
    assert acknowledged <= held.keys()
    assert set(held.values()) <= {1}
    assert held.keys() <= sent


def test_uses_that_were_acknowledged_are_there_exactly_once(killed: Killed, server: Server):
    sent: set[str] = set()
    told: set[str] = set()
    for _ in range(rounds(2)):
        visitor = Visitor(server.port)
        visitor.sign_in(RITA.email, PASSWORD)
        deeds = keyed(AT_ONCE, partial(send, visitor))
        sent |= deeds.keys()
        told |= post_until_killed(server, deeds, kill_after=killed.chance.randint(1, AT_ONCE * 3 // 4))
        killed.figures["kills"] += 1
        server.start()
        check_uses(killed, sent, told)
        # Who saw no answer sends again, with the key the form still carries.
        again = [key for key in deeds if key not in told][:20]
        assert all(send(visitor, key) for key in again)
        told |= set(again)
        check_uses(killed, sent, told)
        killed.check()
    killed.print_figures("uses", server.restarts)


def test_documents_that_were_acknowledged_are_there_with_their_bytes_and_their_use(killed: Killed, server: Server):
    sent: set[str] = set()
    told: set[str] = set()
    for _ in range(rounds(1)):
        visitor = Visitor(server.port)
        visitor.sign_in(RITA.email, PASSWORD)
        deeds = keyed(DOCUMENTS_AT_ONCE, partial(download, visitor))
        sent |= deeds.keys()
        told |= post_until_killed(server, deeds, kill_after=killed.chance.randint(1, DOCUMENTS_AT_ONCE // 2))
        killed.figures["kills"] += 1
        server.start()
        check_uses(killed, sent, told)
        (documents,) = killed.rows("SELECT count(*) FROM document")
        (recorded,) = killed.rows("SELECT count(DISTINCT document_id) FROM usage_event WHERE key LIKE 'web:%'")
        assert documents == recorded
        killed.check()  # reads every document's bytes
    killed.print_figures("documents", server.restarts)


def kill_while_running(killed: Killed, longest: float, *command: str, as_it_writes: bool = False) -> bool:
    """Run a command and kill it at some moment, or as soon as it writes; tells whether it was still running."""
    journal = killed.data / "library.sqlite3-wal"
    running = start(killed.data, *command)
    deadline = time.monotonic() + killed.chance.uniform(0.3, longest)
    if as_it_writes:
        while not (journal.exists() and journal.stat().st_size) and running.poll() is None:
            time.sleep(0.001)
    else:
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(deadline - time.monotonic())
    was_running = running.poll() is None
    kill(running)
    assert was_running or running.returncode == 0
    killed.figures["kills"] += 1
    killed.figures["in the middle"] += was_running
    return was_running


def test_a_sync_that_is_killed_has_changed_everything_or_nothing(killed: Killed):
    for number in range(rounds(2)):
        for path in killed.content.rglob("*.md"):
            path.write_text(path.read_text().replace("\ntitle: ", f"\ntitle: R{number} ", 1))
        command = ("content", "sync", str(killed.content))
        was_killed = kill_while_running(killed, 6.0, *command, as_it_writes=number % 2 == 0)
        titles = [str(title) for (title,) in killed.rows("SELECT title FROM asset WHERE source_path IS NOT NULL")]
        changed = sum(title.startswith(f"R{number} ") for title in titles)
        assert changed in {0, len(titles)}
        assert changed or was_killed
        killed.figures["had changed"] += bool(changed)
        killed.check()
        with Library(Settings(data=killed.data, content=killed.content), sandbox=killed.sandbox) as library:
            assert not library.sync_content(OPERATOR, killed.content).refused
        killed.check()
    killed.print_figures("syncs", [])


def deals_file(path: Path, name: str, rows: int) -> Path:
    """Write a file of deals."""
    columns = "deal,account,name,amount,currency,industry,size,owner,opened_at,closed_at,outcome,stage"
    lines = [
        f"{name}-{row},Account {row},Deal {row},1200.50,EUR,Packaging,Mid,{RITA.email},2026-05-01,,,Discovery"
        for row in range(rows)
    ]
    path.write_text("\n".join([columns, *lines]))
    return path


def test_an_import_that_is_killed_is_made_whole_by_the_same_file(killed: Killed, tmp_path: Path):
    rows = 6000
    for number in range(rounds(1)):
        name = f"S{number}"
        command = ("deals", "import", str(deals_file(tmp_path / f"{name}.csv", name, rows)), "--mapping", "contentlib")
        count = f"SELECT count(*) FROM deal WHERE external_id LIKE '{name}-%'"
        kill_while_running(killed, 6.0, *command)
        held = int(str(killed.rows(count)[0][0]))
        assert held % IMPORT_BATCH == 0, "a batch is a transaction"
        killed.figures["rows before"] += held
        assert start(killed.data, *command).wait(120) == 0
        assert killed.rows(count) == [(rows,)]
        killed.check()
    killed.print_figures("imports", [])
