"""How numbers, days and money are written, on hand-made cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from contentlib.web import filters

NOW = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (18_400_000, "EUR", "€184,000"),
        (99, "GBP", "£1"),
        (-250_000, "USD", "−$2,500"),
        (9_250_000, "CHF", "CHF 92,500"),
        (5_000, "JPY", "¥5,000"),
        (0, None, "0"),
        (None, "EUR", "–"),
    ],
)
def test_money(minor: int | None, currency: str | None, written: str):
    assert filters.money(minor, currency) == written


@pytest.mark.parametrize(
    ("ago", "written"),
    [
        (timedelta(seconds=3), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=1, minutes=59), "1 hour ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(hours=24), "yesterday"),
        (timedelta(days=9), "10 Nov"),
        (timedelta(days=400), "15 Oct 2025"),
    ],
)
def test_a_moment_is_written_as_people_say_it(ago: timedelta, written: str):
    assert filters.moment(NOW - ago, NOW).striptags() == written


def test_a_moment_says_exactly_when_and_in_which_zone():
    told = filters.moment(NOW - timedelta(hours=3), NOW)
    assert told == '<time datetime="2026-11-19T07:00Z" title="19 Nov 2026, 07:00 UTC">3 hours ago</time>'
    assert filters.moment(NOW + timedelta(hours=2), NOW).striptags() == "today, 12:00 UTC"


def test_a_day_leaves_out_the_year_it_is_in():
    assert filters.day(date(2026, 3, 2), NOW.date()) == "2 Mar"
    assert filters.day(date(2025, 3, 2), NOW.date()) == "2 Mar 2025"
    assert filters.day(None) == "–"


@pytest.mark.parametrize(
    ("fraction", "written"), [(0.074, "+7"), (-0.131, "−13"), (0.004, "0"), (-0.004, "0"), (None, "–")]
)
def test_points_carry_their_sign(fraction: float | None, written: str):
    assert filters.points(fraction) == written


@pytest.mark.parametrize(
    ("words", "written"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_reads_as_a_sentence(words: list[str], written: str):
    assert filters.listed(words) == written


def test_small_words():
    assert filters.count(1, "deal") == "1 deal"
    assert filters.count(1284, "deal") == "1,284 deals"
    assert filters.possessive("Lumen Cartons") == "Lumen Cartons’"
    assert filters.possessive("Kestrel") == "Kestrel’s"
    assert filters.initials("Annegret von Hohenfels") == "AH"
    assert filters.initials("") == ""
    assert filters.size(412_000) == "412 kB"
    assert filters.size(1_400_000) == "1.4 MB"
    assert filters.language("en-GB") == "English"
    assert filters.language("tlh") == "tlh"
    assert filters.percent(0.45) == "45 %"
