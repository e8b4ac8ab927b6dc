"""The files that asset versions were uploaded as."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    formats = ("pdf", "pptx", "docx", "markdown", "png", "jpeg", "zip")
    op.create_table(
        "asset_file",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column(
            "format",
            sa.Enum(*formats, name="upload_format", native_enum=False, create_constraint=True, length=8),
            nullable=False,
        ),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("is_approximate", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["asset_version.id"],
            name=op.f("fk_asset_file_version_id_asset_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_asset_file")),
    )
    op.create_index(op.f("ix_asset_file_blob"), "asset_file", ["blob"])
    op.create_index(op.f("ix_asset_version_source_hash"), "asset_version", ["source_hash"])


def downgrade() -> None:
    op.drop_index(op.f("ix_asset_version_source_hash"), "asset_version")
    op.drop_table("asset_file")
