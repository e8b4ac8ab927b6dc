"""Lifts pulled towards nothing by how little is known of them: for order and sign, never for the range shown.

Empirical Bayes with a normal prior N(0, w^2) whose variance is found by EM under a weak prior of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from contentlib.stats.comparison import Lifts
from contentlib.stats.facts import Bools, Floats
from contentlib.stats.spread import HonestRanges

FEWEST_USES = 10
PRIOR_SD = 0.03  # content that moves 3 points is already rare
PRIOR_WEIGHT = 4
MAX_STEPS = 200
CONVERGED = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class Shrunk:
    """Shrunk lift and the chance that its sign is wrong, per asset; NaN where it was not rated."""

    lift: Floats
    wrong_sign: Floats


def shrink(lifts: Lifts, ranges: HonestRanges, is_rated: Bools) -> Shrunk:
    """Shrink the lifts of rated assets with at least 10 uses."""
    is_taken = is_rated & np.isfinite(lifts.lift) & (lifts.uses >= FEWEST_USES)
    lift, se = lifts.lift[is_taken], ranges.se[is_taken]
    variance = PRIOR_SD**2
    for _ in range(MAX_STEPS):
        kept = variance / (variance + se * se)
        found = ((kept * lift) ** 2 + kept * se * se).sum() + PRIOR_WEIGHT * PRIOR_SD**2
        found /= len(lift) + PRIOR_WEIGHT
        if abs(found - variance) < CONVERGED:
            break
        variance = found
    kept = variance / (variance + se * se)
    shrunk = np.full(len(lifts.lift), np.nan)
    wrong_sign = shrunk.copy()
    shrunk[is_taken] = kept * lift
    wrong_sign[is_taken] = _normal_tail(np.abs(kept * lift) / (np.sqrt(kept) * se))
    return Shrunk(lift=shrunk, wrong_sign=wrong_sign)


def _normal_tail(z: Floats) -> Floats:
    """Give P(N(0, 1) > z)."""
    return np.array([0.5 * math.erfc(value / math.sqrt(2)) for value in z.tolist()])
