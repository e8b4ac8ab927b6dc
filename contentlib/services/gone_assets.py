"""What an address says of an asset that stood there once and does not today; what it held stays closed."""

from __future__ import annotations

from datetime import date

from contentlib.domain.assets import AssetStatus, GoneAsset, is_expired
from contentlib.domain.errors import NotFoundError
from contentlib.domain.people import Permission
from contentlib.services import asset_rights
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as queries
from contentlib.storage.queries import listing, operations
from contentlib.storage.tables import Asset

_MOST_SUCCESSORS = 3
# The deeds that put an asset away.
_ARCHIVING = ("archive",)


def get_gone(reading: UnitOfWork, slug: str) -> GoneAsset:
    """Tell of an asset that expired or was archived, to who could have seen it before that day.

    NotFoundError for everything else, the same as for what never was: drafts, what was never out, what was taken back.
    """
    reading.require(Permission.FIND_ASSETS)
    asset = queries.get_by_slug(reading.session, slug)
    day, has_expired = _day_gone(reading, asset)
    if day is None or not _was_out(asset, day, is_first_without=has_expired) or asset_rights.may_see(reading, asset):
        raise NotFoundError(f"There is no asset “{slug}”.")
    return GoneAsset(
        title=asset.title,
        kind=asset.kind.slug,
        kind_plural=asset.kind.plural,
        on=day,
        has_expired=has_expired,
        successors=tuple(listing.list_successors(reading.session, asset, on=reading.today, most=_MOST_SUCCESSORS)),
    )


def _day_gone(reading: UnitOfWork, asset: Asset) -> tuple[date | None, bool]:
    """Give the day since which nobody finds an asset, None for one that is not gone, and whether it expired then."""
    expired = asset.expires_on if is_expired(asset_rights.dates_of(asset), reading.today) else None
    if asset.status is AssetStatus.PUBLISHED:
        return expired, True
    if asset.status is not AssetStatus.ARCHIVED:
        return None, False
    put_away = operations.list_audit(reading.session, "asset", asset.id, deeds=_ARCHIVING)
    archived = put_away[0].at.date() if put_away else asset.updated_at.date()
    return (expired, True) if expired is not None and expired <= archived else (archived, False)


def _was_out(asset: Asset, day: date, *, is_first_without: bool) -> bool:
    """Tell whether anybody could find an asset before it went, on that day or with the day before it."""
    if asset.published_at is None or asset.current_version is None:
        return False
    begun = max(asset.published_at.date(), asset.publish_on or date.min)
    return begun < day if is_first_without else begun <= day
