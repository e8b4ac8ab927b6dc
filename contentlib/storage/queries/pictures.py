"""Questions about the pictures that texts may show."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.storage.queries import assets
from contentlib.storage.tables import AddedPicture


def list_pictures(session: Session) -> dict[str, tuple[str, str]]:
    """Map the pictures that were added or that current texts show to their blob and an asset that shows them, or ""."""
    added = {path: (blob, "") for path, blob in session.execute(sa.select(AddedPicture.path, AddedPicture.blob))}
    return added | assets.list_media(session)
