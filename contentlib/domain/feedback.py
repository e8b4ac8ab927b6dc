"""What people who use an asset say of it, and how that is put into words; who may read it is decided by the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contentlib.domain.errors import FieldError

# A comment says what to change; what is longer belongs into a talk.
LONGEST_COMMENT, LONGEST_ANSWER = 1000, 1000


class FeedbackSort(StrEnum):
    """What somebody finds of an asset."""

    HELPFUL = "helpful"
    OUTDATED = "outdated"
    WRONG = "wrong"
    WRONG_MARKET = "does not fit my market"


SORT_LABELS: dict[FeedbackSort, str] = {
    FeedbackSort.HELPFUL: "Helpful",
    FeedbackSort.OUTDATED: "Outdated",
    FeedbackSort.WRONG: "Wrong",
    FeedbackSort.WRONG_MARKET: "Does not fit my market",
}
# In the past tense, so that one and many read alike.
_FOUND: dict[FeedbackSort, str] = {
    FeedbackSort.HELPFUL: "found it helpful",
    FeedbackSort.OUTDATED: "found it outdated",
    FeedbackSort.WRONG: "found something wrong",
    FeedbackSort.WRONG_MARKET: "said it does not fit their market",
}


@dataclass(frozen=True, kw_only=True)
class FeedbackLine:
    """What one person said of one version; `by` is None for those who may not read names, `page` None for all of it."""

    id: int
    sort: FeedbackSort
    by: str | None
    page: int | None
    comment: str
    at: datetime
    version: int
    is_older: bool
    is_settled: bool
    answer: str
    settled_by: str

    @property
    def label(self) -> str:
        """Name what was found."""
        return SORT_LABELS[self.sort]


@dataclass(frozen=True, kw_only=True)
class FeedbackPanel:
    """What the page of an asset tells of feedback.

    `counted` is about the current version, `earlier` the number of what was said of versions before it. `lines` are
    empty for those who may not read who said what; `mine` is what the reader said.
    """

    counted: str
    earlier: int
    mine: tuple[FeedbackLine, ...]
    lines: tuple[FeedbackLine, ...]
    reads_all: bool
    may_settle: bool
    may_give: bool

    @property
    def waiting(self) -> int:
        """Count what was said and is not settled, praise left out."""
        return sum(not line.is_settled and line.sort is not FeedbackSort.HELPFUL for line in self.lines)


def tell_counts(counts: Mapping[FeedbackSort, int]) -> str:
    """Say how many found what, without names; empty where nobody said anything."""
    told = [f"{counts[sort]:,} {_FOUND[sort]}" for sort in FeedbackSort if counts.get(sort)]
    return ", ".join(told)


def say(sort: FeedbackSort, page: int | None, comment: str) -> str:
    """Put what somebody said into one line: "Outdated, page 3: the price is last year's."."""
    said = SORT_LABELS[sort] + (f", page {page}" if page else "")
    return f"{said}: {' '.join(comment.split())}" if comment.strip() else f"{said}."


def check(*, sort: str, page: str, comment: str, pages: int, word: str = "page") -> tuple[FieldError, ...]:
    """Name what is wrong with feedback as it was typed; `pages` is how many the asset has, 0 for one without.

    `word` is what its pages are called.
    """
    faults = []
    if sort not in set(FeedbackSort):
        faults.append(FieldError(field="sort", message="Say what you found: helpful, outdated, wrong, or not fitting."))
    typed = page.strip()
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 6 and 1 <= int(typed) <= pages):
        has = f"It has {pages} {word}s." if pages > 1 else f"It has one {word}." if pages else "It has none to name."
        faults.append(FieldError(field="page", message=f"There is no {word} “{typed[:20]}”. {has}"))
    if len(comment) > LONGEST_COMMENT:
        said = f"Use at most {LONGEST_COMMENT:,} characters; these are {len(comment):,}."
        faults.append(FieldError(field="comment", message=said))
    return tuple(faults)
