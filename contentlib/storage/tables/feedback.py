"""What people said of versions of assets, and how it was settled; rows know no rules."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contentlib.domain.feedback import FeedbackSort
from contentlib.storage.tables.assets import AssetVersion
from contentlib.storage.tables.base import Base
from contentlib.storage.tables.people import Person
from contentlib.storage.types import Instant, choice


class Feedback(Base, kw_only=True):
    """One opinion of one person on one version; what was taken back keeps its row, so that it can stand again."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("person_id", "version_id", "sort"), Index(None, "asset_id", "taken_back_at"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("asset_version.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    sort: Mapped[FeedbackSort] = mapped_column(choice(FeedbackSort))
    page: Mapped[int | None] = mapped_column(default=None)
    comment: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)
    taken_back_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    settled_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    settled_by_name: Mapped[str] = mapped_column(String(120), default="")
    answer: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship(init=False, repr=False, lazy="raise")
    version: Mapped[AssetVersion] = relationship(init=False, repr=False, lazy="raise")
