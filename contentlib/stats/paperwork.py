"""Content that is sent when the customer has already decided; the screen only tells, it removes no deal.

It looks at *all* windows of all comparable deals, the last one included: on content moments alone half of the
paperwork goes unseen, since a deal often closes in the very week its order form is sent.
"""

from __future__ import annotations

import numpy as np

from contentlib.stats.facts import WON, Bools, Floats, Ints
from contentlib.stats.moments import DAY, WEEK, DealStates, FirstUses
from contentlib.stats.strata import BAND_DAYS, BANDS, bands

SOON_DAYS = 14
FEWEST_USES = 5
LATE_SHARE = 0.8
SOON_RATIO = 1.25
SOON_Z = 1.5


def screen_paperwork(states: DealStates, firsts: FirstUses, assets: int) -> Bools:
    """Tell which assets are used like paperwork: late, and on deals that are won within days.

    All of: at least 5 deals; at least 80 % of first uses in the last open stage; wins within 14 days of the
    window's start at least 1.25 times as many as other windows of the same stage and time in stage had, and by
    1.5 standard deviations of a Poisson count.
    """
    facts = states.facts
    start = facts.deal_opened_at[firsts.deal] + firsts.window * WEEK
    at_start = states.stage_row_at(firsts.deal, start)
    at_use = states.stage_row_at(firsts.deal, firsts.at)
    days_in_stage = np.maximum(start - states.stage_at[at_start], 0) / DAY
    group = states.stage_cell[at_start] * BANDS + bands(days_in_stage)
    is_soon = (facts.deal_outcome[firsts.deal] == WON) & (facts.deal_closed_at[firsts.deal] - start <= SOON_DAYS * DAY)
    is_late = states.cell_open_stages_after[states.stage_cell[at_use]] == 0

    windows, soon_windows = _count_windows(states)
    soon_rate = soon_windows / np.maximum(windows, 1)

    def per_asset(values: Bools | Floats) -> Floats:
        return np.bincount(firsts.asset, values.astype(np.float64), minlength=assets).astype(np.float64)

    return is_used_late(
        uses=per_asset(np.ones(len(firsts.asset))),
        late=per_asset(is_late),
        soon=per_asset(is_soon),
        soon_expected=per_asset(soon_rate[group]),
    )


def is_used_late(*, uses: Floats, late: Floats, soon: Floats, soon_expected: Floats) -> Bools:
    """Apply the screen to counts per asset: first uses, those in the last stage, wins soon after, and expected."""
    return np.asarray(
        (uses >= FEWEST_USES)
        & (late / np.maximum(uses, 1) >= LATE_SHARE)
        & (soon >= SOON_RATIO * soon_expected)
        & (soon - soon_expected >= SOON_Z * np.sqrt(np.maximum(soon_expected, 0.5)))
    )


def _count_windows(states: DealStates) -> tuple[Floats, Floats]:
    """Count windows per stage cell and time band, and those won within 14 days of their start.

    By interval arithmetic on stage stays, not by listing windows: a deal with a wrong date of 1970 costs nothing.
    """
    facts = states.facts
    is_taken = states.is_comparable[states.stage_deal]
    deal, entered, cell = states.stage_deal[is_taken], states.stage_at[is_taken], states.stage_cell[is_taken]
    opened, closed = facts.deal_opened_at[deal], facts.deal_closed_at[deal]
    is_next_same = np.append(deal[1:] == deal[:-1], False) if len(deal) else np.empty(0, dtype=bool)
    left = np.where(is_next_same, np.append(entered[1:], 0)[: len(deal)], closed + 1)
    is_first = np.append(True, ~is_next_same[:-1]) if len(deal) else np.empty(0, dtype=bool)
    soon_from = np.where(facts.deal_outcome[deal] == WON, closed - SOON_DAYS * DAY, closed + 1)

    windows = np.zeros(states.cells * BANDS)
    soon_windows = np.zeros(states.cells * BANDS)
    edges = [0, *BAND_DAYS]
    for band, edge in enumerate(edges):
        # Before its first stage row a deal is in that stage, for no time yet.
        begin = np.where(is_first & (band == 0), np.minimum(opened, entered), entered + edge * DAY)
        end = left if band == BANDS - 1 else np.minimum(left, entered + edges[band + 1] * DAY)
        windows += np.bincount(cell * BANDS + band, _starts(opened, closed, begin, end), minlength=len(windows))
        soon = _starts(opened, closed, np.maximum(begin, soon_from), end)
        soon_windows += np.bincount(cell * BANDS + band, soon, minlength=len(windows))
    return windows, soon_windows


def _starts(opened: Ints, closed: Ints, begin: Ints, end: Ints) -> Ints:
    """Count the windows of a deal that start in [begin, end) and not after its close."""
    first = np.maximum(-((opened - begin) // WEEK), 0)
    beyond = -((opened - np.minimum(end, closed + 1)) // WEEK)
    return np.asarray(np.maximum(beyond - first, 0))
