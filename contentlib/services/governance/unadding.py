"""Takes versions out again that a deed added: gone altogether, or an upload of its own again that waits as before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contentlib.domain.errors import ConflictError
from contentlib.services.governance import snapshots
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import governance as queries
from contentlib.storage.tables import Asset, AssetSlug, AssetVersion


def take_out(uow: UnitOfWork, asset: Asset, number: int) -> None:
    """Take a version away that nobody has used or looked at since; ConflictError where somebody has."""
    version = _get(uow, asset, number)
    if queries.is_version_used(uow.session, version.id):
        raise ConflictError(f"Version {number} of “{asset.title}” has been used since, so it stays.")
    uow.session.delete(version)
    uow.session.flush()


def describe_moving(asset: Asset, version: AssetVersion) -> dict[str, Any]:
    """Tell how an upload stood that becomes a version of another asset, so that it can be one of its own again."""
    return {
        "slug": asset.slug,
        "number": version.number,
        "asset": snapshots.take(asset),
        "created_at": asset.created_at.isoformat(),
    }


def split_off(uow: UnitOfWork, asset: Asset, number: int, told: dict[str, Any], since: datetime) -> None:
    """Let a version be an upload of its own again, as it was at a moment, under the slug it had.

    Raises ConflictError where another has that slug now.
    """
    version = _get(uow, asset, number)
    alias = uow.session.get(AssetSlug, told["slug"])
    if asset_queries.find_id(uow.session, told["slug"]) or alias is None or alias.asset_id != asset.id:
        raise ConflictError(f"Another asset has the slug “{told['slug']}” by now, so this is left as it is.")
    uow.session.delete(alias)
    own = Asset(
        slug=told["slug"],
        title=version.title,
        kind_id=asset.kind_id,
        created_at=datetime.fromisoformat(told["created_at"]),
        updated_at=uow.now,
    )
    own.stages, own.terms = [], []
    uow.session.add(own)
    uow.session.flush()
    version.asset_id, version.number = own.id, told["number"]
    uow.session.flush()
    snapshots.put_back(uow, own, told["asset"], snapshots.read_words(uow), since)
    uow.enqueue(JobKind.INDEX_ASSET, own.id)
    uow.audit("undo", "asset", own.id, of="become version", status=own.status.value)


def _get(uow: UnitOfWork, asset: Asset, number: int) -> AssetVersion:
    version = asset_queries.find_newest_version(uow.session, asset.id)
    if version is None or version.number != number or version.id == asset.current_version_id:
        raise ConflictError(f"“{asset.title}” has been changed since, so this is left as it is.")
    return version
