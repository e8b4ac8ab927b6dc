import numpy as np
import pytest

from contentlib.stats.moments import DAY, WEEK, find_moments, read_states
from contentlib.stats.paperwork import _count_windows, screen_paperwork
from contentlib.stats.strata import BANDS, bands
from tests.factories.facts import Deal, facts_of, ints, lost, recorded_world, won


def windows_one_by_one(states):
    """The same count by walking through every window."""
    facts = states.facts
    windows = np.zeros(states.cells * BANDS)
    soon = np.zeros(states.cells * BANDS)
    for deal in np.flatnonzero(states.is_comparable):
        opened, closed = int(facts.deal_opened_at[deal]), int(facts.deal_closed_at[deal])
        for start in range(opened, closed + 1, WEEK):
            row = states.stage_row_at(ints([deal]), ints([start]))[0]
            days = max(start - int(states.stage_at[row]), 0) / DAY
            group = states.stage_cell[row] * BANDS + bands(np.array([days]))[0]
            windows[group] += 1
            soon[group] += facts.deal_outcome[deal] == 1 and closed - start <= 14 * DAY
    return windows, soon


def test_windows_are_counted_as_if_walked_through():
    rng = np.random.default_rng(8)
    deals = []
    for index in range(120):
        length = float(rng.integers(0, 90)) + rng.choice([0.0, 0.4])
        count = int(rng.integers(1, 6))
        entered = np.sort(rng.uniform(-4, max(length, 1), count))
        if index % 7 == 0:
            entered = np.round(entered / 7) * 7
        stages = list(enumerate(entered.tolist()))
        kind = (won, lost)[index % 2]
        deals.append(kind(length, stages=stages, opened=0) if index % 9 else Deal(stages=stages))
    states = read_states(facts_of(deals))
    windows, soon = _count_windows(states)
    expected_windows, expected_soon = windows_one_by_one(states)
    np.testing.assert_array_equal(windows, expected_windows)
    np.testing.assert_array_equal(soon, expected_soon)
    assert soon.sum() > 20


def test_a_deal_with_a_date_of_1970_costs_nothing():
    states = read_states(facts_of([won(30, opened=-19_000, stages=[(4, -19_000)])]))
    windows, soon = _count_windows(states)
    assert windows.sum() == 19_030 // 7 + 1
    assert soon.sum() == 2


def screened(deals, assets=1):
    states = read_states(facts_of(deals, assets=assets))
    _, firsts = find_moments(states)
    return screen_paperwork(states, firsts, assets).tolist()


PLAIN = [lost(70, stages=[(3, 0), (4, 7)]) for _ in range(20)] + [won(70, stages=[(3, 0), (4, 7)]) for _ in range(5)]


def test_sent_in_the_last_stage_days_before_the_win_is_paperwork():
    # Used in the very week of the close, where there is no content moment.
    orders = [won(66, stages=[(3, 0), (4, 7)], uses=[(0, 65)]) for _ in range(8)]
    assert screened(PLAIN + orders) == [True]


@pytest.mark.parametrize(
    "orders",
    [
        [won(66, stages=[(3, 0), (4, 7)], uses=[(0, 65)]) for _ in range(4)],  # too few
        [won(66, stages=[(3, 0), (4, 64)], uses=[(0, 30)]) for _ in range(8)],  # before the last stage
        [won(66, stages=[(3, 0), (4, 7)], uses=[(0, 20)]) for _ in range(8)],  # weeks before the win
        [lost(66, stages=[(3, 0), (4, 7)], uses=[(0, 65)]) for _ in range(8)],  # lost
    ],
)
def test_what_is_used_otherwise_is_no_paperwork(orders):
    assert screened(PLAIN + orders) == [False]


def test_the_recorded_world_gives_up_its_paperwork_and_nothing_else():
    facts, _, kind = recorded_world()
    states = read_states(facts)
    _, firsts = find_moments(states)
    assert screen_paperwork(states, firsts, len(kind)).tolist() == (kind == "paper").tolist()
