"""What was searched, saved searches, and earlier weights and synonyms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import contentlib.storage.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = contentlib.storage.types.Instant(timezone=True)
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("looked_at", instant, nullable=False),
        sa.Column("removed_at", instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_saved_search_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    op.create_index(op.f("ix_saved_search_person_id"), "saved_search", ["person_id"])
    op.create_table(
        "search_count",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.Column("nothing_found", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_search_count")),
    )
    op.create_table(
        "search_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=True),
        sa.Column("stage_id", sa.Integer(), nullable=True),
        sa.Column("is_followed", sa.Boolean(), nullable=False),
        sa.Column("opened_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_search_log_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_search_log_deal_id_deal"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["deal_stage.id"], name=op.f("fk_search_log_stage_id_deal_stage"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["opened_id"], ["asset.id"], name=op.f("fk_search_log_opened_id_asset"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_log")),
    )
    op.create_index(op.f("ix_search_log_at"), "search_log", ["at"])
    op.create_index(op.f("ix_search_log_person_id_at"), "search_log", ["person_id", "at"])
    op.create_table(
        "search_tuning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("text_before", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_tuning")),
    )


def downgrade() -> None:
    for table in ("search_tuning", "search_log", "search_count", "saved_search"):
        op.drop_table(table)
