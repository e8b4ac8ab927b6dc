"""Words can be retired, and remember the names they once had."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from contentlib.storage.types import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_LISTS = ("asset_kind", "funnel_stage", "term", "deal_stage")


def upgrade() -> None:
    for name in _LISTS:
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("retired_at", Instant(timezone=True), nullable=True))
    op.create_table(
        "word_alias",
        sa.Column("words", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("words", "slug", name=op.f("pk_word_alias")),
    )


def downgrade() -> None:
    op.drop_table("word_alias")
    for name in _LISTS:
        with op.batch_alter_table(name) as table:
            table.drop_column("retired_at")
