"""The words a report uses for what it found; it computes nothing."""

from __future__ import annotations

from enum import StrEnum


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
