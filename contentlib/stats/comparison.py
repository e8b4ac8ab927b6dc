"""Observed minus expected: what deals did after a use, against comparable moments without it; it labels nothing.

Wilson score interval: Wilson 1927. Difference of two proportions from their separate limits (MOVER): Newcombe 1998;
Zou and Donner 2008.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from contentlib.stats.facts import Floats
from contentlib.stats.sufficient import SufficientStatistics

Z95 = 1.959963984540054
POOLING = 4.0  # a stratum's comparison rate is pulled to the stratum's own mean as if by this many moments
LARGEST_GAIN = 1.6  # strata sharpen the observed rate by at most this factor in effective uses


@dataclass(frozen=True, kw_only=True, eq=False)
class Lifts:
    """Per asset: rated uses, how many won, how many comparable deals would have, the difference and its 95 % range.

    `lift`, `lo`, `hi` and `se` are fractions; all but `uses` and `won` are NaN without a rated use.
    """

    uses: Floats
    won: Floats
    expected: Floats
    lift: Floats
    lo: Floats
    hi: Floats
    se: Floats


def wilson(rate: Floats, trials: Floats) -> tuple[Floats, Floats]:
    """Give the 95 % Wilson score limits of a proportion; `trials` need not be whole."""
    z2 = Z95 * Z95
    centre = (rate + z2 / (2 * trials)) / (1 + z2 / trials)
    variance = np.maximum(rate * (1 - rate) / trials + z2 / (4 * trials * trials), 0)
    half = Z95 * np.sqrt(variance) / (1 + z2 / trials)
    return centre - half, centre + half


def comparison_rates(sums: SufficientStatistics) -> Floats:
    """Give the mean outcome of comparison moments per asset and stratum, lightly pulled to the stratum's mean."""
    overall = sums.outcomes.sum() / max(sums.moments.sum(), 1)
    means = np.where(sums.moments > 0, sums.outcomes / np.maximum(sums.moments, 1), overall)
    others = sums.moments - sums.removed
    rates: Floats = (sums.outcomes - sums.removed_outcomes + POOLING * means) / (others + POOLING)
    return rates


def compare(sums: SufficientStatistics) -> Lifts:
    """Compare each asset's first uses with comparable moments of deals that had not used it yet."""
    rates = comparison_rates(sums)
    others = sums.moments - sums.removed
    uses = sums.first_uses.sum(axis=1)
    won = sums.first_use_outcomes.sum(axis=1)
    expected = (sums.first_uses * rates).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        lift = (won - expected) / uses
        # The variance of the observed side if the lift were the same in every stratum.
        raised = np.clip(rates + lift[:, None], 0.01, 0.99)
        observed_variance = (sums.first_uses * raised * (1 - raised)).sum(axis=1) / uses**2
        comparison_variance = (
            sums.first_uses**2 * rates * (1 - rates) * sums.design_effect / np.maximum(others + POOLING, 1)
        ).sum(axis=1) / uses**2
        rate = won / uses
        inside = np.clip(rate, 0.5 / uses, 1 - 0.5 / uses)
        effective = np.clip(inside * (1 - inside) / observed_variance, uses, LARGEST_GAIN * uses)
        low, high = wilson(rate, effective)
        lo = lift - np.sqrt((rate - low) ** 2 + Z95 * Z95 * comparison_variance)
        hi = lift + np.sqrt((high - rate) ** 2 + Z95 * Z95 * comparison_variance)
    is_used = uses > 0
    return Lifts(
        uses=uses,
        won=won,
        expected=np.where(is_used, expected, np.nan),
        lift=lift,
        lo=lo,
        hi=hi,
        se=(hi - lo) / (2 * Z95),
    )


def crossover(sums: SufficientStatistics) -> Floats:
    """Give the share of each asset's comparison moments whose deal got the asset later, weighted by its uses.

    NaN without a rated use. A high share hides part of the difference: the comparison was helped too.
    """
    others = np.maximum(sums.moments - sums.removed, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share: Floats = (sums.first_uses * sums.crossing / others).sum(axis=1) / sums.first_uses.sum(axis=1)
    return share
