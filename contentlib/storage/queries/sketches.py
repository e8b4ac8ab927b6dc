"""Questions about the samples that texts are compared by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.domain.assets import AssetStatus
from contentlib.storage.tables import Asset, AssetVersion, VersionSketch


def list_compared(session: Session, *, but: int | None = None) -> list[tuple[int, int, bytes]]:
    """List (version, total, hashes) of what all assets but one say today; archived ones are left out."""
    query = (
        sa.select(VersionSketch.version_id, VersionSketch.total, VersionSketch.hashes)
        .join(Asset, Asset.current_version_id == VersionSketch.version_id)
        .where(Asset.status != AssetStatus.ARCHIVED)
    )
    if but is not None:
        query = query.where(Asset.id != but)
    return [(version, total, hashes) for version, total, hashes in session.execute(query)]


def list_missing(
    session: Session, *, asset_ids: Sequence[int] | None = None, limit: int | None = None
) -> list[tuple[int, list[dict[str, Any]]]]:
    """List (version, pages) of current versions without a sample: all, or those of some assets."""
    query = (
        sa.select(AssetVersion.id, AssetVersion.pages)
        .join(Asset, Asset.current_version_id == AssetVersion.id)
        .where(AssetVersion.id.not_in(sa.select(VersionSketch.version_id)), Asset.status != AssetStatus.ARCHIVED)
        .order_by(AssetVersion.id)
        .limit(limit)
    )
    if asset_ids is not None:
        query = query.where(Asset.id.in_(asset_ids))
    return [(version, pages) for version, pages in session.execute(query)]


def read_versions(session: Session, ids: Sequence[int]) -> dict[int, tuple[Asset, AssetVersion]]:
    """Map versions to their assets and themselves, words included."""
    rows = session.execute(
        sa.select(Asset, AssetVersion)
        .join(AssetVersion, AssetVersion.asset_id == Asset.id)
        .where(AssetVersion.id.in_(ids))
    )
    return {version.id: (asset, version) for asset, version in rows}
