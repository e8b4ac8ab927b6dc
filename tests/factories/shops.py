"""A small library on a real database with a real index, a real printer and the cast; made once, copied per test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from contentlib.domain.assets import Vocabulary
from contentlib.domain.deals import Outcome
from contentlib.domain.imports import DealRow, HealthRow, ImportAnswer, StageRow, SyncAnswer, UsageRow
from contentlib.domain.people import OPERATOR, Actor
from contentlib.domain.usage import Channel
from contentlib.jobs import runner
from contentlib.library import Library
from contentlib.sandbox.parent import Sandbox
from contentlib.services import deal_imports, documents, people, taxonomy, usage
from contentlib.settings import Settings
from contentlib.storage import rows
from contentlib.storage.tables import Asset, Job, SearchIndexState, SearchSegment
from tests.cast import CAST, Member

AUTHORED = Path(__file__).parents[1] / "data" / "library"
# A Tuesday; the assets came in in January, and one of them expired in June.
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
BEGAN = datetime(2026, 1, 12, 8, tzinfo=UTC)

TERMS = {
    Vocabulary.INDUSTRY: ("Food and drink", "Ports and terminals", "Packaging"),
    Vocabulary.PERSONA: ("Maintenance manager", "Plant director"),
    Vocabulary.PRODUCT: ("Rounds", "Signal"),
    Vocabulary.REGION: ("Northern Europe",),
    Vocabulary.TAG: ("Uptime", "Competitor", "Offline use"),
}


class MovingClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Move on by days, hours, minutes."""
        self.now += timedelta(**by)


@dataclass
class Shop:
    """An opened library with its clock and the folder that its authored files come from."""

    library: Library
    clock: MovingClock
    content: Path

    def actor(self, member: Member) -> Actor:
        """Give a member of the cast as the one who acts."""
        with self.library.read(OPERATOR) as reading:
            return people.act_as(reading, member.email)

    def sync(self, folder: Path | None = None, *, create_terms: bool = False) -> SyncAnswer:
        """Sync the authored files as the operator."""
        return self.library.sync_content(OPERATOR, folder or self.content, create_terms=create_terms)

    def drain(self) -> None:
        """Do what the deeds left behind, as a command does."""
        runner.drain(self.library)

    def lose_index(self, *, how: str = "deleted") -> None:
        """Delete what search reads, or damage it, wherever it is kept."""
        folder = self.library.settings.data / "index"
        if how == "deleted":
            shutil.rmtree(folder, ignore_errors=True)
        for path in folder.glob("generation-*/*"):
            path.write_bytes(b"not an index")
        with self.library.work(OPERATOR) as uow:
            uow.session.execute(
                sa.delete(SearchIndexState) if how == "deleted" else sa.update(SearchSegment).values(lengths=b"none")
            )
        if how == "damaged":  # what is in memory still answers; a server that starts on such an index reads it
            self.library.index.close()

    def write(self, path: str, text: str) -> Path:
        """Write an authored file."""
        target = self.content / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace words in an authored file."""
        target = self.content / path
        text = target.read_text(encoding="utf-8")
        assert old in text, f"{path} does not hold {old!r}"
        target.write_text(text.replace(old, new), encoding="utf-8")

    def use(
        self,
        member: Member,
        asset: str = "round-at-a-glance",
        *,
        deal: str | None = "K-1",
        channel: Channel = Channel.SHARED,
        key: str = "once",
    ) -> int:
        """Record a use and give the event's id."""
        with self.library.work(self.actor(member)) as uow:
            return usage.record(uow, asset=asset, channel=channel, deal=deal, key=key).id

    def download(
        self,
        member: Member,
        asset: str = "round-at-a-glance",
        *,
        deal: str | None = "K-1",
        values: dict[str, str] | None = None,
        key: str = "once",
    ) -> tuple[documents.PreparedDocument, documents.Recorded]:
        """Make a document; with values it is personalised."""
        return self.library.make_document(
            self.actor(member),
            asset=asset,
            deal=deal,
            filling=documents.Filling(values=values or {}),
            personalise=values is not None,
            key=key,
        )

    def import_deals(self, *rows: DealRow, dry_run: bool = False) -> ImportAnswer:
        return self.library.import_rows(OPERATOR, deal_imports.import_deals, rows, dry_run=dry_run)

    def import_stages(self, *rows: StageRow, dry_run: bool = False) -> ImportAnswer:
        return self.library.import_rows(OPERATOR, deal_imports.import_stages, rows, dry_run=dry_run)

    def import_health(self, *rows: HealthRow, dry_run: bool = False) -> ImportAnswer:
        return self.library.import_rows(OPERATOR, deal_imports.import_health, rows, dry_run=dry_run)

    def import_usage(self, *rows: UsageRow, dry_run: bool = False) -> ImportAnswer:
        return self.library.import_rows(OPERATOR, usage.import_usage, rows, dry_run=dry_run)


def on(day: str, hour: int = 9) -> datetime:
    """Give an hour of a day in UTC."""
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


# K-1 and K-2 are Rita's open deals, K-3 is Sam's; K-4 was won, K-5 lost.
DEALS = (
    DealRow(
        line=2, deal="K-1", account="Kite & Co", name="Kite roll-out", amount_minor=1_200_050, currency="EUR",
        industry="Food and drink", size="Mid", region="Northern Europe", owner="rita@tarnwell.example",
        opened_at=on("2026-06-01"), stage="Evaluation",
    ),
    DealRow(
        line=3, deal="K-2", account="Lark Ltd", name="Lark pilot", amount_minor=400_000, currency="GBP",
        owner="rita@tarnwell.example", opened_at=on("2026-05-04"), stage="Proposal",
    ),
    DealRow(
        line=4, deal="K-3", account="Merle AG", name="Merle pilot", owner="sam@tarnwell.example",
        opened_at=on("2026-08-20"), stage="Discovery",
    ),
    DealRow(
        line=5, deal="K-4", account="Nandu SA", name="Nandu pilot", amount_minor=900_000, currency="EUR",
        owner="rita@tarnwell.example", opened_at=on("2026-01-15"), closed_at=on("2026-04-01"), outcome=Outcome.WON,
    ),
    DealRow(
        line=6, deal="K-5", account="Oriole BV", name="Oriole pilot", amount_minor=700_000, currency="EUR",
        owner="sam@tarnwell.example", opened_at=on("2026-01-20"), closed_at=on("2026-03-15"), outcome=Outcome.LOST,
        lost_reason="Price",
    ),
)  # fmt: skip
STAGES = tuple(
    StageRow(line=line, deal=deal, stage=stage, entered_at=on(day))
    for line, (deal, stage, day) in enumerate(
        (
            ("K-1", "Discovery", "2026-06-01"),
            ("K-1", "Qualification", "2026-06-20"),
            ("K-1", "Evaluation", "2026-08-02"),
            ("K-2", "Discovery", "2026-05-04"),
            ("K-2", "Proposal", "2026-08-25"),
            ("K-3", "Discovery", "2026-08-20"),
            ("K-4", "Discovery", "2026-01-15"),
            ("K-4", "Negotiation", "2026-03-01"),
            ("K-5", "Discovery", "2026-01-20"),
            ("K-5", "Proposal", "2026-02-20"),
        ),
        start=2,
    )
)
HEALTHS = (
    HealthRow(line=2, deal="K-1", at=on("2026-06-15"), health=1),
    HealthRow(line=3, deal="K-1", at=on("2026-08-10"), health=2, forecast_category="Best case"),
)


def make_template(folder: Path, sandbox: Sandbox) -> Path:
    """Make the library that tests copy, and give its data folder."""
    content, data = folder / "content", folder / "data"
    shutil.copytree(AUTHORED, content)
    clock = MovingClock(BEGAN)
    with Library(Settings(data=data, content=content), clock=clock, sandbox=sandbox) as library:
        shop = Shop(library, clock, content)
        with library.work(OPERATOR) as uow:
            _add_cast(uow, CAST)
            for vocabulary, labels in TERMS.items():
                taxonomy.set_terms(uow, vocabulary, [(taxonomy.to_slug(label), label) for label in labels])
        synced = shop.sync()
        assert synced.created == 9
        assert not synced.refused
        clock.now = NOW
        for imported in (shop.import_deals(*DEALS), shop.import_stages(*STAGES), shop.import_health(*HEALTHS)):
            assert not imported.refused
        shop.drain()
        with library.work(OPERATOR) as uow:  # nobody needs the pictures of every page in every test
            uow.session.execute(sa.delete(Job))
    return data


def _add_cast(uow: Any, members: Sequence[Member]) -> None:
    for member in members:
        people.add(
            uow,
            email=member.email,
            name=member.name,
            roles=member.roles,
            title=member.title,
            phone=member.phone,
            is_active=member.is_active,
        )


def carry_over(template: Path, folder: Path, sandbox: Sandbox, database_url: str) -> None:
    """Put the rows of the template into an empty database."""
    with (
        Library(Settings(data=template), clock=MovingClock(NOW), sandbox=sandbox) as library,
        library.read(OPERATOR) as reading,
    ):
        rows.dump(reading.session, folder, lambda _: None)
    there = Settings(data=folder / "data", database_url=SecretStr(database_url))
    with Library(there, clock=MovingClock(NOW), sandbox=sandbox) as library:
        with library.work(OPERATOR) as uow:
            rows.load(uow.session, folder, lambda _: None)
        library.rebuild_index()


@contextmanager
def open_copy(template: Path, folder: Path, sandbox: Sandbox, *, database_url: str | None = None) -> Iterator[Shop]:
    """Open a copy of the template with authored files of its own; its rows come with the database if one is named."""
    data, content = folder / "data", folder / "content"
    # Where the database keeps the index, too, there is no folder of it.
    shutil.copytree(template, data, ignore=shutil.ignore_patterns("index", "*.sqlite3*") if database_url else None)
    shutil.copytree(AUTHORED, content)
    clock = MovingClock(NOW)
    url = SecretStr(database_url) if database_url else None
    with Library(Settings(data=data, content=content, database_url=url), clock=clock, sandbox=sandbox) as library:
        with library.work(OPERATOR) as uow:  # the same files, in a folder of their own
            uow.session.execute(sa.update(Asset).values(source_root=str(content)))
        yield Shop(library, clock, content)
