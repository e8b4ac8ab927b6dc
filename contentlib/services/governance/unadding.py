"""Takes versions out again that a deed added: gone altogether, or an upload of its own again that waits as before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contentlib.domain.errors import ConflictError
from contentlib.services import brand_findings
from contentlib.services.governance import snapshots
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import governance as queries
from contentlib.storage.tables import Asset, AssetSlug, AssetVersion


@dataclass(frozen=True, kw_only=True)
class Added:
    """The newest versions of some assets, (id, number) by asset, and which of them somebody has used."""

    newest: Mapping[int, tuple[int, int]]
    used: frozenset[int]


def read_added(reading: UnitOfWork, asset_ids: Sequence[int]) -> Added:
    """Read once what tells of some assets whether their newest version may be taken out."""
    newest = asset_queries.newest_numbers(reading.session, asset_ids)
    return Added(newest=newest, used=queries.used_versions(reading.session, [row_id for row_id, _ in newest.values()]))


def refuse_unless_free(asset: Asset, number: int, added: Added) -> None:
    """Raise ConflictError where a version is not the newest any more, or was used since it was added."""
    row_id, newest = added.newest.get(asset.id, (0, 0))
    if newest != number:
        raise _changed_since(asset)
    if row_id in added.used:
        raise ConflictError(f"Version {number} of “{asset.title}” has been used since, so it stays.")


def take_out(uow: UnitOfWork, asset: Asset, added: Added) -> None:
    """Take away the version that was added last, which is free to go; of many assets all at once."""
    row_id, _ = added.newest[asset.id]
    if uow.gathered is not None:
        uow.gathered.unadded.append(row_id)
    else:
        queries.delete_versions(uow.session, [row_id])


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
    version.title = own.title
    brand_findings.bring_along(uow, own, version)
    uow.enqueue(JobKind.INDEX_ASSET, own.id)
    uow.audit("undo", "asset", own.id, of="become version", status=own.status.value)


def _get(uow: UnitOfWork, asset: Asset, number: int) -> AssetVersion:
    version = asset_queries.find_newest_version(uow.session, asset.id)
    if version is None or version.number != number or version.id == asset.current_version_id:
        raise _changed_since(asset)
    return version


def _changed_since(asset: Asset) -> ConflictError:
    return ConflictError(f"“{asset.title}” has been changed since, so this is left as it is.")
