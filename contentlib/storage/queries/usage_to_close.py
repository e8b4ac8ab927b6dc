"""Fills the columns of usage-to-close straight from the cursor: no object per event, and no arithmetic here."""

from __future__ import annotations

from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from contentlib.domain.assets import Audience
from contentlib.domain.deals import Outcome
from contentlib.domain.usage import USE_CHANNELS
from contentlib.stats import facts
from contentlib.storage.tables import (
    Asset,
    AssetKind,
    Deal,
    DealHealth,
    DealStage,
    DealStageEntry,
    Pipeline,
    UsageEvent,
)


class _Seconds(FunctionElement[int]):
    """The whole seconds of an instant since 1970, cut off on every database: a cast would round on some."""

    name = "seconds"
    type = sa.BigInteger()
    inherit_cache = True


@compiles(_Seconds, "postgresql")
def _seconds_on_postgresql(element: _Seconds, compiler: Any, **given: Any) -> str:
    return f"CAST(floor(extract(epoch FROM {compiler.process(element.clauses, **given)})) AS BIGINT)"


@compiles(_Seconds, "sqlite")
def _seconds_on_sqlite(element: _Seconds, compiler: Any, **given: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **given)}) AS INTEGER)"


def _columns(session: Session, query: Any, missing: tuple[int, ...]) -> list[facts.Ints]:
    """Read a query into one int64 array per column; `missing` stands for None, column by column."""
    rows = session.execute(query).all()
    if not rows:
        return [np.empty(0, dtype=np.int64) for _ in missing]
    return [
        np.fromiter((none if value is None else value for value in column), dtype=np.int64, count=len(rows))
        for column, none in zip(zip(*rows, strict=True), missing, strict=True)
    ]


def read_facts(session: Session) -> tuple[facts.Facts, tuple[str, ...]]:
    """Read everything usage-to-close is computed from, and the currencies that its codes stand for.

    See `stats.facts.Facts` for the columns.
    """
    none, missing = facts.NONE, facts.MISSING
    external_ids = tuple(session.scalars(sa.select(Deal.external_id).order_by(Deal.id)))
    outcome = sa.case(
        (Deal.outcome == Outcome.WON, facts.WON), (Deal.outcome == Outcome.LOST, facts.LOST), else_=facts.OPEN
    )
    currencies = tuple(sorted(code for code in session.scalars(sa.select(Deal.currency).distinct()) if code))
    known = [(Deal.currency == code, number) for number, code in enumerate(currencies)]
    currency: Any = sa.case(*known, else_=none) if known else sa.literal(none)
    deal_rows, opened, closed, outcomes, industry, size, region, amount, currency_code, owner, pipeline = _columns(
        session,
        sa.select(
            Deal.id,
            _Seconds(Deal.opened_at),
            _Seconds(Deal.closed_at),
            outcome,
            Deal.industry_id,
            Deal.size_id,
            Deal.region_id,
            Deal.amount_minor,
            currency,
            Deal.owner_id,
            Deal.pipeline_id,
        ).order_by(Deal.id),
        (none, missing, missing, facts.OPEN, none, none, none, missing, none, none, none),
    )
    pipelines, open_stages = _columns(
        session,
        sa.select(Pipeline.id, sa.func.count(DealStage.id))
        .outerjoin(DealStage, DealStage.pipeline_id == Pipeline.id)
        .group_by(Pipeline.id)
        .order_by(Pipeline.id),
        (none, none),
    )
    stage_deal, stage_position, entered = _columns(
        session,
        sa.select(DealStageEntry.deal_id, DealStage.position, _Seconds(DealStageEntry.entered_at)).join(
            DealStage, DealStage.id == DealStageEntry.stage_id
        ),
        (none, none, missing),
    )
    health_deal, health_at, level = _columns(
        session, sa.select(DealHealth.deal_id, _Seconds(DealHealth.at), DealHealth.health), (none, missing, none)
    )
    assets, paperwork = _columns(
        session,
        sa.select(Asset.id, AssetKind.is_paperwork).join(AssetKind, AssetKind.id == Asset.kind_id).order_by(Asset.id),
        (none, none),
    )
    use = sa.case(
        (sa.and_(UsageEvent.channel.in_(list(USE_CHANNELS)), Asset.audience == Audience.EXTERNAL), 1), else_=0
    )
    usage_deal, usage_asset, usage_at, is_use = _columns(
        session,
        sa.select(UsageEvent.deal_id, UsageEvent.asset_id, _Seconds(UsageEvent.occurred_at), use)
        .join(Asset, Asset.id == UsageEvent.asset_id)
        .where(UsageEvent.undone_at.is_(None)),
        (none, none, missing, none),
    )
    columns = facts.Facts(
        deal_id=external_ids,
        deal_opened_at=opened,
        deal_closed_at=closed,
        deal_outcome=outcomes,
        deal_industry=industry,
        deal_size=size,
        deal_region=region,
        deal_amount_minor=amount,
        deal_currency=currency_code,
        deal_owner=owner,
        deal_pipeline=facts.positions(pipeline, pipelines),
        pipeline_open_stages=open_stages,
        stage_deal=facts.positions(stage_deal, deal_rows),
        stage_position=stage_position,
        stage_entered_at=entered,
        health_deal=facts.positions(health_deal, deal_rows),
        health_at=health_at,
        health_level=level,
        usage_deal=facts.positions(usage_deal, deal_rows),
        usage_asset=facts.positions(usage_asset, assets),
        usage_at=usage_at,
        usage_is_use=is_use.astype(np.bool_),
        asset_id=assets,
        asset_is_paperwork=paperwork.astype(np.bool_),
    )
    return columns, currencies
