"""Questions about where words stand on page pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.storage.tables import AssetPicture


def list_lines(session: Session, version_id: int, number: int) -> list[list[Any]]:
    """List the lines of one page: [x, y, width, height, text]; none where they are not known."""
    wanted = AssetPicture.version_id == version_id, AssetPicture.number == number
    return session.scalar(sa.select(AssetPicture.lines).where(*wanted)) or []


def list_lines_of_pages(session: Session, version_id: int, numbers: Sequence[int]) -> dict[int, list[list[Any]]]:
    """Map pages of a version to their lines, as far as they are known."""
    wanted = AssetPicture.version_id == version_id, AssetPicture.number.in_(numbers)
    rows = session.execute(sa.select(AssetPicture.number, AssetPicture.lines).where(*wanted))
    return {number: lines for number, lines in rows if lines}
