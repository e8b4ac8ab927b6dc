"""Deeds on so many assets that they go on in the background, with what becomes of every asset."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from contentlib.storage.types import Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _choice(name: str, *values: str) -> sa.Enum:
    length = max(map(len, values))
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=length)


def upgrade() -> None:
    states = ("looking", "looked", "doing", "done", "stopped", "taking back", "taken back")
    op.create_table(
        "bulk_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("deed", sa.JSON(), nullable=False),
        sa.Column("state", _choice("run_state", *states), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_bulk_run_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_run")),
    )
    op.create_index(op.f("ix_bulk_run_person_id"), "bulk_run", ["person_id"])
    op.create_table(
        "bulk_run_line",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("outcome", _choice("bulk_outcome", "done", "already", "refused"), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["bulk_run.id"], name=op.f("fk_bulk_run_line_run_id_bulk_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "place", name=op.f("pk_bulk_run_line")),
    )
    op.create_index(op.f("ix_bulk_run_line_run_id_outcome"), "bulk_run_line", ["run_id", "outcome"])


def downgrade() -> None:
    op.drop_table("bulk_run_line")
    op.drop_table("bulk_run")
