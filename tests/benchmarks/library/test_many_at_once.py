"""What it costs to look at, do and take back a deed on all of a large library, and to carry it as a sheet.

In processor time, beside the least that it could be: the same rows changed and noted in one statement each.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa

from contentlib.domain.library import BulkDeed, BulkOrder, BulkOutcome, LibraryFilter
from contentlib.domain.people import OPERATOR
from contentlib.jobs import runner
from contentlib.payloads import library_sheet as payloads
from contentlib.services import library_sheet, library_table
from contentlib.services.bulk import runs, sheets
from contentlib.storage.jobs import JobKind
from contentlib.storage.tables import Asset, AssetStage, AssetTerm, AssetVersion, AuditEntry
from tests.cast import ADA, LEO
from tests.factories.shops import Shop

pytestmark = pytest.mark.skipif("BENCH_ASSETS" not in os.environ, reason="make bench measures; the suite does not")

ASSETS = int(os.environ.get("BENCH_ASSETS", "10000"))
# So many times the least is it at most, whatever the machine: a deed that asks its own questions of each asset is at
# hundreds. Seen: 9 to 16 to look, 16 to 26 to do, 21 to take back.
MOST_TIMES = {"look": 32, "do": 52, "take back": 42}
ORDERS = {
    "tag": BulkOrder(deed=BulkDeed.TAG, word="tags:competitor"),
    "owner": BulkOrder(deed=BulkDeed.OWNER, owner=ADA.email),
    "dates": BulkOrder(deed=BulkDeed.DATES, review_by_on=date(2027, 3, 1)),
    "still right": BulkOrder(deed=BulkDeed.VERIFY),
    "archive": BulkOrder(deed=BulkDeed.ARCHIVE, reason="No longer sold"),
}


@pytest.fixture
def grown(shop: Shop) -> Shop:
    """A library that has grown to so many assets, each with stages and terms of its own."""
    with shop.library.work(OPERATOR) as uow:
        session, dice = uow.session, random.Random(1)
        assets = [dict(row) for row in session.execute(sa.select(Asset.__table__)).mappings() if row["published_at"]]
        versions = {row["id"]: dict(row) for row in session.execute(sa.select(AssetVersion.__table__)).mappings()}
        stages = sorted(session.scalars(sa.select(AssetStage.stage_id).distinct()))
        terms = sorted(session.scalars(sa.select(AssetTerm.term_id).distinct()))
        ids = range(100_000, 100_000 + ASSETS)
        own = {"source_path": None, "source_root": None, "status": "published"}
        copies = [dice.choice(assets) | own | {"id": n, "slug": f"copy-{n}"} for n in ids]
        session.execute(sa.insert(Asset.__table__), [copy | {"current_version_id": None} for copy in copies])
        texts = [versions[copy["current_version_id"]] | {"id": copy["id"], "asset_id": copy["id"]} for copy in copies]
        session.execute(sa.insert(AssetVersion.__table__), texts)
        session.execute(sa.update(Asset).where(Asset.id >= ids[0]).values(current_version_id=Asset.id))
        session.execute(sa.insert(AssetStage), [{"asset_id": n, "stage_id": dice.choice(stages)} for n in ids])
        session.execute(sa.insert(AssetTerm), [{"asset_id": n, "term_id": t} for n in ids for t in terms[:3]])
    return shop


def cpu(deed: Callable[[], object]) -> float:
    """Give the processor time that something takes, in seconds."""
    began = time.process_time()
    deed()
    return time.process_time() - began


def least(shop: Shop) -> float:
    """Give what changing and noting as many assets takes in one statement each."""

    def change() -> None:
        with shop.library.rehearse(OPERATOR) as uow:
            uow.session.execute(sa.update(Asset).values(updated_at=uow.now, review_by_on=date(2027, 3, 1)))
            note = {"at": uow.now, "by_id": None, "by_name": "", "deed": "", "subject_kind": "asset"}
            notes = [note | {"subject_id": n, "detail": {"before": {"terms": [1, 2, 3]}}} for n in range(ASSETS)]
            uow.session.execute(sa.insert(AuditEntry), notes)

    return cpu(change)


def test_a_deed_on_all_costs_little_more_than_the_rows_that_it_writes(grown: Shop):
    library, leo, bound = grown.library, grown.actor(LEO), least(grown)
    print(f"\n{ASSETS:,} assets changed and noted in one statement each: {bound:.2f} s of processor time")
    slow = []

    def go_on(turn: Callable[..., object] | None = None, *given: object) -> float:
        def steps() -> None:
            if turn is not None:
                with library.work(leo) as uow:
                    turn(uow, *given)
            while runner.run_due(library, [JobKind.CHANGE_MANY], ahead=True):
                pass

        return cpu(steps)

    for name, order in ORDERS.items():
        with library.read(leo) as reading:
            slugs = library_table.list_slugs(reading, LibraryFilter(text="copy"))
        with library.work(leo) as uow:
            run = runs.begin(uow, order, slugs)
        took = {"look": go_on(), "do": go_on(runs.go, run), "take back": go_on(runs.take_back, run)}
        with library.read(leo) as reading:
            assert runs.look(reading, run).counts[BulkOutcome.DONE] == len(slugs) == ASSETS
        told = ", ".join(f"{each} {seconds:.2f} s ({seconds / bound:.0f}x)" for each, seconds in took.items())
        print(f"{name:>12}: {told}")
        slow += [(name, each) for each, seconds in took.items() if seconds > MOST_TIMES[each] * bound]
    assert not slow


def test_a_sheet_of_all_goes_out_and_comes_in(grown: Shop):
    library, leo, bound = grown.library, grown.actor(LEO), least(grown)
    text = ""

    def out() -> None:
        nonlocal text
        with library.read(leo) as reading:
            text = "".join(payloads.write_sheet(library_sheet.iter_sheet(reading, LibraryFilter())))

    def take(sheet: str, changed: int) -> None:
        with library.rehearse(leo) as uow:
            assert sheets.take_in(uow, payloads.read_sheet(sheet.encode()).rows).answer.changed == changed

    took = {"out": cpu(out), "in as it went out": cpu(lambda: take(text, 0))}
    slugs = [line.partition(",")[0] for line in text.splitlines()[1:] if line.startswith("copy-")]
    sheet = "slug,review_by\n" + "".join(f"{slug},2027-05-04\n" for slug in slugs)
    took["in with another day for each"] = cpu(lambda: take(sheet, len(slugs)))
    print("\nsheet: " + ", ".join(f"{each} {seconds:.2f} s ({seconds / bound:.0f}x)" for each, seconds in took.items()))
    assert max(took.values()) < 60 * bound
