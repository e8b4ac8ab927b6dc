"""How an asset gets out to customers and back: who may move it, from where to where, and who must agree; no I/O.

The states are those of `AssetStatus`. What moves is a version on its way out: a new asset's first text, or a text that
waits behind the published one, which stays current meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contentlib.domain.assets import AssetDates, AssetStatus, is_expired
from contentlib.domain.errors import FieldError

DRAFT, IN_REVIEW, PUBLISHED, ARCHIVED = AssetStatus


class Side(StrEnum):
    """Who reviews: marketing always, sales where a kind or a funnel stage asks for it."""

    MARKETING = "marketing"
    SALES = "sales"


class ReviewState(StrEnum):
    """Whether a review still waits for somebody, or how it ended; an agreed one waits for its day."""

    OPEN = "open"
    AGREED = "agreed"
    PUBLISHED = "published"
    SENT_BACK = "sent back"
    WITHDRAWN = "withdrawn"


class Capacity(StrEnum):
    """As what a person stands before an asset; one may be several."""

    EDITOR = "who edits assets"
    OWNER = "its owner"
    LEAD = "a content lead"
    SALES_REVIEWER = "a sales reviewer"


class Need(StrEnum):
    """What a move asks for beside the right person."""

    SOUND = "a version without anything that blocks"
    REASON = "a reason"
    EVERY_SIDE = "the word of everybody who reviews it"


class Move(StrEnum):
    """One step on an asset's way; the value is its name in the audit trail."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    SEND_BACK = "send back"
    PUBLISH = "publish"
    RETRACT = "retract"
    ARCHIVE = "archive"
    BRING_BACK = "bring back"


@dataclass(frozen=True, kw_only=True)
class MoveRule:
    """Where a move starts, where it may end, who may make it and what it needs; `opposite` takes it back."""

    starts: frozenset[AssetStatus]
    ends: frozenset[AssetStatus]
    who: frozenset[Capacity]
    opposite: Move
    needs: frozenset[Need] = frozenset()


def _rule(
    starts: Iterable[AssetStatus],
    ends: Iterable[AssetStatus],
    who: Iterable[Capacity],
    opposite: Move,
    *needs: Need,
) -> MoveRule:
    return MoveRule(
        starts=frozenset(starts), ends=frozenset(ends), who=frozenset(who), opposite=opposite, needs=frozenset(needs)
    )


_EDITOR, _OWNER, _LEAD, _SALES = Capacity
MOVES: dict[Move, MoveRule] = {
    Move.SUBMIT: _rule([DRAFT], [IN_REVIEW], [_EDITOR], Move.WITHDRAW, Need.SOUND),
    Move.WITHDRAW: _rule([IN_REVIEW], [DRAFT], [_EDITOR], Move.SUBMIT),
    # It stays in review until everybody who must has agreed; the last word publishes.
    Move.APPROVE: _rule([IN_REVIEW], [IN_REVIEW, PUBLISHED], [_LEAD, _SALES], Move.RETRACT, Need.SOUND),
    Move.SEND_BACK: _rule([IN_REVIEW], [DRAFT], [_LEAD, _SALES], Move.SUBMIT, Need.REASON),
    Move.PUBLISH: _rule([DRAFT, IN_REVIEW], [PUBLISHED], [_LEAD], Move.RETRACT, Need.SOUND, Need.EVERY_SIDE),
    Move.RETRACT: _rule([PUBLISHED, IN_REVIEW], [DRAFT, IN_REVIEW], [_LEAD, _SALES], Move.PUBLISH),
    Move.ARCHIVE: _rule([DRAFT, IN_REVIEW, PUBLISHED], [ARCHIVED], [_OWNER, _LEAD], Move.BRING_BACK, Need.REASON),
    # What was published comes back published: it was agreed to before.
    Move.BRING_BACK: _rule([ARCHIVED], [PUBLISHED, DRAFT], [_OWNER, _LEAD], Move.ARCHIVE),
}

# What is offered on a page, most wanted first; taking back belongs to undo.
OFFERED = (Move.APPROVE, Move.SEND_BACK, Move.SUBMIT, Move.PUBLISH, Move.WITHDRAW, Move.BRING_BACK, Move.ARCHIVE)

# Why a version goes back to its author, to be ticked; words of one's own say what to do.
SEND_BACK_REASONS = {
    "source": "A figure needs a source",
    "agreement": "Not what the customer agreed to",
    "wording": "Wording, tone",
    "stage": "Wrong stage or audience",
    "duplicate": "We already have this",
    "unusable": "Not usable with customers",
}
# Why an asset is put away, offered beside words of one's own.
ARCHIVE_REASONS = ("Out of date", "Replaced by another asset", "The customer asked for it", "Not used")


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where a version stands: how far it is, whose word it needs and has, and whether it may go out as it is."""

    status: AssetStatus
    required: frozenset[Side] = frozenset({Side.MARKETING})
    approved: frozenset[Side] = frozenset()
    is_sound: bool = True
    was_published: bool = False

    @property
    def missing(self) -> tuple[Side, ...]:
        """Give whose word is still missing, in order."""
        return tuple(side for side in Side if side in self.required - self.approved)


def required_sides(*, kind_asks_sales: bool, stages_ask_sales: Iterable[bool], has_reviewers: bool) -> frozenset[Side]:
    """Give who must review: marketing always, sales if the kind or any stage asks and somebody there can answer."""
    asks = (kind_asks_sales or any(stages_ask_sales)) and has_reviewers
    return frozenset(Side) if asks else frozenset({Side.MARKETING})


def sides_of(capacities: Iterable[Capacity]) -> frozenset[Side]:
    """Give for which sides somebody may speak."""
    speaks = {Capacity.LEAD: Side.MARKETING, Capacity.SALES_REVIEWER: Side.SALES}
    return frozenset(speaks[capacity] for capacity in capacities if capacity in speaks)


def end_of(move: Move, position: Position, capacities: Iterable[Capacity] = ()) -> AssetStatus:
    """Give where a move ends that starts at a position and is made in some capacities."""
    rule = MOVES[move]
    if move is Move.APPROVE:
        is_last = position.required <= position.approved | sides_of(capacities)
        return PUBLISHED if is_last else IN_REVIEW
    if move is Move.BRING_BACK:
        return PUBLISHED if position.was_published else DRAFT
    if move is Move.RETRACT:
        return IN_REVIEW if position.approved else DRAFT
    (end,) = rule.ends
    return end


def why_not(move: Move, position: Position, capacities: Iterable[Capacity], *, reason: str = "") -> str | None:
    """Say in a sentence why a move cannot be made now, None when it can.

    A lead may publish without the word of sales, giving a reason, which stands in the history.
    """
    rule, held = MOVES[move], frozenset(capacities)
    if position.status not in rule.starts:
        places = " or ".join(status.value for status in AssetStatus if status in rule.starts)
        return f"To {move.value} this, it must be {places}; it is {position.status.value}."
    if not held & rule.who:
        return f"To {move.value} this takes {' or '.join(who.value for who in Capacity if who in rule.who)}."
    if Need.SOUND in rule.needs and not position.is_sound:
        return "It has findings that must be mended first."
    if Need.REASON in rule.needs and not reason.strip():
        return "Say why, so that whoever looks for it knows."
    speaks = sides_of(held)
    if move is Move.APPROVE and not speaks & (position.required - position.approved):
        return _nothing_to_say(position, speaks)
    if Need.EVERY_SIDE in rule.needs and position.required - position.approved - speaks and not reason.strip():
        return "Sales must agree as well. Submit it for review, or say why it goes out without."
    return None


def _nothing_to_say(position: Position, speaks: frozenset[Side]) -> str:
    if speaks & position.approved:
        return "You have approved it already."
    return f"It waits for {' and '.join(position.missing)}."


def moves_for(position: Position, capacities: Iterable[Capacity]) -> tuple[Move, ...]:
    """Give the moves that are open to somebody, most wanted first; reasons are asked for when they are made."""
    held = frozenset(capacities)
    return tuple(move for move in OFFERED if why_not(move, position, held, reason="asked for later") is None)


class Standing(StrEnum):
    """What people see of status and dates together on a day."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    EMBARGOED = "embargoed"
    LIVE = "live"
    EXPIRED = "expired"
    ARCHIVED = "archived"


def standing_of(status: AssetStatus, dates: AssetDates, on: date) -> Standing:
    """Tell how an asset stands on a day; the dates govern published ones, and the expiry day is the first without."""
    if status is not PUBLISHED:
        return Standing(status.value)
    if is_expired(dates, on):
        return Standing.EXPIRED
    if dates.publish_on is not None and dates.publish_on > on:
        return Standing.EMBARGOED
    return Standing.LIVE


def check_dates(dates: AssetDates) -> tuple[FieldError, ...]:
    """Say which dates contradict each other; an asset gone before it begins would never be seen."""
    begins, ends = dates.publish_on, dates.expires_on
    if begins is not None and ends is not None and ends <= begins:
        return (FieldError(field="expires_on", message="It must expire after the day on which it is published."),)
    return ()
