import hashlib
from dataclasses import replace

import numpy as np
import pytest

from contentlib.stats.facts import NONE
from contentlib.stats.moments import find_moments, read_states
from contentlib.stats.score import fit_ridge_logistic, fit_score, folds
from tests.factories.facts import facts_of, lost, recorded_world, won


def test_the_fold_is_the_lowest_bit_of_the_last_byte_of_the_hash():
    ids = ("TW-20001", "Zürich 7", "")
    expected = [int(hashlib.sha256(deal.encode("utf-8")).hexdigest(), 16) & 1 for deal in ids]
    assert folds(ids).tolist() == expected
    assert folds(("",)).tolist() == [1]  # SHA-256 of nothing ends in ...b855


def test_a_lone_intercept_solves_its_own_equation():
    won_deals = np.array([1.0] * 30 + [0.0] * 10)
    (intercept,) = fit_ridge_logistic(np.ones((40, 1)), won_deals)
    assert 30 - 40 / (1 + np.exp(-intercept)) == pytest.approx(2 * intercept, abs=1e-6)
    assert 0 < intercept < np.log(3)


def test_the_gradient_vanishes_at_the_fit_even_when_the_outcome_is_separated():
    rng = np.random.default_rng(3)
    signal = rng.normal(size=400)
    matrix = np.column_stack([np.ones(400), signal, rng.normal(size=400)])
    outcome = (signal > 0).astype(float)
    fit = fit_ridge_logistic(matrix, outcome)
    fitted = 1 / (1 + np.exp(-matrix @ fit))
    assert np.abs(matrix.T @ (outcome - fitted) - 2 * fit).max() < 1e-4
    assert fit[1] > 3
    assert abs(fit[2]) < 1


def test_no_deals_own_outcome_enters_its_score():
    facts, _, _ = recorded_world()
    # The record of a rep rests on the overall win rate; without owners the score sees no outcome but the other half's.
    facts = replace(facts, deal_owner=np.full(len(facts.deal_id), NONE))
    states = read_states(facts)
    moments, _ = find_moments(states)
    before = fit_score(states, moments, with_health=True).probability
    own_half = folds(facts.deal_id) == 0
    turned = replace(moments, won=np.where(own_half[moments.deal], 1 - moments.won, moments.won))
    after = fit_score(states, turned, with_health=True).probability
    in_half = own_half[moments.deal]
    np.testing.assert_array_equal(after[in_half], before[in_half])
    assert not np.array_equal(after[~in_half], before[~in_half])


def test_the_score_tells_winners_from_losers():
    facts, _, _ = recorded_world()
    states = read_states(facts)
    moments, _ = find_moments(states)
    probability = fit_score(states, moments, with_health=True).probability
    ranks = np.argsort(np.argsort(probability))
    wins = moments.won == 1
    area = (ranks[wins].sum() - wins.sum() * (wins.sum() - 1) / 2) / (wins.sum() * (~wins).sum())
    assert area > 0.75


def features_of(deals, **rest):
    states = read_states(facts_of(deals, **rest))
    moments, _ = find_moments(states)
    return fit_score(states, moments, with_health=True).features


def test_missing_attributes_are_a_level_of_their_own():
    deals = [won(30, uses=[(0, 1)], industry=4), won(30, uses=[(0, 1)], industry=4), lost(30, uses=[(0, 1)])]
    assert "industry -1" in features_of(deals)


def test_rare_values_of_a_messy_column_share_one_level():
    deals = [won(30, uses=[(0, 1)], industry=code) for code in range(300)]
    names = [name for name in features_of(deals) if name.startswith("industry")]
    assert len(names) == 40
    assert "industry rare" in names


def test_late_stages_are_counted_from_the_end_of_their_own_pipeline():
    deals = [
        won(30, stages=[(2, 0)], pipeline=1, uses=[(0, 1), (0, 9)]),
        lost(30, stages=[(4, 3)], uses=[(0, 1), (0, 9)]),
    ]
    names = features_of(deals, pipelines=(5, 3))
    assert "recent uses, 0 stages before the last" in names
    assert "recent uses, 1 stages before the last" not in names
