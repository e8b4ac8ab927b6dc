"""Merges of terms that can be taken back: which term went, and what had it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from contentlib.storage.types import Instant

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "word_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=40), nullable=False),
        sa.Column("old", sa.JSON(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("searches", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_word_merge_by_id_person"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_merge")),
    )
    op.create_index(op.f("ix_word_merge_at"), "word_merge", ["at"])
    op.create_table(
        "word_merge_holding",
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("had_both", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merge_id"],
            ["word_merge.id"],
            name=op.f("fk_word_merge_holding_merge_id_word_merge"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("merge_id", "place", "row_id", name=op.f("pk_word_merge_holding")),
    )


def downgrade() -> None:
    op.drop_table("word_merge_holding")
    op.drop_table("word_merge")
