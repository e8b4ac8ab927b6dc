"""The audit trail is read by whom, deed and time without reading all of it."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_audit_entry_by_id_id": ["by_id", "id"],
    "ix_audit_entry_deed_id": ["deed", "id"],
    "ix_audit_entry_at": ["at"],
}


def upgrade() -> None:
    for name, columns in _INDEXES.items():
        op.create_index(op.f(name), "audit_entry", columns)


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(op.f(name), table_name="audit_entry")
