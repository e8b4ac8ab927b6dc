"""Facts for tests: from lists of plain rows, from demo rows, and from the recorded world."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from contentlib.domain.deals import Outcome
from contentlib.domain.imports import DealRow, HealthRow, StageRow, UsageRow
from contentlib.domain.usage import Channel
from contentlib.stats.facts import LOST, MISSING, NONE, OPEN, WON, Facts

DAY = 86_400
START = 1_704_067_200  # 1 January 2024, a Monday, UTC
OPEN_STAGES = ("Discovery", "Qualification", "Evaluation", "Proposal", "Negotiation")
DATA = Path(__file__).parents[1] / "data" / "statistics"


def ints(values: Iterable[int]) -> np.ndarray:
    return np.array(list(values), dtype=np.int64)


@dataclass
class Deal:
    """One deal in days from START: `stages` are (position, day), `healths` (day, level), `uses` (asset, day)."""

    opened: float | None = 0
    closed: float | None = None
    outcome: int = OPEN
    stages: Sequence[tuple[int, float]] = ((0, 0),)
    healths: Sequence[tuple[float, int]] = ()
    uses: Sequence[tuple[int, float]] = ()
    industry: int = NONE
    size: int = NONE
    region: int = NONE
    amount: int = MISSING
    currency: int = NONE
    owner: int = NONE
    pipeline: int = 0
    name: str = field(default="")


def won(closed: float, **rest: Any) -> Deal:
    return Deal(closed=closed, outcome=WON, **rest)


def lost(closed: float, **rest: Any) -> Deal:
    return Deal(closed=closed, outcome=LOST, **rest)


def at(day: float | None) -> int:
    return MISSING if day is None else round(START + day * DAY)


def facts_of(
    deals: Sequence[Deal],
    *,
    assets: int = 3,
    paperwork: Sequence[int] = (),
    pipelines: Sequence[int] = (5,),
    loose_uses: Sequence[int] = (),
) -> Facts:
    """Build facts; `loose_uses` are uses of assets on no deal, asset ids are 100, 101, …"""
    numbered = list(enumerate(deals))
    return Facts(
        deal_id=tuple(deal.name or f"D-{index}" for index, deal in numbered),
        deal_opened_at=ints(at(d.opened) for d in deals),
        deal_closed_at=ints(at(d.closed) for d in deals),
        deal_outcome=ints(d.outcome for d in deals),
        deal_industry=ints(d.industry for d in deals),
        deal_size=ints(d.size for d in deals),
        deal_region=ints(d.region for d in deals),
        deal_amount_minor=ints(d.amount for d in deals),
        deal_currency=ints(d.currency for d in deals),
        deal_owner=ints(d.owner for d in deals),
        deal_pipeline=ints(d.pipeline for d in deals),
        pipeline_open_stages=ints(pipelines),
        stage_deal=ints(i for i, d in numbered for _ in d.stages),
        stage_position=ints(position for d in deals for position, _ in d.stages),
        stage_entered_at=ints(at(day) for d in deals for _, day in d.stages),
        health_deal=ints(i for i, d in numbered for _ in d.healths),
        health_at=ints(at(day) for d in deals for day, _ in d.healths),
        health_level=ints(level for d in deals for _, level in d.healths),
        usage_deal=ints([*(i for i, d in numbered for _ in d.uses), *(NONE for _ in loose_uses)]),
        usage_asset=ints([*(asset for d in deals for asset, _ in d.uses), *loose_uses]),
        usage_at=ints([*(at(day) for d in deals for _, day in d.uses), *(START for _ in loose_uses)]),
        usage_is_use=np.ones(sum(len(d.uses) for d in deals) + len(loose_uses), dtype=bool),
        asset_id=np.arange(assets) + 100,
        asset_is_paperwork=np.isin(np.arange(assets), paperwork),
    )


def facts_of_rows(
    deals: Sequence[DealRow],
    stages: Sequence[StageRow],
    healths: Sequence[HealthRow],
    usages: Sequence[UsageRow],
    *,
    paperwork: Sequence[str],
) -> tuple[Facts, list[str]]:
    """Turn import rows into facts, as a library that took them would; also give the asset slugs by position."""
    place = {row.deal: index for index, row in enumerate(deals)}
    slugs = sorted({row.asset for row in usages})
    asset_place = {slug: index for index, slug in enumerate(slugs)}

    def codes(values: Sequence[str | None]) -> np.ndarray:
        known = {value: index for index, value in enumerate(sorted({v for v in values if v is not None}))}
        return ints(NONE if value is None else known[value] for value in values)

    open_rows = [row for row in stages if row.stage in OPEN_STAGES]
    outcome = {Outcome.WON: WON, Outcome.LOST: LOST, None: OPEN}
    facts = Facts(
        deal_id=tuple(row.deal for row in deals),
        deal_opened_at=ints(MISSING if r.opened_at is None else int(r.opened_at.timestamp()) for r in deals),
        deal_closed_at=ints(MISSING if r.closed_at is None else int(r.closed_at.timestamp()) for r in deals),
        deal_outcome=ints(outcome[row.outcome] for row in deals),
        deal_industry=codes([row.industry for row in deals]),
        deal_size=codes([row.size for row in deals]),
        deal_region=codes([row.region for row in deals]),
        deal_amount_minor=ints(MISSING if r.amount_minor is None else r.amount_minor for r in deals),
        deal_currency=codes([row.currency for row in deals]),
        deal_owner=codes([row.owner for row in deals]),
        deal_pipeline=ints(0 for _ in deals),
        pipeline_open_stages=ints([len(OPEN_STAGES)]),
        stage_deal=ints(place[row.deal] for row in open_rows),
        stage_position=ints(OPEN_STAGES.index(row.stage) for row in open_rows),
        stage_entered_at=ints(int(row.entered_at.timestamp()) for row in open_rows),
        health_deal=ints(place[row.deal] for row in healths),
        health_at=ints(int(row.at.timestamp()) for row in healths),
        health_level=ints(row.health for row in healths),
        usage_deal=ints(NONE if row.deal is None else place[row.deal] for row in usages),
        usage_asset=ints(asset_place[row.asset] for row in usages),
        usage_at=ints(int(row.occurred_at.timestamp()) for row in usages),
        usage_is_use=np.array([row.channel is not Channel.VIEWED for row in usages], dtype=bool),
        asset_id=np.arange(len(slugs)),
        asset_is_paperwork=np.isin(slugs, paperwork),
    )
    return facts, slugs


def recorded_world() -> tuple[Facts, np.ndarray, np.ndarray]:
    """Give the recorded world's facts, the true lift of each asset, and what each asset really is."""
    with np.load(DATA / "world_20_assets_2000_deals.npz") as world:
        columns = {name: world[name] for name in world.files}
    true_lift, kind = columns.pop("true_lift"), columns.pop("kind")
    whole = {name: np.asarray(column).astype(np.int64) for name, column in columns.items()}
    deals, week = len(whole["won"]), 7 * DAY
    opened = START + whole["open_day"] * DAY
    facts = Facts(
        deal_id=tuple(f"W-{index}" for index in range(deals)),
        deal_opened_at=opened,
        deal_closed_at=opened + (whole["weeks"] - 1) * week + week // 2,
        deal_outcome=whole["won"],
        deal_industry=whole["industry"],
        deal_size=whole["size"],
        deal_region=whole["region"],
        deal_amount_minor=(columns["amount"].astype(np.float64) * 100).astype(np.int64),
        deal_currency=np.zeros(deals, np.int64),
        deal_owner=whole["rep"],
        deal_pipeline=np.zeros(deals, np.int64),
        pipeline_open_stages=ints([5]),
        stage_deal=whole["stage_deal"],
        stage_position=whole["stage"],
        stage_entered_at=opened[whole["stage_deal"]] + whole["stage_week"] * week,
        health_deal=whole["health_deal"],
        health_at=opened[whole["health_deal"]] + whole["health_week"] * week,
        health_level=whole["health"],
        usage_deal=whole["use_deal"],
        usage_asset=whole["use_asset"],
        usage_at=opened[whole["use_deal"]] + whole["use_week"] * week + 2 * DAY,
        usage_is_use=np.ones(len(whole["use_deal"]), dtype=bool),
        asset_id=np.arange(len(true_lift)),
        asset_is_paperwork=np.zeros(len(true_lift), dtype=bool),
    )
    return facts, true_lift, kind
