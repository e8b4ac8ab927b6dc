"""Usage-to-close from beginning to end: facts in, report out; it puts the steps in order and computes none of them.

1. `moments`: weeks in which content was used on deals that closed later, with the state just before.
2. `score`: how likely such a deal was to be won anyway.
3. `strata`: moments at the same stage, as long in it, as likely to be won.
4. `sufficient`, `comparison`: first uses against moments of the same strata without the asset.
5. `spread`, `shrinkage`, `balance`, `paperwork`: what the figures are worth.
6. `verdicts`, `sentences`: what may be said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from contentlib.domain.reports import ReportStatus, Verdict
from contentlib.stats import sentences
from contentlib.stats.balance import health_gaps, judge_quality
from contentlib.stats.comparison import Lifts, compare, crossover
from contentlib.stats.facts import NONE, Bools, Facts, Floats, Ints
from contentlib.stats.moments import LAST_WEEK_ONLY, NO_USE, DealStates, FirstUses, Moments, find_moments, read_states
from contentlib.stats.paperwork import screen_paperwork
from contentlib.stats.raw_numbers import count_raw
from contentlib.stats.report import (
    LeftOut,
    RawNumbers,
    ScoreSummary,
    UsageToCloseReport,
    UsageToCloseRow,
)
from contentlib.stats.score import fit_score
from contentlib.stats.shrinkage import FEWEST_USES as FEWEST_USES_FOR_FIGURES
from contentlib.stats.shrinkage import Shrunk, shrink
from contentlib.stats.spread import SMALLEST_TAU, HonestRanges, learn_spread, widen
from contentlib.stats.strata import STRATA_PER_CELL, cut_scores, stratify
from contentlib.stats.sufficient import summarise
from contentlib.stats.verdicts import has_enough_deals, judge, uses_needed


@dataclass(frozen=True, kw_only=True, eq=False)
class _Figures:
    lifts: Lifts
    ranges: HonestRanges
    shrunk: Shrunk
    crossover: Floats
    health_gap: Floats
    smd: Floats
    verdicts: tuple[Verdict, ...]
    tau: float
    tau_assets: int


def build_report(facts: Facts) -> UsageToCloseReport:
    """Compute usage-to-close for a library; the same facts give the same report."""
    states = read_states(facts)
    moments, firsts = find_moments(states)
    compared = np.unique(moments.deal)
    wins = int((facts.deal_outcome[compared] == 1).sum())
    losses = len(compared) - wins
    is_paperwork = facts.asset_is_paperwork | screen_paperwork(states, firsts, len(facts.asset_id))
    raw = count_raw(facts)

    figures = score = None
    if has_enough_deals(wins=wins, losses=losses):
        figures, score = _compare(states, moments, firsts, is_paperwork)
        rows = [_row(facts, asset, figures, raw[asset]) for asset in _used_assets(facts)]
    else:
        gate = sentences.explain_gate(deals=len(compared), wins=wins, losses=losses)
        rows = _rows_without_figures(facts, moments, firsts, is_paperwork, raw, gate)
    rows.sort(key=lambda row: (row.shrunk is None, -(row.shrunk or 0.0), -row.uses, row.asset_id))
    return UsageToCloseReport(
        status=ReportStatus.OK if figures else ReportStatus.TOO_LITTLE_DATA,
        rows=tuple(rows),
        deals=len(compared),
        wins=wins,
        losses=losses,
        left_out=_count_left_out(states, compared, firsts),
        tau=figures.tau if figures else SMALLEST_TAU,
        tau_assets=figures.tau_assets if figures else 0,
        health_coverage=float((moments.health != NONE).mean()) if len(moments) else 0.0,
        score=score,
    )


def _compare(
    states: DealStates, moments: Moments, firsts: FirstUses, is_paperwork: Bools
) -> tuple[_Figures, ScoreSummary]:
    assets, strata = len(states.facts.asset_id), states.cells * STRATA_PER_CELL
    has_health = bool((moments.health != NONE).any())
    score = fit_score(states, moments, with_health=has_health)
    cuts = cut_scores(moments, score.probability, states.cells)
    stratum = stratify(moments, score.probability, cuts)
    sums = summarise(
        assets=assets,
        strata=strata,
        moment_deal=moments.deal,
        moment_window=moments.window,
        moment_stratum=stratum,
        moment_outcome=moments.won.astype(np.float64),
        first_asset=firsts.asset,
        first_deal=firsts.deal,
        first_window=firsts.window,
    )
    lifts = compare(sums)
    spread = learn_spread(lifts, ~is_paperwork)
    ranges = widen(lifts, spread.tau)
    shrunk = shrink(lifts, ranges, ~is_paperwork)
    gap, health_sd = _health_gaps(states, moments, firsts) if has_health else (np.full(assets, np.nan), 0.0)
    smd = gap / health_sd if health_sd > 0 else np.full(assets, np.nan)
    figures = _Figures(
        lifts=lifts,
        ranges=ranges,
        shrunk=shrunk,
        crossover=crossover(sums),
        health_gap=gap,
        smd=smd,
        verdicts=judge(lifts, ranges, shrunk, is_paperwork, smd),
        tau=spread.tau,
        tau_assets=spread.assets,
    )
    summary = ScoreSummary(features=score.features, coefficients=score.coefficients, cuts=cuts, moments=len(moments))
    return figures, summary


def _health_gaps(states: DealStates, moments: Moments, firsts: FirstUses) -> tuple[Floats, float]:
    blind = fit_score(states, moments, with_health=False)
    stratum = stratify(moments, blind.probability, cut_scores(moments, blind.probability, states.cells))
    strata = states.cells * STRATA_PER_CELL
    return health_gaps(moments, firsts, stratum, assets=len(states.facts.asset_id), strata=strata)


def _used_assets(facts: Facts) -> list[int]:
    used: list[int] = np.unique(facts.usage_asset[facts.usage_is_use]).tolist()
    return used


def _row(facts: Facts, asset: int, figures: _Figures, raw: RawNumbers) -> UsageToCloseRow:
    lifts, verdict = figures.lifts, figures.verdicts[asset]
    uses, won = int(lifts.uses[asset]), int(lifts.won[asset])
    asset_id = int(facts.asset_id[asset])
    if verdict is Verdict.PAPERWORK:
        return _paperwork_row(asset_id, uses, won, raw)
    needed = None
    if verdict is Verdict.NOT_ENOUGH_DATA:
        needed = uses_needed(uses, float(lifts.lo[asset]), float(lifts.hi[asset]), figures.tau)
    row = UsageToCloseRow(
        asset_id=asset_id,
        verdict=verdict,
        uses=uses,
        won=won,
        uses_needed=needed,
        evidence=sentences.describe_uses(uses),
        explanation=sentences.explain_scarcity(needed),
        raw=raw,
    )
    return row if uses < FEWEST_USES_FOR_FIGURES else _with_figures(row, asset, figures)


def _with_figures(row: UsageToCloseRow, asset: int, figures: _Figures) -> UsageToCloseRow:
    """Add what was computed of an asset, and say what it means where there is a verdict."""
    lifts, smd = figures.lifts, _known(figures.smd[asset])
    expected, lift = float(lifts.expected[asset]), float(lifts.lift[asset])
    lo, hi = float(figures.ranges.lo[asset]), float(figures.ranges.hi[asset])
    told = replace(
        row,
        expected=expected,
        lift=lift,
        lo=lo,
        hi=hi,
        shrunk=_known(figures.shrunk.lift[asset]),
        wrong_sign=_known(figures.shrunk.wrong_sign[asset]),
        smd=smd,
        quality=None if smd is None else judge_quality(smd),
        crossover=_known(figures.crossover[asset]),
        health_gap=_known(figures.health_gap[asset]),
    )
    if row.verdict is Verdict.NOT_ENOUGH_DATA:
        return told
    return replace(
        told,
        evidence=sentences.describe_evidence(uses=row.uses, won=row.won, expected=expected, lift=lift, lo=lo, hi=hi),
        explanation=sentences.explain(row.verdict, health_gap=told.health_gap, crossover=told.crossover),
    )


def _paperwork_row(asset_id: int, uses: int, won: int, raw: RawNumbers) -> UsageToCloseRow:
    return UsageToCloseRow(
        asset_id=asset_id,
        verdict=Verdict.PAPERWORK,
        uses=uses,
        won=won,
        evidence=sentences.describe_paperwork(raw.deals_with, raw.wins_with),
        explanation=sentences.explain(Verdict.PAPERWORK, health_gap=None, crossover=None),
        raw=raw,
    )


def _rows_without_figures(
    facts: Facts,
    moments: Moments,
    firsts: FirstUses,
    is_paperwork: Bools,
    raw: tuple[RawNumbers, ...],
    explanation: str,
) -> list[UsageToCloseRow]:
    is_rated = firsts.moment != NONE
    uses = np.bincount(firsts.asset[is_rated], minlength=len(facts.asset_id))
    won = np.bincount(firsts.asset[is_rated], moments.won[firsts.moment[is_rated]], minlength=len(facts.asset_id))
    return [
        _paperwork_row(int(facts.asset_id[asset]), int(uses[asset]), int(won[asset]), raw[asset])
        if is_paperwork[asset]
        else UsageToCloseRow(
            asset_id=int(facts.asset_id[asset]),
            verdict=Verdict.NOT_ENOUGH_DATA,
            uses=int(uses[asset]),
            won=int(won[asset]),
            evidence=sentences.describe_uses(int(uses[asset])),
            explanation=explanation,
            raw=raw[asset],
        )
        for asset in _used_assets(facts)
    ]


def _count_left_out(states: DealStates, compared: Ints, firsts: FirstUses) -> tuple[LeftOut, ...]:
    used = np.unique(firsts.deal)
    reasons = states.left_out | {
        NO_USE: int(states.is_comparable.sum()) - len(used),
        LAST_WEEK_ONLY: len(used) - len(compared),
    }
    return tuple(LeftOut(reason=reason, deals=deals) for reason, deals in reasons.items() if deals)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
