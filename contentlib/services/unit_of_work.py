"""What a deed works with: one transaction, the workshops, who asks and what time it is; it does nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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
from contentlib.storage.tables import AuditEntry, Notice

Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What a deed on many things leaves to its end, to be written at once: jobs by kind, notices, those to forget.

    `unadded` are versions to be taken out. `then` is done when what was changed is written, and has its numbers; after
    it the trail, which tells of them.
    """

    jobs: dict[jobs.JobKind, dict[int, None]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    unadded: list[int] = field(default_factory=list)
    then: list[Callable[[], object]] = field(default_factory=list)
    trail: list[AuditEntry] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class UnitOfWork:
    """One transaction of one actor with the opened workshops; `gathered` is there while a deed is on many things."""

    session: Session
    index: SearchIndex
    blobs: Blobs
    printer: Printer
    sandbox: Sandbox
    clock: Clock
    actor: Actor
    templates: Path
    gathered: Gathered | None = None

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
        if self.gathered is not None and at is None:
            self.gathered.jobs.setdefault(kind, {})[subject] = None
        else:
            jobs.add(self.session, kind, subject, at=at or self.now)

    def flush(self) -> None:
        """Write what was changed so far, so that its rows have numbers; of many things it is written at their end."""
        if self.gathered is None:
            self.session.flush()

    def when_written(self, deed: Callable[[], object]) -> None:
        """Do what needs the numbers of rows that were added; of many things it is done when all of them are written."""
        if self.gathered is not None:
            self.gathered.then.append(deed)
        else:
            self.session.flush()
            deed()

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
        if self.gathered is not None:
            self.gathered.trail.append(entry)
        else:
            self.session.add(entry)
        return entry
