"""What people who use assets say of them, and how owners settle it; nobody speaks of an asset that they may not see.

Those who keep the library and the owner read who said what; everybody else reads how many found what, and their own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from contentlib.domain import feedback as rules
from contentlib.domain.errors import ConflictError, FieldError, ForbiddenError, InvalidInputError, NotFoundError
from contentlib.domain.feedback import FeedbackLine, FeedbackPanel, FeedbackSort
from contentlib.domain.notices import NoticeKind
from contentlib.domain.people import Permission
from contentlib.search.words import clean
from contentlib.services import asset_rights, notices
from contentlib.services.asset_pages import count_pages
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import feedback as queries
from contentlib.storage.queries import governance as governance_queries
from contentlib.storage.queries import listing
from contentlib.storage.tables import Asset, Feedback


@dataclass(frozen=True, kw_only=True)
class FeedbackDone:
    """What a deed on feedback did; `before` is the page and comment that gave way, for taking it back."""

    id: int
    slug: str
    sentence: str
    before: tuple[str, str] | None = None


def look(reading: UnitOfWork, slug: str) -> FeedbackPanel:
    """Give what was said of an asset, as much of it as the actor may read."""
    asset = asset_rights.get_seen(reading, slug)
    rows = queries.list_standing(reading.session, asset.id)
    reads_all = _reads_all(reading, asset)
    current = [row for row in rows if row.version_id == asset.current_version_id]
    own = [row for row in rows if row.person_id == reading.actor.person_id]
    return FeedbackPanel(
        counted=rules.tell_counts(Counter(row.sort for row in current)),
        earlier=len(rows) - len(current),
        mine=tuple(_line(asset, row, names=False) for row in own),
        lines=tuple(_line(asset, row, names=True) for row in rows) if reads_all else (),
        reads_all=reads_all,
        may_settle=_may_settle(reading, asset),
        may_give=asset.current_version_id is not None and reading.actor.person_id is not None,
    )


def _line(asset: Asset, row: Feedback, *, names: bool) -> FeedbackLine:
    return FeedbackLine(
        id=row.id,
        sort=row.sort,
        by=row.person.name if names else None,
        page=row.page,
        comment=row.comment,
        at=row.at,
        version=row.version.number,
        is_older=row.version_id != asset.current_version_id,
        is_settled=row.settled_at is not None,
        answer=row.answer,
        settled_by=row.settled_by_name,
    )


def _is_owner(reading: UnitOfWork, asset: Asset) -> bool:
    return asset.owner_id is not None and asset.owner_id == reading.actor.person_id


def _reads_all(reading: UnitOfWork, asset: Asset) -> bool:
    return reading.actor.may(Permission.SEE_UNPUBLISHED) or _is_owner(reading, asset)


def _may_settle(reading: UnitOfWork, asset: Asset) -> bool:
    return reading.actor.may(Permission.APPROVE_ASSETS) or _is_owner(reading, asset)


def give(uow: UnitOfWork, *, slug: str, sort: str, page: str = "", comment: str = "") -> FeedbackDone:
    """Say what one finds of the current version; the same sort again takes the place of what one said before.

    InvalidInputError names the fields that cannot be taken as they were typed.
    """
    uow.require(Permission.FIND_ASSETS)
    asset = asset_rights.get_seen(uow, slug)
    version = asset_rights.get_version(asset)
    person = _person(uow)
    pictures = listing.plates_by_version(uow.session, [version.id]).get(version.id, {})
    pages = count_pages(version, pictures) or len(version.pages)  # not drawn yet, so by the parts of its text
    comment = clean(comment.strip())
    word = "slide" if asset.kind.slug == "deck" else "page"
    faults = rules.check(sort=sort, page=page, comment=comment, pages=pages, word=word)
    if faults:
        raise InvalidInputError("This cannot be passed on yet.", fields=faults)
    found = FeedbackSort(sort)
    row = queries.find_own(uow.session, person, version.id, found)
    before = (str(row.page or ""), row.comment) if row is not None and row.taken_back_at is None else None
    if row is None:
        row = Feedback(asset_id=asset.id, version_id=version.id, person_id=person, sort=found, at=uow.now)
        uow.session.add(row)
    else:
        governance_queries.forget_unseen(uow.session, [_key(row)])
    row.page, row.comment, row.at = int(page.strip()) if page.strip() else None, comment, uow.now
    row.taken_back_at, row.settled_at, row.settled_by_name, row.answer = None, None, "", ""
    uow.session.flush()
    uow.audit("give feedback", "asset", asset.id, sort=found.value, feedback=row.id)
    _tell(uow, asset, row, by=uow.actor.name)
    says = "is noted" if before is None else "stands in the place of what you said before"
    return FeedbackDone(
        id=row.id, slug=asset.slug, sentence=f"“{rules.SORT_LABELS[found]}” {says}. {_reader(asset)}", before=before
    )


def _person(uow: UnitOfWork) -> int:
    if uow.actor.person_id is None:
        raise ForbiddenError("Feedback comes from a person. Name one with --as.")
    return uow.actor.person_id


def _reader(asset: Asset) -> str:
    owner = asset.owner
    return f"{owner.name} reads it." if owner is not None and owner.is_active else "The content leads read it."


def _key(row: Feedback) -> str:
    """Name the notice of what was said at a moment, so that what is said anew is told anew."""
    return f"feedback:{row.id}:{row.at:%Y%m%d%H%M%S%f}"


def _tell(uow: UnitOfWork, asset: Asset, row: Feedback, *, by: str) -> None:
    owner = asset.owner
    readers = [owner.id] if owner is not None and owner.is_active else governance_queries.list_leads(uow.session)
    notices.tell(
        uow, readers, NoticeKind.FEEDBACK, key=_key(row), asset_id=asset.id,
        by=by, title=asset.title, said=rules.say(row.sort, row.page, row.comment),
    )  # fmt: skip


def take_back(uow: UnitOfWork, *, slug: str, feedback_id: int) -> FeedbackDone:
    """Take back what one said; who has not read it yet is not told any more."""
    asset, row = _get_own(uow, slug, feedback_id)
    if row.taken_back_at is None:
        row.taken_back_at = uow.now
        governance_queries.forget_unseen(uow.session, [_key(row)])
        uow.audit("take feedback back", "asset", asset.id, sort=row.sort.value, feedback=row.id)
    return FeedbackDone(id=row.id, slug=asset.slug, sentence=f"“{rules.SORT_LABELS[row.sort]}” is taken back.")


def stand_again(uow: UnitOfWork, *, slug: str, feedback_id: int) -> FeedbackDone:
    """Let stand again what one took back."""
    asset, row = _get_own(uow, slug, feedback_id)
    if row.taken_back_at is not None:
        row.taken_back_at = None
        uow.audit("let feedback stand again", "asset", asset.id, sort=row.sort.value, feedback=row.id)
        if row.settled_at is None:
            _tell(uow, asset, row, by=uow.actor.name)
    return FeedbackDone(id=row.id, slug=asset.slug, sentence=f"“{rules.SORT_LABELS[row.sort]}” stands again.")


def _get_own(uow: UnitOfWork, slug: str, feedback_id: int) -> tuple[Asset, Feedback]:
    asset, row = _get(uow, slug, feedback_id)
    if row.person_id != uow.actor.person_id:
        raise NotFoundError("There is no such feedback of yours.")
    return asset, row


def _get(uow: UnitOfWork, slug: str, feedback_id: int) -> tuple[Asset, Feedback]:
    uow.require(Permission.FIND_ASSETS)
    asset = asset_rights.get_seen(uow, slug)
    row = queries.find(uow.session, feedback_id)
    if row is None or row.asset_id != asset.id:
        raise NotFoundError("There is no such feedback.")
    return asset, row


def settle(uow: UnitOfWork, *, slug: str, feedback_id: int, answer: str = "") -> FeedbackDone:
    """Settle what somebody said; an answer goes back to them, without one it only counts as seen to."""
    asset, row = _get_to_settle(uow, slug, feedback_id)
    answer = clean(answer.strip())
    if len(answer) > rules.LONGEST_ANSWER:
        said = f"Use at most {rules.LONGEST_ANSWER:,} characters; these are {len(answer):,}."
        raise InvalidInputError(said, fields=(FieldError(field="answer", message=said),))
    if row.settled_at is not None:
        raise ConflictError(f"{row.settled_by_name} has settled this already.")
    row.settled_at, row.settled_by_name, row.answer = uow.now, uow.actor.name, answer
    governance_queries.forget_unseen(uow.session, [_key(row)])  # nobody else has to look at it any more
    uow.audit("settle feedback", "asset", asset.id, feedback=row.id, is_answered=bool(answer))
    if answer:
        notices.tell(
            uow, [row.person_id], NoticeKind.FEEDBACK_ANSWERED, key=_answer_key(row), asset_id=asset.id,
            by=uow.actor.name, title=asset.title, answer=" ".join(answer.split()),
        )  # fmt: skip
    told = f"Settled. {row.person.name} reads your answer." if answer else "Settled."
    return FeedbackDone(id=row.id, slug=asset.slug, sentence=told)


def _answer_key(row: Feedback) -> str:
    return f"feedback:{row.id}:answer:{row.settled_at:%Y%m%d%H%M%S%f}"


def reopen(uow: UnitOfWork, *, slug: str, feedback_id: int) -> FeedbackDone:
    """Take a settling back; an answer that was not read yet is not told any more."""
    asset, row = _get_to_settle(uow, slug, feedback_id)
    if row.settled_at is not None:
        governance_queries.forget_unseen(uow.session, [_answer_key(row)])
        row.settled_at, row.settled_by_name, row.answer = None, "", ""
        _tell(uow, asset, row, by=row.person.name)
        uow.audit("open feedback again", "asset", asset.id, feedback=row.id)
    return FeedbackDone(id=row.id, slug=asset.slug, sentence="It waits for an answer again.")


def _get_to_settle(uow: UnitOfWork, slug: str, feedback_id: int) -> tuple[Asset, Feedback]:
    asset, row = _get(uow, slug, feedback_id)
    if not _reads_all(uow, asset) or row.taken_back_at is not None:
        raise NotFoundError("There is no such feedback.")
    if not _may_settle(uow, asset):
        raise ForbiddenError("The owner of an asset settles what is said of it, or a content lead.")
    return asset, row
