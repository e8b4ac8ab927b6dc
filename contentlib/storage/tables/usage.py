"""What was used, by whom, on which deal; append only, an undone event keeps its row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contentlib.domain.usage import Channel
from contentlib.storage.tables.assets import Asset, AssetVersion
from contentlib.storage.tables.base import Base
from contentlib.storage.tables.deals import Deal
from contentlib.storage.tables.documents import Document
from contentlib.storage.tables.people import Person
from contentlib.storage.types import Instant, choice


class UsageEvent(Base, kw_only=True):
    """One use or view; the deal's stage, time in stage and health are frozen as they were at that moment."""

    __tablename__ = "usage_event"
    __table_args__ = (
        Index(None, "asset_id", "occurred_at"),
        Index(None, "asset_id", "deal_id", "channel", "undone_at"),
        Index(None, "deal_id", "occurred_at"),
        Index(None, "rep_id", "occurred_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id", ondelete="RESTRICT"))
    version_id: Mapped[int] = mapped_column(ForeignKey("asset_version.id", ondelete="RESTRICT"))
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id", ondelete="RESTRICT"), default=None)
    rep_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id", ondelete="SET NULL"), default=None)
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("deal_stage.id", ondelete="RESTRICT"), default=None)
    days_in_stage: Mapped[int | None] = mapped_column(default=None)
    deal_age_days: Mapped[int | None] = mapped_column(default=None)
    health: Mapped[int | None] = mapped_column(default=None)
    forecast_category: Mapped[str | None] = mapped_column(String(120), default=None)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant, default=None)

    asset: Mapped[Asset] = relationship(init=False, repr=False, lazy="raise")
    version: Mapped[AssetVersion] = relationship(init=False, repr=False, lazy="raise")
    deal: Mapped[Deal | None] = relationship(init=False, repr=False, lazy="raise")
    rep: Mapped[Person] = relationship(init=False, repr=False, lazy="raise")
    document: Mapped[Document | None] = relationship(init=False, repr=False, lazy="raise")
