"""Questions about the files that versions were uploaded as; their bytes lie in the blobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.domain.assets import AssetStatus
from contentlib.storage.parts import in_parts
from contentlib.storage.tables import Asset, AssetFile, AssetVersion


@dataclass(frozen=True)
class SameFile:
    """Who has a file already: an asset, how it stands, and the number of its version."""

    slug: str
    title: str
    status: AssetStatus
    number: int


def find_same(session: Session, sha256: str) -> SameFile | None:
    """Find the asset that has a file, or an authored text, of these very bytes; the first one that came in."""
    version = AssetVersion
    row = session.execute(
        sa.select(Asset.slug, Asset.title, Asset.status, version.number)
        .join(version, version.asset_id == Asset.id)
        .where(version.source_hash == sha256)
        .order_by(version.id)
        .limit(1)
    ).first()
    return SameFile(*row) if row is not None else None


def find_file(session: Session, version_id: int) -> AssetFile | None:
    """Find the file that a version was uploaded as."""
    return session.get(AssetFile, version_id)


def list_files(session: Session, version_ids: Sequence[int]) -> set[int]:
    """Give which of some versions were uploaded as files."""
    asks = sa.select(AssetFile.version_id)
    parts = in_parts(version_ids)
    return {found for part in parts for found in session.scalars(asks.where(AssetFile.version_id.in_(part)))}


def list_uploaded(session: Session) -> set[int]:
    """Give the assets whose current version was uploaded as a file."""
    current = sa.select(Asset.id).join(AssetFile, AssetFile.version_id == Asset.current_version_id)
    return set(session.scalars(current))
