"""Questions of lists that show assets: what a line or a plate of each needs, and none of the words on its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, load_only

from contentlib.domain.assets import AssetStatus
from contentlib.storage.tables import Asset, AssetKind, AssetPicture, AssetStage, AssetVersion, FunnelStage, Person


@cache
def _asks_found() -> sa.Select[Asset]:
    version = joinedload(Asset.current_version)
    return (
        sa.select(Asset)
        .where(Asset.id.in_(sa.bindparam("ids", expanding=True)))
        .options(
            load_only(
                Asset.slug, Asset.title, Asset.summary, Asset.audience, Asset.status, Asset.publish_on,
                Asset.expires_on, Asset.review_by_on, Asset.verified_at, Asset.brand, Asset.current_version_id,
                raiseload=True,
            ),
            joinedload(Asset.kind),
            joinedload(Asset.owner).load_only(Person.name),
            version.load_only(AssetVersion.number, AssetVersion.findings, raiseload=True),
            version.joinedload(AssetVersion.file),
        )
    )  # fmt: skip


def list_found(session: Session, ids: Sequence[int]) -> dict[int, Asset]:
    """Map the ids of a page of hits to assets with kind, owner, and version but for its words; see `read_words`.

    Of an asset itself they hold what a hit is shown with.
    """
    return {asset.id: asset for asset in session.scalars(_asks_found(), {"ids": ids})}


@cache
def _asks_words() -> sa.Select[AssetVersion]:
    wanted = AssetVersion.id.in_(sa.bindparam("ids", expanding=True))
    return sa.select(AssetVersion).where(wanted).options(load_only(AssetVersion.pages))


def read_words(session: Session, version_ids: Sequence[int]) -> None:
    """Read the words of versions that this session holds without."""
    session.scalars(_asks_words(), {"ids": version_ids}).all()


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


def list_kinds_of(session: Session, status: AssetStatus) -> list[tuple[int, str, str]]:
    """List the assets of a status as (id, slug of the kind, plural of the kind), newest change first."""
    query = (
        sa.select(Asset.id, AssetKind.slug, AssetKind.plural)
        .join(AssetKind, AssetKind.id == Asset.kind_id)
        .where(Asset.status == status)
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
