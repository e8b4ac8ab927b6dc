"""What keeps the library running: the outbox, the audit trail, and facts about the library itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from contentlib.storage.tables.base import Base
from contentlib.storage.types import Instant


class Job(Base, kw_only=True):
    """Work that follows a commit; a waiting job with the same kind and subject is not written twice."""

    __tablename__ = "job"
    __table_args__ = (Index(None, "state", "run_at"), Index(None, "kind", "subject", "state"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    run_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(Instant, default=None)
    error: Mapped[str] = mapped_column(Text, default="")


class AuditEntry(Base, kw_only=True):
    """Who did what to which thing, when; append only."""

    __tablename__ = "audit_entry"
    # A page of the trail is read by whom, deed or time without reading the rest of it.
    __table_args__ = (
        Index(None, "subject_kind", "subject_id"),
        Index(None, "by_id", "id"),
        Index(None, "deed", "id"),
        Index(None, "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    by_name: Mapped[str] = mapped_column(String(120))
    deed: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


class LibraryFact(Base, kw_only=True):
    """A fact about this library, such as that the demo made it."""

    __tablename__ = "library_fact"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
