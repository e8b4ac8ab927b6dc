"""Usage-to-close: rated figures as of their run, open deals as they are now, and figures that add up."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from contentlib.domain.imports import DealRow, UsageRow
from contentlib.domain.people import OPERATOR
from contentlib.domain.reports import UsageToClose, UsageToCloseLine, Verdict
from contentlib.domain.usage import Channel
from contentlib.payloads import reports as payloads
from contentlib.services import reports, usage
from contentlib.storage.tables import ReportRun
from tests.cast import LEO, RITA, SAM
from tests.factories.shops import Shop, on


def report(shop: Shop) -> UsageToClose:
    with shop.library.read(shop.actor(LEO)) as reading:
        return reports.usage_to_close(reading)


def line(shop: Shop, asset: str) -> UsageToCloseLine:
    (found,) = [row for row in report(shop).rows if row.asset == asset]
    return found


@pytest.fixture
def used(shop: Shop) -> Shop:
    """The won deal saw a story and an order form, the lost one the story; both were rated."""
    shop.import_usage(
        *(
            UsageRow(line=n, asset=asset, deal=deal, rep=RITA.email, occurred_at=on(day), channel=Channel.SHARED)
            for n, (asset, deal, day) in enumerate(
                (
                    ("brackwater-ferries", "K-4", "2026-02-01"),
                    ("brackwater-ferries", "K-4", "2026-02-20"),
                    ("order-form", "K-4", "2026-03-20"),
                    ("brackwater-ferries", "K-5", "2026-02-10"),
                ),
                start=2,
            )
        )
    )
    shop.drain()
    return shop


def test_a_library_without_deals_has_a_report_that_says_so(shop: Shop):
    assert report(shop).status == "too little data"
    assert report(shop).rows == ()


def test_every_asset_with_a_use_has_a_row_and_no_other(used: Shop):
    assert {row.asset for row in report(used).rows} == {"brackwater-ferries", "order-form"}
    assert line(used, "order-form").label is Verdict.PAPERWORK
    story = line(used, "brackwater-ferries")
    assert (story.label, story.uses, story.won, story.lift) == (Verdict.NOT_ENOUGH_DATA, 2, 1, None)


def test_the_deals_that_are_left_out_and_those_that_are_not_add_up(used: Shop):
    used.import_deals(
        DealRow(line=2, deal="K-6", outcome="won"),
        DealRow(line=3, deal="K-7", outcome="lost", opened_at=on("2026-01-01"), closed_at=on("2026-02-01")),
    )
    used.drain()
    found = report(used)
    assert found.deals + sum(deals for _, deals in found.left_out) == 7
    assert dict(found.left_out)
    assert found.wins + found.losses == found.deals


def test_a_use_a_minute_ago_stands_among_the_open_deals_of_its_row(used: Shop):
    as_of = report(used).as_of
    used.use(RITA, "brackwater-ferries", deal="K-1")
    used.use(SAM, "short-tour", deal="K-3", key="other")
    assert report(used).as_of == as_of
    assert report(used).is_stale
    assert (line(used, "brackwater-ferries").open_deals, line(used, "short-tour").open_deals) == (1, 1)
    assert line(used, "short-tour").label is Verdict.NOT_ENOUGH_DATA
    with used.library.read(used.actor(LEO)) as reading:
        behind = reports.row_behind(reading, "brackwater-ferries")
    assert [(deal.id, deal.stage, deal.uses) for deal in behind.open] == [("K-1", "Evaluation", 1)]
    assert [(deal.id, deal.outcome, deal.uses) for deal in behind.closed] == [("K-5", "lost", 1), ("K-4", "won", 2)]


def test_an_undone_use_counts_nowhere(used: Shop):
    event = used.use(RITA, "short-tour", deal="K-1")
    with used.library.work(used.actor(RITA)) as uow:
        usage.undo(uow, event_id=event)
    assert "short-tour" not in {row.asset for row in report(used).rows}
    used.drain()
    assert "short-tour" not in {row.asset for row in report(used).rows}


def test_an_internal_assets_download_is_no_use(used: Shop):
    used.use(RITA, "against-gridlark", deal="K-1", channel=Channel.DOWNLOADED)
    used.drain()
    assert "against-gridlark" not in {row.asset for row in report(used).rows}


def test_a_deed_is_rated_within_the_minute_and_an_import_at_once(used: Shop):
    used.use(RITA, "short-tour", deal="K-1")
    used.clock.move(minutes=2)
    used.drain()
    assert (report(used).as_of, report(used).is_stale) == (used.clock.now, False)


def test_rows_are_sorted_by_what_is_known_and_then_by_uses(used: Shop):
    assert [row.asset for row in report(used).rows] == ["brackwater-ferries", "order-form"]


def test_the_answer_is_json_without_nan(used: Shop):
    told = json.dumps(payloads.usage_to_close(report(used)), allow_nan=False)
    assert json.loads(told)["health_coverage"] == pytest.approx(0.0)


def test_rating_again_gives_the_same_figures(used: Shop):
    before = payloads.usage_to_close(report(used))
    used.library.rate_usage()
    assert payloads.usage_to_close(report(used)) == before


def test_a_report_of_a_library_that_was_never_rated_is_empty_and_not_an_error(shop: Shop):
    with shop.library.work(OPERATOR) as uow:
        uow.session.execute(sa.delete(ReportRun))
    assert report(shop).as_of is None
