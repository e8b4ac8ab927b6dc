"""Questions about uploaded files that wait for a description, and about the words a library already uses."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.domain.assets import AssetStatus, Vocabulary
from contentlib.storage.tables import (
    Account,
    Asset,
    AssetFile,
    AssetKind,
    AssetStage,
    AssetTerm,
    AssetVersion,
    AuditEntry,
    Deal,
    FunnelStage,
    Term,
)


def list_waiting(session: Session, *, made_by: int | None, slugs: Sequence[str] | None = None) -> list[int]:
    """List the ids of drafts that were uploaded and not described yet: a person's, or those of some slugs."""
    query = (
        sa.select(Asset.id)
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .join(AssetFile, AssetFile.version_id == AssetVersion.id)
        .where(Asset.status == AssetStatus.DRAFT, Asset.verified_at.is_(None), Asset.published_at.is_(None))
        .order_by(Asset.id)
    )
    query = query.where(Asset.slug.in_(slugs)) if slugs is not None else query.where(AssetVersion.made_by_id == made_by)
    return list(session.scalars(query))


def map_origins(session: Session, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Map uploaded assets to what their history tells of how they came in: `within` what, said to be which `kind`."""
    rows = session.execute(
        sa.select(AuditEntry.subject_id, AuditEntry.detail)
        .where(AuditEntry.subject_kind == "asset", AuditEntry.subject_id.in_(ids), AuditEntry.deed == "upload")
        .order_by(AuditEntry.id)
    )
    return {
        asset_id: {name: detail[name] for name in ("within", "kind") if name in detail} for asset_id, detail in rows
    }


def list_companies(session: Session) -> list[str]:
    """List the companies that assets are about or deals are with."""
    names = sa.union(
        sa.select(Asset.company).where(Asset.company != "", Asset.status != AssetStatus.ARCHIVED),
        sa.select(Account.name),
    )
    return sorted(session.scalars(names))


def industries_of_companies(session: Session) -> dict[str, list[str]]:
    """Map companies, by their names without case, to industries: what their deals say before what assets say."""
    found: dict[str, list[str]] = {}
    of_deals = (
        sa.select(Account.name, Term.slug)
        .join(Deal, Deal.account_id == Account.id)
        .join(Term, Term.id == Deal.industry_id)
        .distinct()
    )
    of_assets = (
        sa.select(Asset.company, Term.slug)
        .join(AssetTerm, AssetTerm.asset_id == Asset.id)
        .join(Term, Term.id == AssetTerm.term_id)
        .where(Asset.company != "", Term.vocabulary == Vocabulary.INDUSTRY)
        .distinct()
    )
    for query in (of_deals, of_assets):
        for name, slug in session.execute(query):
            own = found.setdefault(name.casefold(), [])
            if slug not in own:
                own.append(slug)
    return found


def count_stages_by_kind(session: Session) -> dict[str, dict[str, int]]:
    """Count for each kind how many published assets serve each stage."""
    rows = session.execute(
        sa.select(AssetKind.slug, FunnelStage.slug, sa.func.count())
        .join(Asset, Asset.kind_id == AssetKind.id)
        .join(AssetStage, AssetStage.asset_id == Asset.id)
        .join(FunnelStage, FunnelStage.id == AssetStage.stage_id)
        .where(Asset.status == AssetStatus.PUBLISHED)
        .group_by(AssetKind.slug, FunnelStage.slug)
    )
    found: dict[str, dict[str, int]] = {}
    for kind, stage, number in rows:
        found.setdefault(kind, {})[stage] = number
    return found
