"""Questions about the samples that texts are compared by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.domain.assets import AssetStatus
from contentlib.storage.parts import in_parts
from contentlib.storage.tables import Asset, AssetVersion, VersionSketch


def list_compared(session: Session) -> list[tuple[int, int, int, bytes]]:
    """List (version, asset, total, hashes) of what all assets say today; archived ones are left out."""
    query = (
        sa.select(VersionSketch.version_id, Asset.id, VersionSketch.total, VersionSketch.hashes)
        .join(Asset, Asset.current_version_id == VersionSketch.version_id)
        .where(Asset.status != AssetStatus.ARCHIVED)
    )
    return [(version, asset, total, hashes) for version, asset, total, hashes in session.execute(query)]


def list_missing(
    session: Session, *, asset_ids: Sequence[int] | None = None, limit: int | None = None
) -> list[tuple[int, int, list[dict[str, Any]]]]:
    """List (version, asset, pages) of current versions without a sample: all, or those of some assets."""
    query = (
        sa.select(AssetVersion.id, Asset.id, AssetVersion.pages)
        .join(Asset, Asset.current_version_id == AssetVersion.id)
        .where(AssetVersion.id.not_in(sa.select(VersionSketch.version_id)), Asset.status != AssetStatus.ARCHIVED)
        .order_by(AssetVersion.id)
        .limit(limit)
    )
    if asset_ids is not None:
        query = query.where(Asset.id.in_(asset_ids))
    return [(version, asset, pages) for version, asset, pages in session.execute(query)]


def still_missing(session: Session, version_ids: Sequence[int]) -> set[int]:
    """Give those of some versions that exist and have no sample."""
    held = sa.select(VersionSketch.version_id)
    query = sa.select(AssetVersion.id).where(AssetVersion.id.in_(version_ids), AssetVersion.id.not_in(held))
    return set(session.scalars(query))


def read_versions(session: Session, ids: Sequence[int]) -> dict[int, tuple[Asset, AssetVersion]]:
    """Map versions to their assets and themselves, words included."""
    rows = session.execute(
        sa.select(Asset, AssetVersion)
        .join(AssetVersion, AssetVersion.asset_id == Asset.id)
        .where(AssetVersion.id.in_(ids))
    )
    return {version.id: (asset, version) for asset, version in rows}


def iter_pages(session: Session, ids: Sequence[int]) -> Iterator[tuple[int, int, list[dict[str, Any]]]]:
    """Give (version, asset, pages) of versions one by one, each to be read and let go."""
    for part in in_parts(ids, 100):
        rows = session.execute(
            sa.select(AssetVersion.id, AssetVersion.asset_id, AssetVersion.pages).where(AssetVersion.id.in_(part))
        )
        yield from ((version, asset, pages) for version, asset, pages in rows)
