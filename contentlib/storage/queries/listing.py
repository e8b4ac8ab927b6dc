"""Questions of lists that show assets: what a line or a plate of each needs, and none of the words on its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, load_only

from contentlib.domain.assets import AssetStatus, Audience, Successor
from contentlib.domain.uploads import UploadFormat
from contentlib.storage.tables import (
    Asset,
    AssetFile,
    AssetKind,
    AssetPicture,
    AssetStage,
    AssetTerm,
    AssetVersion,
    FunnelStage,
    Person,
)

# Being of one kind weighs as much as two terms in common.
_SAME_KIND = 2


class FoundKind(NamedTuple):
    """What an asset's kind is called."""

    slug: str
    label: str
    plural: str


class FoundOwner(NamedTuple):
    """Who stands for an asset."""

    name: str


class FoundFile(NamedTuple):
    """What a version was uploaded as, and what the file says of itself."""

    format: UploadFormat
    facts: dict[str, Any]


class FoundVersion(NamedTuple):
    """A version as a hit is shown with it; its `pages` only where a hit is drawn from them, or their number told."""

    number: int
    findings: list[dict[str, Any]]
    file: FoundFile | None
    pages: list[dict[str, Any]]


class FoundAsset(NamedTuple):
    """An asset as a hit is shown with it: plain rows, since a page of twenty as objects of the database costs twice."""

    kind: FoundKind
    owner: FoundOwner | None
    current_version: FoundVersion | None
    id: int
    slug: str
    title: str
    summary: str
    audience: Audience
    status: AssetStatus
    publish_on: date | None
    expires_on: date | None
    review_by_on: date | None
    verified_at: datetime | None
    brand: str
    current_version_id: int | None


@cache
def _asks_found() -> sa.Executable:
    version, file, picture = AssetVersion, AssetFile, AssetPicture
    is_drawn = sa.exists().where(picture.version_id == version.id, picture.number == 1)
    is_shown_without = sa.and_(file.version_id.is_(None), is_drawn)
    return (
        sa.select(
            AssetKind.slug, AssetKind.label, AssetKind.plural, Person.name, version.number, version.findings,
            file.format, file.facts, sa.case((is_shown_without, sa.null()), else_=version.pages),
            Asset.id, Asset.slug, Asset.title, Asset.summary, Asset.audience, Asset.status, Asset.publish_on,
            Asset.expires_on, Asset.review_by_on, Asset.verified_at, Asset.brand, Asset.current_version_id,
        )
        .join(AssetKind, AssetKind.id == Asset.kind_id)
        .outerjoin(Person, Person.id == Asset.owner_id)
        .outerjoin(version, version.id == Asset.current_version_id)
        .outerjoin(file, file.version_id == version.id)
        .where(Asset.id.in_(sa.bindparam("ids", expanding=True)))
    )  # fmt: skip


def list_found(session: Session, ids: Sequence[int]) -> dict[int, FoundAsset]:
    """Map the ids of a page of hits to assets as a hit is shown.

    Words come with those alone whose plate is drawn from them, or which are shown by them: uploads.
    """
    found = {}
    for row in session.execute(_asks_found(), {"ids": ids}):
        slug, label, plural, owner, number, findings, format_, facts, pages, *own = row
        file = FoundFile(format_, facts) if format_ is not None else None
        version = FoundVersion(number, findings, file, pages or []) if number is not None else None
        asset = FoundAsset(
            FoundKind(slug, label, plural), FoundOwner(owner) if owner is not None else None, version, *own
        )
        found[asset.id] = asset
    return found


@cache
def _asks_stages() -> sa.Select[int, str]:
    return (
        sa.select(AssetStage.asset_id, FunnelStage.slug)
        .join(FunnelStage, FunnelStage.id == AssetStage.stage_id)
        .where(AssetStage.asset_id.in_(sa.bindparam("ids", expanding=True)))
    )


def stages_by_asset(session: Session, ids: Sequence[int]) -> dict[int, set[str]]:
    """Map assets to the slugs of the funnel stages that they serve; those that serve none are left out."""
    found: dict[int, set[str]] = {}
    for asset_id, slug in session.execute(_asks_stages(), {"ids": ids}):
        found.setdefault(asset_id, set()).add(slug)
    return found


def list_kinds_of(session: Session, status: AssetStatus, *, brand: str) -> list[tuple[int, str, str]]:
    """List a brand's assets of a status as (id, slug of the kind, plural of the kind), newest change first."""
    query = (
        sa.select(Asset.id, AssetKind.slug, AssetKind.plural)
        .join(AssetKind, AssetKind.id == Asset.kind_id)
        .where(Asset.status == status, Asset.brand == brand)
        .order_by(Asset.updated_at.desc(), Asset.id.desc())
    )
    return [(asset_id, slug, plural) for asset_id, slug, plural in session.execute(query)]


def list_versions(session: Session, asset_id: int) -> list[AssetVersion]:
    """List an asset's versions as lines, newest first, without what they say."""
    version = AssetVersion
    query = sa.select(version).where(version.asset_id == asset_id).order_by(version.number.desc())
    shown = (version.number, version.title, version.note, version.made_at, version.published_at)
    return list(session.scalars(query.options(load_only(*shown, raiseload=True))))


@dataclass(frozen=True)
class PagePicture:
    """A page's picture without the words on it; sizes in pixels, `plate` is the small one for lists."""

    blob: str
    plate: str | None
    width: int
    height: int


@cache
def _asks_plates() -> sa.Select[int, int, str, str | None, int, int]:
    picture = AssetPicture
    return sa.select(
        picture.version_id, picture.number, picture.blob, picture.plate, picture.width, picture.height
    ).where(picture.version_id.in_(sa.bindparam("ids", expanding=True)))


def plates_by_version(session: Session, version_ids: Sequence[int]) -> dict[int, dict[int, PagePicture]]:
    """Map versions to the pictures of their pages, as lists show them, by page number."""
    found: dict[int, dict[int, PagePicture]] = {}
    for version_id, number, blob, plate, width, height in session.execute(_asks_plates(), {"ids": version_ids}):
        found.setdefault(version_id, {})[number] = PagePicture(blob, plate, width, height)
    return found


def list_successors(session: Session, asset: Asset, *, on: date, most: int) -> list[Successor]:
    """List live assets for the same readers, of an asset's kind or with its terms: the nearest first, then newest."""
    mine = [term.id for term in asset.terms]
    shared = sa.func.count(AssetTerm.term_id)
    is_alike = sa.case((Asset.kind_id == asset.kind_id, _SAME_KIND), else_=0)
    begun = sa.or_(Asset.publish_on.is_(None), Asset.publish_on <= on)
    lives = sa.or_(Asset.expires_on.is_(None), Asset.expires_on > on)
    found = (
        sa.select(Asset.slug, Asset.title, AssetKind.label, Asset.published_at, shared)
        .join(AssetKind, AssetKind.id == Asset.kind_id)
        .outerjoin(AssetTerm, sa.and_(AssetTerm.asset_id == Asset.id, AssetTerm.term_id.in_(mine)))
        .where(Asset.status == AssetStatus.PUBLISHED, begun, lives)
        .where(Asset.id != asset.id, Asset.audience == asset.audience)
        .group_by(Asset.id, AssetKind.label)
        .having(is_alike + shared > 0)
        .order_by((is_alike + shared).desc(), Asset.published_at.desc(), Asset.id)
        .limit(most)
    )
    return [
        Successor(slug=slug, title=title, kind_label=label, published_at=at, shared=number)
        for slug, title, label, at, number in session.execute(found)
    ]
