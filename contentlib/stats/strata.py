"""Which moments are alike: same open stage, about as long in it, about as likely to be won; it compares nothing."""

from __future__ import annotations

import numpy as np

from contentlib.stats.facts import Floats, Ints
from contentlib.stats.moments import Moments

BAND_DAYS = (7, 14, 28)  # 0-6, 7-13, 14-27, 28 and more days in the stage
BANDS = len(BAND_DAYS) + 1
FIFTHS = 5
STRATA_PER_CELL = BANDS * FIFTHS
FEWEST_TO_CUT = 10  # a stage with fewer moments is one fifth; quantiles of a handful say nothing


def bands(days_in_stage: Floats) -> Ints:
    """Give the band of time in stage, 0 to 3."""
    return np.searchsorted(BAND_DAYS, days_in_stage, side="right").astype(np.int64)


def cut_scores(moments: Moments, probability: Floats, cells: int) -> Floats:
    """Give the four cuts between fifths of the score within each stage cell, NaN where it has too few moments."""
    cuts = np.full((cells, FIFTHS - 1), np.nan)
    for cell in range(cells):
        inside = probability[moments.cell == cell]
        if len(inside) >= FEWEST_TO_CUT:
            cuts[cell] = np.quantile(inside, np.arange(1, FIFTHS) / FIFTHS)
    return cuts


def stratify(moments: Moments, probability: Floats, cuts: Floats) -> Ints:
    """Give each moment's stratum: stage cell x band of time in stage x fifth of the score within the stage."""
    fifth = np.zeros(len(moments), dtype=np.int64)
    for cell, own_cuts in enumerate(cuts):
        if not np.isnan(own_cuts).any():
            inside = moments.cell == cell
            fifth[inside] = np.searchsorted(own_cuts, probability[inside])
    return (moments.cell * BANDS + bands(moments.days_in_stage)) * FIFTHS + fifth
