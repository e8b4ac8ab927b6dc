"""Questions about documents that were made; their bytes lie in the blobs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.storage.queries.assets import showing
from contentlib.storage.tables import Asset, AssetPicture, AssetSlug, AssetVersion, Document


def find(session: Session, document_id: int) -> Document | None:
    """Find a document by its row."""
    return session.get(Document, document_id)


def find_by_bytes(session: Session, sha256: str, *, asks: int | None = None) -> Document | None:
    """Find the document whose file has a hash.

    Where the same file was made more than once, as plain ones are, it is the last one of the person who `asks`, else
    the last one of all.
    """
    return session.scalar(
        sa.select(Document).where(Document.blob == sha256).order_by(*_own_first(asks)).limit(1)
    )  # fmt: skip


def _own_first(person_id: int | None) -> tuple[sa.ColumnElement[Any], ...]:
    is_own = sa.case((Document.made_by_id == person_id, 0), else_=1)
    return is_own, Document.made_at.desc(), Document.id.desc()


def find_by_certificate(session: Session, asset: str, certificate: str, *, asks: int | None) -> Document | None:
    """Find the document that carries a certificate, as `find_by_bytes` does.

    `asset` is what the file says its asset was called.
    """
    named = sa.select(Asset.id).where(Asset.slug == asset)
    renamed = sa.select(AssetSlug.asset_id).where(AssetSlug.slug == asset)
    return session.scalar(
        sa.select(Document)
        .where(sa.or_(Document.asset_id.in_(named), Document.asset_id.in_(renamed)))
        .where(Document.certificate["id"].as_string() == certificate)
        .order_by(*_own_first(asks))
        .limit(1)
    )


def find_operators(session: Session, *, content_key: str, deal_id: int | None) -> Document | None:
    """Find what the operator already made from the same inputs for the same deal."""
    return session.scalar(
        sa.select(Document).where(
            Document.made_by_id.is_(None),
            Document.content_key == content_key,
            Document.deal_id.is_not_distinct_from(deal_id),
        )
    )


def versions_showing(session: Session, blob: str) -> list[int]:
    """List the versions that have a stored file as one of their page pictures."""
    return list(session.scalars(showing(blob)))


def asset_of(session: Session, version_id: int) -> int:
    """Give the asset that a version belongs to."""
    return session.scalars(sa.select(AssetVersion.asset_id).where(AssetVersion.id == version_id)).one()


def forget_pictures(session: Session, version_id: int) -> None:
    """Drop the page pictures of a version, before new ones are kept."""
    session.execute(sa.delete(AssetPicture).where(AssetPicture.version_id == version_id))


def copy_pictures(session: Session, version_id: int, *, to: int) -> None:
    """Give a version that says the same the page pictures of another, where words stand on them included."""
    columns = [column for column in AssetPicture.__table__.c if column.name != "version_id"]
    held = sa.select(sa.literal(to), *columns).where(AssetPicture.version_id == version_id)
    session.execute(sa.insert(AssetPicture).from_select(["version_id", *columns], held))
