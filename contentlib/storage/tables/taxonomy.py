"""The words that assets and deals are described with; all of them rows, so that a company can have its own.

What has `retired_at` stays on what has it and is not offered any more.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contentlib.domain.assets import Vocabulary
from contentlib.storage.tables.base import Base
from contentlib.storage.types import Instant, choice


class AssetKind(Base, kw_only=True):
    """What sort of asset: case study, deck, order form; paperwork is never rated.

    `needs_sales_review` has sales agree before one is published; `reviews_files` has what files bring reviewed too.
    """

    __tablename__ = "asset_kind"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    label: Mapped[str] = mapped_column(String(80))
    plural: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    is_paperwork: Mapped[bool] = mapped_column(default=False)
    verify_months: Mapped[int] = mapped_column(default=12)
    needs_sales_review: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    reviews_files: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    retired_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class FunnelStage(Base, kw_only=True):
    """A stage of the funnel, with what it means here; ordered by position.

    `needs_sales_review` has sales agree before an asset that serves it is published.
    """

    __tablename__ = "funnel_stage"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    label: Mapped[str] = mapped_column(String(80))
    meaning: Mapped[str] = mapped_column(String(400), default="")
    position: Mapped[int]
    needs_sales_review: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    retired_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class Term(Base, kw_only=True):
    """One value of a vocabulary: an industry, a persona, a tag, a company size."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("vocabulary", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    vocabulary: Mapped[Vocabulary] = mapped_column(choice(Vocabulary))
    slug: Mapped[str] = mapped_column(String(80))
    label: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class Pipeline(Base, kw_only=True):
    """An ordered way of deal stages."""

    __tablename__ = "pipeline"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    label: Mapped[str] = mapped_column(String(80))

    stages: Mapped[list[DealStage]] = relationship(
        init=False, repr=False, lazy="raise", order_by="DealStage.position", passive_deletes="all"
    )


class DealStage(Base, kw_only=True):
    """An open stage of a pipeline and the funnel stage it maps to; positions count from 0."""

    __tablename__ = "deal_stage"
    __table_args__ = (UniqueConstraint("pipeline_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    pipeline_id: Mapped[int] = mapped_column(ForeignKey("pipeline.id", ondelete="RESTRICT"), index=True)
    slug: Mapped[str] = mapped_column(String(80))
    label: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    funnel_stage_id: Mapped[int | None] = mapped_column(
        ForeignKey("funnel_stage.id", ondelete="SET NULL"), default=None
    )
    retired_at: Mapped[datetime | None] = mapped_column(Instant, default=None)

    funnel_stage: Mapped[FunnelStage | None] = relationship(init=False, repr=False, lazy="raise")


class WordAlias(Base, kw_only=True):
    """A name that a word once had, or that was merged into it: what still says it means the word of today.

    `words` is the list ("tags", and for deal stages "deal-stages:" with the pipeline's id), `target_id` a row of its
    table; a row that is gone takes its aliases along.
    """

    __tablename__ = "word_alias"

    words: Mapped[str] = mapped_column(String(40), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    target_id: Mapped[int]


class WordMerge(Base, kw_only=True):
    """A merge that can be taken back: the row that went, as it was, and which row of its list has its things now.

    `names` maps names that lead to `into_id` since to the row that they led to before, none where they led nowhere;
    `searches` the saved questions that were rewritten to [before, after].
    """

    __tablename__ = "word_merge"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    words: Mapped[str] = mapped_column(String(40))
    old: Mapped[dict[str, Any]] = mapped_column(JSON)
    into_id: Mapped[int]
    names: Mapped[dict[str, int | None]] = mapped_column(JSON)
    searches: Mapped[dict[str, list[list[str]]]] = mapped_column(JSON)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class WordMergeHolding(Base, kw_only=True):
    """A row that had the word that went, in the column `place` ("deal.stage_id"); `had_both` had the other as well."""

    __tablename__ = "word_merge_holding"

    merge_id: Mapped[int] = mapped_column(ForeignKey("word_merge.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[str] = mapped_column(String(60), primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True)
    had_both: Mapped[bool] = mapped_column(default=False)
