"""Observed minus expected on cases small enough for paper, and Wilson's interval on published ones."""

import numpy as np
import pytest

from contentlib.stats.comparison import compare, comparison_rates, crossover, wilson
from contentlib.stats.strata import bands, cut_scores, stratify
from contentlib.stats.sufficient import summarise
from tests.factories.facts import ints


# Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I.
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_equals_the_published_examples(successes, trials, low, high):
    found = wilson(np.array([successes / trials]), np.array([float(trials)]))
    assert found[0][0] == pytest.approx(low, abs=5e-5)
    assert found[1][0] == pytest.approx(high, abs=5e-5)


def sums_of(moments, firsts, *, assets=1, strata=1):
    """`moments` are (deal, window, stratum, won), `firsts` (asset, deal, window)."""
    deal, window, stratum, won = (ints(column) for column in zip(*moments, strict=True))
    asset, first_deal, first_window = (ints(column) for column in zip(*firsts, strict=True))
    return summarise(
        assets=assets,
        strata=strata,
        moment_deal=deal,
        moment_window=window,
        moment_stratum=stratum,
        moment_outcome=won.astype(np.float64),
        first_asset=asset,
        first_deal=first_deal,
        first_window=first_window,
    )


def test_ten_deals_on_paper():
    # Ten deals, one moment each, four won. The asset was used on the first three, two of them won.
    won = [1, 1, 0, 1, 1, 0, 0, 0, 0, 0]
    sums = sums_of([(i, 0, 0, won[i]) for i in range(10)], [(0, 0, 0), (0, 1, 0), (0, 2, 0)])
    # Comparison: 7 moments, 2 won, pulled by 4 moments at the stratum's .4: (2 + 1.6) / 11.
    assert comparison_rates(sums)[0, 0] == pytest.approx(3.6 / 11)
    lifts = compare(sums)
    assert (lifts.uses[0], lifts.won[0]) == (3, 2)
    assert lifts.expected[0] == pytest.approx(3 * 3.6 / 11)
    assert lifts.lift[0] == pytest.approx(2 / 3 - 3.6 / 11)
    assert lifts.lo[0] < lifts.lift[0] < lifts.hi[0]


def test_moments_after_the_first_use_are_no_comparison_and_those_before_are():
    # Deal 0 has moments in windows 0, 1, 2 and uses the asset in window 1; deal 1 never does.
    sums = sums_of([(0, 0, 0, 1), (0, 1, 0, 1), (0, 2, 1, 1), (1, 0, 0, 0)], [(0, 0, 1)], strata=2)
    assert sums.moments.tolist() == [3, 1]
    assert sums.first_uses.tolist() == [[1, 0]]
    assert sums.removed.tolist() == [[1, 1]]
    assert sums.removed_outcomes.tolist() == [[1, 1]]
    assert sums.crossing.tolist() == [[1, 0]]
    assert crossover(sums).tolist() == [0.5]  # of two comparison moments one belongs to a deal that got it later


def test_repeated_moments_of_one_deal_count_for_less():
    # Stratum of 4 moments: three of deal 0, one of deal 1: (9 + 1) / 4.
    sums = sums_of([(0, w, 0, 1) for w in range(3)] + [(1, 0, 0, 0)], [(0, 1, 0)])
    assert sums.design_effect.tolist() == [2.5]


def test_a_first_use_without_a_moment_only_takes_later_moments_away():
    sums = sums_of([(0, 0, 0, 1), (0, 3, 0, 1)], [(0, 0, 2)])
    assert sums.first_uses.tolist() == [[0]]
    assert sums.removed.tolist() == [[1]]
    assert np.isnan(compare(sums).lift[0])


@pytest.mark.parametrize(
    ("days", "band"), [(0, 0), (6.9, 0), (7, 1), (13.99, 1), (14, 2), (27.9, 2), (28, 3), (900, 3)]
)
def test_bands_of_time_in_stage(days, band):
    assert bands(np.array([days])).tolist() == [band]


class FakeMoments:
    def __init__(self, cell, days):
        self.cell, self.days_in_stage = ints(cell), np.array(days, float)

    def __len__(self):
        return len(self.cell)


def test_strata_number_stage_band_and_fifth():
    moments = FakeMoments([0] * 10 + [1] * 3, [0] * 10 + [30] * 3)
    probability = np.linspace(0, 0.9, 13)
    cuts = cut_scores(moments, probability, 2)
    assert np.isnan(cuts[1]).all()  # three moments are not cut
    stratum = stratify(moments, probability, cuts)
    assert stratum.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 35, 35, 35]
