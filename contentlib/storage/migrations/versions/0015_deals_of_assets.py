"""An index that counts the deals of assets without reading their uses: every page of results asks for it."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_NAME = "ix_usage_event_asset_id_deal_id_channel_undone_at"


def upgrade() -> None:
    op.create_index(op.f(_NAME), "usage_event", ["asset_id", "deal_id", "channel", "undone_at"])


def downgrade() -> None:
    op.drop_index(op.f(_NAME), table_name="usage_event")
