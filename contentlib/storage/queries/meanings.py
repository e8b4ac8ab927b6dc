"""Questions about the vectors that assets are found by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.storage.parts import in_parts
from contentlib.storage.tables import Asset, AssetVersion, VersionMeaning


def map_marks(session: Session) -> dict[int, str]:
    """Map what all assets say today, by version, to the marks of its vectors; versions without any are left out."""
    query = sa.select(VersionMeaning.version_id, VersionMeaning.mark).join(
        Asset, Asset.current_version_id == VersionMeaning.version_id
    )
    return {version: mark for version, mark in session.execute(query)}  # noqa: C416


def marks_of(session: Session, version_ids: Sequence[int]) -> dict[int, str]:
    """Map some versions to the marks of their vectors; those without any are left out."""
    query = sa.select(VersionMeaning.version_id, VersionMeaning.mark)
    rows = session.execute(query.where(VersionMeaning.version_id.in_(version_ids)))
    return {version: mark for version, mark in rows}  # noqa: C416


def newest(session: Session) -> tuple[int, datetime | None]:
    """Count all vectors' rows and give when the last was made; it differs when any was made or taken away."""
    row = session.execute(sa.select(sa.func.count(), sa.func.max(VersionMeaning.made_at))).one()
    return row[0], row[1]


def list_rows(session: Session, version_ids: Sequence[int]) -> list[VersionMeaning]:
    """List the vectors of some versions."""
    found: list[VersionMeaning] = []
    for part in in_parts(version_ids):
        found += session.scalars(sa.select(VersionMeaning).where(VersionMeaning.version_id.in_(part)))
    return found


def list_lacking(session: Session) -> list[int]:
    """List the assets without vectors of what they say today."""
    held = sa.select(VersionMeaning.version_id)
    query = sa.select(Asset.id).where(Asset.current_version_id.is_not(None), Asset.current_version_id.not_in(held))
    return list(session.scalars(query.order_by(Asset.id)))


def current_versions(session: Session, asset_ids: Sequence[int]) -> dict[int, int]:
    """Map some assets to the versions that say what they say today."""
    query = sa.select(Asset.id, Asset.current_version_id).where(Asset.id.in_(asset_ids))
    return {asset: version for asset, version in session.execute(query) if version is not None}


def forget_earlier(session: Session, asset_id: int, current: int) -> None:
    """Take away the vectors of all versions of an asset but the current one."""
    versions = sa.select(AssetVersion.id).where(AssetVersion.asset_id == asset_id, AssetVersion.id != current)
    session.execute(sa.delete(VersionMeaning).where(VersionMeaning.version_id.in_(versions)))
