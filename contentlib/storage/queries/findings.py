"""Questions about findings that were set aside."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.storage.parts import in_parts
from contentlib.storage.tables import IgnoredFinding


def list_ignored(session: Session, ids: Sequence[int]) -> list[IgnoredFinding]:
    """List what was set aside on some assets."""
    rows: list[IgnoredFinding] = []
    for part in in_parts(ids):
        rows += session.scalars(sa.select(IgnoredFinding).where(IgnoredFinding.asset_id.in_(part)))
    return rows
