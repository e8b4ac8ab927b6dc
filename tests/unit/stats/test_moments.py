"""Windows, moments and the state at a window's start, worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from contentlib.stats.facts import NONE
from contentlib.stats.moments import find_moments, quarters, read_states
from tests.factories.facts import START, Deal, facts_of, ints, lost, won

# Opened on day 0, closed on day 30, in window 4 (days 28 to 34): windows 0 to 3 may hold moments.
WORKED = won(
    30,
    stages=[(0, 0), (1, 10), (2, 21)],
    healths=[(0, 1), (14, 3), (27, 2)],
    uses=[(0, -3), (0, 2), (1, 15), (2, 16.5), (1, 22), (1, 29), (0, 31)],
)


def moments_of(*deals, **rest):
    return find_moments(read_states(facts_of(deals, **rest)))


def test_a_deal_worked_out_by_hand():
    moments, firsts = moments_of(WORKED)
    assert moments.window.tolist() == [0, 2, 3]
    assert moments.won.tolist() == [1, 1, 1]
    assert moments.cell.tolist() == [0, 1, 2]
    assert moments.days_in_stage.tolist() == [0, 4, 0]  # stage 2 is entered exactly at the start of window 3
    assert moments.weeks_to_stage == pytest.approx([0, 10 / 7, 3])
    assert moments.prior_uses.tolist() == [0, 2, 4]
    assert moments.recent_uses.tolist() == [0, 2, 4]
    assert moments.health.tolist() == [1, 3, 3]
    assert list(zip(firsts.asset.tolist(), firsts.window.tolist(), firsts.moment.tolist(), strict=True)) == [
        (0, 0, 0),
        (1, 2, 1),
        (2, 2, 1),
    ]


def test_recent_uses_are_those_of_the_three_windows_before():
    moments, _ = moments_of(won(80, uses=[(0, 1), (0, 8), (0, 22), (0, 29), (0, 36)]))
    assert moments.window.tolist() == [0, 1, 3, 4, 5]
    assert moments.recent_uses.tolist() == [0, 1, 2, 2, 2]
    assert moments.prior_uses.tolist() == [0, 1, 2, 3, 4]


def test_a_use_in_the_week_of_the_close_makes_no_moment_but_is_a_first_use():
    moments, firsts = moments_of(lost(16, uses=[(0, 15)]))
    assert len(moments) == 0
    assert firsts.moment.tolist() == [NONE]


def test_a_deal_that_closes_at_the_end_of_a_window_was_open_all_through_it():
    moments, _ = moments_of(lost(14, uses=[(0, 13)]))
    assert moments.window.tolist() == [1]


def test_before_its_first_stage_row_a_deal_is_in_that_stage_for_no_time():
    moments, _ = moments_of(won(40, stages=[(3, 20)], uses=[(0, 8)]))
    assert moments.cell.tolist() == [3]
    assert moments.days_in_stage.tolist() == [0]
    assert moments.weeks_to_stage == pytest.approx([20 / 7])


def test_health_is_unknown_before_its_first_entry():
    moments, _ = moments_of(won(40, healths=[(9, 3)], uses=[(0, 1), (0, 8), (0, 15)]))
    assert moments.health.tolist() == [NONE, NONE, 3]


def test_views_uses_on_no_deal_and_uses_of_open_deals_make_nothing():
    facts = facts_of([Deal(uses=[(0, 1)]), won(30, uses=[(0, 1)])], loose_uses=[1])
    facts = replace(facts, usage_is_use=np.array([True, False, True]))
    moments, firsts = find_moments(read_states(facts))
    assert len(moments) == len(firsts.asset) == 0


def test_stages_of_two_pipelines_are_never_one_cell():
    states = read_states(
        facts_of(
            [won(30, uses=[(0, 1)]), won(30, pipeline=1, uses=[(0, 1)]), won(30, pipeline=1, stages=[(4, 0)])],
            pipelines=(5, 3),
        )
    )
    moments, _ = find_moments(states)
    assert moments.cell.tolist() == [0, 5]
    assert states.cells == 8
    assert states.cell_open_stages_after.tolist() == [4, 3, 2, 1, 0, 2, 1, 0]
    assert states.stage_cell[-1] == 7  # a position beyond a shortened pipeline counts as its last


def test_of_two_stage_rows_of_one_instant_the_later_stage_counts():
    moments, _ = moments_of(won(30, stages=[(2, 0), (0, 0), (1, 0)], uses=[(0, 1)]))
    assert moments.cell.tolist() == [2]


def test_every_deal_that_cannot_be_compared_has_one_reason():
    states = read_states(
        facts_of(
            [
                Deal(),
                won(30, opened=None),
                won(None),
                won(-2),
                won(30, stages=[]),
                won(30, stages=[(NONE, 3)]),
                won(30),
            ]
        )
    )
    assert states.left_out == {
        "still open": 1,
        "no opening date": 1,
        "no closing date": 1,
        "closed before it was opened": 1,
        "no stage history": 2,
    }
    assert states.is_comparable.tolist() == [False] * 6 + [True]


def test_quarters_turn_at_utc_midnight():
    new_year, spring = START, START + 91 * 86_400  # 1 January and 1 April 2024
    assert np.diff(quarters(ints([new_year - 1, new_year, spring - 1, spring]))).tolist() == [1, 0, 1]
