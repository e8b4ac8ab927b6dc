"""Figures of reports as they were last computed; written whole, read by row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.storage.tables import AssetLift, ReportRun

USAGE_TO_CLOSE = "usage-to-close"


def find_run(session: Session, name: str) -> ReportRun | None:
    """Find a report's summary."""
    return session.get(ReportRun, name)


def replace_lifts(
    session: Session, *, as_of: datetime, summary: dict[str, Any], lifts: Sequence[dict[str, Any]]
) -> None:
    """Put the newly computed figures in the place of the old ones."""
    session.execute(sa.delete(AssetLift))
    if lifts:
        session.execute(sa.insert(AssetLift), list(lifts))
    session.merge(ReportRun(name=USAGE_TO_CLOSE, as_of=as_of, summary=summary))


def lifts_by_asset(session: Session, asset_ids: Sequence[int] | None = None) -> dict[int, AssetLift]:
    """Map assets to their figures, of all rated assets or of some."""
    query = sa.select(AssetLift)
    return {
        lift.asset_id: lift
        for lift in session.scalars(query.where(AssetLift.asset_id.in_(asset_ids)) if asset_ids is not None else query)
    }
