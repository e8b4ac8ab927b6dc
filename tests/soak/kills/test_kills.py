"""Nothing acknowledged is lost, nothing is doubled and nothing is half, whenever everything is killed.

In each round a server takes 200 posts at once and draws documents, while commands save authored files, import rows,
build the index anew and write a backup, or the server gives a tag to many assets in the background and takes it back;
then all of it is killed at a random moment. `make soak` plays 200 rounds, the
suite 20. What a round does follows from its seed and number, which a red round names: SOAK_SEED begins there.
"""

from __future__ import annotations

import os
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from contentlib.library import IMPORT_BATCH
from contentlib.sandbox.parent import Sandbox
from tests.cast import RITA
from tests.processes import Processes, Running
from tests.soak.kills.harness import Crowd, Figures, Place, Server, Visitor, make_template
from tests.soak.kills.librarian import Librarian

ROUNDS = int(os.environ.get("SOAK_ROUNDS", "20"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
# A library is taken anew after so many rounds, so that a long soak does not measure a large one.
ROUNDS_OF_A_LIBRARY = 20

AT_ONCE = 200
DOCUMENTS = 2
ROWS = 1_020
SAVED = ("one-sheeter/round-at-a-glance.md", "deck/short-tour.md", "outreach-email/first-note.md")


@pytest.fixture(scope="module")
def template(shop_template: Path, tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Path:
    """A small library with its authored files, in which Rita can sign in."""
    return make_template(shop_template, tmp_path_factory.mktemp("killed"), sandbox)


class Rounds:
    """The rounds of one library, and what its people were told so far."""

    def __init__(self, place: Place, figures: Figures, seed: int) -> None:
        self.place, self.seed = place, seed
        self.counts, self.server = figures.counts, Server(place, figures)
        self.sent: set[str] = set()
        self.told: set[str] = set()
        self.documents: set[str] = set()

    def play(self, number: int) -> None:
        """Do everything at once, kill it, and look; the server is started again on what the kill left, or after."""
        chance = random.Random(f"{self.seed}:{number}")
        saving, importing, rows, other = self._start_commands(number, chance)
        if other is None:
            self.librarian.begin(chance)
        crowd = self._post()
        crowd.wait_for(self._choose_moment(number, chance, is_of_many=other is None), seconds=30)
        time.sleep(chance.choice((0, chance.uniform(0, 0.3))))
        commands = [command for command in (saving, importing, other) if command is not None]
        with_all = chance.random() < 0.5
        self.counts["commands killed at work"] += sum(command.kill(with_all=with_all) for command in commands)
        self.server.kill(with_all=with_all)
        self.told |= crowd.end()
        self.librarian.end()
        self._check_uses()
        self.librarian.check()
        self._check_saves(number, saving)
        # Pictures are drawn as long as a server lives: what this round left of them would grow from kill to kill.
        self.place.execute("DELETE FROM job WHERE kind NOT IN ('index asset', 'rate usage', 'change many')")
        if serves_first := chance.random() < 0.5:
            self.server.start()
        self._check_import(number, importing, rows)
        self._check_agreement()
        if not serves_first:
            self.server.start()
        self.counts["rounds"] += 1

    def _choose_moment(self, number: int, chance: random.Random, *, is_of_many: bool) -> Callable[[set[str]], bool]:
        """Choose when to kill: when so many were told, one has a document, files or rows are in, or at any time.

        A round with a deed on many assets is killed halfway through it every other time.
        """
        if is_of_many and chance.random() < 0.5:
            return lambda _: self.librarian.is_halfway()
        match chance.choices(("posts", "document", "saved", "imported", "any time"), weights=(3, 3, 2, 2, 3))[0]:
            case "posts":
                wanted = chance.randint(1, AT_ONCE * 3 // 4)
                return lambda told: len(told) >= wanted
            case "document":
                return lambda told: bool(told & self.documents)
            case "saved":
                return lambda _: self._count_saved(number) > 0
            case "imported":
                return lambda _: self._count_imported(number) > 0
            case _:
                moment = time.monotonic() + chance.uniform(0.1, 3)
                return lambda _: time.monotonic() > moment

    def _start_commands(
        self, number: int, chance: random.Random
    ) -> tuple[Running, Running, tuple[str, ...], Running | None]:
        for path in SAVED:
            source = self.place.content / path
            head, _, title = source.read_text().partition("\ntitle: ")
            source.write_text(f"{head}\ntitle: R{number} {title.removeprefix(f'R{number - 1} ')}")
        rows = deals_file(self.place, number) if number % 2 else usage_file(self.place, number)
        backup = self.place.data.parent / "copies" / f"{number}.tar"
        # Without another command the server has a deed on many assets to do, which costs no process of its own.
        others = (("index", "rebuild"), ("backup", backup), ("reports", "usage-to-close"), None, None)
        words = chance.choice(others)
        return (
            self.place.start("content", "sync", self.place.content),
            self.place.start(*rows),
            rows,
            self.place.start(*words, "--json") if words is not None else None,
        )

    def _post(self) -> Crowd:
        """Send 200 forms at once: a few ask for documents that nobody made before, the rest record a use."""
        keys = [f"web:{uuid.uuid4()}" for _ in range(AT_ONCE)]
        self.sent |= set(keys)
        self.documents |= set(keys[:DOCUMENTS])
        deeds = {key: partial(self.download if key in self.documents else self.send, key) for key in keys}
        return Crowd(deeds)

    def send(self, key: str) -> bool:
        """Record that an asset was sent."""
        return self.visitor.post("/assets/round-at-a-glance/sent", {"deal": "K-1", "key": key})

    def download(self, key: str) -> bool:
        """Make a document of one's own from an asset that no round saves, and record it."""
        prospect = {"prospect.name": f"Kite & Co {key[-6:]}", "personalise": "yes"}
        return self.visitor.post("/assets/brackwater-ferries/download", {"deal": "K-1", "key": key, **prospect})

    def begin(self) -> None:
        """Serve, and sign in; the visitor stays signed in through every kill."""
        self.server.start()
        self.visitor = Visitor(self.server.port)
        self.visitor.sign_in()
        self.librarian = Librarian(self.place, self.counts, self.server.port)

    def _check_uses(self) -> None:
        """Look whether every acknowledged use is there exactly once, none that nobody sent, and documents with theirs.

        Runs before anything repairs anything.
        """
        held = Counter(str(key) for (key,) in self.place.rows("SELECT key FROM usage_event WHERE key LIKE 'web:%'"))
        lost = self.told - held.keys()
        doubled = [key for key, number in held.items() if number > 1]
        self.counts["lost"] += len(lost)
        self.counts["doubled"] += len(doubled)
        assert not lost
        assert not doubled
        assert held.keys() <= self.sent
        with_document = {key for (key,) in self.place.rows("SELECT key FROM usage_event WHERE document_id IS NOT NULL")}
        assert with_document == held.keys() & self.documents
        assert self.place.count("SELECT count(*) FROM document") == len(with_document)

    def _check_saves(self, number: int, saving: Running) -> None:
        """Look whether a sync changed all of its files or none."""
        changed = self._count_saved(number)
        versions = self.place.count(
            "SELECT count(*) FROM asset a JOIN asset_version v ON v.id = a.current_version_id "
            f"WHERE a.title LIKE 'R{number} %' AND v.source LIKE '%title: R{number} %'"
        )
        assert changed in {0, len(SAVED)}, f"{changed} of {len(SAVED)} files were saved"
        assert versions == changed
        if saving.code is not None:
            assert (saving.code, changed) == (0, len(SAVED)), saving.err
        self.counts["saves"] += changed

    def _count_saved(self, number: int) -> int:
        return self.place.count(f"SELECT count(*) FROM asset WHERE title LIKE 'R{number} %'")

    def _count_imported(self, number: int) -> int:
        came = f"deal WHERE external_id LIKE 'R{number}-%'" if number % 2 else f"usage_event WHERE {on_day(number)}"
        return self.place.count(f"SELECT count(*) FROM {came}")

    def _check_import(self, number: int, importing: Running, rows: tuple[str, ...]) -> None:
        """Look whether whole batches came in, and bring what is missing in with the same file."""
        held = self._count_imported(number)
        assert held % IMPORT_BATCH == 0 or held == ROWS, f"{held} rows: a batch is a transaction"
        if importing.code is not None:
            assert (importing.code, held) == (0, ROWS), importing.err
        self.counts["imported rows held"] += held
        # Without a server the command also does the work that was left; with one, that does.
        if held < ROWS or self.server.running is None:
            again = self.place.run(*rows)
            assert (again["total"], again["refused"]) == (ROWS, [])
            assert (again["created"], again["unchanged"]) == (ROWS - held, held)
            assert self._count_imported(number) == ROWS
            self.counts["imports taken up again"] += held < ROWS

    def _check_agreement(self) -> None:
        """Look whether database, files, index and figures agree once the work that was left is done."""
        deadline = time.monotonic() + 30
        while self.place.count("SELECT count(*) FROM job WHERE kind = 'index asset'") and time.monotonic() < deadline:
            time.sleep(0.02)
        ended = self.place.start("verify", "--json")
        ended.wait()
        self.counts["disagreements"] += len(ended.told["differences"])
        assert (ended.code, ended.told) == (0, {"ok": True, "differences": [], "mended": [], "removed_files": 0})

    def end(self) -> None:
        """Count what people were told, and look whether anything stays of all that was killed."""
        self.counts["posts acknowledged"] += len(self.told)
        self.counts["of them documents"] += len(self.told & self.documents)
        for copy in sorted((self.place.data.parent / "copies").glob("*.tar"))[-1:]:
            Place.run(self.place, "--data", self.place.data.parent / "restored", "restore", copy)
            self.counts["backups restored"] += 1
        self.librarian.finish()
        self.server.kill()
        self.place.let_pass(hours=2)
        self.server.start()
        assert self.download(f"web:{uuid.uuid4()}")
        assert len(self.place.left_behind()) == 1, "only the server's own folder for passing files"
        self.server.kill()


def deals_file(place: Place, number: int) -> tuple[str, ...]:
    """Write a file of deals that nobody has; gives the command that takes it in."""
    columns = "deal,account,name,amount,currency,industry,size,owner,opened_at,closed_at,outcome,stage"
    lines = [
        f"R{number}-{row},Account {row},Deal {row},1200.50,EUR,Packaging,Mid,{RITA.email},2025-05-01,,,Discovery"
        for row in range(ROWS)
    ]
    path = place.data.parent / "rows.csv"
    path.write_text("\n".join([columns, *lines]))
    return ("deals", "import", str(path), "--mapping", "contentlib")


def day(number: int) -> str:
    """Give the day of a round's imported uses."""
    return f"2025-01-{number:02}"


def on_day(number: int) -> str:
    """Give the condition that finds them."""
    return f"key LIKE 'import:%' AND occurred_at LIKE '{day(number)}%'"


def usage_file(place: Place, number: int) -> tuple[str, ...]:
    """Write a file of uses of one day, a second apart; gives the command that takes it in."""
    columns = "asset,deal,rep,occurred_at,channel,version"
    lines = [
        f"round-at-a-glance,K-4,{RITA.email},{day(number)}T{row // 3600:02}:{row // 60 % 60:02}:{row % 60:02}Z,"
        "presented,"
        for row in range(ROWS)
    ]
    path = place.data.parent / "rows.csv"
    path.write_text("\n".join([columns, *lines]))
    return ("usage", "import", str(path))


@pytest.mark.slow
def test_nothing_that_was_acknowledged_is_lost_doubled_or_half(template: Path, processes: Processes, tmp_path: Path):
    figures = Figures()
    for began in range(0, ROUNDS, ROUNDS_OF_A_LIBRARY):
        seed = SEED + began // ROUNDS_OF_A_LIBRARY
        rounds = Rounds(Place(template, tmp_path / f"library-{seed}", processes), figures, seed)
        rounds.begin()
        try:
            for number in range(1, min(ROUNDS_OF_A_LIBRARY, ROUNDS - began) + 1):
                print(f"SOAK_SEED={seed}, round {number}")  # shown when the round fails
                rounds.play(number)
            rounds.end()
        finally:
            rounds.server.kill()
    figures.print("kills")
