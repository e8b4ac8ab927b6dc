"""Were users' deals already stronger before the use? What a comparison must be judged by; it corrects nothing."""

from __future__ import annotations

import numpy as np

from contentlib.domain.reports import ComparisonQuality
from contentlib.stats.comparison import comparison_rates
from contentlib.stats.facts import NONE, Floats, Ints
from contentlib.stats.moments import FirstUses, Moments
from contentlib.stats.sufficient import summarise

FAIR_FROM = 0.10  # mean remaining error in simulated worlds: 1.2-2.0 points below, 1.7-2.9 to .2, 4.4-6.3 above
POOR_FROM = 0.20


def health_gaps(
    moments: Moments, firsts: FirstUses, stratum: Ints, *, assets: int, strata: int
) -> tuple[Floats, float]:
    """Give how many health steps users' deals were ahead of comparable ones before the use, and health's SD.

    `stratum` must have been made without health. Moments with unknown health take no part. The gap over the SD is
    the standardised mean difference (Austin 2009); NaN where it cannot be told.
    """
    is_known = moments.health != NONE
    health = moments.health[is_known].astype(np.float64)
    if not len(health):
        return np.full(assets, np.nan), float("nan")
    sums = summarise(
        assets=assets,
        strata=strata,
        moment_deal=moments.deal[is_known],
        moment_window=moments.window[is_known],
        moment_stratum=stratum[is_known],
        moment_outcome=health,
        first_asset=firsts.asset,
        first_deal=firsts.deal,
        first_window=firsts.window,
    )
    uses = sums.first_uses.sum(axis=1)
    expected = (sums.first_uses * comparison_rates(sums)).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap: Floats = (sums.first_use_outcomes.sum(axis=1) - expected) / uses
    return gap, float(health.std())


def judge_quality(smd: float) -> ComparisonQuality:
    """Name the quality of a comparison by its standardised mean difference."""
    if abs(smd) < FAIR_FROM:
        return ComparisonQuality.GOOD
    return ComparisonQuality.FAIR if abs(smd) <= POOR_FROM else ComparisonQuality.POOR
