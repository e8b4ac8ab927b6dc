"""Reviews of versions, what each side said, and what people are told in the product; rows know no rules."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contentlib.domain.governance import ReviewState, Side
from contentlib.storage.tables.assets import Asset, AssetVersion
from contentlib.storage.tables.base import Base
from contentlib.storage.tables.people import Person
from contentlib.storage.types import Instant, choice


class Review(Base, kw_only=True):
    """A version that was submitted; an asset has one open or agreed review at most.

    `sales_reviewer_id` is whom it was handed to, None for any sales reviewer. `publish_on` is the day on which an
    agreed version takes the place of the published one.
    """

    __tablename__ = "review"
    __table_args__ = (Index(None, "asset_id", "state"), Index(None, "state"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("asset_version.id", ondelete="CASCADE"))
    state: Mapped[ReviewState] = mapped_column(choice(ReviewState), default=ReviewState.OPEN)
    needs_sales: Mapped[bool] = mapped_column(default=False)
    sales_reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), default=None)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), default=None)
    submitted_by_name: Mapped[str] = mapped_column(String(120), default="")
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(String(300), default="")
    publish_on: Mapped[date | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)

    asset: Mapped[Asset] = relationship(init=False, repr=False, lazy="raise")
    version: Mapped[AssetVersion] = relationship(init=False, repr=False, lazy="raise")
    sales_reviewer: Mapped[Person | None] = relationship(
        init=False, repr=False, lazy="raise", foreign_keys=[sales_reviewer_id]
    )
    words: Mapped[list[ReviewWord]] = relationship(
        init=False, repr=False, lazy="raise", order_by="ReviewWord.id", passive_deletes="all"
    )


class ReviewWord(Base, kw_only=True):
    """What one side said of a version; what was taken back stays, marked. `reasons` are keys of the domain's list."""

    __tablename__ = "review_word"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"), index=True)
    side: Mapped[Side] = mapped_column(choice(Side))
    is_approval: Mapped[bool]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), default=None)
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(Instant)
    reasons: Mapped[list[str]] = mapped_column(JSON)
    comment: Mapped[str] = mapped_column(Text, default="")
    taken_back_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class Notice(Base, kw_only=True):
    """Something a person is told in the product, once for each key; `detail` fills the kind's sentence."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("person_id", "key"), Index(None, "person_id", "seen_at"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120))
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), index=True, default=None)
    at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    mailed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)

    asset: Mapped[Asset | None] = relationship(init=False, repr=False, lazy="raise")
