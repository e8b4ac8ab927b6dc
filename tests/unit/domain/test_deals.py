"""Money in minor units, and the state of a deal at a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentlib.domain.deals import HealthEntry, StageEntry, freeze, health_at, minor_units, stage_at

START = datetime(2026, 6, 1, 9, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


STAGES = [
    StageEntry(stage=slug, label=slug.title(), position=position, entered_at=day(at))
    for position, (slug, at) in enumerate((("discovery", 0), ("evaluation", 10), ("proposal", 20)))
]
HEALTHS = [HealthEntry(at=day(5), health=1), HealthEntry(at=day(12), health=3, forecast_category="Commit")]


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.34", "EUR", 1234),
        ("12.345", "EUR", 1235),  # half up, away from nought
        ("-12.345", "EUR", -1235),
        ("12.344999", "EUR", 1234),
        ("1500.4", "JPY", 1500),
        ("1.2345", "KWD", 1235),
        ("1.5", "kwd", 1500),
        ("7", "", 700),
        ("0", "EUR", 0),
    ],
)
def test_an_amount_is_kept_in_the_minor_units_of_its_currency(amount: str, currency: str, minor: int):
    assert minor_units(Decimal(amount), currency) == minor


@given(st.integers(0, 10**15), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_what_is_whole_in_minor_units_is_not_rounded(minor: int, currency: str):
    places = {"EUR": 2, "JPY": 0, "KWD": 3}[currency]
    assert minor_units(Decimal(minor).scaleb(-places), currency) == minor


@pytest.mark.parametrize(
    ("at", "stage"),
    [(-1, "discovery"), (0, "discovery"), (9.99, "discovery"), (10, "evaluation"), (20, "proposal"), (99, "proposal")],
)
def test_a_deal_is_in_the_stage_it_entered_last_and_before_the_first_in_the_first(at: float, stage: str):
    found = stage_at(STAGES, day(at))
    assert found is not None
    assert found.stage == stage


@pytest.mark.parametrize(("at", "health"), [(4.9, None), (5, 1), (11.9, 1), (12, 3)])
def test_health_is_what_was_known_then(at: float, health: int | None):
    found = health_at(HEALTHS, day(at))
    assert (found.health if found else None) == health


def test_a_moment_freezes_whole_days_that_are_never_negative():
    moment = freeze(stages=STAGES, healths=HEALTHS, opened_at=day(1), at=day(12.9))
    assert (moment.stage, moment.days_in_stage, moment.deal_age_days) == ("evaluation", 2, 11)
    assert (moment.health, moment.forecast_category) == (3, "Commit")
    before = freeze(stages=STAGES, healths=HEALTHS, opened_at=day(1), at=day(-5))
    assert (before.stage, before.days_in_stage, before.deal_age_days) == ("discovery", 0, 0)


def test_a_deal_of_which_nothing_is_known_freezes_nothing():
    moment = freeze(stages=[], healths=[], opened_at=None, at=day(0))
    assert {moment.stage, moment.days_in_stage, moment.deal_age_days, moment.health, moment.forecast_category} == {None}
