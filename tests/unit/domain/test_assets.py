"""When an asset may be seen: rules as tables of cases."""

from __future__ import annotations

from datetime import date

import pytest

from contentlib.domain.assets import (
    AssetDates,
    AssetStatus,
    default_review_by,
    expires_within,
    is_expired,
    is_live,
    is_review_due,
)

TODAY = date(2026, 9, 1)
YESTERDAY, TOMORROW = date(2026, 8, 31), date(2026, 9, 2)


@pytest.mark.parametrize(
    ("publish_on", "expires_on", "live"),
    [
        (None, None, True),
        (TODAY, None, True),
        (YESTERDAY, TOMORROW, True),
        (TOMORROW, None, False),
        (None, TODAY, False),  # the expiry day is the first on which it is gone
        (None, YESTERDAY, False),
        (TOMORROW, YESTERDAY, False),
    ],
)
def test_an_asset_is_live_from_its_publish_day_to_the_day_before_its_expiry(publish_on, expires_on, live: bool):
    dates = AssetDates(publish_on=publish_on, expires_on=expires_on)
    assert is_live(AssetStatus.PUBLISHED, dates, TODAY) is live
    for status in set(AssetStatus) - {AssetStatus.PUBLISHED}:
        assert not is_live(status, dates, TODAY)


@pytest.mark.parametrize(
    ("expires_on", "left"),
    [(None, None), (YESTERDAY, None), (TODAY, None), (TOMORROW, 1), (date(2026, 10, 1), 30), (date(2026, 10, 2), None)],
)
def test_an_asset_expires_soon_in_its_last_thirty_days(expires_on, left):
    assert expires_within(AssetDates(expires_on=expires_on), TODAY) == left
    assert is_expired(AssetDates(expires_on=expires_on), TODAY) is (expires_on in {YESTERDAY, TODAY})


@pytest.mark.parametrize(("review_by_on", "due"), [(None, False), (YESTERDAY, True), (TODAY, False), (TOMORROW, False)])
def test_a_review_is_due_the_day_after_its_date(review_by_on, due: bool):
    assert is_review_due(AssetDates(review_by_on=review_by_on), TODAY) is due


@pytest.mark.parametrize(("months", "by"), [(3, date(2026, 12, 1)), (6, date(2027, 3, 3)), (12, date(2027, 9, 1))])
def test_the_next_review_follows_the_interval_of_the_kind(months: int, by: date):
    assert default_review_by(TODAY, months) == by
