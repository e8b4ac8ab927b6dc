"""Deals as the CRM tells them, with their history; every attribute but the id may be missing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contentlib.domain.deals import Outcome
from contentlib.storage.tables.base import Base
from contentlib.storage.tables.people import Person
from contentlib.storage.tables.taxonomy import DealStage, Pipeline, Term
from contentlib.storage.types import Instant, choice


class Account(Base, kw_only=True):
    """A company that deals are with."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column(String(200), unique=True)


class Deal(Base, kw_only=True):
    """A sale in progress or ended; `external_id` is the id in the system it came from."""

    __tablename__ = "deal"
    __table_args__ = (Index(None, "owner_id", "closed_at"), CheckConstraint("amount_minor >= 0", name="amount"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    external_id: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(300), default="")
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT"), index=True, default=None
    )
    pipeline_id: Mapped[int] = mapped_column(ForeignKey("pipeline.id", ondelete="RESTRICT"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), default=None)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger, default=None)
    currency: Mapped[str | None] = mapped_column(String(3), default=None)
    industry_id: Mapped[int | None] = mapped_column(ForeignKey("term.id", ondelete="SET NULL"), default=None)
    size_id: Mapped[int | None] = mapped_column(ForeignKey("term.id", ondelete="SET NULL"), default=None)
    region_id: Mapped[int | None] = mapped_column(ForeignKey("term.id", ondelete="SET NULL"), default=None)
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("deal_stage.id", ondelete="RESTRICT"), default=None)
    opened_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    closed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome), default=None)
    lost_reason: Mapped[str] = mapped_column(String(300), default="")
    updated_at: Mapped[datetime] = mapped_column(Instant)

    account: Mapped[Account | None] = relationship(init=False, repr=False, lazy="raise")
    owner: Mapped[Person | None] = relationship(init=False, repr=False, lazy="raise")
    pipeline: Mapped[Pipeline] = relationship(init=False, repr=False, lazy="raise")
    stage: Mapped[DealStage | None] = relationship(init=False, repr=False, lazy="raise")
    industry: Mapped[Term | None] = relationship(init=False, repr=False, lazy="raise", foreign_keys=[industry_id])
    size: Mapped[Term | None] = relationship(init=False, repr=False, lazy="raise", foreign_keys=[size_id])
    region: Mapped[Term | None] = relationship(init=False, repr=False, lazy="raise", foreign_keys=[region_id])
    stage_entries: Mapped[list[DealStageEntry]] = relationship(
        init=False, repr=False, lazy="raise", order_by="DealStageEntry.entered_at", passive_deletes="all"
    )
    healths: Mapped[list[DealHealth]] = relationship(
        init=False, repr=False, lazy="raise", order_by="DealHealth.at", passive_deletes="all"
    )


class DealStageEntry(Base, kw_only=True):
    """A deal entered a stage."""

    __tablename__ = "deal_stage_entry"
    __table_args__ = (UniqueConstraint("deal_id", "entered_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id", ondelete="CASCADE"))
    stage_id: Mapped[int] = mapped_column(ForeignKey("deal_stage.id", ondelete="RESTRICT"))
    entered_at: Mapped[datetime] = mapped_column(Instant)

    stage: Mapped[DealStage] = relationship(init=False, repr=False, lazy="raise")


class DealHealth(Base, kw_only=True):
    """What the CRM said of a deal from a moment on; health runs from 0 to 3."""

    __tablename__ = "deal_health"
    __table_args__ = (UniqueConstraint("deal_id", "at"), CheckConstraint("health BETWEEN 0 AND 3", name="health"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(Instant)
    health: Mapped[int]
    forecast_category_id: Mapped[int | None] = mapped_column(ForeignKey("term.id", ondelete="SET NULL"), default=None)

    forecast_category: Mapped[Term | None] = relationship(init=False, repr=False, lazy="raise")
