"""What people decided about findings; the findings themselves stand with their version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contentlib.storage.tables.base import Base
from contentlib.storage.types import Instant


class IgnoredFinding(Base, kw_only=True):
    """A finding of an asset that was set aside, for its next versions too; `key` says which: its code and its words."""

    __tablename__ = "ignored_finding"
    __table_args__ = (UniqueConstraint("asset_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(1000))
    message: Mapped[str] = mapped_column(String(1000))
    reason: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(Instant)
