"""Figures of reports as they were last computed; derived, and rebuilt from deals and usage at any time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from contentlib.storage.tables.base import Base
from contentlib.storage.types import Instant


class ReportRun(Base, kw_only=True):
    """One report's summary as of a moment."""

    __tablename__ = "report_run"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    as_of: Mapped[datetime] = mapped_column(Instant)
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)


class AssetLift(Base, kw_only=True):
    """What usage-to-close says of one asset; rates are fractions, None where nothing can be said."""

    __tablename__ = "asset_lift"

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    label: Mapped[str] = mapped_column(String(40))
    uses: Mapped[int]
    won: Mapped[int]
    expected: Mapped[float | None]
    lift: Mapped[float | None]
    lo: Mapped[float | None]
    hi: Mapped[float | None]
    shrunk: Mapped[float | None]
    wrong_sign: Mapped[float | None]
    smd: Mapped[float | None]
    quality: Mapped[str | None] = mapped_column(String(20))
    crossover: Mapped[float | None]
    health_gap: Mapped[float | None]
    uses_needed: Mapped[int | None]
    evidence: Mapped[str] = mapped_column(Text)
    explanation: Mapped[str] = mapped_column(Text)
    raw: Mapped[dict[str, Any]] = mapped_column(JSON)
