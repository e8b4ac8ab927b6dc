"""Reviews, who must agree, when a version was published, and notices to people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import contentlib.storage.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _names(table: str, column: str, other: str) -> str:
    return op.f(f"fk_{table}_{column}_{other}")


def _to(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=_names(table, column, other), ondelete=ondelete)


def upgrade() -> None:
    instant = contentlib.storage.types.Instant(timezone=True)
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "agreed",
                "published",
                "sent back",
                "withdrawn",
                name="review_state",
                native_enum=False,
                create_constraint=True,
                length=9,
            ),
            nullable=False,
        ),
        sa.Column("needs_sales", sa.Boolean(), nullable=False),
        sa.Column("sales_reviewer_id", sa.Integer(), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_by_name", sa.String(length=120), nullable=False),
        sa.Column("submitted_at", instant, nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("publish_on", sa.Date(), nullable=True),
        sa.Column("closed_at", instant, nullable=True),
        _to("review", "asset_id", "asset", "CASCADE"),
        _to("review", "version_id", "asset_version", "CASCADE"),
        _to("review", "sales_reviewer_id", "person", "SET NULL"),
        _to("review", "submitted_by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_asset_id_state"), "review", ["asset_id", "state"])
    op.create_index(op.f("ix_review_state"), "review", ["state"])
    op.create_table(
        "review_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("marketing", "sales", name="side", native_enum=False, create_constraint=True, length=9),
            nullable=False,
        ),
        sa.Column("is_approval", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("taken_back_at", instant, nullable=True),
        _to("review_word", "review_id", "review", "CASCADE"),
        _to("review_word", "by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_word")),
    )
    op.create_index(op.f("ix_review_word_review_id"), "review_word", ["review_id"])
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("at", instant, nullable=False),
        sa.Column("seen_at", instant, nullable=True),
        sa.Column("mailed_at", instant, nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        _to("notice", "person_id", "person", "CASCADE"),
        _to("notice", "asset_id", "asset", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_notice_person_id_key")),
    )
    op.create_index(op.f("ix_notice_asset_id"), "notice", ["asset_id"])
    op.create_index(op.f("ix_notice_person_id_seen_at"), "notice", ["person_id", "seen_at"])
    with op.batch_alter_table("asset_kind") as table:
        table.add_column(sa.Column("needs_sales_review", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("reviews_files", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("funnel_stage") as table:
        table.add_column(sa.Column("needs_sales_review", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE funnel_stage SET needs_sales_review = true WHERE slug = 'decision'")
    with op.batch_alter_table("asset_version") as table:
        table.add_column(sa.Column("published_at", instant, nullable=True))
    op.execute(
        "UPDATE asset_version SET published_at = made_at WHERE number <= (SELECT current.number FROM asset "
        "JOIN asset_version AS current ON current.id = asset.current_version_id "
        "WHERE asset.id = asset_version.asset_id AND asset.published_at IS NOT NULL)"
    )


def downgrade() -> None:
    with op.batch_alter_table("asset_version") as table:
        table.drop_column("published_at")
    with op.batch_alter_table("funnel_stage") as table:
        table.drop_column("needs_sales_review")
    with op.batch_alter_table("asset_kind") as table:
        table.drop_column("reviews_files")
        table.drop_column("needs_sales_review")
    for table_name in ("notice", "review_word", "review"):
        op.drop_table(table_name)
