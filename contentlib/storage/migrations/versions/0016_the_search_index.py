"""The search index of libraries on PostgreSQL; on SQLite, whose index is a folder, these tables stay empty."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import contentlib.storage.types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_index",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_index")),
    )
    op.create_table(
        "search_segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("is_building", sa.Boolean(), nullable=False),
        sa.Column("lengths", sa.LargeBinary(), nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.Column("gone", sa.JSON(), nullable=False),
        sa.Column("retired_at", contentlib.storage.types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_segment")),
    )
    op.create_table(
        "search_document",
        sa.Column("segment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["segment_id"],
            ["search_segment.id"],
            name=op.f("fk_search_document_segment_id_search_segment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("segment_id", "number", name=op.f("pk_search_document")),
    )
    op.create_index(op.f("ix_search_document_asset_id"), "search_document", ["asset_id"])
    op.create_table(
        "search_block",
        sa.Column("segment_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_term", sa.LargeBinary(), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.Column("postings", sa.LargeBinary(), nullable=False),
        sa.Column("places", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["segment_id"],
            ["search_segment.id"],
            name=op.f("fk_search_block_segment_id_search_segment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("segment_id", "field", "number", name=op.f("pk_search_block")),
    )


def downgrade() -> None:
    op.drop_table("search_block")
    op.drop_index(op.f("ix_search_document_asset_id"), table_name="search_document")
    op.drop_table("search_document")
    op.drop_table("search_segment")
    op.drop_table("search_index")
