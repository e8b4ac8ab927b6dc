"""How much assets scatter beyond sampling error, and ranges widened by it; estimates themselves are never moved.

Without it, ranges get less reliable the more data there is: what cannot be seen of deals does not shrink with their
number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from contentlib.stats.comparison import Lifts
from contentlib.stats.facts import Bools, Floats

SMALLEST_TAU = 0.02  # two points: what stays unseen even when all health data is there, from simulated worlds
LARGEST_TAU = 0.5
FEWEST_USES = 20
FEWEST_ASSETS = 8
HALF_NORMAL_MEDIAN = 0.6745


@dataclass(frozen=True, kw_only=True, eq=False)
class HonestRanges:
    """95 % ranges that include the scatter between assets, and their standard error; fractions per asset."""

    lo: Floats
    hi: Floats
    se: Floats


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The scatter `tau` and the number of assets it was learned from (0: too few, the smallest is taken)."""

    tau: float
    assets: int


def learn_spread(lifts: Lifts, is_rated: Bools) -> Spread:
    """Find the smallest tau that makes half of the assets lie within 0.6745 standard errors of their centre.

    A robust moment estimator, so that a few assets that really work do not widen everyone's range. The centre is
    the weighted median of the lifts.
    """
    is_taken = is_rated & np.isfinite(lifts.lift) & (lifts.uses >= FEWEST_USES)
    assets = int(is_taken.sum())
    if assets < FEWEST_ASSETS:
        return Spread(tau=SMALLEST_TAU, assets=0)
    lift, se = lifts.lift[is_taken], lifts.se[is_taken]
    weight = 1 / (se * se + SMALLEST_TAU**2)
    order = np.argsort(lift)
    centre = lift[order][np.searchsorted(np.cumsum(weight[order]) / weight.sum(), 0.5)]

    def excess(tau: float) -> float:
        return float(np.median(np.abs(lift - centre) / np.sqrt(se * se + tau * tau))) - HALF_NORMAL_MEDIAN

    if excess(0.0) <= 0:
        return Spread(tau=SMALLEST_TAU, assets=assets)
    low, high = 0.0, LARGEST_TAU
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return Spread(tau=max(high, SMALLEST_TAU), assets=assets)


def widen(lifts: Lifts, tau: float) -> HonestRanges:
    """Widen each range, on both sides in proportion, so that its standard error becomes sqrt(se^2 + tau^2)."""
    factor = np.sqrt(lifts.se**2 + tau**2) / lifts.se
    return HonestRanges(
        lo=lifts.lift - (lifts.lift - lifts.lo) * factor,
        hi=lifts.lift + (lifts.hi - lifts.lift) * factor,
        se=lifts.se * factor,
    )
