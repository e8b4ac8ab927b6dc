"""Documents keep all that they were made from, and those of the operator are kept too, made by nobody in particular."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rep", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("is_personalised", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.alter_column("made_by_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    # What nobody in particular made has no place in the earlier table.
    op.execute(sa.text("DELETE FROM document WHERE made_by_id IS NULL"))
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.alter_column("made_by_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("is_personalised")
        batch_op.drop_column("rep")
