import hashlib
from collections import Counter
from datetime import UTC, date, datetime

import pytest

from contentlib.demo.deals import FORECAST_CATEGORIES, make_rows
from contentlib.demo.effects import ASSETS, PAPERWORK
from contentlib.demo.people import PEOPLE, REPS, RITA
from contentlib.demo.stories import STAGES
from contentlib.domain.deals import Outcome

TODAY = date(2026, 3, 18)


@pytest.fixture(scope="module")
def rows():
    return make_rows(TODAY)


def test_there_are_about_2400_deals_of_two_years_and_about_15000_uses(rows):
    assert len(rows.deals) == 2400
    assert 14_000 <= len(rows.usages) <= 16_000
    opened = [row.opened_at.date() for row in rows.deals]
    assert date(2024, 3, 1) < min(opened) < date(2024, 4, 1)
    assert all(day < TODAY for day in opened)


def test_about_a_third_of_closed_deals_is_won_and_the_pipeline_is_credible(rows):
    closed = [row for row in rows.deals if row.outcome]
    won = sum(row.outcome is Outcome.WON for row in closed)
    assert 0.28 <= won / len(closed) <= 0.35
    in_stage = Counter(row.stage for row in rows.deals if row.outcome is None)
    assert set(in_stage) == set(STAGES)
    assert min(in_stage.values()) >= 10
    assert {row.currency for row in rows.deals} == {"EUR", "GBP", "USD"}


def test_lost_deals_have_a_reason_and_only_they(rows):
    for row in rows.deals:
        assert (row.lost_reason is not None) == (row.outcome is Outcome.LOST)
        assert (row.closed_at is None) == (row.outcome is None)


def test_nothing_lies_in_the_future_on_a_weekend_or_outside_office_hours(rows):
    instants = [row.opened_at for row in rows.deals]
    instants += [row.closed_at for row in rows.deals if row.closed_at]
    instants += [row.entered_at for row in rows.stages]
    instants += [row.at for row in rows.healths]
    instants += [row.occurred_at for row in rows.usages]
    for at in instants:
        assert at < datetime(2026, 3, 18, tzinfo=UTC)
        assert at.weekday() < 5
        assert (8, 30) <= (at.hour, at.minute) <= (17, 30)


def test_histories_are_in_order_and_inside_the_deals_life(rows):
    deals = {row.deal: row for row in rows.deals}
    reached = {}
    for row in rows.stages:
        deal, position = deals[row.deal], STAGES.index(row.stage)
        assert position == reached.get(row.deal, (-1, None))[0] + 1
        assert deal.opened_at <= row.entered_at
        assert deal.closed_at is None or row.entered_at < deal.closed_at
        reached[row.deal] = (position, row.entered_at)
    for row in rows.deals:
        if row.outcome is None:
            assert row.stage == STAGES[reached[row.deal][0]]
    for row in rows.usages:
        if row.deal is not None:
            deal = deals[row.deal]
            assert deal.opened_at < row.occurred_at
            assert deal.closed_at is None or row.occurred_at < deal.closed_at
    for row in rows.healths:
        assert row.forecast_category == FORECAST_CATEGORIES[row.health]


def test_no_usage_row_comes_twice(rows):
    keys = Counter((row.asset, row.deal, row.rep, row.occurred_at, row.channel) for row in rows.usages)
    assert max(keys.values()) == 1


def test_only_external_assets_are_used_and_each_of_them_is(rows):
    used = {row.asset for row in rows.usages}
    assert used == {asset.slug for asset in ASSETS} | {paper.slug for paper in PAPERWORK}


def test_rita_has_exactly_four_open_deals_at_four_stages_used_on_lately(rows):
    mine = [row for row in rows.deals if row.owner == RITA.email and row.outcome is None]
    assert len(mine) == 4
    assert len({row.stage for row in mine}) == 4
    suggested = next(row for row in mine if row.deal == rows.suggested_deal)
    assert suggested.stage in {"Evaluation", "Proposal"}
    for row in mine:
        last = max(use.occurred_at for use in rows.usages if use.deal == row.deal)
        assert (TODAY - last.date()).days <= 8
    assert sum(row.owner == RITA.email and row.outcome is not None for row in rows.deals) >= 30


def test_other_reps_have_open_deals_too(rows):
    owners = {row.owner for row in rows.deals if row.outcome is None}
    assert len(owners) > 30
    assert {"sam.okafor@tarnwell.example", "ines.dahl@tarnwell.example"} <= owners


def test_owners_are_people_of_the_company(rows):
    assert {row.owner for row in rows.deals} == {rep.email for rep in REPS}
    assert {row.rep for row in rows.usages} <= {rep.email for rep in REPS}
    assert len(PEOPLE) == 8
    assert len({rep.email for rep in REPS} - {person.email for person in PEOPLE}) == 40


def test_the_same_day_gives_the_same_rows_to_the_byte():
    first = hashlib.sha256(repr(make_rows(TODAY)).encode()).hexdigest()
    from contentlib.demo import deals

    deals.invent.cache_clear()
    assert hashlib.sha256(repr(make_rows(TODAY)).encode()).hexdigest() == first


def test_another_day_moves_dates_and_nothing_else(rows):
    later = make_rows(date(2026, 3, 25))
    for before, after in zip(rows.deals, later.deals, strict=True):
        assert (after.opened_at - before.opened_at).days == 7
        assert (before.deal, before.account, before.amount_minor) == (after.deal, after.account, after.amount_minor)
    for before, after in zip(rows.usages, later.usages, strict=True):
        assert (before.asset, before.deal, before.channel) == (after.asset, after.deal, after.channel)
        assert (after.occurred_at - before.occurred_at).days == 7
