"""Questions about who is to get a letter, and what it tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.storage.tables import Notice, Person


def _is_new(morning: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Notice.seen_at.is_(None), Notice.mailed_at.is_(None), Notice.at < morning)


def list_due(session: Session, morning: datetime) -> list[int]:
    """List the active people who want letters, have something new from before a time, and got none since."""
    waits = sa.exists().where(Notice.person_id == Person.id, _is_new(morning))
    got_none = sa.or_(Person.letter_at.is_(None), Person.letter_at < morning)
    return list(session.scalars(sa.select(Person.id).where(Person.is_active, Person.gets_letters, got_none, waits)))


def claim(session: Session, person_id: int, morning: datetime, *, at: datetime) -> bool:
    """Note that a person's letter is due; False where another runner has noted it since that time."""
    got_none = sa.or_(Person.letter_at.is_(None), Person.letter_at < morning)
    noted = sa.update(Person).where(Person.id == person_id, got_none).values(letter_at=at).returning(Person.id)
    return session.scalar(noted) is not None


def list_unmailed(session: Session, person_id: int, morning: datetime) -> list[Notice]:
    """List what is new for a person from before a time, newest first."""
    own = sa.select(Notice).where(Notice.person_id == person_id, _is_new(morning))
    return list(session.scalars(own.order_by(Notice.at.desc(), Notice.id.desc())))


def mark_mailed(session: Session, ids: Sequence[int], *, at: datetime) -> None:
    """Note that notices were told by letter."""
    session.execute(sa.update(Notice).where(Notice.id.in_(ids)).values(mailed_at=at))
