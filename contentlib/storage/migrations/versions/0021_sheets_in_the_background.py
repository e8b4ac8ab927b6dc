"""Large sheets of the library taken in step by step: what each of their lines says, and what they came as."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("bulk_run") as batch:
        batch.add_column(sa.Column("sheet", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("bulk_run_line") as batch:
        batch.add_column(sa.Column("said", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("bulk_run_line") as batch:
        batch.drop_column("said")
    with op.batch_alter_table("bulk_run") as batch:
        batch.drop_column("sheet")
