"""Questions about the library itself: facts and the audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.storage.tables import Asset, AuditEntry, Deal, LibraryFact, Person, UsageEvent


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


def count_rows(session: Session) -> dict[str, int]:
    """Count what people put into a library, by what it is."""
    tables = {"assets": Asset, "deals": Deal, "usage_events": UsageEvent, "people": Person}
    return {name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for name, table in tables.items()}
