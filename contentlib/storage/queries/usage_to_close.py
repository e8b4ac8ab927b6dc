"""Fills the columns of usage-to-close straight from the cursor: no object per event, and no arithmetic here."""

from __future__ import annotations

from collections.abc import Sequence
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

# Columns by the names that they have in `stats.facts.Facts`.
_Read = dict[str, Any]
_NONE = facts.NONE
_OUTCOME = sa.case(
    (Deal.outcome == Outcome.WON, facts.WON), (Deal.outcome == Outcome.LOST, facts.LOST), else_=facts.OPEN
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
    currencies = tuple(sorted(code for code in session.scalars(sa.select(Deal.currency).distinct()) if code))
    deals, of_deals = _read_deals(session, currencies)
    assets, is_paperwork = _columns(
        session,
        sa.select(Asset.id, AssetKind.is_paperwork).join(AssetKind, AssetKind.id == Asset.kind_id).order_by(Asset.id),
        (_NONE, _NONE),
    )
    read = facts.Facts(
        deal_id=tuple(session.scalars(sa.select(Deal.external_id).order_by(Deal.id))),
        asset_id=assets,
        asset_is_paperwork=is_paperwork.astype(np.bool_),
        **of_deals,
        **_read_stages(session, deals),
        **_read_healths(session, deals),
        **_read_usage(session, deals, assets),
    )
    return read, currencies


def _read_deals(session: Session, currencies: Sequence[str]) -> tuple[facts.Ints, _Read]:
    """Read the deals with their rows, and how many open stages each pipeline has."""
    pipelines, open_stages = _columns(
        session,
        sa.select(Pipeline.id, sa.func.count(DealStage.id))
        .outerjoin(DealStage, DealStage.pipeline_id == Pipeline.id)
        .group_by(Pipeline.id)
        .order_by(Pipeline.id),
        (_NONE, _NONE),
    )
    known = [(Deal.currency == code, number) for number, code in enumerate(currencies)]
    asked: dict[str, tuple[Any, int]] = {
        "deal_opened_at": (_Seconds(Deal.opened_at), facts.MISSING),
        "deal_closed_at": (_Seconds(Deal.closed_at), facts.MISSING),
        "deal_outcome": (_OUTCOME, facts.OPEN),
        "deal_industry": (Deal.industry_id, _NONE),
        "deal_size": (Deal.size_id, _NONE),
        "deal_region": (Deal.region_id, _NONE),
        "deal_amount_minor": (Deal.amount_minor, facts.MISSING),
        "deal_currency": (sa.case(*known, else_=_NONE) if known else sa.literal(_NONE), _NONE),
        "deal_owner": (Deal.owner_id, _NONE),
        "deal_pipeline": (Deal.pipeline_id, _NONE),
    }
    columns, missing = zip(*asked.values(), strict=True)
    deals, *found = _columns(session, sa.select(Deal.id, *columns).order_by(Deal.id), (_NONE, *missing))
    read: _Read = dict(zip(asked, found, strict=True))
    read["deal_pipeline"] = facts.positions(read["deal_pipeline"], pipelines)
    return deals, read | {"pipeline_open_stages": open_stages}


def _read_stages(session: Session, deals: facts.Ints) -> _Read:
    deal, position, entered_at = _columns(
        session,
        sa.select(DealStageEntry.deal_id, DealStage.position, _Seconds(DealStageEntry.entered_at)).join(
            DealStage, DealStage.id == DealStageEntry.stage_id
        ),
        (_NONE, _NONE, facts.MISSING),
    )
    return {
        "stage_deal": facts.positions(deal, deals), "stage_position": position, "stage_entered_at": entered_at,
    }  # fmt: skip


def _read_healths(session: Session, deals: facts.Ints) -> _Read:
    query = sa.select(DealHealth.deal_id, _Seconds(DealHealth.at), DealHealth.health)
    deal, at, level = _columns(session, query, (_NONE, facts.MISSING, _NONE))
    return {"health_deal": facts.positions(deal, deals), "health_at": at, "health_level": level}


def _read_usage(session: Session, deals: facts.Ints, assets: facts.Ints) -> _Read:
    is_counted = sa.and_(UsageEvent.channel.in_(list(USE_CHANNELS)), Asset.audience == Audience.EXTERNAL)
    deal, asset, at, is_use = _columns(
        session,
        sa.select(
            UsageEvent.deal_id, UsageEvent.asset_id, _Seconds(UsageEvent.occurred_at), sa.case((is_counted, 1), else_=0)
        )
        .join(Asset, Asset.id == UsageEvent.asset_id)
        .where(UsageEvent.undone_at.is_(None)),
        (_NONE, _NONE, facts.MISSING, _NONE),
    )
    return {
        "usage_deal": facts.positions(deal, deals), "usage_asset": facts.positions(asset, assets), "usage_at": at,
        "usage_is_use": is_use.astype(np.bool_),
    }  # fmt: skip
