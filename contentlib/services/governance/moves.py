"""Moves assets along the state machine: prepared without the write lock, then judged again and recorded.

Whatever a move changes follows through the outbox, and how things stood before goes with it into the audit trail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contentlib.domain.assets import AssetStatus, default_review_by
from contentlib.domain.errors import ConflictError, FieldError, ForbiddenError, InvalidInputError
from contentlib.domain.findings import Finding, has_errors
from contentlib.domain.governance import (
    MOVES,
    SEND_BACK_REASONS,
    Capacity,
    Move,
    Position,
    ReviewState,
    Side,
    end_of,
    sides_of,
    why_not,
)
from contentlib.domain.notices import NoticeKind
from contentlib.services import asset_rights, notices, reviews
from contentlib.services.authoring import writing
from contentlib.services.authoring.describing import Describer
from contentlib.services.authoring.plan import SourceRead
from contentlib.services.governance import snapshots
from contentlib.services.governance.orders import Done, Order
from contentlib.services.reviews import Standings
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import governance as queries
from contentlib.storage.queries import people as people_queries
from contentlib.storage.tables import Asset, AssetVersion, AuditEntry, Review, ReviewWord

_LET_OUT = frozenset({Move.APPROVE, Move.PUBLISH})


@dataclass(frozen=True, kw_only=True)
class PreparedMove:
    """A move that was looked at; `read` is the text that would describe the asset, None where none has to be read."""

    order: Order
    version_id: int | None
    read: SourceRead | None = field(default=None, repr=False)


@dataclass(kw_only=True)
class _Case:
    """One asset in the middle of a move."""

    uow: UnitOfWork
    order: Order
    asset: Asset
    version: AssetVersion | None
    review: Review | None
    position: Position
    capacities: frozenset[Capacity]
    standings: Standings | None = None
    read: SourceRead | None = None
    words: list[ReviewWord] = field(default_factory=list)
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def going_out(self) -> AssetVersion:
        """Give the version that moves; ConflictError where none waits."""
        if self.version is None:
            raise ConflictError(f"No version of “{self.asset.title}” waits.")
        return self.version

    @property
    def under_review(self) -> Review:
        """Give the review that the version waits in; ConflictError where there is none."""
        if self.review is None:
            raise ConflictError(f"“{self.asset.title}” is not in review.")
        return self.review


def _open_case(uow: UnitOfWork, order: Order) -> _Case:
    asset = asset_rights.get_seen(uow, order.slug)
    version = reviews.find_waiting_version(uow, asset)
    return _judge(uow, order, asset, version, queries.find_waiting(uow.session, asset.id))


def _judge(
    uow: UnitOfWork,
    order: Order,
    asset: Asset,
    version: AssetVersion | None,
    review: Review | None,
    standings: Standings | None = None,
) -> _Case:
    panel = standings.panel if standings is not None else reviews.read_panel(uow)
    case = _Case(
        uow=uow,
        order=order,
        asset=asset,
        version=version,
        review=review,
        position=reviews.position_of(uow, asset, version, review, panel),
        capacities=reviews.capacities_of(uow, asset, review),
        standings=standings,
    )
    _refuse(case)
    return case


def _refuse(case: _Case) -> None:
    """Raise for a move that cannot be made: the wrong person, the wrong moment, or something that is missing."""
    order = case.order
    if not case.capacities & MOVES[order.move].who:
        who = " or ".join(capacity.value for capacity in Capacity if capacity in MOVES[order.move].who)
        raise ForbiddenError(f"To {order.move.value} “{case.asset.title}” it takes {who}.")
    shown = case.version or case.asset.current_version
    if order.number is not None and shown is not None and order.number != shown.number:
        raise ConflictError(f"“{case.asset.title}” has a version {shown.number} by now. Look at it first.")
    if unknown := set(order.reasons) - set(SEND_BACK_REASONS):
        raise InvalidInputError(f"There is no reason “{sorted(unknown)[0]}” to choose.")
    reason = _reason_of(order)
    told = why_not(order.move, case.position, case.capacities, reason=reason)
    if told is not None and case.position.status not in MOVES[order.move].starts:
        raise ConflictError(f"“{case.asset.title}” is {case.position.status.value}: nothing to {order.move.value}.")
    if told is not None:
        shown_findings = [Finding.from_dict(stored) for stored in shown.findings] if shown is not None else []
        blocking = tuple(finding for finding in shown_findings if finding.blocks)
        fields = () if blocking else (FieldError(field="reason", message=told),)
        raise InvalidInputError(told, fields=fields, findings=() if case.position.is_sound else blocking)


def _reason_of(order: Order) -> str:
    """Write the reasons that were ticked, and the words of one's own after them."""
    ticked = ". ".join(SEND_BACK_REASONS[key] for key in SEND_BACK_REASONS if key in order.reasons)
    return ". ".join(filter(None, [ticked, order.reason.strip()]))


def prepare(reading: UnitOfWork, order: Order) -> PreparedMove:
    """Look whether a move can be made, and read the text of a version that would be published by it.

    Raises ForbiddenError, ConflictError or InvalidInputError, the last with findings where the text holds what blocks.
    """
    case = _open_case(reading, order)
    version = case.version
    is_last = end_of(order.move, case.position, case.capacities) is AssetStatus.PUBLISHED
    if order.move not in _LET_OUT or not is_last or version is None or not version.source:
        return PreparedMove(order=order, version_id=version.id if version else None)
    read = writing.read_version(reading, case.asset, version)
    checked = writing.check_version(reading, case.asset, version, read)
    if has_errors(checked):
        raise InvalidInputError("What blocks must be settled before this is published.", findings=checked)
    return PreparedMove(order=order, version_id=version.id, read=read)


def record(uow: UnitOfWork, prepared: PreparedMove) -> Done:
    """Make a move that was prepared, judged again by how things stand now; everything that follows is enqueued."""
    case = _open_case(uow, prepared.order)
    if case.version is not None and case.version.id != prepared.version_id:
        raise ConflictError(f"“{case.asset.title}” has a newer version by now. Look at it first.")
    case.read = prepared.read
    sentence, entry = _make(case)
    uow.session.flush()
    asset = case.asset
    return Done(
        slug=asset.slug,
        title=asset.title,
        number=_number(case),
        status=asset.status,
        sentence=sentence,
        entry=entry.id,
    )


def move_one(uow: UnitOfWork, order: Order, asset: Asset, standings: Standings) -> AuditEntry:
    """Make a move that reads no text with one asset of many, which stand as was read; gives its line of the trail.

    Raises as `prepare` does.
    """
    version = reviews.if_waiting(asset, standings.newest.get(asset.id))
    return _make(_judge(uow, order, asset, version, standings.reviews.get(asset.id), standings))[1]


def _make(case: _Case) -> tuple[str, AuditEntry]:
    move = case.order.move
    before = snapshots.take(case.asset, case.version)
    if case.review is not None:
        case.detail["review"] = snapshots.take_review(case.review)
    sentence = _DEEDS[move](case)
    entry = note_down(case.uow, case.asset, move.value, before=before, number=_number(case),
                      reason=_reason_of(case.order), words=[word.id for word in case.words],
                      **case.detail)  # fmt: skip
    return sentence, entry


def _number(case: _Case) -> int:
    shown = case.version or case.asset.current_version
    return shown.number if shown is not None else 0


def note(uow: UnitOfWork, asset: Asset, deed: str, *, before: Mapping[str, Any], **detail: Any) -> int:
    """Write a deed with how the asset stood before into the audit trail, have it found as it is now; gives its line."""
    entry = note_down(uow, asset, deed, before=before, **detail)
    uow.session.flush()
    return entry.id


def note_down(uow: UnitOfWork, asset: Asset, deed: str, *, before: Mapping[str, Any], **detail: Any) -> AuditEntry:
    """Note a deed as `note` does; its line has a number when it is written, with those of others if there are many."""
    asset.updated_at = uow.now
    kept = {name: value for name, value in detail.items() if value not in ("", [], None)}
    entry = uow.audit(deed, "asset", asset.id, status=asset.status.value, before=dict(before), **kept)
    uow.flush()
    uow.enqueue(JobKind.INDEX_ASSET, asset.id)
    return entry


def _submit(case: _Case) -> str:
    uow, version = case.uow, case.going_out
    reviewer = people_queries.get_by_email(uow.session, case.order.reviewer) if case.order.reviewer else None
    if reviewer is not None and not (reviewer.is_sales_reviewer and reviewer.is_active):
        raise InvalidInputError(f"{reviewer.name} is not a sales reviewer.")
    case.review = reviews.open_review(
        uow, case.asset, version, note=case.order.reason.strip(), reviewer_id=reviewer.id if reviewer else None,
        panel=case.standings.panel if case.standings is not None else None,
    )  # fmt: skip
    review = case.review
    case.detail["review"] = told = {"id": review.id, "state": None, "publish_on": None}
    uow.enqueue(JobKind.DRAW_PICTURES, version.id)

    def ask() -> None:
        told["id"] = review.id
        reviews.ask(uow, version, review, case.standings)

    uow.when_written(ask)
    sides = "marketing and sales" if review.needs_sales else "marketing"
    return f"Submitted. Version {version.number} waits for {sides}."


def _withdraw(case: _Case) -> str:
    reviews.close(case.uow, case.under_review, ReviewState.WITHDRAWN)
    return f"Taken back. Version {case.going_out.number} is a draft again."


def _approve(case: _Case) -> str:
    uow, version, review = case.uow, case.going_out, case.under_review
    speaks = sides_of(case.capacities) & (case.position.required - case.position.approved)
    for side in (side for side in Side if side in speaks):
        _say(case, side, is_approval=True)
    missing = case.position.required - case.position.approved - speaks
    said = " and ".join(side.value for side in Side if side in speaks)
    if missing:
        if Side.MARKETING in speaks:
            review.publish_on = case.order.publish_on  # the day holds for whoever agrees last
        notices.tell(uow, [review.submitted_by_id], NoticeKind.APPROVED, key=f"approved:{review.id}:{said}",
                     asset_id=case.asset.id, by=uow.actor.name, title=version.title, number=version.number,
                     side=said)  # fmt: skip
        waits = " and ".join(side.value for side in Side if side in missing)
        if review.publish_on is not None and review.publish_on > uow.today:
            waits += f", and then for {review.publish_on.day} {review.publish_on:%B %Y}"
        return f"Approved for {said}. Version {version.number} waits for {waits}."
    return _let_out(case, case.order.publish_on or review.publish_on)


def _say(case: _Case, side: Side, *, is_approval: bool) -> None:
    word = ReviewWord(
        review_id=case.under_review.id,
        side=side,
        is_approval=is_approval,
        by_id=case.uow.actor.person_id,
        by_name=case.uow.actor.name,
        at=case.uow.now,
        reasons=list(case.order.reasons),
        comment=case.order.reason.strip(),
    )
    case.uow.session.add(word)
    case.uow.session.flush()
    notices.mark_seen(case.uow, key=f"review:{case.under_review.id}")
    case.words.append(word)


def _send_back(case: _Case) -> str:
    uow, review, version = case.uow, case.under_review, case.going_out
    side = next(side for side in Side if side in sides_of(case.capacities))
    # Who had agreed believes that it goes out.
    agreed = {word.by_id for word in review.words if word.is_approval and word.taken_back_at is None}
    _say(case, side, is_approval=False)
    reviews.close(uow, review, ReviewState.SENT_BACK)
    notices.tell(uow, {review.submitted_by_id, case.asset.owner_id, *agreed}, NoticeKind.SENT_BACK,
                 key=f"sent back:{review.id}", asset_id=case.asset.id, by=uow.actor.name, title=version.title,
                 number=version.number, reason=_reason_of(case.order))  # fmt: skip
    return f"Sent back to {review.submitted_by_name or 'its author'}, who is told why."


def _publish(case: _Case) -> str:
    for side in (side for side in Side if side in sides_of(case.capacities) - case.position.approved):
        if case.review is not None and side in case.position.required:
            _say(case, side, is_approval=True)
    return _let_out(case, case.order.publish_on)


def _let_out(case: _Case, on: date | None) -> str:
    """Publish the version that waits, or have it wait for its day while an earlier one is out."""
    uow, asset, version = case.uow, case.asset, case.going_out
    is_out = asset.status is AssetStatus.PUBLISHED and asset.current_version_id is not None
    if on is not None and on > uow.today and is_out:
        if case.review is None:
            case.review = reviews.open_review(uow, asset, version)
            case.detail["review"] = {"id": case.review.id, "state": None, "publish_on": None}
        case.review.state, case.review.publish_on = ReviewState.AGREED, on
        return f"Agreed. Version {version.number} takes its place on {on.day} {on:%B %Y}."
    if case.review is not None:
        case.review.state, case.review.closed_at = ReviewState.PUBLISHED, uow.now
    make_current(uow, asset, version, case.read)
    if on is not None and on > uow.today:
        asset.publish_on = on
    told = _tell_of(case)
    if asset.publish_on is not None and asset.publish_on > uow.today:
        return f"Version {version.number} is published from {asset.publish_on.day} {asset.publish_on:%B %Y} on."
    return f"Version {version.number} is published." + (f" {told} told, who used an earlier one." if told else "")


def make_current(uow: UnitOfWork, asset: Asset, version: AssetVersion, read: SourceRead | None) -> None:
    """Make a version the one that customers get, and the asset what its text says; uploads say nothing of themselves.

    Raises InvalidInputError when its text asks for a slug that another asset has.
    """
    if read is not None:
        describer = Describer(uow)
        if (holder := describer.slug_holder(read, asset)) is not None:
            raise InvalidInputError(f"The slug “{read.source.asset.slug}” belongs to {holder}. Write another slug.")
        describer.describe(read, asset, version, is_published=True)
    else:
        asset.title, asset.current_version_id, asset.archived_reason = version.title, version.id, ""
        asset.status, asset.verified_at = AssetStatus.PUBLISHED, uow.now
        asset.published_at, version.published_at = asset.published_at or uow.now, uow.now
        asset.review_by_on = default_review_by(uow.today, asset.kind.verify_months)
    uow.session.flush()
    uow.enqueue(JobKind.DRAW_PICTURES, version.id)


def _tell_of(case: _Case) -> str:
    """Tell the author that it is out, and reps who used an earlier version on open deals; gives how many of these."""
    uow, asset, version, review = case.uow, case.asset, case.going_out, case.review
    if review is not None:
        queries.forget_unseen(uow.session, [f"review:{review.id}"])
        notices.tell(uow, {review.submitted_by_id, asset.owner_id}, NoticeKind.PUBLISHED,
                     key=f"published:{version.id}", asset_id=asset.id, title=asset.title,
                     number=version.number)  # fmt: skip
    count = notices.tell_holders(uow, asset, version)
    return f"{count} {'rep is' if count == 1 else 'reps are'}" if count else ""


def _archive(case: _Case) -> str:
    uow, asset = case.uow, case.asset
    if case.review is not None:
        reviews.close(uow, case.review, ReviewState.WITHDRAWN)
    asset.status, asset.archived_reason = AssetStatus.ARCHIVED, case.order.reason.strip()[:300]
    notices.tell(uow, [asset.owner_id], NoticeKind.ARCHIVED, key=f"archived:{asset.id}:{uow.now.isoformat()}",
                 asset_id=asset.id, by=uow.actor.name, title=asset.title, reason=asset.archived_reason)  # fmt: skip
    return f"Archived “{asset.title}”. Nobody finds or sends it any more; its numbers stay."


def _bring_back(case: _Case) -> str:
    asset = case.asset
    asset.status, asset.archived_reason = end_of(Move.BRING_BACK, case.position), ""
    stands = "published" if asset.status is AssetStatus.PUBLISHED else "a draft"
    return f"Brought back. “{asset.title}” is {stands} again."


_DEEDS: Mapping[Move, Callable[[_Case], str]] = {
    Move.SUBMIT: _submit,
    Move.WITHDRAW: _withdraw,
    Move.APPROVE: _approve,
    Move.SEND_BACK: _send_back,
    Move.PUBLISH: _publish,
    Move.ARCHIVE: _archive,
    Move.BRING_BACK: _bring_back,
}
