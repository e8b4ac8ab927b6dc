"""What people asked: kept for thirteen months, shown to who asked, counted for content leads without names.

It is written after the answer went out, by whoever gathers what was noted; nobody's answer waits for it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any

from contentlib.domain.deals import CURRENCY_PLACES
from contentlib.domain.errors import IndexUnavailableError
from contentlib.domain.people import Actor, Permission, Role
from contentlib.domain.search import SearchRequest
from contentlib.domain.searches import (
    KEPT_MONTHS,
    OPENED_WITHIN,
    REFINED_WITHIN,
    Filters,
    Noted,
    NotedLook,
    NotedOpening,
    NotedSearch,
    SearchGap,
    SearchGaps,
    SearchLogLine,
)
from contentlib.search.words import clean, fold
from contentlib.services.search import visibility_of
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import searches as queries
from contentlib.storage.queries.assets import find_id
from contentlib.storage.tables import Deal, LoggedSearch

# The report looks back so far, and lists so many words of those it weighs.
GAP_DAYS, GAPS_LISTED, GAPS_WEIGHED = 90, 50, 500
# So many other words are offered for words that failed.
INSTEAD_LISTED = 2
OWN_SHOWN = 100
_LONGEST = 400
# What was removed can be brought back for so long.
_REMOVED_KEPT = timedelta(days=1)


def key_of(words: str) -> str:
    """Give words without case, accents and spare spaces, as questions are counted by."""
    return " ".join(fold(clean(words)).split())[:_LONGEST]


def main_role(actor: Actor) -> str:
    """Name the role that carries the most of those a person holds."""
    return next((role.value for role in reversed(Role) if role in actor.roles), "")


def record(uow: UnitOfWork, noted: Sequence[Noted]) -> None:
    """Write what was noted, in order; the same question again within minutes is one search."""
    for one in noted:
        match one:
            case NotedSearch():
                _record_search(uow, one)
            case NotedOpening():
                _record_opening(uow, one)
            case NotedLook():
                saved = queries.find_saved(uow.session, one.saved_id, one.person_id)
                if saved is not None:
                    saved.looked_at = one.at


def _record_search(uow: UnitOfWork, noted: NotedSearch) -> None:
    # Without what no database takes: addresses may hold anything.
    words = clean(noted.words)[:_LONGEST]
    filters = {name: [clean(value) for value in values] for name, values in sorted(noted.filters.items())}
    key = key_of(words)
    before = queries.find_latest(uow.session, noted.person_id, since=noted.at - REFINED_WITHIN)
    if before is not None and before.key == key and before.filters == filters:
        before.hits = noted.hits
        return
    if before is not None:
        before.is_followed = True
    deal = uow.session.get(Deal, noted.deal_id) if noted.deal_id else None
    uow.session.add(
        LoggedSearch(
            at=noted.at,
            person_id=noted.person_id,
            role=noted.role,
            words=words,
            key=key,
            filters=filters,
            hits=noted.hits,
            deal_id=deal.id if deal else None,
            stage_id=deal.stage_id if deal else None,
        )
    )
    uow.session.flush()


def _record_opening(uow: UnitOfWork, noted: NotedOpening) -> None:
    since = noted.at - OPENED_WITHIN
    asked = queries.find_unopened(uow.session, noted.person_id, key_of(noted.words), since=since)
    asset_id = find_id(uow.session, noted.asset)
    if asked is not None and asset_id is not None:
        asked.opened_id, asked.opened_at = asset_id, noted.at
        uow.session.flush()


def forget_old(uow: UnitOfWork) -> int:
    """Count searches older than thirteen months by month and forget their words; gives how many went."""
    months = uow.now.year * 12 + uow.now.month - 1 - KEPT_MONTHS
    before = uow.now.replace(year=months // 12, month=months % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
    gone = 0
    for month, searches, nothing_found, opened in queries.count_before(uow.session, before=before):
        queries.add_to_month(uow.session, month, searches=searches, nothing_found=nothing_found, opened=opened)
        gone += searches
    queries.forget_before(uow.session, before=before)
    queries.forget_removed(uow.session, before=uow.now - _REMOVED_KEPT)
    return gone


def list_own(reading: UnitOfWork) -> tuple[int, tuple[SearchLogLine, ...]]:
    """Show the actor what is kept of their own questions: how many, and the latest."""
    reading.require(Permission.FIND_ASSETS)
    if reading.actor.person_id is None:
        return 0, ()
    rows = queries.list_own(reading.session, reading.actor.person_id, limit=OWN_SHOWN)
    kept = tuple(
        SearchLogLine(
            at=row.at,
            words=row.words,
            filters=to_filters(row.filters),
            hits=row.hits,
            opened_title=title,
            deal=deal,
        )
        for row, title, deal in rows
    )
    return queries.count_own(reading.session, reading.actor.person_id), kept


def to_filters(stored: dict[str, list[str]]) -> Filters:
    """Read filters back from a row."""
    return {name: tuple(values) for name, values in stored.items()}


def gaps(reading: UnitOfWork) -> SearchGaps:
    """List the words that found nothing or led nowhere in the last 90 days, worst first, without names.

    A search led nowhere when nothing was opened within ten minutes and the person did not ask anew. Words are ranked
    by the people whom they failed x log(1 + amount of the open deals they were asked for); amounts are added up
    across currencies for the order alone, and those who asked without a deal count by themselves.
    """
    reading.require(Permission.SEE_REPORTS)
    now = reading.now
    since = now - timedelta(days=GAP_DAYS)
    rows = queries.list_failed_words(reading.session, since=since, now=now, limit=GAPS_WEIGHED)
    where = _where(reading, [row[0] for row in rows], since=since, now=now)
    found = [(row[0], _gap(row, where.get(row[0], []))) for row in rows]
    found.sort(key=lambda pair: (-pair[1].score, -pair[1].people, -pair[1].searches, pair[1].words))
    listed = dict(found[:GAPS_LISTED])
    # Each other word is looked up in the index: only what is listed is worth that.
    instead = _asked_instead(reading, list(listed), since=since)
    searches, nothing_found, led_nowhere, opened = queries.count_outcomes(reading.session, since=since, now=now)
    return SearchGaps(
        as_of=now,
        days=GAP_DAYS,
        searches=searches,
        nothing_found=nothing_found,
        led_nowhere=led_nowhere,
        opened=opened,
        rows=tuple(replace(gap, instead=instead.get(key, ())) for key, gap in listed.items()),
    )


_Asked = tuple[str | None, str | None, int, int | None, str | None, str | None]


def _where(reading: UnitOfWork, keys: Sequence[str], *, since: datetime, now: datetime) -> dict[str, list[_Asked]]:
    found: dict[str, list[_Asked]] = {}
    for row in queries.deals_of_failed(reading.session, keys, since=since, now=now):
        found.setdefault(row[0], []).append((row[1], row[2], row[3], row[4], row[5], row[6]))
    return found


def _asked_instead(reading: UnitOfWork, keys: Sequence[str], *, since: datetime) -> dict[str, tuple[str, ...]]:
    """Give for failed words those that people then found an asset by within minutes, of most people first.

    Words stand for others side by side only, so that those which stand so nowhere are left out.
    """
    people: dict[str, dict[str, set[int]]] = {}
    said: dict[str, str] = {}
    for key, words, next_key, person, at, next_at in queries.list_asked_next(reading.session, keys, since=since):
        if next_at - at <= REFINED_WITHIN:
            people.setdefault(key, {}).setdefault(next_key, set()).add(person)
            said[next_key] = " ".join(words.split())
    stands = cache(lambda words: _stands_somewhere(reading, words))
    return {
        key: tuple(
            islice(
                (said[one] for one in sorted(asked, key=lambda one: (-len(asked[one]), one)) if stands(said[one])),
                INSTEAD_LISTED,
            )
        )
        for key, asked in people.items()
    }


def _stands_somewhere(reading: UnitOfWork, words: str) -> bool:
    phrase = '"' + words.replace('"', " ") + '"'
    try:
        return reading.index.answer(SearchRequest(text=phrase, visibility=visibility_of(reading), limit=1)).total > 0
    except IndexUnavailableError:
        return False


def _gap(row: Sequence[Any], asked: Sequence[_Asked]) -> SearchGap:
    _, words, searches, people, nothing_found, led_nowhere, opened, last = row
    open_deals = {deal: (amount or 0, currency or "") for _, _, deal, amount, currency, outcome in asked if not outcome}
    open_minor: dict[str, int] = {}
    for amount, currency in open_deals.values():
        open_minor[currency] = open_minor.get(currency, 0) + amount
    whole = sum(amount / 10 ** CURRENCY_PLACES.get(currency, 2) for currency, amount in open_minor.items())
    return SearchGap(
        words=words,
        searches=searches,
        people=people,
        nothing_found=int(nothing_found),
        led_nowhere=int(led_nowhere),
        opened=int(opened),
        last_asked_at=last,
        stages=tuple(sorted({stage for stage, *_ in asked if stage})),
        industries=tuple(sorted({industry for _, industry, *_ in asked if industry})),
        open_deals=len(open_deals),
        open_minor={currency: amount for currency, amount in sorted(open_minor.items()) if amount},
        score=round(people * math.log1p(whole), 3),
    )
