"""The sentences a person reads beside the figures; they say no more than the verdict allows."""

from __future__ import annotations

import math

from contentlib.domain.counting import count
from contentlib.domain.reports import Verdict
from contentlib.stats.verdicts import FEWEST_DEALS, FEWEST_LOSSES, FEWEST_WINS

MENTIONED_CROSSOVER = 0.30  # below, the comparison is diluted by less than ranges already allow for

_EXPLANATIONS = {
    Verdict.HELPS: "Deals with it did better than similar deals, more than chance or known differences explain.",
    Verdict.NO_CLEAR_DIFFERENCE: "We looked; it did about as well as other content.",
    Verdict.REVIEW: ("Deals with it did worse than similar deals. Often it is used on trouble. Ask before removing."),
    Verdict.PAPERWORK: "Sent when the customer has already decided. A high win rate says nothing.",
}


def describe_evidence(*, uses: int, won: int, expected: float, lift: float, lo: float, hi: float) -> str:
    """Say what was observed, what would have been expected, and the difference per 100 deals with its range."""
    return (
        f"Used on {count(uses, 'comparable deal')}: {won:,} won. Similar deals at the same point, using other "
        f"content, would have won about {round(expected):,}. {per_hundred(lift)} per 100 "
        f"(likely between {per_hundred(lo)} and {per_hundred(hi)})."
    )


def describe_uses(uses: int) -> str:
    """Say how often an asset was used on comparable deals, without any result."""
    return f"Used on {count(uses, 'comparable deal')} so far." if uses else "Not used on a comparable deal yet."


def describe_paperwork(deals: int, wins: int) -> str:
    """Say how often paperwork was used on closed deals and how many of them were won."""
    return f"Used on {count(deals, 'closed deal')}, {wins:,} won."


def explain(verdict: Verdict, *, health_gap: float | None, crossover: float | None) -> str:
    """Say what a verdict means for whoever has to act on it; for those that need no number of uses."""
    if verdict is Verdict.CANNOT_TELL:
        return _explain_imbalance(health_gap or 0.0)
    explanation = _EXPLANATIONS[verdict]
    if verdict is Verdict.NO_CLEAR_DIFFERENCE and crossover is not None and crossover >= MENTIONED_CROSSOVER:
        share = round(100 * crossover)
        explanation += f" {share} % of the comparison deals got it later, so the real difference may be larger."
    return explanation


def explain_scarcity(uses_needed: int | None) -> str:
    """Say how many more uses a verdict takes, or that no number would do."""
    if uses_needed is None:
        return "Assets here scatter too much for any number of uses to decide."
    return f"Needs about {count(_roughly(uses_needed), 'more use')} before we can say anything."


def explain_gate(*, deals: int, wins: int, losses: int) -> str:
    """Say what the library lacks before any difference may be shown."""
    return (
        f"Nothing can be said before {FEWEST_DEALS} closed deals with content, {FEWEST_WINS} won and "
        f"{FEWEST_LOSSES} lost; so far there are {deals:,}, {wins:,} won and {losses:,} lost."
    )


def per_hundred(fraction: float) -> str:
    """Give a fraction as whole points with its sign: "+7", "−1" (a real minus), "0"."""
    points = round(100 * fraction)
    if points == 0:
        return "0"
    return f"+{points}" if points > 0 else f"−{-points}"


def _explain_imbalance(health_gap: float) -> str:
    stronger, healthier = ("stronger", "healthier") if health_gap > 0 else ("weaker", "less healthy")
    return (
        f"Reps mostly use this on deals that were already {stronger} "
        f"({abs(health_gap):.1f} steps {healthier}). We cannot separate the two."
    )


def _roughly(number: int) -> int:
    """Round up to two leading digits: the formula is no better than that."""
    if number < 100:
        return number
    step: int = 10 ** (len(str(number)) - 2)
    return math.ceil(number / step) * step
