"""Who may see, change, use and send which asset; it shows nothing and changes nothing."""

from __future__ import annotations

from contentlib.domain.assets import AssetDates, AssetStatus, Audience, is_expired, is_live
from contentlib.domain.errors import ConflictError, NotFoundError
from contentlib.domain.people import Permission
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as queries
from contentlib.storage.queries import governance as governance_queries
from contentlib.storage.queries.listing import FoundAsset
from contentlib.storage.tables import Asset, AssetVersion

# An asset, or what a list of hits shows of one.
Shown = Asset | FoundAsset


def dates_of(asset: Shown) -> AssetDates:
    """Give the dates that govern an asset."""
    return AssetDates(publish_on=asset.publish_on, expires_on=asset.expires_on, review_by_on=asset.review_by_on)


def may_see(reading: UnitOfWork, asset: Shown) -> bool:
    """Tell whether the actor may see an asset at all: live ones everybody, the others those who keep the library.

    A sales reviewer also sees what waits for their word.
    """
    if reading.actor.may(Permission.SEE_UNPUBLISHED):
        return True
    live = is_live(asset.status, dates_of(asset), reading.today)
    return (live and reading.actor.may(Permission.FIND_ASSETS)) or _is_sent_to(reading, asset)


def _is_sent_to(reading: UnitOfWork, asset: Shown) -> bool:
    actor = reading.actor
    if not actor.is_sales_reviewer or actor.person_id is None:
        return False
    return governance_queries.is_sent_to(reading.session, asset.id, actor.person_id)


def may_see_version(reading: UnitOfWork, asset: Asset, version: AssetVersion) -> bool:
    """Tell whether who may see an asset may look at a version: all at what was published, some at what waits."""
    is_out = version.published_at is not None or version.id == asset.current_version_id
    may = is_out and asset.status is AssetStatus.PUBLISHED
    return may or reading.actor.may(Permission.SEE_UNPUBLISHED) or _is_sent_to(reading, asset)


def get_seen(reading: UnitOfWork, slug: str) -> Asset:
    """Give an asset the actor may see; NotFoundError otherwise, the same as for one that does not exist."""
    asset = queries.get_by_slug(reading.session, slug)
    if not may_see(reading, asset):
        raise NotFoundError(f"There is no asset “{slug}”.")
    return asset


def get_usable(reading: UnitOfWork, slug: str) -> Asset:
    """Give an asset that may be used on a deal today; NotFoundError says why not.

    The operator may use what is not published, to look at it; what has expired nobody may.
    """
    reading.require(Permission.USE_ASSETS)
    asset = get_seen(reading, slug)
    if is_expired(dates_of(asset), reading.today) and (day := asset.expires_on) is not None:
        told = f"“{asset.title}” expired on {day.day} {day:%B %Y}, so it cannot be sent, downloaded or rendered."
        raise NotFoundError(f"{told} If it still holds, give it a later day, or none, as its expiry date.")
    if not is_live(asset.status, dates_of(asset), reading.today) and not reading.actor.is_operator:
        raise NotFoundError(f"“{asset.title}” is not published today, so it cannot be sent or downloaded.")
    return asset


def get_version(asset: Asset) -> AssetVersion:
    """Give the current version; NotFoundError for an asset that has only a draft."""
    if asset.current_version is None:
        raise NotFoundError(f"“{asset.title}” has no finished version yet.")
    return asset.current_version


def may_be_sent(reading: UnitOfWork, asset: Shown) -> bool:
    """Tell whether an asset may go to a customer today."""
    return asset.audience is Audience.EXTERNAL and is_live(asset.status, dates_of(asset), reading.today)


def is_kept(asset: Asset) -> bool:
    """Tell whether a sync keeps an asset equal to its file; one that an import copied is the library's own."""
    return asset.source_root is not None and asset.imported_version is None and asset.taken_over_at is None


def why_kept(asset: Asset) -> str | None:
    """Say why an asset's text cannot be changed here, None where it can: a sync would write over it."""
    if not is_kept(asset):
        return None
    kept = f"“{asset.title}” is kept equal to its file {asset.source_path}."
    return f"{kept} Change it there, or take the asset over into the library."


def refuse_kept(asset: Asset) -> None:
    """Raise ConflictError for an asset whose next version its file makes."""
    if (told := why_kept(asset)) is not None:
        raise ConflictError(told)


def why_no_version(asset: Asset) -> str | None:
    """Say why neither a file nor an earlier version can become an asset's next one, None where it can."""
    if asset.status is AssetStatus.ARCHIVED:
        return f"“{asset.title}” is archived. Bring it back first."
    return why_kept(asset)


def refuse_version(asset: Asset) -> None:
    """Raise ConflictError for an asset of which no file and no earlier version can become the next one."""
    if (told := why_no_version(asset)) is not None:
        raise ConflictError(told)
