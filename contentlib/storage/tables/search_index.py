"""The search index of a library on PostgreSQL: derived from its assets, made anew whenever it is missing.

What stands in it is written and read by the search engine alone. It is no part of a backup or an export.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from contentlib.storage.tables.base import DERIVED, Base
from contentlib.storage.types import Instant


class SearchIndexState(Base, kw_only=True):
    """How the index stands, in one row: `generation` grows with every change, `mark` tells one index from another."""

    __tablename__ = "search_index"
    __table_args__ = ({"info": {DERIVED: True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(32))
    format: Mapped[int]
    generation: Mapped[int]


class SearchSegment(Base, kw_only=True):
    """Documents that were written together; they never change, they only go.

    `gone` are the numbers of those that went. A segment that is being built does not answer yet, one that is retired
    answers only whoever turns the page. `lengths` has a byte for each document and field, `totals` a number per field.
    """

    __tablename__ = "search_segment"
    __table_args__ = ({"info": {DERIVED: True}},)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    format: Mapped[int]
    size: Mapped[int]
    is_building: Mapped[bool]
    lengths: Mapped[bytes] = mapped_column(LargeBinary)
    totals: Mapped[list[int]] = mapped_column(JSON)
    gone: Mapped[list[int]] = mapped_column(JSON)
    retired_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class SearchDocument(Base, kw_only=True):
    """What the index keeps of one asset beside its words: what filters and sorts, and what snippets are cut from.

    No foreign key to the asset: who takes an asset away need not know of the index, which follows.
    """

    __tablename__ = "search_document"
    __table_args__ = ({"info": {DERIVED: True}},)

    segment_id: Mapped[int] = mapped_column(ForeignKey("search_segment.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    asset_id: Mapped[int] = mapped_column(index=True)
    facts: Mapped[str] = mapped_column(Text)
    texts: Mapped[str] = mapped_column(Text)


class SearchBlock(Base, kw_only=True):
    """The posting lists of neighbouring terms of one field of a segment, packed."""

    __tablename__ = "search_block"
    __table_args__ = ({"info": {DERIVED: True}},)

    segment_id: Mapped[int] = mapped_column(ForeignKey("search_segment.id", ondelete="CASCADE"), primary_key=True)
    field: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first_term: Mapped[bytes] = mapped_column(LargeBinary)
    terms: Mapped[bytes] = mapped_column(LargeBinary)
    postings: Mapped[bytes] = mapped_column(LargeBinary)
    places: Mapped[bytes | None] = mapped_column(LargeBinary)


def list_tables() -> dict[str, Table]:
    """Give the tables of the index by what the search engine calls them."""
    named = {
        "state": "search_index",
        "segments": "search_segment",
        "documents": "search_document",
        "blocks": "search_block",
    }
    return {name: Base.metadata.tables[table] for name, table in named.items()}
