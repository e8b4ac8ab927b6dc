"""Assets that are no longer kept equal to their files remember since when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from contentlib.storage.types import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.add_column(sa.Column("taken_over_at", Instant(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.drop_column("taken_over_at")
