"""What may be said of each asset, by a rule fixed in advance; it computes no figures."""

from __future__ import annotations

import math

import numpy as np

from contentlib.domain.reports import Verdict
from contentlib.stats.balance import POOR_FROM
from contentlib.stats.comparison import Lifts
from contentlib.stats.facts import Bools, Floats
from contentlib.stats.shrinkage import Shrunk
from contentlib.stats.spread import HonestRanges

FEWEST_USES = 30
WIDEST_HALF = 0.10
WRONG_SIGN_BELOW = 0.05
LARGEST_TAU = 0.051  # 1.96 tau fills the ten points here: no number of uses narrows the range enough

# The library gate: below it every figure is noise, whatever its range says.
FEWEST_DEALS = 100
FEWEST_WINS = 30
FEWEST_LOSSES = 30


def has_enough_deals(*, wins: int, losses: int) -> bool:
    """Tell whether a library's closed deals with content allow any figure at all."""
    return wins + losses >= FEWEST_DEALS and wins >= FEWEST_WINS and losses >= FEWEST_LOSSES


def judge(
    lifts: Lifts, ranges: HonestRanges, shrunk: Shrunk, is_paperwork: Bools, smd: Floats | None = None
) -> tuple[Verdict, ...]:
    """Give each asset its verdict: paperwork, then not enough data, then helps or review, else no clear difference.

    Helps and review pass only if users' deals were alike before the use (|SMD| at most 0.20); without `smd`, or
    where it is NaN, nothing is known against them.
    """
    half = (ranges.hi - ranges.lo) / 2
    with np.errstate(invalid="ignore"):
        is_scarce = ~np.isfinite(lifts.lift) | (lifts.uses < FEWEST_USES) | (half > WIDEST_HALF)
        is_sure = shrunk.wrong_sign < WRONG_SIGN_BELOW
        helps, falls_short = is_sure & (ranges.lo > 0), is_sure & (ranges.hi < 0)
        is_unbalanced = np.zeros(len(half), bool) if smd is None else np.abs(smd) > POOR_FROM
    conditions = [is_paperwork, is_scarce, (helps | falls_short) & is_unbalanced, helps, falls_short]
    verdicts = [
        Verdict.PAPERWORK,
        Verdict.NOT_ENOUGH_DATA,
        Verdict.CANNOT_TELL,
        Verdict.HELPS,
        Verdict.REVIEW,
        Verdict.NO_CLEAR_DIFFERENCE,
    ]
    chosen = np.select(conditions, range(len(conditions)), default=len(conditions))
    return tuple(verdicts[index] for index in chosen.tolist())


def uses_needed(uses: float, lo: float, hi: float, tau: float) -> int | None:
    """Give about how many more uses a verdict takes: max(30, n h^2 / (100 - (196 tau)^2)) - n, rounded up.

    `lo` and `hi` are the range before widening, h its half-width in points; tau does not shrink with more uses, so
    where it fills the ten points alone no number suffices and the answer is None. At least 1.
    """
    room = (100 * WIDEST_HALF) ** 2 - (196 * tau) ** 2
    if tau >= LARGEST_TAU:
        return None
    needed = float(FEWEST_USES)
    if math.isfinite(lo) and math.isfinite(hi):
        half = 100 * (hi - lo) / 2
        needed = max(needed, uses * half**2 / room)
    return max(math.ceil(needed - uses), 1)
