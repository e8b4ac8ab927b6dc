"""What people asked and what they save: the search log, saved searches, and what earlier weights and synonyms were."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from contentlib.storage.tables.base import Base
from contentlib.storage.types import Instant


class LoggedSearch(Base, kw_only=True):
    """One question somebody asked; `key` is its words without case, accents and spare spaces.

    `is_followed`: the same person asked something else within minutes, so that an answer nobody opened was refined and
    not given up. `opened_id` is the first asset that was opened from the answer.
    """

    __tablename__ = "search_log"
    __table_args__ = (Index(None, "person_id", "at"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(400))
    key: Mapped[str] = mapped_column(String(400))
    filters: Mapped[dict[str, Any]] = mapped_column(JSON)
    hits: Mapped[int]
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id", ondelete="SET NULL"), default=None)
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("deal_stage.id", ondelete="SET NULL"), default=None)
    is_followed: Mapped[bool] = mapped_column(default=False)
    opened_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id", ondelete="SET NULL"), default=None)
    opened_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class SearchCount(Base, kw_only=True):
    """What is left of a month's searches once their words are forgotten; `month` is "2026-03"."""

    __tablename__ = "search_count"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    searches: Mapped[int]
    nothing_found: Mapped[int]
    opened: Mapped[int]


class SavedSearch(Base, kw_only=True):
    """A question that a person keeps, with the last time they looked at its answer; a removed one can come back."""

    __tablename__ = "saved_search"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(String(400))
    filters: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    looked_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class SearchTuning(Base, kw_only=True):
    """What the file of weights and synonyms held before somebody saved it anew, None where there was no file yet."""

    __tablename__ = "search_tuning"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    at: Mapped[datetime] = mapped_column(Instant)
    by_name: Mapped[str] = mapped_column(String(120))
    text_before: Mapped[str | None] = mapped_column(Text)
