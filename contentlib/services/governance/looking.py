"""What people look at before they move an asset: the queue, one review, and the line on an asset's page; no moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contentlib.domain.assets import Plate, StageMark
from contentlib.domain.errors import ConflictError
from contentlib.domain.findings import Finding
from contentlib.domain.governance import (
    SEND_BACK_REASONS,
    Move,
    ReviewState,
    Side,
    Standing,
    moves_for,
    sides_of,
    standing_of,
)
from contentlib.domain.people import Permission
from contentlib.domain.versions import Comparison
from contentlib.services import asset_rights, people, reviews
from contentlib.services import assets as asset_services
from contentlib.services.governance.comparing import compare_two
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import governance as queries
from contentlib.storage.queries import listing
from contentlib.storage.queries import people as people_queries
from contentlib.storage.tables import Asset, AssetVersion, Review

# So many stand beside the one that is looked at; plates and all, a longer list is not read.
PER_PAGE = 20


@dataclass(frozen=True, kw_only=True)
class SideLine:
    """One side of a review: what it said, by whom and when, or None while it waits; `is_mine` waits for the actor.

    `asked` is whom it was handed to, None where anybody of that side may answer.
    """

    side: Side
    is_approval: bool | None
    by: str | None
    at: datetime | None
    comment: str
    is_mine: bool
    asked: str | None


@dataclass(frozen=True, kw_only=True)
class ReviewLine:
    """One asset in the queue; `number` is the version that waits, `current` the published one.

    `publish_on` is the day before which it does not go out, where marketing has agreed for one.
    """

    slug: str
    title: str
    kind: str
    kind_label: str
    stages: tuple[StageMark, ...]
    plate: Plate
    number: int
    current: int | None
    by: str
    note: str
    submitted_at: datetime
    sides: tuple[SideLine, ...]
    is_mine: bool
    publish_on: date | None


@dataclass(frozen=True, kw_only=True)
class ReviewQueue:
    """A page of what waits, the number of all of it, and of what waits for the actor's own word."""

    lines: tuple[ReviewLine, ...]
    total: int
    mine: int
    page: int


@dataclass(frozen=True, kw_only=True)
class ReviewPage:
    """One review whole; `holders` counts deals that hold an earlier version, `next` is what waits after it."""

    line: ReviewLine
    comparison: Comparison
    is_drawing: bool
    findings: tuple[Finding, ...]
    deals: int
    reps: int
    moves: tuple[Move, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class AssetBar:
    """How an asset stands and what the actor may do next; `waiting` is the number of a version on its way out.

    `publish_on` is the day on which that version takes its place, `sent_back` why it came back, `is_held_up` that
    what was found in it must be mended before it can go on. `findings` are its own where another version is shown.
    """

    standing: Standing
    waiting: int | None
    is_in_review: bool
    sides: tuple[SideLine, ...]
    moves: tuple[Move, ...]
    needs_sales: bool
    publish_on: date | None
    sent_back: str | None
    is_held_up: bool
    is_kept_right: bool
    findings: tuple[Finding, ...]


def list_queue(reading: UnitOfWork, *, page: int = 1, slug: str | None = None) -> ReviewQueue:
    """Give a page of what waits: for those who keep the library of all of it, for a sales reviewer of what was sent to
    them; with `slug` the page on which that asset stands.

    What waits for the actor's own word comes first, then the others, each oldest first.
    """
    every = _list_open(reading)
    place = next((place for place, (_, each, _) in enumerate(every) if each == slug), None)
    last = max(1, -(-len(every) // PER_PAGE))
    page = min(page, last) if place is None else place // PER_PAGE + 1
    shown = [review_id for review_id, _, _ in every[(page - 1) * PER_PAGE : page * PER_PAGE]]
    return ReviewQueue(
        lines=_lines(reading, queries.list_reviews(reading.session, shown)),
        total=len(every),
        mine=sum(is_mine for _, _, is_mine in every),
        page=page,
    )


def _list_open(reading: UnitOfWork) -> list[queries.OpenReview]:
    reading.require(Permission.SEE_REVIEWS)
    actor = reading.actor
    able = {Side.MARKETING: actor.may(Permission.APPROVE_ASSETS), Side.SALES: actor.is_sales_reviewer}
    return queries.list_open(
        reading.session,
        sees_all=actor.may(Permission.SEE_UNPUBLISHED),
        sides=[side for side, is_able in able.items() if is_able],
        person_id=actor.person_id,
    )


def _lines(reading: UnitOfWork, waiting: Sequence[Review]) -> tuple[ReviewLine, ...]:
    around = asset_services.read_surroundings(reading, [review.asset for review in waiting])
    pictures = listing.plates_by_version(reading.session, [review.version_id for review in waiting])
    return tuple(
        _line(
            reading,
            review,
            asset_services.mark_stages(review.asset, around),
            _plate(pictures.get(review.version_id, {}).get(1)) or asset_services.plate_of(review.asset, around),
        )
        for review in waiting
    )


def count_queue(reading: UnitOfWork) -> int:
    """Count what waits for anybody, for those who keep the library."""
    reading.require(Permission.SEE_UNPUBLISHED)
    return queries.count_open(reading.session)


def _plate(picture: listing.PagePicture | None) -> Plate | None:
    if picture is None:
        return None
    return Plate(blob=picture.plate or picture.blob, width=picture.width, height=picture.height, page=1)


def _line(reading: UnitOfWork, review: Review, stages: tuple[StageMark, ...], plate: Plate) -> ReviewLine:
    asset, sides = review.asset, _sides(reading, review, review.asset)
    is_out = asset.published_at is not None and asset.current_version is not None
    return ReviewLine(
        slug=asset.slug,
        title=review.version.title,
        kind=asset.kind.slug,
        kind_label=asset.kind.label,
        stages=stages,
        plate=plate,
        number=review.version.number,
        current=asset.current_version.number if is_out and asset.current_version else None,
        by=review.submitted_by_name,
        note=review.note or review.version.note,
        submitted_at=review.submitted_at,
        sides=sides,
        is_mine=any(side.is_mine for side in sides),
        publish_on=review.publish_on,
    )


def _sides(reading: UnitOfWork, review: Review, asset: Asset) -> tuple[SideLine, ...]:
    speaks = sides_of(reviews.capacities_of(reading, asset, review))
    words = {word.side: word for word in review.words if word.taken_back_at is None}
    handed_to = review.sales_reviewer
    asked = handed_to.name if handed_to and handed_to.is_active and handed_to.is_sales_reviewer else None
    found = []
    for side in Side:
        if side is Side.SALES and not review.needs_sales:
            continue
        word = words.get(side)
        found.append(
            SideLine(
                side=side,
                is_approval=word.is_approval if word else None,
                by=word.by_name if word else None,
                at=word.at if word else None,
                comment=word.comment if word else "",
                is_mine=word is None and side in speaks and review.state is ReviewState.OPEN,
                asked=asked if side is Side.SALES else None,
            )
        )
    return tuple(found)


def get_review(reading: UnitOfWork, slug: str) -> ReviewPage:
    """Give one review of the queue whole.

    Raises NotFoundError for what is not for the actor to see, ConflictError for what they see and does not wait.
    """
    asset = asset_rights.get_seen(reading, slug)
    every = _list_open(reading)
    place = next((place for place, (_, each, _) in enumerate(every) if each == asset.slug), None)
    if place is None:
        raise ConflictError(f"“{asset.title}” does not wait for a review.")
    (review,) = queries.list_reviews(reading.session, [every[place][0]])
    (line,) = _lines(reading, [review])
    version = reading.session.get_one(AssetVersion, review.version_id)
    before = asset.current_version if asset.published_at is not None and asset.current_version else version
    holders = queries.list_holders(reading.session, asset.id, version.id)
    position = reviews.position_of(reading, asset, version, review)
    comparison = compare_two(reading, asset, before, version)
    return ReviewPage(
        line=line,
        comparison=comparison,
        is_drawing=not comparison.after.pages and reading.printer.find_kind(asset.kind.slug) is not None,
        findings=tuple(Finding.from_dict(stored) for stored in version.findings),
        deals=len({deal for _, deal, _ in holders}),
        reps=len({person for person, _, _ in holders}),
        moves=moves_for(position, reviews.capacities_of(reading, asset, review)),
        next=next((other for _, other, _ in (*every[place + 1 :], *every[:place])), None),
    )


def get_bar(reading: UnitOfWork, slug: str) -> AssetBar:
    """Say how an asset stands and what the actor may do next."""
    asset = asset_rights.get_seen(reading, slug)
    version, review = reviews.find_waiting_version(reading, asset), queries.find_waiting(reading.session, asset.id)
    position = reviews.position_of(reading, asset, version, review)
    if version is not None and not asset_rights.may_see_version(reading, asset, version):
        version = review = None
    sent = queries.last_sent_back(reading.session, version.id) if version is not None and review is None else None
    behind = version if version is not None and version.id != asset.current_version_id else None
    return AssetBar(
        standing=standing_of(asset.status, asset_rights.dates_of(asset), reading.today),
        waiting=version.number if version is not None else None,
        is_in_review=review is not None,
        sides=_sides(reading, review, asset) if review is not None else (),
        moves=moves_for(position, reviews.capacities_of(reading, asset, review)),
        needs_sales=Side.SALES in position.required,
        publish_on=review.publish_on if review is not None else None,
        sent_back=_why(sent) if sent is not None else None,
        is_held_up=version is not None and not position.is_sound,
        is_kept_right=reading.actor.may(Permission.EDIT_ASSETS) and asset.current_version is not None,
        findings=tuple(Finding.from_dict(stored) for stored in behind.findings) if behind is not None else (),
    )


def _why(review: Review) -> str:
    """Say who sent a version back and why."""
    word = next((word for word in reversed(review.words) if not word.is_approval), None)
    if word is None:
        return ""
    ticked = [SEND_BACK_REASONS[key] for key in word.reasons if key in SEND_BACK_REASONS]
    return f"{word.by_name}: " + ". ".join(filter(None, [*ticked, word.comment]))


def list_sales_reviewers(reading: UnitOfWork) -> tuple[tuple[str, str], ...]:
    """List who can be asked to speak for sales: (e-mail, name)."""
    reading.require(Permission.EDIT_ASSETS)
    return tuple((person.email, person.name) for person in queries.list_sales_reviewers(reading.session))


def list_keepers(reading: UnitOfWork) -> tuple[tuple[str, str], ...]:
    """List who can look after an asset, and who owns one already, of those who can sign in: (e-mail, name).

    Of several who have one name each is told by the address as well.
    """
    reading.require(Permission.EDIT_ASSETS)
    owners = queries.list_owners(reading.session)
    keepers = [
        person
        for person in people_queries.list_all(reading.session)
        if person.is_active and (person.id in owners or people.to_actor(person).may(Permission.EDIT_ASSETS))
    ]
    named = Counter(person.name for person in keepers)
    return tuple(
        (person.email, person.name if named[person.name] == 1 else f"{person.name}, {person.email}")
        for person in keepers
    )


def find_owner(reading: UnitOfWork, slug: str) -> str:
    """Give the e-mail address of who owns an asset, empty where nobody does."""
    owner = asset_rights.get_seen(reading, slug).owner
    return owner.email if owner is not None else ""
