"""Questions about documents that were made; their bytes lie in the blobs."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.storage.tables import AssetPicture, Document


def find(session: Session, document_id: int) -> Document | None:
    """Find a document by its row."""
    return session.get(Document, document_id)


def versions_showing(session: Session, blob: str) -> list[int]:
    """List the versions that have a stored file as one of their page pictures."""
    return list(
        session.scalars(
            sa.select(AssetPicture.version_id)
            .where(sa.or_(AssetPicture.blob == blob, AssetPicture.plate == blob))
            .distinct()
        )
    )


def forget_pictures(session: Session, version_id: int) -> None:
    """Drop the page pictures of a version, before new ones are kept."""
    session.execute(sa.delete(AssetPicture).where(AssetPicture.version_id == version_id))
