"""Sums over deals that hold everything the comparison needs; being sums, deals can be added and taken away.

It knows neither dates nor scores: only deals, window numbers, strata and outcomes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from contentlib.stats.facts import Floats, Ints


@dataclass(frozen=True, kw_only=True, eq=False)
class SufficientStatistics:
    """Moments and outcomes per stratum, and per asset and stratum (arrays of assets x strata).

    `moments` N and `outcomes` X: all moments of a stratum and the sum of their outcomes.
    `first_uses` n1 and `first_use_outcomes` x1: moments in which an asset was first used.
    `removed` rn and `removed_outcomes` rx: moments from an asset's first use on, which are not its comparison.
    `crossing`: comparison moments of deals that got the asset later.
    `design_effect` D: sum over deals of (its moments in the stratum) squared, over N, at least 1. Moments of one
    deal share their outcome, so a stratum holds fewer independent outcomes than moments.
    """

    moments: Floats
    outcomes: Floats
    first_uses: Floats
    first_use_outcomes: Floats
    removed: Floats
    removed_outcomes: Floats
    crossing: Floats
    design_effect: Floats


def summarise(
    *,
    assets: int,
    strata: int,
    moment_deal: Ints,
    moment_window: Ints,
    moment_stratum: Ints,
    moment_outcome: Floats,
    first_asset: Ints,
    first_deal: Ints,
    first_window: Ints,
) -> SufficientStatistics:
    """Add up moments and first uses.

    Moments are those of deals still open at the window's end; first uses may lie in windows without a moment (then
    they only take later moments out of the comparison). `moment_outcome` is won (0 or 1) or any other measure.
    """
    order = np.lexsort((moment_window, moment_deal))
    deal, window, stratum = moment_deal[order], moment_window[order], moment_stratum[order]
    outcome = moment_outcome[order].astype(np.float64)
    stride = int(max(moment_window.max(initial=0), first_window.max(initial=0))) + 1
    keys = deal * stride + window
    first_keys = first_deal * stride + first_window
    begins = np.searchsorted(keys, first_deal * stride)
    at_use = np.searchsorted(keys, first_keys)
    ends = np.searchsorted(keys, (first_deal + 1) * stride)
    is_hit = at_use < ends
    is_hit[is_hit] = keys[at_use[is_hit]] == first_keys[is_hit]

    def tabulate(asset: Ints, row: Ints, weights: Floats | None = None) -> Floats:
        cells = np.bincount(asset * strata + stratum[row], weights, minlength=assets * strata)
        return cells.reshape(assets, strata).astype(np.float64)

    hit_asset, hit_row = first_asset[is_hit], at_use[is_hit]
    after_asset, after_row = _spread(first_asset, at_use, ends)
    before_asset, before_row = _spread(first_asset, begins, at_use)
    total = np.bincount(stratum, minlength=strata).astype(np.float64)
    pairs, repeats = np.unique(deal * strata + stratum, return_counts=True)
    squares = np.bincount(pairs % strata, repeats.astype(np.float64) ** 2, minlength=strata)
    return SufficientStatistics(
        moments=total,
        outcomes=np.bincount(stratum, outcome, minlength=strata).astype(np.float64),
        first_uses=tabulate(hit_asset, hit_row),
        first_use_outcomes=tabulate(hit_asset, hit_row, outcome[hit_row]),
        removed=tabulate(after_asset, after_row),
        removed_outcomes=tabulate(after_asset, after_row, outcome[after_row]),
        crossing=tabulate(before_asset, before_row),
        design_effect=np.maximum(squares / np.maximum(total, 1), 1),
    )


def _spread(asset: Ints, begins: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Give every row of every span [begin, end), with its asset."""
    lengths = ends - begins
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.repeat(asset, lengths), np.repeat(begins, lengths) + within
