"""When content was used on closed deals and what state the deal was in just before; it judges nothing.

A window is 7 days, counted from the day the deal opened and half open, so a deal that closes exactly at a window's
end was open all through it. A content moment is a window in which anything was used on a deal that was still open
at the window's end. Its state (stage, health, earlier uses) is the one at the window's start: what happened inside
the window, or after it, may be the consequence of the use and must not explain it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from contentlib.stats.facts import MISSING, NONE, OPEN, WON, Bools, Facts, Floats, Ints

DAY = 86_400
WEEK = 7 * DAY
RECENT_WINDOWS = 3

STILL_OPEN = "still open"
NO_OPENING_DATE = "no opening date"
NO_CLOSING_DATE = "no closing date"
CLOSED_BEFORE_OPENED = "closed before it was opened"
NO_STAGE_HISTORY = "no stage history"
NO_USE = "nothing used before it closed"
LAST_WEEK_ONLY = "used only in the week it closed"


@dataclass(frozen=True, kw_only=True, eq=False)
class DealStates:
    """Closed deals that can be compared, and their stage and health history in order of time.

    `is_comparable` runs over all deals of the facts. `left_out` counts the others by reason. Stage cells number the
    open stages of all pipelines through, so that stages of different pipelines are never compared with each other;
    a position beyond its pipeline's last open stage (the pipeline was shortened) counts as the last.
    """

    facts: Facts
    is_comparable: Bools
    left_out: dict[str, int]
    stage_deal: Ints
    stage_at: Ints
    stage_cell: Ints
    health_deal: Ints
    health_at: Ints
    health_level: Ints
    cell_open_stages_after: Ints

    @property
    def cells(self) -> int:
        """How many stage cells there are over all pipelines."""
        return len(self.cell_open_stages_after)

    def stage_row_at(self, deal: Ints, at: Ints) -> Ints:
        """Give the stage row each deal is in at a time; before its first row a deal is in that row's stage."""
        row = latest_rows(self.stage_deal, self.stage_at, deal, at)
        return np.where(row == NONE, np.searchsorted(self.stage_deal, deal), row)


@dataclass(frozen=True, kw_only=True, eq=False)
class Moments:
    """Content moments ordered by deal and window, with the state at the window's start.

    `weeks_to_stage` is how long the deal took to reach its stage, `quarter` counts calendar quarters (UTC) from
    1970, `health` is 0 to 3 or NONE.
    """

    deal: Ints
    window: Ints
    start: Ints
    won: Ints
    cell: Ints
    days_in_stage: Floats
    weeks_to_stage: Floats
    prior_uses: Ints
    recent_uses: Ints
    health: Ints
    quarter: Ints

    def __len__(self) -> int:
        return len(self.deal)


@dataclass(frozen=True, kw_only=True, eq=False)
class FirstUses:
    """The first use of each asset on each comparable deal, and the content moment it makes (NONE: no moment)."""

    asset: Ints
    deal: Ints
    at: Ints
    window: Ints
    moment: Ints


def latest_rows(row_deal: Ints, row_at: Ints, deal: Ints, at: Ints) -> Ints:
    """Give the last row of each deal at or before a time, NONE where there is none.

    `row_deal` and `row_at` must be ordered by deal, then time.
    """
    if not len(row_deal):
        return np.full(len(deal), NONE, dtype=np.int64)
    before_all = row_at.min() - 1
    span = row_at.max() - before_all + 1
    keys = row_deal * span + (row_at - before_all)
    asked = deal * span + (np.clip(at, before_all, row_at.max()) - before_all)
    row = np.searchsorted(keys, asked, side="right") - 1
    return np.where((row >= 0) & (row_deal[row] == deal), row, NONE)


def read_states(facts: Facts) -> DealStates:
    """Sort out which deals can be compared, with a reason for each that cannot, and order their histories."""
    deals = len(facts.deal_id)
    open_stages = np.maximum(facts.pipeline_open_stages, 0)
    first_cell = np.cumsum(open_stages) - open_stages
    pipeline_of_row = facts.deal_pipeline[facts.stage_deal]
    is_open_stage = (facts.stage_position >= 0) & (open_stages[pipeline_of_row] > 0)
    position = np.minimum(facts.stage_position, open_stages[pipeline_of_row] - 1)

    # Two rows of one instant: the later stage is where the deal ended up.
    order = np.lexsort((position, facts.stage_entered_at, facts.stage_deal))
    order = order[is_open_stage[order]]
    has_history = np.zeros(deals, dtype=bool)
    has_history[facts.stage_deal[order]] = True
    health_order = np.lexsort((facts.health_at, facts.health_deal))

    reasons = (
        (STILL_OPEN, facts.deal_outcome == OPEN),
        (NO_OPENING_DATE, facts.deal_opened_at == MISSING),
        (NO_CLOSING_DATE, facts.deal_closed_at == MISSING),
        (CLOSED_BEFORE_OPENED, facts.deal_closed_at < facts.deal_opened_at),
        (NO_STAGE_HISTORY, ~has_history),
    )
    is_comparable = np.ones(deals, dtype=bool)
    left_out: dict[str, int] = {}
    for reason, applies in reasons:
        left_out[reason] = int((is_comparable & applies).sum())
        is_comparable &= ~applies

    return DealStates(
        facts=facts,
        is_comparable=is_comparable,
        left_out=left_out,
        stage_deal=facts.stage_deal[order],
        stage_at=facts.stage_entered_at[order],
        stage_cell=(first_cell[pipeline_of_row] + position)[order],
        health_deal=facts.health_deal[health_order],
        health_at=facts.health_at[health_order],
        health_level=facts.health_level[health_order],
        cell_open_stages_after=np.concatenate(
            [np.arange(stages)[::-1] for stages in open_stages] or [np.empty(0, np.int64)]
        ).astype(np.int64),
    )


def find_moments(states: DealStates) -> tuple[Moments, FirstUses]:
    """Find the content moments of comparable deals and each asset's first use on each of them.

    Uses before the deal opened belong to window 0; uses after its close never count.
    """
    facts = states.facts
    counts = facts.usage_is_use & (facts.usage_deal != NONE)
    counts[counts] = states.is_comparable[facts.usage_deal[counts]]
    counts[counts] = facts.usage_at[counts] <= facts.deal_closed_at[facts.usage_deal[counts]]
    deal, asset, at = facts.usage_deal[counts], facts.usage_asset[counts], facts.usage_at[counts]
    opened = facts.deal_opened_at[deal]
    window = np.maximum((at - opened) // WEEK, 0)
    is_open_after = window < (facts.deal_closed_at[deal] - opened) // WEEK

    stride = int(window.max(initial=0)) + 2
    use_keys = np.sort(deal * stride + window)
    moment_keys = np.unique((deal * stride + window)[is_open_after])
    moments = _describe(states, moment_keys // stride, moment_keys % stride, use_keys, stride)

    by_pair = np.lexsort((at, asset, deal))
    pair_deal, pair_asset = deal[by_pair], asset[by_pair]
    is_first = np.ones(len(by_pair), dtype=bool)
    is_first[1:] = (pair_deal[1:] != pair_deal[:-1]) | (pair_asset[1:] != pair_asset[:-1])
    first = by_pair[is_first]
    first_keys = deal[first] * stride + window[first]
    place = np.searchsorted(moment_keys, first_keys)
    is_hit = place < len(moment_keys)
    is_hit[is_hit] = moment_keys[place[is_hit]] == first_keys[is_hit]
    firsts = FirstUses(
        asset=asset[first],
        deal=deal[first],
        at=at[first],
        window=window[first],
        moment=np.where(is_hit, place, NONE),
    )
    return moments, firsts


def _describe(states: DealStates, deal: Ints, window: Ints, use_keys: Ints, stride: int) -> Moments:
    facts = states.facts
    opened = facts.deal_opened_at[deal]
    start = opened + window * WEEK
    row = states.stage_row_at(deal, start)
    entered = states.stage_at[row]
    health_row = latest_rows(states.health_deal, states.health_at, deal, start)
    uses_before = np.searchsorted(use_keys, deal * stride + window)
    recent_from = np.maximum(window - RECENT_WINDOWS, 0)
    health = np.full(len(deal), NONE, dtype=np.int64)
    health[health_row != NONE] = states.health_level[health_row[health_row != NONE]]
    return Moments(
        deal=deal,
        window=window,
        start=start,
        won=(facts.deal_outcome[deal] == WON).astype(np.int64),
        cell=states.stage_cell[row],
        days_in_stage=np.maximum(start - entered, 0) / DAY,
        weeks_to_stage=np.maximum(entered - opened, 0) / WEEK,
        prior_uses=uses_before - np.searchsorted(use_keys, deal * stride),
        recent_uses=uses_before - np.searchsorted(use_keys, deal * stride + recent_from),
        health=health,
        quarter=quarters(start),
    )


def quarters(at: Ints) -> Ints:
    """Give the calendar quarter (UTC) of each instant, counted from the first of 1970."""
    return at.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) // 3
