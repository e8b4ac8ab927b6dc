"""Questions about the audit trail; it grows for ever, so that every one of them goes by an index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.domain.operations import AuditFilter
from contentlib.storage.tables import Asset, AssetSlug, AuditEntry, Person


def list_page(
    session: Session, wanted: AuditFilter, *, limit: int, offset: int = 0, before: int | None = None
) -> list[AuditEntry]:
    """List deeds, newest first; `before` goes on from a row, which costs the same however far down."""
    query = sa.select(AuditEntry).where(*_conditions(session, wanted)).order_by(AuditEntry.id.desc())
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return list(session.scalars(query.limit(limit).offset(offset)))


def count(session: Session, wanted: AuditFilter) -> int:
    """Count the deeds asked for."""
    conditions = _conditions(session, wanted)
    return session.scalar(sa.select(sa.func.count()).select_from(AuditEntry).where(*conditions)) or 0


def _conditions(session: Session, wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.by == "operator":
        found.append(AuditEntry.by_id.is_(None))
    elif wanted.by:
        person = sa.select(Person.id).where(Person.email == wanted.by.strip().lower()).scalar_subquery()
        found.append(AuditEntry.by_id == person)
    if wanted.deed:
        found.append(AuditEntry.deed == wanted.deed)
    if wanted.subject:
        found.append(AuditEntry.subject_kind == wanted.subject)
    if wanted.about:
        kind, row_id = _subject(session, wanted.about.strip())
        found += [AuditEntry.subject_kind == kind, AuditEntry.subject_id == row_id]
    if wanted.since is not None:
        found.append(AuditEntry.at >= datetime.combine(wanted.since, time(), UTC))
    if wanted.until is not None and wanted.until < date.max:  # no day comes after the last one
        found.append(AuditEntry.at < datetime.combine(wanted.until + timedelta(days=1), time(), UTC))
    return found


def _subject(session: Session, about: str) -> tuple[str, int]:
    """Find what is meant by an e-mail address or a slug, an old one too; −1 is nothing's number."""
    if "@" in about:
        person = session.scalar(sa.select(Person.id).where(Person.email == about.lower()))
        return "person", -1 if person is None else person
    asset = session.scalar(sa.select(Asset.id).where(Asset.slug == about))
    old = session.get(AssetSlug, about) if asset is None else None
    return "asset", asset or (old.asset_id if old else -1)


def list_deeds(session: Session) -> list[str]:
    """List every sort of deed in the trail."""
    return list(session.scalars(sa.select(AuditEntry.deed).distinct().order_by(AuditEntry.deed)))


def list_subjects(session: Session) -> list[str]:
    """List every sort of subject in the trail."""
    return list(session.scalars(sa.select(AuditEntry.subject_kind).distinct().order_by(AuditEntry.subject_kind)))


def list_doers(session: Session) -> list[tuple[str, str]]:
    """List the people who did something, as e-mail address and name."""
    doers = sa.select(AuditEntry.by_id).where(AuditEntry.by_id.is_not(None)).distinct()
    rows = session.execute(sa.select(Person.email, Person.name).where(Person.id.in_(doers)).order_by(Person.name))
    return [(email, name) for email, name in rows]


def name_assets(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Map assets to slug and title."""
    rows = session.execute(sa.select(Asset.id, Asset.slug, Asset.title).where(Asset.id.in_(ids)))
    return {row_id: (slug, title) for row_id, slug, title in rows}


def name_people(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Map people to e-mail address and name."""
    rows = session.execute(sa.select(Person.id, Person.email, Person.name).where(Person.id.in_(ids)))
    return {row_id: (email, name) for row_id, email, name in rows}
