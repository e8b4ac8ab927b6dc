"""Page pictures have a small one beside them, for lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("asset_picture", schema=None) as batch_op:
        batch_op.add_column(sa.Column("plate", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("asset_picture", schema=None) as batch_op:
        batch_op.drop_column("plate")
