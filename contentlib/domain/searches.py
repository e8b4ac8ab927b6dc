"""What is kept of the questions people ask: noted ones, saved ones, and those that led nowhere; it answers none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

# A question asked again within this time was refined, not given up; an answer nobody opened by then led nowhere.
REFINED_WITHIN = timedelta(minutes=10)
# An asset opened later than this after a question is no longer put down to it.
OPENED_WITHIN = timedelta(minutes=30)
# Words are kept this long; then a month's searches are counted and its rows go.
KEPT_MONTHS = 13

Filters = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class NotedSearch:
    """A question that was just answered: who asked what under which filters, and how many hits that had."""

    at: datetime
    person_id: int
    role: str
    words: str
    filters: Filters
    hits: int
    deal_id: int | None


@dataclass(frozen=True, kw_only=True)
class NotedOpening:
    """An asset that was just opened from the answer to a question."""

    at: datetime
    person_id: int
    words: str
    asset: str


@dataclass(frozen=True, kw_only=True)
class NotedLook:
    """A saved search whose answer was just looked at."""

    at: datetime
    person_id: int
    saved_id: int


Noted = NotedSearch | NotedOpening | NotedLook


@dataclass(frozen=True, kw_only=True)
class SearchLogLine:
    """A question as it stands in the log, for the person who asked it."""

    at: datetime
    words: str
    filters: Filters
    hits: int
    opened_title: str | None
    deal: str | None


@dataclass(frozen=True, kw_only=True)
class SavedSearchLine:
    """A saved search with how many assets it finds, and how many of them were published since the last look."""

    id: int
    name: str
    words: str
    filters: Filters
    total: int
    fresh: int
    looked_at: datetime


@dataclass(frozen=True, kw_only=True)
class SearchGap:
    """Words that found nothing, or nothing anybody opened.

    `people` counts those whom the words failed; `open_minor` adds up the open deals they were asked for, by currency;
    `score` is people x log(1 + that amount). `instead` are words that people asked right after them and opened an asset
    by, those of most people first.
    """

    words: str
    searches: int
    people: int
    nothing_found: int
    led_nowhere: int
    opened: int
    last_asked_at: datetime
    stages: tuple[str, ...]
    industries: tuple[str, ...]
    open_deals: int
    open_minor: Mapping[str, int]
    score: float
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SearchGaps:
    """The report: searches with words since a day, how they ended, and the words that failed, worst first."""

    as_of: datetime
    days: int
    searches: int
    nothing_found: int
    led_nowhere: int
    opened: int
    rows: tuple[SearchGap, ...]
