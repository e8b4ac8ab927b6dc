"""Questions about the library itself: facts and the audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.storage.tables import AuditEntry, LibraryFact


def find_fact(session: Session, name: str) -> str | None:
    """Find a fact about the library."""
    fact = session.get(LibraryFact, name)
    return fact.value if fact else None


def set_fact(session: Session, name: str, value: str) -> None:
    """Write a fact about the library."""
    session.merge(LibraryFact(name=name, value=value))


def list_audit(session: Session, *, subject_kind: str, subject_id: int) -> list[AuditEntry]:
    """List what was done to one thing, newest first."""
    return list(
        session.scalars(
            sa.select(AuditEntry)
            .where(AuditEntry.subject_kind == subject_kind, AuditEntry.subject_id == subject_id)
            .order_by(AuditEntry.id.desc())
        )
    )
