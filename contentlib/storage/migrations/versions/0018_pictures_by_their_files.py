"""A page picture is found by its file, large or small, without reading all: each picture on a page asks for that."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_COLUMNS = ("blob", "plate")


def upgrade() -> None:
    for column in _COLUMNS:
        op.create_index(op.f(f"ix_asset_picture_{column}"), "asset_picture", [column])


def downgrade() -> None:
    for column in _COLUMNS:
        op.drop_index(op.f(f"ix_asset_picture_{column}"), table_name="asset_picture")
