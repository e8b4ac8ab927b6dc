"""Figures of reports as they were last computed; written whole, read by row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.domain.assets import Evidence
from contentlib.storage.queries.usage import deals_of_asset
from contentlib.storage.tables import Asset, AssetLift, ReportRun

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


@cache
def _asks_evidence() -> sa.Select[int, int, str, float | None, float | None, float | None, float | None]:
    lift = AssetLift
    tau = sa.select(ReportRun.summary["tau"].as_float()).where(ReportRun.name == USAGE_TO_CLOSE).scalar_subquery()
    return (
        sa.select(Asset.id, deals_of_asset(), lift.label, lift.lift, lift.lo, lift.hi, tau)
        .outerjoin(lift, lift.asset_id == Asset.id)
        .where(Asset.id.in_(sa.bindparam("ids", expanding=True)))
    )


def evidence_by_asset(session: Session, asset_ids: Sequence[int]) -> dict[int, Evidence]:
    """Map assets to what is known of their use: deals counted as of now, the rest as it was last computed."""
    return {
        asset_id: Evidence(deals=deals, label=label, lift=lift, lo=lo, hi=hi, tau=tau)
        for asset_id, deals, label, lift, lo, hi, tau in session.execute(_asks_evidence(), {"ids": asset_ids})
    }


def lifts_by_asset(session: Session, asset_ids: Sequence[int] | None = None) -> dict[int, AssetLift]:
    """Map assets to their figures, of all rated assets or of some."""
    query = sa.select(AssetLift)
    return {
        lift.asset_id: lift
        for lift in session.scalars(query.where(AssetLift.asset_id.in_(asset_ids)) if asset_ids is not None else query)
    }
