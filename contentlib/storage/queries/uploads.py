"""Questions about the files that versions were uploaded as; their bytes lie in the blobs."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.storage.tables import Asset, AssetFile, AssetVersion


@dataclass(frozen=True)
class SameFile:
    """Who has a file already: an asset and the number of its version."""

    asset_id: int
    slug: str
    title: str
    number: int


def find_same(session: Session, sha256: str) -> SameFile | None:
    """Find the asset that has a file, or an authored text, of these very bytes; the first one that came in."""
    version = AssetVersion
    row = session.execute(
        sa.select(Asset.id, Asset.slug, Asset.title, version.number)
        .join(version, version.asset_id == Asset.id)
        .where(version.source_hash == sha256)
        .order_by(version.id)
        .limit(1)
    ).first()
    return SameFile(*row) if row is not None else None


def find_file(session: Session, version_id: int) -> AssetFile | None:
    """Find the file that a version was uploaded as."""
    return session.get(AssetFile, version_id)


def list_assets_with(session: Session, blob: str) -> list[int]:
    """List the assets that have a file as one of their versions."""
    of = sa.select(AssetVersion.asset_id).join(AssetFile, AssetFile.version_id == AssetVersion.id)
    return list(session.scalars(of.where(AssetFile.blob == blob).distinct()))
