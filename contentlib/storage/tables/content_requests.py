"""What people miss in the library, and who else wants it for which deal; rows know no rules."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contentlib.domain.content_requests import RequestStatus
from contentlib.storage.tables.assets import Asset
from contentlib.storage.tables.base import Base
from contentlib.storage.tables.deals import Deal
from contentlib.storage.tables.taxonomy import AssetKind, FunnelStage, Term
from contentlib.storage.types import Instant, choice


class ContentRequest(Base, kw_only=True):
    """Something that is missing; `revision` counts its answers, so that nobody answers over somebody else."""

    __tablename__ = "content_request"
    __table_args__ = (Index(None, "status", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    title: Mapped[str] = mapped_column(String(160))
    wish: Mapped[str] = mapped_column(Text, default="")
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("funnel_stage.id", ondelete="SET NULL"), default=None)
    industry_id: Mapped[int | None] = mapped_column(ForeignKey("term.id", ondelete="SET NULL"), default=None)
    persona_id: Mapped[int | None] = mapped_column(ForeignKey("term.id", ondelete="SET NULL"), default=None)
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("asset_kind.id", ondelete="SET NULL"), default=None)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), default=None)
    author_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[RequestStatus] = mapped_column(choice(RequestStatus), default=RequestStatus.OPEN)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_name: Mapped[str] = mapped_column(String(120), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id", ondelete="SET NULL"), default=None)
    revision: Mapped[int] = mapped_column(default=0)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant, default=None)

    stage: Mapped[FunnelStage | None] = relationship(init=False, repr=False, lazy="raise")
    industry: Mapped[Term | None] = relationship(init=False, repr=False, lazy="raise", foreign_keys=[industry_id])
    persona: Mapped[Term | None] = relationship(init=False, repr=False, lazy="raise", foreign_keys=[persona_id])
    kind: Mapped[AssetKind | None] = relationship(init=False, repr=False, lazy="raise")
    asset: Mapped[Asset | None] = relationship(init=False, repr=False, lazy="raise")


class RequestVote(Base, kw_only=True):
    """A person wants what was requested, and may say for which deal."""

    __tablename__ = "request_vote"

    request_id: Mapped[int] = mapped_column(ForeignKey("content_request.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id", ondelete="SET NULL"), index=True, default=None)
    at: Mapped[datetime] = mapped_column(Instant)

    deal: Mapped[Deal | None] = relationship(init=False, repr=False, lazy="raise")
