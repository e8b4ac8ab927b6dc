"""Questions about assets and their versions; who may see them is asked by the service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, load_only, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption

from contentlib.domain.assets import AssetStatus
from contentlib.domain.errors import NotFoundError
from contentlib.storage.parts import in_parts
from contentlib.storage.tables import (
    Asset,
    AssetKind,
    AssetPicture,
    AssetSlug,
    AssetStage,
    AssetTerm,
    AssetVersion,
    FunnelStage,
    Person,
    Term,
)


def _whole() -> tuple[ORMOption, ...]:
    return (
        joinedload(Asset.kind),
        joinedload(Asset.owner),
        joinedload(Asset.current_version).joinedload(AssetVersion.file),
        selectinload(Asset.stages),
        selectinload(Asset.terms),
    )


def of_a_line() -> tuple[ORMOption, ...]:
    """What one line about an asset shows of it: kind, owner, and of its version but number and findings."""
    return (
        joinedload(Asset.kind),
        joinedload(Asset.owner),
        joinedload(Asset.current_version).load_only(AssetVersion.number, AssetVersion.findings, raiseload=True),
    )


# Putting these questions together takes as long as their answers do, so each is put together once.
@cache
def _asks_by_slug() -> sa.Select[Asset]:
    return sa.select(Asset).where(Asset.slug == sa.bindparam("slug")).options(*_whole())


@cache
def _asks_by_ids() -> sa.Select[Asset]:
    return sa.select(Asset).where(Asset.id.in_(sa.bindparam("ids", expanding=True))).options(*_whole())


def find_by_slug(session: Session, slug: str) -> Asset | None:
    """Find an asset with everything described on it, by its slug of today."""
    # A page asks several services about one asset. While only one moment is read, the answer stays what it was.
    held: Asset | None = session.info.get("asset")
    if held is not None and held.slug == slug:
        return held
    found = session.scalar(_asks_by_slug(), {"slug": slug})
    if session.info.get("is_reading"):
        session.info["asset"] = found
    return found


def get_by_slug(session: Session, slug: str) -> Asset:
    """Give an asset by its slug, an old one too; NotFoundError names it."""
    asset = find_by_slug(session, slug)
    if asset is None:
        old = session.get(AssetSlug, slug)
        asset = list_by_ids(session, [old.asset_id]).get(old.asset_id) if old else None
    if asset is None:
        raise NotFoundError(f"There is no asset “{slug}”.")
    return asset


def list_by_ids(session: Session, ids: Sequence[int]) -> dict[int, Asset]:
    """Map ids to assets with everything described on them; ids that are gone are left out."""
    found: dict[int, Asset] = {}
    for part in in_parts(ids):
        found |= {asset.id: asset for asset in session.scalars(_asks_by_ids(), {"ids": part})}
    return found


def list_by_slugs(session: Session, slugs: Sequence[str]) -> list[Asset]:
    """List assets with everything described on them, by their slugs of today."""
    return list(session.scalars(sa.select(Asset).where(Asset.slug.in_(slugs)).options(*_whole())))


def list_to_change(
    session: Session, *, slugs: Sequence[str] = (), ids: Sequence[int] = (), has_version: bool = False
) -> list[Asset]:
    """List assets with what is changed on many at once: kind, owner, stages, terms; of their version what was found."""
    asks = sa.select(Asset)
    if has_version:
        shown = AssetVersion.number, AssetVersion.findings
        asks = asks.options(joinedload(Asset.current_version).load_only(*shown, raiseload=True))
    kinds = {kind.id: kind for kind in session.scalars(sa.select(AssetKind))}
    stages = list(session.scalars(sa.select(FunnelStage).order_by(FunnelStage.position)))
    terms = list(session.scalars(sa.select(Term).order_by(Term.label)))
    found: list[Asset] = []
    for column, wanted in ((Asset.slug, slugs), (Asset.id, ids)):
        for part in in_parts(wanted):
            assets = list(session.scalars(asks.where(column.in_(part))))
            owning = sa.select(Person).where(Person.id.in_({asset.owner_id for asset in assets} - {None}))
            owners = {person.id: person for person in session.scalars(owning)}
            for asset in assets:
                set_committed_value(asset, "kind", kinds[asset.kind_id])
                set_committed_value(asset, "owner", owners.get(asset.owner_id or 0))
            _give_words(session, assets, "stages", stages, AssetStage.asset_id, AssetStage.stage_id)
            _give_words(session, assets, "terms", terms, AssetTerm.asset_id, AssetTerm.term_id)
            found += assets
    return found


def _give_words(
    session: Session,
    assets: Sequence[Asset],
    name: str,
    words: Sequence[FunnelStage | Term],
    asset_id: InstrumentedAttribute[int],
    word_id: InstrumentedAttribute[int],
) -> None:
    """Put words into assets as if they had been loaded with them; a row for each word of each asset costs far more."""
    held: dict[int, set[int]] = {asset.id: set() for asset in assets}
    for row_id, word in session.execute(sa.select(asset_id, word_id).where(asset_id.in_(list(held)))):
        held[row_id].add(word)
    places = {word.id: place for place, word in enumerate(words)}
    for asset in assets:
        set_committed_value(asset, name, [words[place] for place in sorted(places[word] for word in held[asset.id])])


def list_all(session: Session, *, statuses: Sequence[AssetStatus] | None = None) -> list[Asset]:
    """List assets with everything but their words, newest change first."""
    whole = (*of_a_line(), selectinload(Asset.stages), selectinload(Asset.terms))
    query = sa.select(Asset).options(*whole).order_by(Asset.updated_at.desc(), Asset.id.desc())
    return list(session.scalars(query.where(Asset.status.in_(statuses)) if statuses is not None else query))


def find_id(session: Session, slug: str) -> int | None:
    """Find the row id of an asset by its slug of today."""
    return session.scalar(sa.select(Asset.id).where(Asset.slug == slug))


def list_ids(session: Session) -> list[int]:
    """List the ids of all assets."""
    return list(session.scalars(sa.select(Asset.id).order_by(Asset.id)))


def count_by_brand(session: Session) -> dict[str, int]:
    """Count the published assets of each brand, by its name; the default's is empty."""
    published = sa.select(Asset.brand, sa.func.count()).where(Asset.status == AssetStatus.PUBLISHED)
    return {name: number for name, number in session.execute(published.group_by(Asset.brand))}  # noqa: C416


def list_from_files(session: Session) -> list[Asset]:
    """List assets that files keep, with everything described on them."""
    kept = Asset.source_root.is_not(None), Asset.imported_version.is_(None), Asset.taken_over_at.is_(None)
    return list(session.scalars(sa.select(Asset).where(*kept).options(*_whole())))


def list_imported(session: Session) -> list[Asset]:
    """List assets that an import copied from files; their rows alone."""
    return list(session.scalars(sa.select(Asset).where(Asset.imported_version.is_not(None))))


def list_taken_over(session: Session) -> list[Asset]:
    """List assets that once were kept equal to files and are the library's own now; their rows alone."""
    return list(session.scalars(sa.select(Asset).where(Asset.taken_over_at.is_not(None))))


def imported_versions(session: Session) -> dict[int, tuple[str, dict[str, str]]]:
    """Map imported assets to the text and the media of the version that the import wrote."""
    version = AssetVersion
    rows = session.execute(
        sa.select(version.asset_id, version.source, version.media).join(
            Asset, sa.and_(Asset.id == version.asset_id, Asset.imported_version == version.number)
        )
    )
    return {asset_id: (text, media) for asset_id, text, media in rows}


def list_taken_slugs(session: Session) -> set[str]:
    """List all slugs that lead to an asset, old ones too."""
    return {*session.scalars(sa.select(Asset.slug)), *session.scalars(sa.select(AssetSlug.slug))}


def newest_checks(session: Session) -> dict[int, tuple[dict[str, str], list[dict[str, Any]]]]:
    """Map assets that files keep to the media and the findings of their newest version."""
    version = AssetVersion
    newest = sa.select(sa.func.max(version.id)).group_by(version.asset_id)
    rows = session.execute(
        sa.select(version.asset_id, version.media, version.findings)
        .join(Asset, Asset.id == version.asset_id)
        .where(Asset.source_root.is_not(None), version.id.in_(newest))
    )
    return {asset_id: (media, findings) for asset_id, media, findings in rows}


def list_versions(session: Session, asset_id: int) -> list[AssetVersion]:
    """List an asset's versions, newest first, without what they say."""
    columns = (
        AssetVersion.asset_id, AssetVersion.number, AssetVersion.title, AssetVersion.note, AssetVersion.made_by_id,
        AssetVersion.made_at, AssetVersion.published_at,
    )  # fmt: skip
    query = sa.select(AssetVersion).where(AssetVersion.asset_id == asset_id).order_by(AssetVersion.number.desc())
    return list(session.scalars(query.options(load_only(*columns, raiseload=True))))


def find_version(session: Session, version_id: int) -> AssetVersion | None:
    """Find a version by its row, with the file it was uploaded as."""
    version = sa.select(AssetVersion).where(AssetVersion.id == version_id)
    return session.scalar(version.options(joinedload(AssetVersion.file)))


def find_newest_version(session: Session, asset_id: int) -> AssetVersion | None:
    """Find an asset's newest version, published or not."""
    newest = sa.select(AssetVersion).where(AssetVersion.asset_id == asset_id)
    return session.scalar(newest.order_by(AssetVersion.number.desc()).limit(1))


def newest_versions(session: Session, ids: Sequence[int], *, has_text: bool = False) -> dict[int, AssetVersion]:
    """Map assets to their newest versions, published or not, with or without what these say."""
    version = AssetVersion
    told = (
        version.asset_id, version.number, version.title, version.facts, version.findings, version.made_at,
        version.published_at,
    )  # fmt: skip
    text = (version.source, version.media, version.note, version.made_by_id) if has_text else ()
    shown = load_only(*told, *text, raiseload=True)
    found: dict[int, AssetVersion] = {}
    for part in in_parts(ids):
        numbers = sa.select(version.asset_id, sa.func.max(version.number).label("number"))
        newest = numbers.where(version.asset_id.in_(part)).group_by(version.asset_id).subquery()
        is_newest = sa.and_(newest.c.asset_id == version.asset_id, newest.c.number == version.number)
        rows = session.scalars(sa.select(version).join(newest, is_newest).options(shown))
        found |= {row.asset_id: row for row in rows}
    return found


def newest_numbers(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Map assets to the id and the number of their newest version."""
    found: dict[int, tuple[int, int]] = {}
    version = AssetVersion
    for part in in_parts(ids):
        numbers = sa.select(version.asset_id, version.id, version.number).where(version.asset_id.in_(part))
        rows = session.execute(numbers.order_by(version.number))
        found |= {asset_id: (row_id, number) for asset_id, row_id, number in rows}
    return found


def newest_made_at(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    """Map assets to when their newest version was made."""
    found: dict[int, datetime] = {}
    version = AssetVersion
    for part in in_parts(ids):
        made = sa.select(version.asset_id, version.made_at).where(version.asset_id.in_(part)).order_by(version.number)
        found |= {asset_id: at for asset_id, at in session.execute(made)}  # noqa: C416
    return found


def list_publishings(session: Session, ids: Sequence[int]) -> list[AssetVersion]:
    """List versions by their rows with nothing but when they went out."""
    found: list[AssetVersion] = []
    for part in in_parts(ids):
        versions = sa.select(AssetVersion).where(AssetVersion.id.in_(part))
        found += session.scalars(versions.options(load_only(AssetVersion.published_at)))
    return found


def list_media(session: Session) -> dict[str, tuple[str, str]]:
    """Map the pictures that current texts name to their blob and the asset that shows them, the latest text's first."""
    rows = session.execute(
        sa.select(Asset.slug, AssetVersion.media)
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .order_by(AssetVersion.made_at, AssetVersion.id)
    )
    return {path: (blob, slug) for slug, media in rows for path, blob in media.items()}


@dataclass(frozen=True)
class VersionTime:
    """When a version was published, or made, for one that never was."""

    at: datetime
    number: int
    id: int
    is_published: bool


def version_times(session: Session) -> dict[int, list[VersionTime]]:
    """Map each asset to its versions, in the order in which they came out."""
    times: dict[int, list[VersionTime]] = {}
    version = AssetVersion
    for asset_id, made_at, published_at, number, id_ in session.execute(
        sa.select(version.asset_id, version.made_at, version.published_at, version.number, version.id).order_by(
            version.asset_id, sa.func.coalesce(version.published_at, version.made_at), version.number
        )
    ):
        out = VersionTime(published_at or made_at, number, id_, published_at is not None)
        times.setdefault(asset_id, []).append(out)
    return times


def old_slugs(session: Session) -> dict[str, int]:
    """Map the slugs that assets once had to their ids."""
    return {slug: asset_id for slug, asset_id in session.execute(sa.select(AssetSlug.slug, AssetSlug.asset_id))}  # noqa: C416


def pictures_by_version(session: Session, version_ids: Sequence[int]) -> dict[int, dict[int, AssetPicture]]:
    """Map versions to their page pictures by page number."""
    found: dict[int, dict[int, AssetPicture]] = {}
    for picture in session.scalars(sa.select(AssetPicture).where(AssetPicture.version_id.in_(version_ids))):
        found.setdefault(picture.version_id, {})[picture.number] = picture
    return found


def list_picture_versions(session: Session, blob: str) -> list[tuple[Asset, AssetVersion]]:
    """List the versions, with their assets, that a page picture belongs to, with what their permission asks for."""
    rows = session.execute(
        sa.select(Asset, AssetVersion)
        .join(AssetVersion, AssetVersion.asset_id == Asset.id)
        .where(AssetVersion.id.in_(showing(blob)))
        .options(
            load_only(
                Asset.status, Asset.publish_on, Asset.expires_on, Asset.review_by_on, Asset.current_version_id,
                raiseload=True,
            ),
            load_only(AssetVersion.published_at, raiseload=True),
        )
    )  # fmt: skip
    return [(asset, version) for asset, version in rows]


def showing(blob: str) -> sa.CompoundSelect[int]:
    """Ask for the versions that have a stored file as one of their page pictures, large or small."""
    # Two questions to two indexes; asked as one with "or", all pictures would be read.
    large = sa.select(AssetPicture.version_id).where(AssetPicture.blob == blob)
    return large.union(sa.select(AssetPicture.version_id).where(AssetPicture.plate == blob))
