"""An asset's current version is held by a foreign key on PostgreSQL too.

The first revision declares it inside the table, before the versions it points to: SQLite takes that, on PostgreSQL the
key is left out.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEY = "fk_asset_current_version_id_asset_version"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.create_foreign_key(_KEY, "asset", "asset_version", ["current_version_id"], ["id"], ondelete="SET NULL")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(_KEY, "asset", type_="foreignkey")
