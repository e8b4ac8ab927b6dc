"""Feedback on assets, requests for what is missing with their votes, and letters about what is new."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from contentlib.storage.types import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _to(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _choice(name: str, *values: str) -> sa.Enum:
    length = max(map(len, values))
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=length)


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "sort",
            _choice("feedback_sort", "helpful", "outdated", "wrong", "does not fit my market"),
            nullable=False,
        ),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("taken_back_at", Instant(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_by_name", sa.String(length=120), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        _to("feedback", "asset_id", "asset", "CASCADE"),
        _to("feedback", "version_id", "asset_version", "CASCADE"),
        _to("feedback", "person_id", "person", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("person_id", "version_id", "sort", name=op.f("uq_feedback_person_id_version_id_sort")),
    )
    op.create_index(op.f("ix_feedback_asset_id_taken_back_at"), "feedback", ["asset_id", "taken_back_at"])
    op.create_table(
        "content_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=True),
        sa.Column("industry_id", sa.Integer(), nullable=True),
        sa.Column("persona_id", sa.Integer(), nullable=True),
        sa.Column("kind_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column(
            "status",
            _choice("request_status", "open", "planned", "in work", "delivered", "declined"),
            nullable=False,
        ),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_name", sa.String(length=120), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        _to("content_request", "stage_id", "funnel_stage", "SET NULL"),
        _to("content_request", "industry_id", "term", "SET NULL"),
        _to("content_request", "persona_id", "term", "SET NULL"),
        _to("content_request", "kind_id", "asset_kind", "SET NULL"),
        _to("content_request", "author_id", "person", "SET NULL"),
        _to("content_request", "asset_id", "asset", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_request")),
    )
    op.create_index(op.f("ix_content_request_status_at"), "content_request", ["status", "at"])
    op.create_table(
        "request_vote",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        _to("request_vote", "request_id", "content_request", "CASCADE"),
        _to("request_vote", "person_id", "person", "CASCADE"),
        _to("request_vote", "deal_id", "deal", "SET NULL"),
        sa.PrimaryKeyConstraint("request_id", "person_id", name=op.f("pk_request_vote")),
    )
    op.create_index(op.f("ix_request_vote_deal_id"), "request_vote", ["deal_id"])
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("gets_letters", sa.Boolean(), server_default=sa.true(), nullable=False))
        table.add_column(sa.Column("letter_at", Instant(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.drop_column("letter_at")
        table.drop_column("gets_letters")
    for table_name in ("request_vote", "content_request", "feedback"):
        op.drop_table(table_name)
