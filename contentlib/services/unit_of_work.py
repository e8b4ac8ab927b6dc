"""What a deed works with: one transaction, the workshops, who asks and what time it is; it does nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from contentlib.domain.errors import ForbiddenError
from contentlib.domain.people import Actor, Permission
from contentlib.rendering.printer import Printer
from contentlib.sandbox.parent import Sandbox
from contentlib.search.answering import SearchIndex
from contentlib.storage import jobs
from contentlib.storage.blobs import Blobs
from contentlib.storage.tables import AuditEntry

Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class UnitOfWork:
    """One transaction of one actor with the opened workshops."""

    session: Session
    index: SearchIndex
    blobs: Blobs
    printer: Printer
    sandbox: Sandbox
    clock: Clock
    actor: Actor
    templates: Path

    @property
    def now(self) -> datetime:
        """Give this moment in UTC."""
        return self.clock()

    @property
    def today(self) -> date:
        """Give the day by which publish and expiry dates are judged (UTC)."""
        return self.now.date()

    def require(self, permission: Permission) -> None:
        """Raise ForbiddenError unless the actor may."""
        if not self.actor.may(permission):
            raise ForbiddenError(f"You may not do this here: it takes the right to {permission.value}.")

    def enqueue(self, kind: jobs.JobKind, subject: int = 0, *, at: datetime | None = None) -> None:
        """Write work that follows this commit."""
        jobs.add(self.session, kind, subject, at=at or self.now)

    def audit(self, deed: str, subject_kind: str, subject_id: int, **detail: Any) -> AuditEntry:
        """Write who did what into the audit trail."""
        entry = AuditEntry(
            at=self.now,
            by_id=self.actor.person_id,
            by_name=self.actor.name,
            deed=deed,
            subject_kind=subject_kind,
            subject_id=subject_id,
            detail=detail,
        )
        self.session.add(entry)
        return entry
