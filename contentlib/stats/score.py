"""The score: how likely a deal is won, given all that was known at the start of a window; it knows no asset.

One ridge logistic model for all assets, cross-fitted in two halves, so that no deal's own outcome enters its score.
The ridge estimator: le Cessie and van Houwelingen, Ridge Estimators in Logistic Regression, 1992.
Cross-fitting: Chernozhukov et al., Double/debiased machine learning, 2018.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from contentlib.stats.facts import MISSING, NONE, WON, Floats, Ints
from contentlib.stats.moments import DealStates, Moments

PENALTY = 2.0  # on every coefficient: enough to keep Newton finite under separation, too weak to bias 100 deals
MAX_STEPS = 25
MAX_HALVINGS = 12
LARGEST_LOGIT = 15.0
REP_PRIOR_DEALS = 20.0  # a rep's record is pulled to the average as if by this many average deals
LATE_STAGES = 3
MOST_LEVELS = 40  # rarer values of a free-text attribute share one level, or a messy column would cost seconds
HEALTH_CENTRE = 1.5  # the middle of 0 to 3


@dataclass(frozen=True, kw_only=True, eq=False)
class Score:
    """Probabilities of winning, one per moment, and the coefficients they came from (one column per fold)."""

    probability: Floats
    features: tuple[str, ...]
    coefficients: Floats


def fit_score(states: DealStates, moments: Moments, *, with_health: bool) -> Score:
    """Score every moment by the model fitted on the other half of the deals."""
    columns = _features(states, moments, with_health=with_health)
    matrix = np.column_stack(list(columns.values()))
    won = moments.won.astype(np.float64)
    fold = folds(states.facts.deal_id)[moments.deal]
    probability = np.full(len(moments), won.mean() if len(won) else 0.0)
    coefficients = np.zeros((len(columns), 2))
    for side in (0, 1):
        is_learned = fold != side
        if not is_learned.any():
            continue
        coefficients[:, side] = fit_ridge_logistic(matrix[is_learned], won[is_learned])
        logit = np.clip(matrix[fold == side] @ coefficients[:, side], -LARGEST_LOGIT, LARGEST_LOGIT)
        probability[fold == side] = 1 / (1 + np.exp(-logit))
    return Score(probability=probability, features=tuple(columns), coefficients=coefficients)


def folds(deal_ids: tuple[str, ...]) -> Ints:
    """Give each deal its half, 0 or 1: the lowest bit of the last byte of SHA-256 over its id in UTF-8.

    A hash, not a random draw: the same deal stays in its half however often and on whatever machine it is scored.
    """
    return np.array([hashlib.sha256(deal.encode()).digest()[-1] & 1 for deal in deal_ids], dtype=np.int64)


def fit_ridge_logistic(matrix: Floats, won: Floats, penalty: float = PENALTY) -> Floats:
    """Fit a logistic regression with an L2 penalty on every coefficient, by Newton's method with step halving.

    The first column must be the intercept. Stops when no coefficient moves by 1e-6.
    """
    coefficients = np.zeros(matrix.shape[1])
    rate = min(max(won.mean(), 1e-4), 1 - 1e-4)
    coefficients[0] = np.log(rate / (1 - rate))
    for _ in range(MAX_STEPS):
        logit = np.clip(matrix @ coefficients, -LARGEST_LOGIT, LARGEST_LOGIT)
        fitted = 1 / (1 + np.exp(-logit))
        curvature = matrix.T @ (matrix * (fitted * (1 - fitted))[:, None])
        curvature[np.diag_indices_from(curvature)] += penalty
        gradient = matrix.T @ (won - fitted) - penalty * coefficients
        step = np.linalg.solve(curvature, gradient)
        likelihood = _penalised_likelihood(logit, won, coefficients, penalty)
        size = 1.0
        for _ in range(MAX_HALVINGS):
            tried = coefficients + size * step
            tried_logit = np.clip(matrix @ tried, -LARGEST_LOGIT, LARGEST_LOGIT)
            reached = _penalised_likelihood(tried_logit, won, tried, penalty)
            if reached >= likelihood - 1e-6 * (1 + abs(likelihood)):
                break
            size /= 2
        coefficients = tried
        if np.abs(size * step).max() < 1e-6:
            break
    return coefficients


def _penalised_likelihood(logit: Floats, won: Floats, coefficients: Floats, penalty: float) -> float:
    return float((won * logit - np.logaddexp(0, logit)).sum() - penalty / 2 * (coefficients @ coefficients))


def _features(states: DealStates, moments: Moments, *, with_health: bool) -> dict[str, Floats]:
    facts = states.facts
    columns: dict[str, Floats] = {"intercept": np.ones(len(moments))}
    in_stage = np.log1p(moments.days_in_stage / 7)
    reached = np.log1p(moments.weeks_to_stage)
    recent = np.log1p(moments.recent_uses.astype(np.float64))
    cells = range(states.cells)
    in_cell = [(moments.cell == cell).astype(np.float64) for cell in cells]
    columns |= {f"stage {cell}": in_cell[cell] for cell in cells[1:]}
    columns |= {f"weeks in stage {cell}": in_stage * in_cell[cell] for cell in cells}
    columns |= _levels("industry", facts.deal_industry[moments.deal])
    columns |= _levels("size", facts.deal_size[moments.deal])
    columns |= _levels("region", facts.deal_region[moments.deal])
    columns["amount"] = _centred_log_amounts(states)[moments.deal]
    columns["rep record"] = _rep_records(states)[moments.deal]
    columns["prior uses"] = np.log1p(moments.prior_uses.astype(np.float64))
    columns["recent uses"] = recent
    columns["weeks to stage"] = reached
    stages_after = states.cell_open_stages_after[moments.cell]
    for after in range(LATE_STAGES):
        is_late = (stages_after == after).astype(np.float64)
        columns[f"weeks to stage, {after} stages before the last"] = reached * is_late
        columns[f"recent uses, {after} stages before the last"] = recent * is_late
    columns |= _levels("quarter", moments.quarter)
    if with_health:
        columns |= _levels("health", moments.health)
        health = np.where(moments.health == NONE, 0.0, moments.health - HEALTH_CENTRE)
        columns |= {f"health in stage {cell}": health * in_cell[cell] for cell in cells[1:]}
    # A column without a single value learns nothing and would only cost time.
    return {name: column for name, column in columns.items() if name == "intercept" or column.any()}


def _levels(name: str, codes: Ints) -> dict[str, Floats]:
    """Give one column per level but the commonest, which the others are measured against."""
    levels, counts = np.unique(codes, return_counts=True)
    by_size = levels[np.argsort(-counts, kind="stable")]
    kept, rare = by_size[1:MOST_LEVELS], by_size[MOST_LEVELS:]
    columns = {f"{name} {level}": (codes == level).astype(np.float64) for level in kept}
    if len(rare):
        columns[f"{name} rare"] = np.isin(codes, rare).astype(np.float64)
    return columns


def _centred_log_amounts(states: DealStates) -> Floats:
    """Give ln(amount) around its mean over comparable deals of the same currency; 0 where there is no amount."""
    facts = states.facts
    centred = np.zeros(len(facts.deal_id))
    is_known = (facts.deal_amount_minor != MISSING) & (facts.deal_amount_minor > 0) & states.is_comparable
    if is_known.any():
        amounts = np.log(facts.deal_amount_minor[is_known].astype(np.float64))
        _, currency = np.unique(facts.deal_currency[is_known], return_inverse=True)
        means = np.bincount(currency, amounts) / np.bincount(currency)
        centred[is_known] = amounts - means[currency]
    return centred


def _rep_records(states: DealStates) -> Floats:
    """Give logit of the owner's win rate on *other* comparable deals, shrunk, minus logit of the overall rate."""
    facts = states.facts
    records = np.zeros(len(facts.deal_id))
    won = (facts.deal_outcome == WON).astype(np.float64)
    is_comparable = states.is_comparable
    overall = won[is_comparable].mean() if is_comparable.any() else 0.0
    has_owner = is_comparable & (facts.deal_owner != NONE)
    if 0 < overall < 1 and has_owner.any():
        _, owner = np.unique(facts.deal_owner[has_owner], return_inverse=True)
        own = won[has_owner]
        others_won = np.bincount(owner, own)[owner] - own
        others = np.bincount(owner)[owner] - 1
        rate = (others_won + REP_PRIOR_DEALS * overall) / (others + REP_PRIOR_DEALS)
        records[has_owner] = np.log(rate / (1 - rate)) - np.log(overall / (1 - overall))
    return records
