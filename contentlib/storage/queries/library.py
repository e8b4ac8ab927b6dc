"""Questions of the marketers' table: a page of assets at a time, whatever the filter and the order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.domain.assets import AssetStatus
from contentlib.domain.library import LEFT, NOBODY, LibraryFilter, LibrarySort
from contentlib.domain.taxonomy import VOCABULARY_OF
from contentlib.storage.queries.assets import of_a_line
from contentlib.storage.queries.usage import uses_of_assets
from contentlib.storage.tables import (
    Asset,
    AssetKind,
    AssetPicture,
    AssetStage,
    AssetTerm,
    FunnelStage,
    Person,
    Term,
)

_Conditions = list[sa.ColumnElement[bool]]


def list_page(
    session: Session, wanted: LibraryFilter, *, on: date, sort: LibrarySort, limit: int, offset: int
) -> list[Asset]:
    """List a page of assets, each with kind, owner and current version but for its words."""
    # Numbers alone are sorted: whole rows of the pages before this one would be read to be left out.
    ids = list(
        session.scalars(_ordered(sa.select(Asset.id).where(*_conditions(wanted, on)), sort).limit(limit).offset(offset))
    )
    lines = session.scalars(sa.select(Asset).where(Asset.id.in_(ids)).options(*of_a_line()))
    found = {asset.id: asset for asset in lines}
    return [found[row_id] for row_id in ids if row_id in found]


def first_pictures(session: Session, version_ids: Sequence[int]) -> dict[int, tuple[str, int, int]]:
    """Map versions to the small picture of their first page: (blob, width, height)."""
    picture = AssetPicture
    blob = sa.func.coalesce(picture.plate, picture.blob)
    first = sa.select(picture.version_id, blob, picture.width, picture.height).where(picture.number == 1)
    found = session.execute(first.where(picture.version_id.in_(version_ids)))
    return {version_id: (blob, width, height) for version_id, blob, width, height in found}


def list_latest(session: Session, statuses: Collection[AssetStatus], *, limit: int) -> tuple[list[Asset], int]:
    """List the assets of some statuses that were changed last, as `list_page` does, with the number of all of them."""
    asked = sa.select(Asset).where(Asset.status.in_(statuses))
    total = session.scalar(asked.with_only_columns(sa.func.count())) or 0
    return list(session.scalars(_ordered(asked, LibrarySort.CHANGED).options(*of_a_line()).limit(limit))), total


def list_slugs(session: Session, wanted: LibraryFilter, *, on: date) -> list[str]:
    """List the slugs of the assets asked for."""
    query = sa.select(Asset.slug).where(*_conditions(wanted, on)).order_by(Asset.slug)
    return list(session.scalars(query))


def count_by_status(session: Session, wanted: LibraryFilter, *, on: date) -> dict[AssetStatus, int]:
    """Count the assets asked for by their status, whichever status is asked for."""
    conditions = _conditions(wanted, on, with_status=False)
    rows = session.execute(sa.select(Asset.status, sa.func.count()).where(*conditions).group_by(Asset.status))
    return {status: number for status, number in rows}  # noqa: C416


def list_owners(session: Session) -> list[tuple[str, str, bool]]:
    """List who owns an asset: e-mail address, name, and whether they may still sign in."""
    owning = sa.select(Asset.owner_id).where(Asset.owner_id.is_not(None)).distinct()
    rows = session.execute(
        sa.select(Person.email, Person.name, Person.is_active).where(Person.id.in_(owning)).order_by(Person.name)
    )
    return [(email, name, is_active) for email, name, is_active in rows]


def _conditions(wanted: LibraryFilter, on: date, *, with_status: bool = True) -> _Conditions:
    found: _Conditions = []
    if with_status and wanted.status is not None:
        found.append(Asset.status == wanted.status)
    if wanted.kind:
        found.append(Asset.kind_id.in_(sa.select(AssetKind.id).where(AssetKind.slug == wanted.kind)))
    if wanted.stage:
        stage = sa.select(AssetStage.asset_id).join(FunnelStage).where(FunnelStage.slug == wanted.stage)
        found.append(Asset.id.in_(stage))
    if wanted.tag:
        words, _, slug = wanted.tag.rpartition(":")
        term = sa.select(AssetTerm.asset_id).join(Term).where(Term.slug == slug)
        vocabulary = {str(each): kept for each, kept in VOCABULARY_OF.items()}.get(words)
        found.append(Asset.id.in_(term.where(Term.vocabulary == vocabulary) if vocabulary else term))
    if wanted.owner == NOBODY:
        found.append(Asset.owner_id.is_(None))
    elif wanted.owner == LEFT:
        found.append(Asset.owner_id.in_(sa.select(Person.id).where(~Person.is_active)))
    elif wanted.owner:
        owner = Person.email == wanted.owner.strip().lower() if "@" in wanted.owner else Person.name == wanted.owner
        found.append(Asset.owner_id.in_(sa.select(Person.id).where(owner)))
    if wanted.is_overdue:
        found += [Asset.review_by_on < on, Asset.status != AssetStatus.ARCHIVED]
    if wanted.slugs:
        found.append(Asset.slug.in_(wanted.slugs))
    return found + [_says(word) for word in wanted.text.split()[:10]]


def _says(word: str) -> sa.ColumnElement[bool]:
    """Ask for a word in title, slug, company, owner or terms; the words of texts are what search is for."""
    termed = sa.select(AssetTerm.asset_id).join(Term).where(Term.label.icontains(word, autoescape=True))
    owned = sa.select(Person.id).where(Person.name.icontains(word, autoescape=True))
    columns = (Asset.title, Asset.slug, Asset.company)
    said = (column.icontains(word, autoescape=True) for column in columns)
    return sa.or_(*said, Asset.id.in_(termed), Asset.owner_id.in_(owned))


def _ordered(query: sa.Select[Any], sort: LibrarySort) -> sa.Select[Any]:
    if sort is LibrarySort.TITLE:
        return query.order_by(sa.func.lower(Asset.title), Asset.id)
    if sort is LibrarySort.OWNER:
        owner = sa.select(sa.func.lower(Person.name)).where(Person.id == Asset.owner_id).scalar_subquery()
        return query.order_by(owner.is_(None), owner, Asset.id)
    if sort is LibrarySort.REVIEW:
        return query.order_by(Asset.review_by_on.is_(None), Asset.review_by_on, Asset.id)
    if sort is LibrarySort.USES:
        uses = uses_of_assets().subquery()
        query = query.outerjoin(uses, uses.c.asset_id == Asset.id)
        return query.order_by(sa.func.coalesce(uses.c.deals, 0).desc(), Asset.id)
    return query.order_by(Asset.updated_at.desc(), Asset.id.desc())
