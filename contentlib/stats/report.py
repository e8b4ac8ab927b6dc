"""What usage-to-close answers, as plain values; titles, dates and open deals are added by who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contentlib.domain.reports import ComparisonQuality, ReportStatus, Verdict
from contentlib.stats.facts import Floats


@dataclass(frozen=True, kw_only=True)
class RawNumbers:
    """Plain counts over closed deals, not adjusted for anything: they rank lateness, not content.

    `influenced_minor` is the amount of won deals with a use, in minor units by currency code (NONE: no currency);
    currencies are never added up.
    """

    deals_with: int
    wins_with: int
    win_rate_with: float | None
    win_rate_without: float | None
    influenced_minor: Mapping[int, int]


@dataclass(frozen=True, kw_only=True)
class UsageToCloseRow:
    """What can be said of one asset.

    `uses` are rated uses, `won` those whose deal was won. `expected` is a number of deals; `lift`, `lo`, `hi` and
    `shrunk` are fractions of deals (0.07 = 7 per 100), `lo` and `hi` the honest range, widened by tau. From
    `expected` to `crossover` everything is None for paperwork, for fewer than 10 rated uses, and in a library with
    too little data. `health_gap` is how many health steps (0 to 3) the users' deals were ahead before the use.
    `uses_needed` is how many more uses a verdict takes; None when it is there, or when no number would do.
    `evidence` and `explanation` are the two halves of `sentence`; `evidence` may be empty.
    """

    asset_id: int
    verdict: Verdict
    uses: int
    won: int
    expected: float | None = None
    lift: float | None = None
    lo: float | None = None
    hi: float | None = None
    shrunk: float | None = None
    wrong_sign: float | None = None
    smd: float | None = None
    quality: ComparisonQuality | None = None
    crossover: float | None = None
    health_gap: float | None = None
    uses_needed: int | None = None
    evidence: str = ""
    explanation: str = ""
    raw: RawNumbers

    @property
    def sentence(self) -> str:
        """The whole of what a person reads beside the asset."""
        return f"{self.evidence} {self.explanation}".strip()


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Deals that take no part in the comparison, and why."""

    reason: str
    deals: int


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoreSummary:
    """The fitted score, for keeping beside the figures: one column of coefficients per fold.

    `cuts` has one row of four per stage cell, NaN where a stage has too few moments to be cut.
    """

    features: tuple[str, ...]
    coefficients: Floats
    cuts: Floats
    moments: int


@dataclass(frozen=True, kw_only=True, eq=False)
class UsageToCloseReport:
    """Usage-to-close for a whole library, rows sorted by `shrunk`, best first, rows without it last by `uses`.

    `deals`, `wins`, `losses` are closed deals with a content moment; `left_out` accounts for all others, so that
    the two add up to every deal. `tau` is the scatter between assets that the ranges are widened by, learned from
    `tau_assets` of them (0: too few, the smallest allowed value). `health_coverage` is the share of content moments
    with known health. Every asset with a use has a row.
    """

    status: ReportStatus
    rows: tuple[UsageToCloseRow, ...]
    deals: int
    wins: int
    losses: int
    left_out: tuple[LeftOut, ...]
    tau: float
    tau_assets: int
    health_coverage: float
    score: ScoreSummary | None
