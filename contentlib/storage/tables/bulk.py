"""Deeds on so many assets that they go on in the background: how far each is, and what becomes of every asset."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from contentlib.domain.library import BulkOutcome, RunState
from contentlib.storage.tables.base import Base
from contentlib.storage.types import Instant, choice


class BulkRun(Base, kw_only=True):
    """One deed on many assets; so many lines as `place` says are behind it in its state.

    `entry_id` is the line of the audit trail that stands for all of them. `sheet` tells of a sheet what it came as:
    its name, its header, columns that mean nothing here, and how many assets it gave to whom so far.
    """

    __tablename__ = "bulk_run"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    order: Mapped[dict[str, Any]] = mapped_column("deed", JSON)
    state: Mapped[RunState] = mapped_column(choice(RunState), default=RunState.LOOKING)
    place: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    begun_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    entry_id: Mapped[int | None] = mapped_column(default=None)
    sheet: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)


class BulkRunLine(Base, kw_only=True):
    """One of the assets: what would become of it, and then what did; `entry_id` takes that back.

    `said` is the line of a sheet that tells what is to become of it.
    """

    __tablename__ = "bulk_run_line"
    __table_args__ = (Index(None, "run_id", "outcome"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("bulk_run.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(300), default="")
    outcome: Mapped[BulkOutcome | None] = mapped_column(choice(BulkOutcome), default=None)
    reason: Mapped[str] = mapped_column(String(1000), default="")
    entry_id: Mapped[int | None] = mapped_column(default=None)
    said: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
