"""Questions about the search log and saved searches; whose they may be shown to is not decided here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.domain.searches import REFINED_WITHIN
from contentlib.storage.tables import (
    Account,
    Asset,
    Deal,
    DealStage,
    LoggedSearch,
    SavedSearch,
    SearchCount,
    SearchTuning,
    Term,
)


def find_latest(session: Session, person_id: int, *, since: datetime) -> LoggedSearch | None:
    """Find what a person asked last, not before a time."""
    return session.scalar(
        sa.select(LoggedSearch)
        .where(LoggedSearch.person_id == person_id, LoggedSearch.at >= since)
        .order_by(LoggedSearch.at.desc(), LoggedSearch.id.desc())
        .limit(1)
    )


def find_unopened(session: Session, person_id: int, key: str, *, since: datetime) -> LoggedSearch | None:
    """Find the latest time a person asked some words and opened nothing yet."""
    return session.scalar(
        sa.select(LoggedSearch)
        .where(
            LoggedSearch.person_id == person_id,
            LoggedSearch.key == key,
            LoggedSearch.at >= since,
            LoggedSearch.opened_id.is_(None),
        )
        .order_by(LoggedSearch.at.desc(), LoggedSearch.id.desc())
        .limit(1)
    )


def list_own(session: Session, person_id: int, *, limit: int) -> list[tuple[LoggedSearch, str | None, str | None]]:
    """List a person's latest searches with the title that was opened and the account that was worked on."""
    rows = session.execute(
        sa.select(LoggedSearch, Asset.title, sa.func.coalesce(Account.name, Deal.name))
        .outerjoin(Asset, Asset.id == LoggedSearch.opened_id)
        .outerjoin(Deal, Deal.id == LoggedSearch.deal_id)
        .outerjoin(Account, Account.id == Deal.account_id)
        .where(LoggedSearch.person_id == person_id)
        .order_by(LoggedSearch.at.desc(), LoggedSearch.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def count_own(session: Session, person_id: int) -> int:
    """Count what the log holds of a person."""
    return (
        session.scalar(sa.select(sa.func.count()).select_from(LoggedSearch).where(LoggedSearch.person_id == person_id))
        or 0
    )


def list_recent_words(session: Session, person_id: int, *, limit: int) -> list[str]:
    """List the words a person asked last and found something with, each once, latest first."""
    query = (
        sa.select(sa.func.max(LoggedSearch.words))
        .where(LoggedSearch.person_id == person_id, LoggedSearch.key != "", LoggedSearch.hits > 0)
        .group_by(LoggedSearch.key)
        .order_by(sa.func.max(LoggedSearch.at).desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def _has_failed(now: datetime) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Say which searches found nothing, and which found something that nobody opened or refined."""
    nothing = LoggedSearch.hits == 0
    nowhere = sa.and_(
        LoggedSearch.hits > 0,
        LoggedSearch.opened_id.is_(None),
        ~LoggedSearch.is_followed,
        LoggedSearch.at <= now - REFINED_WITHIN,
    )
    return nothing, nowhere


def _counted(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def count_outcomes(session: Session, *, since: datetime, now: datetime) -> tuple[int, int, int, int]:
    """Count searches with words: all, those that found nothing, those that led nowhere, those that opened an asset."""
    nothing, nowhere = _has_failed(now)
    row = session.execute(
        sa.select(
            sa.func.count(), _counted(nothing), _counted(nowhere), _counted(LoggedSearch.opened_id.is_not(None))
        ).where(LoggedSearch.at >= since, LoggedSearch.key != "")
    ).one()
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])


def list_failed_words(session: Session, *, since: datetime, now: datetime, limit: int) -> list[tuple[Any, ...]]:
    """List words that failed somebody, those that failed most people first.

    Rows are (key, words, searches, people failed, found nothing, led nowhere, opened, last asked).
    """
    nothing, nowhere = _has_failed(now)
    failed = sa.or_(nothing, nowhere)
    people = sa.func.count(sa.distinct(sa.case((failed, LoggedSearch.person_id))))
    query = (
        sa.select(
            LoggedSearch.key,
            sa.func.max(LoggedSearch.words),
            sa.func.count(),
            people,
            _counted(nothing),
            _counted(nowhere),
            _counted(LoggedSearch.opened_id.is_not(None)),
            sa.func.max(LoggedSearch.at, type_=LoggedSearch.at.type),
        )
        .where(LoggedSearch.at >= since, LoggedSearch.key != "")
        .group_by(LoggedSearch.key)
        .having(_counted(failed) > 0)
        .order_by(people.desc(), sa.func.count().desc(), LoggedSearch.key)
        .limit(limit)
    )
    return [tuple(row) for row in session.execute(query)]


def deals_of_failed(session: Session, keys: Sequence[str], *, since: datetime, now: datetime) -> list[tuple[Any, ...]]:
    """List where words failed as (key, stage label, industry label, deal id, amount, currency, outcome), each once."""
    nothing, nowhere = _has_failed(now)
    query: Any = (
        sa.select(
            LoggedSearch.key, DealStage.label, Term.label, Deal.id, Deal.amount_minor, Deal.currency, Deal.outcome
        )
        .join(Deal, Deal.id == LoggedSearch.deal_id)
        .outerjoin(DealStage, DealStage.id == LoggedSearch.stage_id)
        .outerjoin(Term, Term.id == Deal.industry_id)
        .where(LoggedSearch.key.in_(keys), LoggedSearch.at >= since, sa.or_(nothing, nowhere))
        .distinct()
    )
    return [tuple(row) for row in session.execute(query)]


def list_asked_next(session: Session, keys: Sequence[str], *, since: datetime) -> list[tuple[Any, ...]]:
    """List what people asked right after words that opened nothing, where that opened an asset.

    Rows are (key, words asked next, their key, person, when, when next).
    """
    in_turn: Any = {"partition_by": LoggedSearch.person_id, "order_by": (LoggedSearch.at, LoggedSearch.id)}
    following = {
        name: sa.func.lead(column, type_=column.type).over(**in_turn).label(f"next_{name}")
        for name, column in (
            ("key", LoggedSearch.key), ("words", LoggedSearch.words), ("at", LoggedSearch.at),
            ("opened", LoggedSearch.opened_id),
        )
    }  # fmt: skip
    asked = (
        sa.select(
            LoggedSearch.key, LoggedSearch.person_id, LoggedSearch.at, LoggedSearch.opened_id, *following.values()
        )
        .where(LoggedSearch.at >= since)
        .subquery()
    )
    query = sa.select(
        asked.c.key, asked.c.next_words, asked.c.next_key, asked.c.person_id, asked.c.at, asked.c.next_at
    ).where(
        asked.c.key.in_(keys),
        asked.c.opened_id.is_(None),
        asked.c.next_opened.is_not(None),
        asked.c.next_key.not_in(("", asked.c.key)),
    )
    return [tuple(row) for row in session.execute(query)]


def count_before(session: Session, *, before: datetime) -> list[tuple[str, int, int, int]]:
    """Count the searches before a time by month as (month, searches, found nothing, opened), oldest month first."""
    counted: dict[str, list[int]] = {}
    rows = session.execute(
        sa.select(LoggedSearch.at, LoggedSearch.hits, LoggedSearch.opened_id).where(LoggedSearch.at < before)
    )
    for at, hits, opened in rows:
        month = counted.setdefault(f"{at:%Y-%m}", [0, 0, 0])
        month[0] += 1
        month[1] += hits == 0
        month[2] += opened is not None
    return [(month, *counts) for month, counts in sorted(counted.items())]  # type: ignore[misc]


def forget_before(session: Session, *, before: datetime) -> None:
    """Delete the searches before a time."""
    session.execute(sa.delete(LoggedSearch).where(LoggedSearch.at < before))


def add_to_month(session: Session, month: str, *, searches: int, nothing_found: int, opened: int) -> None:
    """Add to the count of a month."""
    row = session.get(SearchCount, month)
    if row is None:
        session.add(SearchCount(month=month, searches=searches, nothing_found=nothing_found, opened=opened))
    else:
        row.searches, row.nothing_found, row.opened = (
            row.searches + searches,
            row.nothing_found + nothing_found,
            row.opened + opened,
        )


def list_saved(session: Session, person_id: int) -> list[SavedSearch]:
    """List the searches a person keeps, by name."""
    return list(
        session.scalars(
            sa.select(SavedSearch)
            .where(SavedSearch.person_id == person_id, SavedSearch.removed_at.is_(None))
            .order_by(sa.func.lower(SavedSearch.name), SavedSearch.id)
        )
    )


def find_saved(session: Session, saved_id: int, person_id: int) -> SavedSearch | None:
    """Find a saved search of a person, a removed one too."""
    return session.scalar(sa.select(SavedSearch).where(SavedSearch.id == saved_id, SavedSearch.person_id == person_id))


def forget_removed(session: Session, *, before: datetime) -> None:
    """Delete saved searches that were removed before a time."""
    session.execute(sa.delete(SavedSearch).where(SavedSearch.removed_at < before))


def published_since(session: Session, asset_ids: Sequence[int], since: datetime) -> int:
    """Count those of some assets that were published after a time."""
    # Few assets are newly published at any time, while a question may find all there are.
    fresh = session.scalars(sa.select(Asset.id).where(Asset.published_at > since)).all()
    return len(set(fresh).intersection(asset_ids))


def slugs_published_since(session: Session, slugs: Sequence[str], since: datetime) -> list[str]:
    """List those of some assets that were published after a time."""
    return list(session.scalars(sa.select(Asset.slug).where(Asset.slug.in_(slugs), Asset.published_at > since)))


def list_tunings(session: Session, *, limit: int) -> list[SearchTuning]:
    """List when weights and synonyms were saved, newest first."""
    return list(session.scalars(sa.select(SearchTuning).order_by(SearchTuning.id.desc()).limit(limit)))


def ids_by_slug(session: Session) -> dict[str, int]:
    """Map the slugs of all assets to their ids."""
    return {slug: id_ for slug, id_ in session.execute(sa.select(Asset.slug, Asset.id))}  # noqa: C416
