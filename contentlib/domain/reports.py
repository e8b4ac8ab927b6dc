"""The words a report uses for what it found; it computes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What usage-to-close can say of an asset; the values stand in answers and files."""

    HELPS = "helps"
    NO_CLEAR_DIFFERENCE = "no clear difference"
    NOT_ENOUGH_DATA = "not enough data"
    REVIEW = "review"
    CANNOT_TELL = "cannot tell"
    PAPERWORK = "paperwork"


VERDICT_LABELS = {
    Verdict.HELPS: "Helps",
    Verdict.NO_CLEAR_DIFFERENCE: "No clear difference",
    Verdict.NOT_ENOUGH_DATA: "Not enough data yet",
    Verdict.REVIEW: "Below similar deals – review",
    Verdict.CANNOT_TELL: "Can’t tell",
    Verdict.PAPERWORK: "Paperwork – not rated",
}


class ComparisonQuality(StrEnum):
    """How alike users' deals and comparison deals were before the use."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class ReportStatus(StrEnum):
    """Whether the library holds enough closed deals for any figure to be shown."""

    OK = "ok"
    TOO_LITTLE_DATA = "too little data"


@dataclass(frozen=True, kw_only=True)
class UsageToCloseLine:
    """One asset in usage-to-close, with its title and the open deals read live; None where nothing can be said.

    `lift`, `lo`, `hi`, `shrunk`, `wrong_sign` and `crossover` are fractions; `raw` holds plain counts and
    `influenced_minor` by currency.
    """

    asset: str
    title: str
    kind: str
    kind_label: str
    label: Verdict
    uses: int
    won: int
    expected: float | None
    lift: float | None
    lo: float | None
    hi: float | None
    shrunk: float | None
    wrong_sign: float | None
    smd: float | None
    quality: str | None
    crossover: float | None
    uses_needed: int | None
    evidence: str
    explanation: str
    open_deals: int
    raw: Mapping[str, Any]

    @property
    def is_ranked(self) -> bool:
        """Tell whether its figure may be held against others'; those of too few uses only stand there."""
        return self.shrunk is not None and self.label is not Verdict.NOT_ENOUGH_DATA

    @property
    def sentence(self) -> str:
        """The whole of what a person reads beside the asset."""
        return f"{self.evidence} {self.explanation}".strip()


@dataclass(frozen=True, kw_only=True)
class UsageToClose:
    """The whole report as of a moment; `deals`, `wins`, `losses` are closed deals with a content moment."""

    as_of: datetime | None
    status: ReportStatus
    deals: int
    wins: int
    losses: int
    left_out: tuple[tuple[str, int], ...]
    tau: float
    tau_assets: int
    health_coverage: float
    rows: tuple[UsageToCloseLine, ...]
    is_made_up: bool
    is_stale: bool

    @property
    def counts(self) -> dict[Verdict, int]:
        """Count the assets by what can be said of them."""
        return {verdict: sum(row.label is verdict for row in self.rows) for verdict in Verdict}


@dataclass(frozen=True, kw_only=True)
class DealBehind:
    """A deal behind a row of the report; `stage` is where it stood at the first use."""

    id: str
    account: str
    owner: str | None
    amount_minor: int | None
    currency: str | None
    outcome: str | None
    closed_at: datetime | None
    first_used_at: datetime
    stage: str | None
    stage_now: str | None
    uses: int


@dataclass(frozen=True, kw_only=True)
class RowBehind:
    """What stands behind one row: the closed deals, and the open ones, which are not rated until they close."""

    line: UsageToCloseLine
    closed: tuple[DealBehind, ...]
    open: tuple[DealBehind, ...]
    as_of: datetime | None
