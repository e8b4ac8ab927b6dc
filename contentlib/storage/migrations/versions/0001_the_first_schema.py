"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import contentlib.storage.types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
    )
    op.create_table(
        "asset_kind",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("plural", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_paperwork", sa.Boolean(), nullable=False),
        sa.Column("verify_months", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_kind")),
        sa.UniqueConstraint("slug", name=op.f("uq_asset_kind_slug")),
    )
    op.create_table(
        "funnel_stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("meaning", sa.String(length=400), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funnel_stage")),
        sa.UniqueConstraint("slug", name=op.f("uq_funnel_stage_slug")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("run_at", contentlib.storage.types.Instant(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", contentlib.storage.types.Instant(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_kind_subject_state"), ["kind", "subject", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_state_run_at"), ["state", "run_at"], unique=False)

    op.create_table(
        "library_fact",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_library_fact")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_sales_reviewer", sa.Boolean(), nullable=False),
        sa.Column("created_at", contentlib.storage.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "pipeline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline")),
        sa.UniqueConstraint("slug", name=op.f("uq_pipeline_slug")),
    )
    op.create_table(
        "report_run",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("as_of", contentlib.storage.types.Instant(timezone=True), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_report_run")),
    )
    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "vocabulary",
            sa.Enum(
                "industry",
                "persona",
                "product",
                "region",
                "tag",
                "company size",
                "forecast category",
                name="vocabulary",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("vocabulary", "slug", name=op.f("uq_term_vocabulary_slug")),
    )
    op.create_table(
        "asset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("company", sa.String(length=200), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column(
            "audience",
            sa.Enum("external", "internal", name="audience", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "in review",
                "published",
                "archived",
                name="asset_status",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("publish_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("review_by_on", sa.Date(), nullable=True),
        sa.Column("brand", sa.String(length=80), nullable=False),
        sa.Column("archived_reason", sa.String(length=300), nullable=False),
        sa.Column("verified_at", contentlib.storage.types.Instant(timezone=True), nullable=True),
        sa.Column("published_at", contentlib.storage.types.Instant(timezone=True), nullable=True),
        sa.Column("created_at", contentlib.storage.types.Instant(timezone=True), nullable=False),
        sa.Column("updated_at", contentlib.storage.types.Instant(timezone=True), nullable=False),
        sa.Column("current_version_id", sa.Integer(), nullable=True),
        sa.Column("source_root", sa.String(length=1000), nullable=True),
        sa.Column("source_path", sa.String(length=1000), nullable=True),
        sa.Column("source_hash", sa.String(length=64), nullable=True),
        sa.Column("is_source_vanished", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["current_version_id"],
            ["asset_version.id"],
            name=op.f("fk_asset_current_version_id_asset_version"),
            ondelete="SET NULL",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["asset_kind.id"], name=op.f("fk_asset_kind_id_asset_kind"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_asset_owner_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("slug", name=op.f("uq_asset_slug")),
        sa.UniqueConstraint("source_root", "source_path", name=op.f("uq_asset_source_root_source_path")),
    )
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_kind_id"), ["kind_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_source_hash"), ["source_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_status_updated_at"), ["status", "updated_at"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", contentlib.storage.types.Instant(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("deed", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_audit_entry_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_entry_subject_kind_subject_id"), ["subject_kind", "subject_id"], unique=False
        )

    op.create_table(
        "deal_stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pipeline_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("funnel_stage_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["funnel_stage_id"],
            ["funnel_stage.id"],
            name=op.f("fk_deal_stage_funnel_stage_id_funnel_stage"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["pipeline_id"], ["pipeline.id"], name=op.f("fk_deal_stage_pipeline_id_pipeline"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_stage")),
        sa.UniqueConstraint("pipeline_id", "slug", name=op.f("uq_deal_stage_pipeline_id_slug")),
    )
    with op.batch_alter_table("deal_stage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deal_stage_pipeline_id"), ["pipeline_id"], unique=False)

    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", contentlib.storage.types.Instant(timezone=True), nullable=False),
        sa.Column("used_at", contentlib.storage.types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_one_time_link_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
    )
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_link_person_id"), ["person_id"], unique=False)

    op.create_table(
        "person_role",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("rep", "marketer", "content-lead", "admin", name="role", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_role_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_role")),
    )
    op.create_table(
        "asset_lift",
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("won", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Double(), nullable=True),
        sa.Column("lift", sa.Double(), nullable=True),
        sa.Column("lo", sa.Double(), nullable=True),
        sa.Column("hi", sa.Double(), nullable=True),
        sa.Column("shrunk", sa.Double(), nullable=True),
        sa.Column("wrong_sign", sa.Double(), nullable=True),
        sa.Column("smd", sa.Double(), nullable=True),
        sa.Column("quality", sa.String(length=20), nullable=True),
        sa.Column("crossover", sa.Double(), nullable=True),
        sa.Column("health_gap", sa.Double(), nullable=True),
        sa.Column("uses_needed", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_lift_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_asset_lift")),
    )
    op.create_table(
        "asset_slug",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_slug_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_asset_slug")),
    )
    with op.batch_alter_table("asset_slug", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_slug_asset_id"), ["asset_id"], unique=False)

    op.create_table(
        "asset_stage",
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_stage_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["funnel_stage.id"], name=op.f("fk_asset_stage_stage_id_funnel_stage"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("asset_id", "stage_id", name=op.f("pk_asset_stage")),
    )
    op.create_table(
        "asset_term",
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_term_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_asset_term_term_id_term"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("asset_id", "term_id", name=op.f("pk_asset_term")),
    )
    op.create_table(
        "asset_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("source_path", sa.String(length=1000), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("pages", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", contentlib.storage.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_version_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_asset_version_made_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_version")),
        sa.UniqueConstraint("asset_id", "number", name=op.f("uq_asset_version_asset_id_number")),
    )
    op.create_table(
        "deal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("pipeline_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("industry_id", sa.Integer(), nullable=True),
        sa.Column("size_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("stage_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", contentlib.storage.types.Instant(timezone=True), nullable=True),
        sa.Column("closed_at", contentlib.storage.types.Instant(timezone=True), nullable=True),
        sa.Column(
            "outcome", sa.Enum("won", "lost", name="outcome", native_enum=False, create_constraint=True), nullable=True
        ),
        sa.Column("lost_reason", sa.String(length=300), nullable=False),
        sa.Column("updated_at", contentlib.storage.types.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_deal_amount")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_deal_account_id_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["industry_id"], ["term.id"], name=op.f("fk_deal_industry_id_term"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_deal_owner_id_person"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["pipeline_id"], ["pipeline.id"], name=op.f("fk_deal_pipeline_id_pipeline"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["region_id"], ["term.id"], name=op.f("fk_deal_region_id_term"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["size_id"], ["term.id"], name=op.f("fk_deal_size_id_term"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["deal_stage.id"], name=op.f("fk_deal_stage_id_deal_stage"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
        sa.UniqueConstraint("external_id", name=op.f("uq_deal_external_id")),
    )
    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deal_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_owner_id_closed_at"), ["owner_id", "closed_at"], unique=False)

    op.create_table(
        "asset_picture",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["asset_version.id"],
            name=op.f("fk_asset_picture_version_id_asset_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "number", name=op.f("pk_asset_picture")),
    )
    op.create_table(
        "deal_health",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("at", contentlib.storage.types.Instant(timezone=True), nullable=False),
        sa.Column("health", sa.Integer(), nullable=False),
        sa.Column("forecast_category_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("health BETWEEN 0 AND 3", name=op.f("ck_deal_health_health")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_health_deal_id_deal"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["forecast_category_id"],
            ["term.id"],
            name=op.f("fk_deal_health_forecast_category_id_term"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_health")),
        sa.UniqueConstraint("deal_id", "at", name=op.f("uq_deal_health_deal_id_at")),
    )
    op.create_table(
        "deal_stage_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", contentlib.storage.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_deal_stage_entry_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["deal_stage.id"], name=op.f("fk_deal_stage_entry_stage_id_deal_stage"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_stage_entry")),
        sa.UniqueConstraint("deal_id", "entered_at", name=op.f("uq_deal_stage_entry_deal_id_entered_at")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", contentlib.storage.types.Instant(timezone=True), nullable=False),
        sa.Column(
            "paper", sa.Enum("A4", "Letter", name="paper", native_enum=False, create_constraint=True), nullable=False
        ),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("logo", sa.String(length=64), nullable=True),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("content_key", sa.String(length=64), nullable=False),
        sa.Column("certificate", sa.JSON(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_document_asset_id_asset"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_document_deal_id_deal"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_document_made_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["asset_version.id"], name=op.f("fk_document_version_id_asset_version"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_blob"), ["blob"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_content_key"), ["content_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_made_by_id"), ["made_by_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", contentlib.storage.types.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", contentlib.storage.types.Instant(timezone=True), nullable=False),
        sa.Column("revoked_at", contentlib.storage.types.Instant(timezone=True), nullable=True),
        sa.Column("working_deal_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["working_deal_id"], ["deal.id"], name=op.f("fk_sign_in_working_deal_id_deal"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "usage_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=True),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("occurred_at", contentlib.storage.types.Instant(timezone=True), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "viewed",
                "downloaded",
                "personalised",
                "shared",
                "presented",
                name="channel",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("stage_id", sa.Integer(), nullable=True),
        sa.Column("days_in_stage", sa.Integer(), nullable=True),
        sa.Column("deal_age_days", sa.Integer(), nullable=True),
        sa.Column("health", sa.Integer(), nullable=True),
        sa.Column("forecast_category", sa.String(length=120), nullable=True),
        sa.Column("recorded_at", contentlib.storage.types.Instant(timezone=True), nullable=False),
        sa.Column("undone_at", contentlib.storage.types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_usage_event_asset_id_asset"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_usage_event_deal_id_deal"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_usage_event_document_id_document"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["rep_id"], ["person.id"], name=op.f("fk_usage_event_rep_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["deal_stage.id"], name=op.f("fk_usage_event_stage_id_deal_stage"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["asset_version.id"],
            name=op.f("fk_usage_event_version_id_asset_version"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_event")),
        sa.UniqueConstraint("key", name=op.f("uq_usage_event_key")),
    )
    with op.batch_alter_table("usage_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_usage_event_asset_id_occurred_at"), ["asset_id", "occurred_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_usage_event_deal_id_occurred_at"), ["deal_id", "occurred_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_usage_event_rep_id_occurred_at"), ["rep_id", "occurred_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("usage_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_usage_event_rep_id_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_usage_event_deal_id_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_usage_event_asset_id_occurred_at"))

    op.drop_table("usage_event")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_person_id"))

    op.drop_table("sign_in")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_made_by_id"))
        batch_op.drop_index(batch_op.f("ix_document_deal_id"))
        batch_op.drop_index(batch_op.f("ix_document_content_key"))
        batch_op.drop_index(batch_op.f("ix_document_blob"))
        batch_op.drop_index(batch_op.f("ix_document_asset_id"))

    op.drop_table("document")
    op.drop_table("deal_stage_entry")
    op.drop_table("deal_health")
    op.drop_table("asset_picture")
    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deal_owner_id_closed_at"))
        batch_op.drop_index(batch_op.f("ix_deal_account_id"))

    op.drop_table("deal")
    op.drop_table("asset_version")
    op.drop_table("asset_term")
    op.drop_table("asset_stage")
    with op.batch_alter_table("asset_slug", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asset_slug_asset_id"))

    op.drop_table("asset_slug")
    op.drop_table("asset_lift")
    op.drop_table("person_role")
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_link_person_id"))

    op.drop_table("one_time_link")
    with op.batch_alter_table("deal_stage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deal_stage_pipeline_id"))

    op.drop_table("deal_stage")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_subject_kind_subject_id"))

    op.drop_table("audit_entry")
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asset_status_updated_at"))
        batch_op.drop_index(batch_op.f("ix_asset_source_hash"))
        batch_op.drop_index(batch_op.f("ix_asset_owner_id"))
        batch_op.drop_index(batch_op.f("ix_asset_kind_id"))

    op.drop_table("asset")
    op.drop_table("term")
    op.drop_table("report_run")
    op.drop_table("pipeline")
    op.drop_table("person")
    op.drop_table("library_fact")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state_run_at"))
        batch_op.drop_index(batch_op.f("ix_job_kind_subject_state"))

    op.drop_table("job")
    op.drop_table("funnel_stage")
    op.drop_table("asset_kind")
    op.drop_table("account")
