from datetime import UTC, date, datetime, timedelta

import pytest

from contentlib.demo.days import Instant, moment, working_day


@pytest.mark.parametrize(
    ("today", "offset", "expected"),
    [
        (date(2026, 3, 18), -1, date(2026, 3, 17)),  # Wednesday
        (date(2026, 3, 16), -1, date(2026, 3, 13)),  # Monday
        (date(2026, 3, 14), -1, date(2026, 3, 13)),  # Saturday
        (date(2026, 3, 15), -1, date(2026, 3, 13)),  # Sunday
        (date(2026, 3, 15), -6, date(2026, 3, 6)),
        (date(2024, 3, 1), -1, date(2024, 2, 29)),  # leap day
        (date(2026, 1, 1), -1, date(2025, 12, 31)),
    ],
)
def test_working_days_before_a_day(today, offset, expected):
    assert working_day(today, offset) == expected


def test_five_working_days_are_seven_days_whatever_the_day():
    for ahead in range(14):
        today = date(2026, 3, 10) + timedelta(days=ahead)
        for offset in range(-30, 0):
            day = working_day(today, offset)
            assert day < today
            assert day.weekday() < 5
            assert working_day(today, offset - 5) == day - timedelta(days=7)


def test_an_instant_becomes_a_utc_instant():
    assert moment(date(2026, 3, 18), Instant(-1, 605)) == datetime(2026, 3, 17, 10, 5, tzinfo=UTC)
