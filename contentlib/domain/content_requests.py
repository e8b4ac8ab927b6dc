"""What people miss in the library: who else misses it, what hangs on it, and what becomes of it; it asks nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contentlib.domain.deals import CURRENCY_PLACES
from contentlib.domain.errors import FieldError

LONGEST_TITLE, LONGEST_WISH, LONGEST_ANSWER = 160, 2000, 1000
# Two requests are offered as alike from this share of common words on; below it strangers came up in trials.
ALIKE = 0.34


class RequestStatus(StrEnum):
    """What becomes of a request."""

    OPEN = "open"
    PLANNED = "planned"
    IN_WORK = "in work"
    DELIVERED = "delivered"
    DECLINED = "declined"


class RequestSort(StrEnum):
    """How a list of requests is ordered; `deals` is by amount for those who may see it, by their number for others."""

    VOTES = "votes"
    DEALS = "deals"
    NEWEST = "newest"


STATUS_LABELS: dict[RequestStatus, str] = {
    RequestStatus.OPEN: "Open",
    RequestStatus.PLANNED: "Planned",
    RequestStatus.IN_WORK: "In work",
    RequestStatus.DELIVERED: "Delivered",
    RequestStatus.DECLINED: "Declined",
}
# What has ended takes no more votes.
ENDED = frozenset({RequestStatus.DELIVERED, RequestStatus.DECLINED})


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A request as it is written: words are slugs, the deal its own id; empty where nothing was chosen."""

    title: str
    wish: str = ""
    stage: str = ""
    industry: str = ""
    persona: str = ""
    kind: str = ""
    deal: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestLine:
    """A request in a list; `amounts` are the open deals behind it by currency, None for who may not see all deals."""

    id: int
    title: str
    status: RequestStatus
    votes: int
    deals: int
    amounts: tuple[tuple[int, str], ...] | None
    words: tuple[str, ...]
    by: str
    at: datetime
    has_my_vote: bool

    @property
    def label(self) -> str:
        """Name the status."""
        return STATUS_LABELS[self.status]

    @property
    def has_ended(self) -> bool:
        """Tell whether nobody can vote any more."""
        return self.status in ENDED


@dataclass(frozen=True, kw_only=True)
class RequestView:
    """A request whole; `my_deal` is what the reader's vote is for, `asset` (slug, title) what delivers it."""

    line: RequestLine
    wish: str
    told: tuple[tuple[str, str], ...]
    my_deal: tuple[str, str] | None
    answer: str
    answered_by: str
    answered_at: datetime | None
    asset: tuple[str, str] | None
    seen: int
    may_answer: bool
    may_withdraw: bool


@dataclass(frozen=True, kw_only=True)
class AlikeRequest:
    """A request that says much the same as what somebody is about to write."""

    id: int
    title: str
    status: RequestStatus
    votes: int
    has_my_vote: bool

    @property
    def label(self) -> str:
        """Name the status."""
        return STATUS_LABELS[self.status]


def check(wanted: Wanted) -> tuple[FieldError, ...]:
    """Name what is missing or too long."""
    faults = []
    if not wanted.title.strip():
        faults.append(FieldError(field="title", message="Say in a few words what is missing."))
    for field, text, most in (("title", wanted.title, LONGEST_TITLE), ("wish", wanted.wish, LONGEST_WISH)):
        if len(text) > most:
            said = f"Use at most {most:,} characters; these are {len(text):,}."
            faults.append(FieldError(field=field, message=said))
    return tuple(faults)


def check_answer(status: str, answer: str, asset: str) -> tuple[FieldError, ...]:
    """Name what an answer lacks: a reason to decline, the asset that delivers."""
    faults = []
    if status not in set(RequestStatus):
        faults.append(FieldError(field="status", message="Say what becomes of it."))
    if status == RequestStatus.DECLINED and not answer.strip():
        faults.append(FieldError(field="answer", message="Say why it is not made; who asked for it reads it."))
    if status == RequestStatus.DELIVERED and not asset.strip():
        faults.append(FieldError(field="asset", message="Name the asset that delivers it."))
    if len(answer) > LONGEST_ANSWER:
        said = f"Use at most {LONGEST_ANSWER:,} characters; these are {len(answer):,}."
        faults.append(FieldError(field="answer", message=said))
    return tuple(faults)


def weigh(amounts: Iterable[tuple[int, str]]) -> float:
    """Add amounts of minor units up in whole units across currencies, for an order alone."""
    return sum((minor / float(10 ** CURRENCY_PLACES.get(currency, 2)) for minor, currency in amounts), 0.0)


def add_up(deals: Iterable[tuple[int | None, str | None]]) -> tuple[tuple[int, str], ...]:
    """Add the amounts of deals up by currency, the largest first; deals without an amount add nothing."""
    sums: dict[str, int] = {}
    for minor, currency in deals:
        if minor:
            sums[currency or ""] = sums.get(currency or "", 0) + minor
    return tuple(sorted(((minor, currency) for currency, minor in sums.items()), reverse=True))


def likeness(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """Say how much of the shorter of two sets of words stands in the other, from 0 to 1; one word alone says half."""
    common, shorter = len(ours & theirs), min(len(ours), len(theirs))
    if not common:
        return 0.0
    return common / shorter * (0.5 if common == 1 and max(len(ours), len(theirs)) > 1 else 1.0)


def rank_alike(words: frozenset[str], others: Mapping[int, frozenset[str]], *, most: int = 5) -> Sequence[int]:
    """Give the keys of what is alike, most alike first, newest first among equals."""
    scored = [(likeness(words, theirs), key) for key, theirs in others.items()]
    return [key for score, key in sorted(scored, reverse=True) if score >= ALIKE][:most]
