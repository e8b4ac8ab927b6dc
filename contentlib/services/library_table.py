"""The marketers' table: a page of assets as they are kept, whatever their status; it changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from contentlib.domain.assets import AssetStatus, LibraryRow, Plate, is_review_due
from contentlib.domain.findings import Level
from contentlib.domain.library import LibraryFilter, LibraryPage, LibrarySort
from contentlib.domain.people import Permission
from contentlib.domain.taxonomy import WordList
from contentlib.services import asset_rights
from contentlib.services import assets as asset_services
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import library as queries
from contentlib.storage.queries import word_lists as word_queries
from contentlib.storage.tables import Asset


def list_page(
    reading: UnitOfWork,
    wanted: LibraryFilter | None = None,
    *,
    sort: LibrarySort = LibrarySort.CHANGED,
    limit: int = 100,
    offset: int = 0,
) -> LibraryPage:
    """Give a page of the assets asked for, for those who keep the library."""
    reading.require(Permission.SEE_UNPUBLISHED)
    wanted = by_todays_names(reading, wanted or LibraryFilter())
    counts = queries.count_by_status(reading.session, wanted, on=reading.today)
    assets = queries.list_page(reading.session, wanted, on=reading.today, sort=sort, limit=limit, offset=offset)
    around = asset_services.read_surroundings(reading, assets, with_plates=False)
    owners = queries.list_owners(reading.session)
    shown = [asset.current_version_id for asset in assets if asset.current_version_id is not None]
    plates = queries.first_pictures(reading.session, shown)
    rows = (_row(reading, asset, around, plates.get(asset.current_version_id or 0)) for asset in assets)
    return LibraryPage(
        rows=tuple(rows),
        total=counts.get(wanted.status, 0) if wanted.status is not None else sum(counts.values()),
        counts=counts,
        owners=tuple((email, name if is_active else f"{name}, disabled") for email, name, is_active in owners),
    )


def list_latest(
    reading: UnitOfWork, statuses: Collection[AssetStatus], *, limit: int
) -> tuple[tuple[LibraryRow, ...], int]:
    """List the assets of some statuses that were changed last, with the number of all of them."""
    reading.require(Permission.SEE_UNPUBLISHED)
    assets, total = queries.list_latest(reading.session, statuses, limit=limit)
    around = asset_services.read_surroundings(reading, assets, with_plates=False)
    return tuple(_row(reading, asset, around) for asset in assets), total


def list_slugs(reading: UnitOfWork, wanted: LibraryFilter | None = None) -> list[str]:
    """List the slugs of all assets asked for."""
    reading.require(Permission.SEE_UNPUBLISHED)
    return queries.list_slugs(reading.session, by_todays_names(reading, wanted or LibraryFilter()), on=reading.today)


def by_todays_names(reading: UnitOfWork, wanted: LibraryFilter) -> LibraryFilter:
    """Give a filter by today's names of its words."""
    today = word_queries.todays_slugs(reading.session) if wanted.kind or wanted.stage else {}
    return replace(
        wanted,
        kind=today.get((WordList.KINDS.value, wanted.kind), wanted.kind),
        stage=today.get((WordList.STAGES.value, wanted.stage), wanted.stage),
    )


def _row(
    reading: UnitOfWork,
    asset: Asset,
    around: asset_services.Surroundings,
    picture: tuple[str, int, int] | None = None,
) -> LibraryRow:
    version = asset.current_version
    levels = [finding["level"] for finding in version.findings if "ignored" not in finding] if version else []
    return LibraryRow(
        slug=asset.slug,
        title=asset.title,
        kind_label=asset.kind.label,
        stages=asset_services.mark_stages(asset, around),
        owner=asset.owner.name if asset.owner else None,
        has_owner_left=asset.owner is not None and not asset.owner.is_active,
        status=asset.status,
        audience=asset.audience,
        version=version.number if version else 0,
        updated_at=asset.updated_at,
        review_by_on=asset.review_by_on,
        expires_on=asset.expires_on,
        is_review_due=is_review_due(asset_rights.dates_of(asset), reading.today),
        errors=levels.count(Level.ERROR),
        warnings=levels.count(Level.WARNING),
        uses=around.evidence[asset.id].deals,
        plate=Plate(blob=picture[0], width=picture[1], height=picture[2], page=1) if picture else None,
    )
