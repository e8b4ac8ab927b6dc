import numpy as np
import pytest

from contentlib.domain.reports import ComparisonQuality, Verdict
from contentlib.stats.balance import judge_quality
from contentlib.stats.comparison import Lifts
from contentlib.stats.shrinkage import Shrunk
from contentlib.stats.spread import HonestRanges, learn_spread, widen
from contentlib.stats.verdicts import has_enough_deals, judge, uses_needed


def verdict_of(*, uses=118, lo=-0.01, hi=0.14, wrong_sign=0.2, smd=0.05, paperwork=False):
    column = np.array([(lo + hi) / 2])
    lifts = Lifts(
        uses=np.array([float(uses)]),
        won=column,
        expected=column,
        lift=column if uses else np.array([np.nan]),
        lo=column,
        hi=column,
        se=column,
    )
    ranges = HonestRanges(lo=np.array([lo]), hi=np.array([hi]), se=column)
    shrunk = Shrunk(lift=column, wrong_sign=np.array([wrong_sign]))
    return judge(lifts, ranges, shrunk, np.array([paperwork]), None if smd is None else np.array([smd]))[0]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({}, Verdict.NO_CLEAR_DIFFERENCE),
        ({"lo": 0.01, "hi": 0.14, "wrong_sign": 0.01}, Verdict.HELPS),
        ({"lo": 0.01, "hi": 0.14, "wrong_sign": 0.06}, Verdict.NO_CLEAR_DIFFERENCE),
        ({"lo": 0.01, "hi": 0.14, "wrong_sign": 0.01, "smd": 0.20}, Verdict.HELPS),
        ({"lo": 0.01, "hi": 0.14, "wrong_sign": 0.01, "smd": -0.21}, Verdict.CANNOT_TELL),
        ({"lo": 0.01, "hi": 0.14, "wrong_sign": 0.01, "smd": np.nan}, Verdict.HELPS),
        ({"lo": 0.01, "hi": 0.14, "wrong_sign": 0.01, "smd": None}, Verdict.HELPS),
        ({"lo": -0.15, "hi": -0.02, "wrong_sign": 0.01}, Verdict.REVIEW),
        ({"lo": -0.15, "hi": -0.02, "wrong_sign": 0.01, "smd": 0.3}, Verdict.CANNOT_TELL),
        ({"uses": 29, "lo": 0.01, "hi": 0.14, "wrong_sign": 0.01}, Verdict.NOT_ENOUGH_DATA),
        ({"uses": 30, "lo": 0.01, "hi": 0.14, "wrong_sign": 0.01}, Verdict.HELPS),
        ({"lo": 0.01, "hi": 0.22, "wrong_sign": 0.01}, Verdict.NOT_ENOUGH_DATA),
        ({"uses": 0, "lo": np.nan, "hi": np.nan, "wrong_sign": np.nan}, Verdict.NOT_ENOUGH_DATA),
        ({"lo": 0.01, "hi": 0.14, "wrong_sign": 0.01, "paperwork": True}, Verdict.PAPERWORK),
        ({"uses": 3, "paperwork": True}, Verdict.PAPERWORK),
    ],
)
def test_verdicts_follow_their_order(case, expected):
    assert verdict_of(**case) is expected


@pytest.mark.parametrize(
    ("wins", "losses", "enough"), [(30, 70, True), (29, 400, False), (400, 29, False), (40, 59, False), (70, 30, True)]
)
def test_library_gate(wins, losses, enough):
    assert has_enough_deals(wins=wins, losses=losses) is enough


def test_uses_needed_follow_the_formula():
    # n = 27, half-width 20 points, tau .02: 27 * 400 / (100 - 15.37) = 127.6 -> 101 more.
    assert uses_needed(27, -0.05, 0.35, 0.02) == 101
    # A narrow range still takes thirty uses.
    assert uses_needed(12, 0.0, 0.1, 0.02) == 18
    assert uses_needed(0, np.nan, np.nan, 0.02) == 30
    assert uses_needed(40, -0.1, 0.1, 0.05) == 40 * 100 / 3.96 // 1 + 1 - 40
    assert uses_needed(40, -0.1, 0.1, 0.051) is None
    assert uses_needed(40, -0.1, 0.1, 0.3) is None


@pytest.mark.parametrize(
    ("smd", "quality"),
    [(0.0, "good"), (-0.099, "good"), (0.1, "fair"), (-0.2, "fair"), (0.201, "poor"), (-0.9, "poor")],
)
def test_comparison_quality(smd, quality):
    assert judge_quality(smd) is ComparisonQuality(quality)


def lifts_with(lift, se, uses=50.0):
    lift, se = np.array(lift, float), np.array(se, float)
    half = 1.959963984540054 * se
    return Lifts(
        uses=np.full(len(lift), uses), won=lift, expected=lift, lift=lift, lo=lift - half, hi=lift + half, se=se
    )


def test_tau_is_the_smallest_when_sampling_error_explains_the_scatter_or_assets_are_few():
    calm = lifts_with([-0.02, -0.01, 0, 0.01, 0.02, 0.03, -0.03, 0.0], [0.03] * 8)
    found = learn_spread(calm, np.ones(8, bool))
    assert (found.tau, found.assets) == (0.02, 8)
    wild = lifts_with([-0.5, 0.5, 0.3, -0.3, 0.2, -0.2, 0.4], [0.01] * 7)
    found = learn_spread(wild, np.ones(7, bool))
    assert (found.tau, found.assets) == (0.02, 0)


def test_tau_grows_with_the_scatter_and_leaves_out_what_is_not_rated():
    lift = [-0.2, -0.15, -0.1, -0.05, 0.0, 0.05, 0.1, 0.15, 0.2]
    # Median distance .1 = 0.6745 * sqrt(.01^2 + tau^2)
    found = learn_spread(lifts_with(lift, [0.01] * 9), np.ones(9, bool))
    assert found.tau == pytest.approx(np.sqrt((0.1 / 0.6745) ** 2 - 0.01**2), abs=1e-9)
    with_paperwork = lifts_with([*lift, 0.9, 0.9], [0.01] * 11)
    assert learn_spread(with_paperwork, np.arange(11) < 9).tau == pytest.approx(found.tau)


def test_widening_keeps_the_estimate_and_the_lean_of_the_range():
    figures = {"uses": 50.0, "won": 20.0, "expected": 15.0, "lift": 0.1, "lo": 0.04, "hi": 0.13, "se": 0.03}
    lifts = Lifts(**{name: np.array([value]) for name, value in figures.items()})
    ranges = widen(lifts, 0.04)
    assert ranges.se[0] == pytest.approx(0.05)
    assert ranges.lo[0] == pytest.approx(0.1 - 0.06 * 5 / 3)
    assert ranges.hi[0] == pytest.approx(0.1 + 0.03 * 5 / 3)
