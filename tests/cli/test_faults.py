"""A full disk, one without rights, a database that another holds, a clock set back: a sentence, and no half state."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contentlib.sandbox.parent import Sandbox
from contentlib.storage import database
from tests.cast import RITA
from tests.cli.invoke import Shell
from tests.factories.shops import Shop
from tests.integration.operations.damage import verify
from tests.processes import Processes, Running
from tests.soak.kills.harness import Figures, Server, Visitor, make_template

SOUND = {"ok": True, "differences": [], "mended": [], "removed_files": 0}


ROOT = Path(__file__).resolve().parents[2]


class Served:
    """Where a server is started on a library."""

    def __init__(self, processes: Processes, data: Path) -> None:
        self._processes, self._data = processes, data

    def start(self, *words: object) -> Running:
        """Start a command on the library."""
        return self._processes.start("--data", self._data, *words)


class SmallDisk:
    """A real disk of a few megabytes that the commands of this test alone can see, with a library on it."""

    def __init__(self, processes: Processes, place: Path) -> None:
        self._processes = processes
        self.place = place
        self.data, self.content = place / "data", place / "content"

    def start(self, *words: object) -> Running:
        """Start a command on the library; its own passing files lie on another disk."""
        return self._processes.start("--data", self.data, *words)

    def run(self, *words: object, environment: dict[str, str] | None = None) -> tuple[int | None, Any]:
        """Run a command; gives its code and the one document it printed."""
        # Where its variables are the question, its sandbox must start by them.
        is_seeded = environment is None
        ended = self._processes.run("--data", self.data, *words, "--json", environment=environment, is_seeded=is_seeded)
        assert "Traceback" not in ended.out + ended.err
        return ended.code, ended.told

    def refuse(self, *words: object, environment: dict[str, str] | None = None) -> str:
        """Run a command that is refused for what the machine lacks; gives the sentence."""
        code, told = self.run(*words, environment=environment)
        assert (code, told["error"]["code"]) == (1, "library_refused"), told
        return str(told["error"]["message"])

    def shell(self, line: str) -> str:
        return self._processes.shell(f'cd "{self.place}" && {line}')

    def fill(self, *, kilobytes_left: int) -> None:
        """Fill the disk but for so much."""
        self.shell(f"head -c $(( $(df --output=avail -k . | tail -1) - {kilobytes_left} ))k /dev/zero > filler")

    def make_room(self) -> None:
        self.shell("rm filler")


@pytest.fixture(scope="module")
def mounted(
    shop_template: Path, tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox, processes: Processes
) -> Iterator[tuple[Path, Path]]:
    """Where a disk is that the processes alone see, and the library to put on it."""
    folder = tmp_path_factory.mktemp("faults")
    template = make_template(shop_template, folder / "template", sandbox)
    place = folder / "disk"
    place.mkdir()
    if not processes.may_mount or processes.shell(f'mount -t tmpfs -o size=12m none "{place}"'):
        pytest.skip("this machine lets nobody mount a disk of their own")
    yield place, template
    processes.shell(f'umount "{place}"')


@pytest.fixture
def disk(mounted: tuple[Path, Path], processes: Processes) -> Iterator[SmallDisk]:
    place, template = mounted
    small = SmallDisk(processes, place)
    small.shell(f'cp -r "{template}"/* .')
    yield small
    small.shell("mount -o remount,rw . ; find . -mindepth 1 -delete")


def deals_file(folder: Path, rows: int) -> Path:
    path = folder / "deals.csv"
    told = "a name that takes its room on the disk " * 3
    lines = [f"F-{row},Account {row},{told}{row},100,EUR,{RITA.email},2026-05-01,,,Discovery" for row in range(rows)]
    path.write_text("\n".join(["deal,account,name,amount,currency,owner,opened_at,closed_at,outcome,stage", *lines]))
    return path


# A full disk


def test_an_import_keeps_whole_batches_and_the_rest_comes_in_when_there_is_room(disk: SmallDisk, tmp_path: Path):
    command = ("deals", "import", deals_file(tmp_path, 1500), "--mapping", "contentlib")
    disk.fill(kilobytes_left=300)
    assert "disk of the library is full" in disk.refuse(*command)
    assert disk.run("verify") == (0, SOUND)
    assert disk.run("search", "round")[1]["total"] > 0
    disk.make_room()
    code, told = disk.run(*command)
    assert (code, told["created"] + told["unchanged"], told["unchanged"] % 1000) == (0, 1500, 0)


def test_a_backup_an_export_and_a_restore_that_find_no_room_leave_nothing(disk: SmallDisk, tmp_path: Path):
    assert disk.run("backup", tmp_path / "kept.tar")[0] == 0
    disk.fill(kilobytes_left=60)
    for words in (("backup", disk.place / "b.tar"), ("export", disk.place / "exported")):
        assert "disk is full" in disk.refuse(*words).replace("No space left on device", "disk is full")
    code, told = disk.run("--data", disk.place / "new", "restore", tmp_path / "kept.tar")
    assert (code, told["error"]["code"]) == (1, "file_refused")
    assert "No space left" in told["error"]["message"]
    assert disk.shell("ls -A; ls -A new").split() == ["content", "data", "filler", "new", "runner.lock"]
    disk.make_room()
    assert disk.run("--data", disk.place / "new", "restore", tmp_path / "kept.tar")[0] == 0


def test_a_document_that_finds_no_room_is_told_in_a_sentence_and_leaves_no_half_file(disk: SmallDisk, tmp_path: Path):
    command = ("documents", "render", "round-at-a-glance", "--out", tmp_path / "a.pdf")
    assert "disk of the library is full" in (disk.fill(kilobytes_left=0) or disk.refuse(*command))
    disk.make_room()
    disk.fill(kilobytes_left=48)  # room enough to open the database, and too little for a document
    assert "could not be stored in" in disk.refuse(*command)
    assert not (tmp_path / "a.pdf").exists()
    unread = disk.refuse(*command, environment={"TMPDIR": str(disk.place)})
    assert str(disk.place) in unread
    assert "ake room" in unread
    assert disk.shell("find data/cache data/blobs -name '.*'") == ""
    disk.make_room()
    assert disk.run("verify") == (0, SOUND)
    assert [disk.run(*command)[1]["cached"] for _ in range(2)] == [False, True]
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_an_index_that_finds_no_room_stays_the_one_it_was(disk: SmallDisk):
    before = disk.run("index", "status")[1]
    disk.fill(kilobytes_left=48)
    assert "could not be written" in disk.refuse("index", "rebuild")
    assert disk.run("search", "round")[1]["total"] > 0
    assert len(disk.shell("ls -d data/index/generation-*").split()) == 1
    disk.make_room()
    assert disk.run("index", "status")[1] == before
    assert disk.run("index", "rebuild")[1]["generation"] == before["generation"] + 1


def test_a_server_says_that_its_disk_is_full_finds_all_the_same_and_goes_on_when_there_is_room(disk: SmallDisk):
    server = Server(disk, Figures())
    server.start()
    try:
        visitor = Visitor(server.port)
        visitor.sign_in()
        use = {"deal": "K-1", "key": "web:11111111-1111-4111-8111-111111111111"}
        disk.fill(kilobytes_left=0)
        status, page = visitor.send("/assets/round-at-a-glance/sent", use)
        # What the database's journal still has room for is kept, and then told so.
        tries = 0
        while status == 302 and tries < 200:
            tries += 1
            status, page = visitor.send("/assets/round-at-a-glance/sent", {**use, "key": f"web:{tries}"})
        assert status == 503
        assert "disk of the library is full" in page
        status, page = visitor.get("/?q=round")
        assert status == 200
        assert "One round, one record" in page
        disk.make_room()
        assert visitor.send("/assets/round-at-a-glance/sent", use)[0] == 302
    finally:
        server.kill()
    assert disk.run("verify") == (0, SOUND)


def test_an_older_library_whose_copy_finds_no_room_stays_whole_and_is_changed_when_there_is(disk: SmallDisk):
    """The copy that is made before the schema is changed needs as much room as the database has bytes."""
    path = disk.data / "library.sqlite3"
    newest, older = database.known_revisions()[-1], database.known_revisions()[-2]
    # Taken back by its own way down, so that what is opened is what the version before had made.
    step_back = (
        "from contentlib.storage import database\n"
        f"database.downgrade(database.open_engine('sqlite:///{path}'), '{older}')"
    )
    assert disk.shell(f'cd {ROOT} && {sys.executable} -c "{step_back}"') == ""
    dumped = (
        f"{sys.executable} -c \"import sqlite3; print(*sqlite3.connect('file:{path}?mode=ro', uri=True).iterdump())\""
    )
    before = disk.shell(f"{dumped} | sha256sum")
    disk.fill(kilobytes_left=200)
    told = disk.refuse("search", "round")
    assert f"before-{newest}" in told
    assert "Nothing was changed; make room" in told
    assert disk.shell("ls -A data/backups") == ""
    assert disk.shell(f"{dumped} | sha256sum") == before
    disk.make_room()
    assert disk.run("search", "round")[1]["total"] > 0
    assert disk.shell("ls -A data/backups").startswith(f"before-{newest}-")
    assert disk.run("verify") == (0, SOUND)


# A disk that takes no writes


def test_a_data_folder_that_takes_no_writes_is_told_by_whatever_is_run(disk: SmallDisk, tmp_path: Path):
    disk.shell("mount -o remount,ro .")
    commands: tuple[tuple[object, ...], ...] = (
        ("search", "round"),
        ("content", "sync", disk.content),
        ("backup", tmp_path / "b.tar"),
    )
    for words in commands:
        assert f"{disk.data} is not writable" in disk.refuse(*words)
    served = disk.start("serve", "--port", "8999")
    served.wait()
    assert served.code == 1
    assert "is not writable" in served.err
    code, told = disk.run("doctor")
    assert code == 1
    assert "disk-read-only" in {finding["code"] for finding in told["findings"]}


# A database that another holds


def test_a_database_that_another_program_holds_is_told_in_a_sentence(shell: Shell, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_MS", 100)
    (tmp_path / "content" / "deck").mkdir(parents=True)
    (tmp_path / "content" / "deck" / "new.md").write_text("---\ntitle: New\n---\n\n## One\n\nWords.\n")
    writing = (
        ("people", "add", "new@tarnwell.example", "--name", "New", "--role", "rep"),
        ("deals", "import", str(deals_file(tmp_path, 3)), "--mapping", "contentlib"),
        ("content", "sync", str(tmp_path / "content")),
    )
    with contextlib.closing(sqlite3.connect(shell.data / "library.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for words in writing:
            error = shell.json(*words).error
            assert error["code"] == "library_refused"
            assert "Another program holds the library's database" in error["message"]
        assert shell.json("search", "round").told["total"] > 0
    assert shell.json("verify").told == SOUND
    assert [shell.json(*words).code for words in writing] == [0, 0, 0]


# A clock set back


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


def test_a_server_says_in_its_log_that_the_clock_was_set_back(shop: Shop, processes: Processes):
    shop.clock.now = datetime.now(UTC) + timedelta(days=3)
    shop.use(RITA)
    data = shop.library.settings.data
    shop.library.close()
    server = Server(Served(processes, data), Figures())
    server.start()
    try:
        assert server.running is not None
        assert "The clock was set back" in server.running.err
    finally:
        server.kill()
