"""Questions about reviews, whom they wait for, who must be told of a new version, and notices."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, load_only, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from contentlib.domain.assets import AssetStatus
from contentlib.domain.governance import ReviewState, Side
from contentlib.domain.people import Role
from contentlib.domain.usage import USE_CHANNELS
from contentlib.storage.parts import in_parts
from contentlib.storage.tables import (
    Account,
    Asset,
    AssetVersion,
    Deal,
    Document,
    Notice,
    Person,
    PersonRole,
    Review,
    ReviewWord,
    UsageEvent,
)

OpenReview = tuple[int, str, bool]

WAITING = (ReviewState.OPEN, ReviewState.AGREED)


def _whole() -> tuple[ORMOption, ...]:
    return (
        selectinload(Review.words),
        joinedload(Review.version).load_only(
            AssetVersion.number, AssetVersion.title, AssetVersion.note, AssetVersion.published_at
        ),
        joinedload(Review.sales_reviewer),
        joinedload(Review.asset).joinedload(Asset.kind),
        joinedload(Review.asset).joinedload(Asset.owner),
        joinedload(Review.asset)
        .joinedload(Asset.current_version)
        .options(load_only(AssetVersion.number, AssetVersion.pages), joinedload(AssetVersion.file)),
        joinedload(Review.asset).selectinload(Asset.stages),
        joinedload(Review.asset).selectinload(Asset.terms),
    )


def find_waiting(session: Session, asset_id: int) -> Review | None:
    """Find the review that an asset waits in, with what was said."""
    return session.scalar(
        sa.select(Review)
        .where(Review.asset_id == asset_id, Review.state.in_(WAITING))
        .options(selectinload(Review.words), joinedload(Review.sales_reviewer))
        .execution_options(populate_existing=True)
    )


def list_waiting(session: Session, asset_ids: Sequence[int]) -> dict[int, Review]:
    """Map those of many assets that wait in a review to it, with what was said."""
    found: dict[int, Review] = {}
    for part in in_parts(asset_ids):
        waiting = Review.asset_id.in_(part), Review.state.in_(WAITING)
        query = sa.select(Review).where(*waiting).options(selectinload(Review.words))
        found |= {review.asset_id: review for review in session.scalars(query)}
    return found


def list_by_ids(session: Session, ids: Sequence[int]) -> list[Review]:
    """List reviews by their rows, alone."""
    found: list[Review] = []
    for part in in_parts(ids):
        found += session.scalars(sa.select(Review).where(Review.id.in_(part)))
    return found


def list_open(session: Session, *, sees_all: bool, sides: Collection[Side], person_id: int | None) -> list[OpenReview]:
    """List (review, asset's slug, whether it waits for the word of one of `sides`) of what waits: own first.

    Within these the oldest first. Who does not see all of it sees what sales were asked, anybody or this person.
    """
    asked = _asks(person_id)
    can_answer = {Side.MARKETING: sa.true(), Side.SALES: asked}
    turns = [sa.and_(can_answer[side], ~_has_said(side)) for side in Side if side in sides]
    is_turn = sa.case((sa.or_(sa.false(), *turns), 1), else_=0).label("is_turn")
    query = (
        sa.select(Review.id, Asset.slug, is_turn)
        .join(Asset, Asset.id == Review.asset_id)
        .where(Review.state == ReviewState.OPEN)
        .order_by(is_turn.desc(), Review.submitted_at, Review.id)
    )
    rows = session.execute(query if sees_all else query.where(asked))
    return [(row_id, slug, bool(is_mine)) for row_id, slug, is_mine in rows]


def _has_said(side: Side) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        ReviewWord.review_id == Review.id, ReviewWord.side == side, ReviewWord.taken_back_at.is_(None)
    )


def list_reviews(session: Session, ids: Sequence[int]) -> list[Review]:
    """List some reviews in the order asked for, with assets and versions whole."""
    rows = session.scalars(sa.select(Review).where(Review.id.in_(ids)).options(*_whole()))
    found = {review.id: review for review in rows}
    return [found[row_id] for row_id in ids if row_id in found]


def count_open(session: Session) -> int:
    """Count the reviews that wait for somebody."""
    return session.scalar(sa.select(sa.func.count()).where(Review.state == ReviewState.OPEN)) or 0


def last_sent_back(session: Session, version_id: int) -> Review | None:
    """Find the latest review that sent a version back, with what was said."""
    sent = Review.version_id == version_id, Review.state == ReviewState.SENT_BACK
    query = sa.select(Review).where(*sent).options(selectinload(Review.words))
    return session.scalar(query.order_by(Review.id.desc()).limit(1))


def list_due(session: Session, on: date) -> list[Review]:
    """List agreed reviews whose day has come, with their assets."""
    due = Review.state == ReviewState.AGREED, Review.publish_on <= on
    return list(session.scalars(sa.select(Review).where(*due).options(joinedload(Review.asset)).order_by(Review.id)))


def is_sent_to(session: Session, asset_id: int, person_id: int) -> bool:
    """Tell whether a sales reviewer was asked about an asset that still waits."""
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    Review.asset_id == asset_id,
                    Review.state == ReviewState.OPEN,
                    _asks(person_id),
                )
            )
        )
    )


_CAN_SPEAK = (Person.is_active, Person.is_sales_reviewer)


def _asks(person_id: int | None) -> sa.ColumnElement[bool]:
    """Tell of a review whether a sales reviewer may answer it: handed to them, to nobody, or to who cannot any more."""
    able = sa.select(Person.id).where(*_CAN_SPEAK)
    handed_to = Review.sales_reviewer_id
    return sa.and_(Review.needs_sales, sa.or_(handed_to.is_(None), handed_to == person_id, handed_to.not_in(able)))


def list_sales_reviewers(session: Session) -> list[Person]:
    """List who can speak for sales."""
    return list(session.scalars(sa.select(Person).where(*_CAN_SPEAK).order_by(Person.name)))


def list_leads(session: Session) -> list[int]:
    """List the ids of active content leads."""
    held = sa.select(PersonRole.person_id).where(PersonRole.role == Role.CONTENT_LEAD)
    return list(session.scalars(sa.select(Person.id).where(Person.is_active, Person.id.in_(held))))


def list_holders(session: Session, asset_id: int, version_id: int) -> list[tuple[int, str, str]]:
    """List who used another version of an asset on a deal that is still open: (person, deal, account)."""
    event = UsageEvent
    rows = session.execute(
        sa.select(event.rep_id, Deal.external_id, sa.func.coalesce(Account.name, Deal.name))
        .distinct()
        .join(Deal, Deal.id == event.deal_id)
        .outerjoin(Account, Account.id == Deal.account_id)
        .join(Person, Person.id == event.rep_id)
        .where(
            event.asset_id == asset_id,
            event.version_id != version_id,
            event.undone_at.is_(None),
            event.channel.in_(list(USE_CHANNELS)),
            Deal.outcome.is_(None),
            Person.is_active,
        )
        .order_by(event.rep_id, Deal.external_id)
    )
    return [(person, deal, account) for person, deal, account in rows]


def list_owners(session: Session) -> set[int | None]:
    """List who owns any asset."""
    return set(session.scalars(sa.select(Asset.owner_id).distinct()))


def find_version(session: Session, asset_id: int, number: int) -> AssetVersion | None:
    """Find a version of an asset by its number."""
    return session.scalar(
        sa.select(AssetVersion).where(AssetVersion.asset_id == asset_id, AssetVersion.number == number)
    )


def used_versions(session: Session, ids: Sequence[int]) -> frozenset[int]:
    """Give which of some versions of assets anybody has used, or had a document made of."""
    found: set[int] = set()
    for part in in_parts(ids):
        for named in (UsageEvent.version_id, Document.version_id):
            found.update(session.scalars(sa.select(named).where(named.in_(part)).distinct()))
    return frozenset(found)


def delete_versions(session: Session, ids: Sequence[int]) -> None:
    """Take versions of assets away, with all that is of them alone."""
    session.flush()
    for part in in_parts(ids):
        session.execute(sa.delete(AssetVersion).where(AssetVersion.id.in_(part)))


def list_expiring(session: Session, since: date, until: date) -> list[Asset]:
    """List published assets with an owner that expire between two days, both included."""
    owned = Asset.status == AssetStatus.PUBLISHED, Asset.owner_id.is_not(None)
    query = sa.select(Asset).where(*owned, Asset.expires_on >= since, Asset.expires_on <= until)
    return list(session.scalars(query.order_by(Asset.id)))


def count_overdue(session: Session, on: date) -> dict[int, int]:
    """Map owners to the number of their published assets whose review is overdue and that have not expired."""
    lives = sa.or_(Asset.expires_on.is_(None), Asset.expires_on > on)
    overdue = Asset.status == AssetStatus.PUBLISHED, Asset.review_by_on < on, Asset.owner_id.is_not(None), lives
    rows = session.execute(sa.select(Asset.owner_id, sa.func.count()).where(*overdue).group_by(Asset.owner_id))
    return {owner: number for owner, number in rows if owner is not None}


def known_keys(session: Session, keys: Sequence[str]) -> set[tuple[int, str]]:
    """Give which of some notices people have been given: (person, key)."""
    rows = session.execute(sa.select(Notice.person_id, Notice.key).where(Notice.key.in_(keys)))
    return {(person, key) for person, key in rows}


def list_notices(session: Session, person_id: int, *, limit: int, offset: int = 0) -> list[Notice]:
    """List what a person was told, newest first, with the assets that it is about."""
    own = sa.select(Notice).where(Notice.person_id == person_id).options(joinedload(Notice.asset))
    return list(session.scalars(own.order_by(Notice.at.desc(), Notice.id.desc()).limit(limit).offset(offset)))


def find_notice(session: Session, person_id: int, notice_id: int) -> Notice | None:
    """Find something that a person was told, with the asset that it is about."""
    own = Notice.id == notice_id, Notice.person_id == person_id
    return session.scalar(sa.select(Notice).where(*own).options(joinedload(Notice.asset)))


# Every page asks this one, so it is put together once.
@cache
def _asks_notices(*, unseen_only: bool) -> sa.Select[int]:
    query = sa.select(sa.func.count()).where(Notice.person_id == sa.bindparam("person"))
    return query.where(Notice.seen_at.is_(None)) if unseen_only else query


def count_notices(session: Session, person_id: int, *, unseen_only: bool) -> int:
    """Count what a person was told, or what of it is new."""
    return session.scalar(_asks_notices(unseen_only=unseen_only), {"person": person_id}) or 0


def see_notices(session: Session, person_id: int, ids: Sequence[int] | None, *, key: str | None, at: datetime) -> None:
    """Mark what a person was told as seen: by id, by key, or all of it."""
    own = sa.update(Notice).where(Notice.person_id == person_id, Notice.seen_at.is_(None))
    own = own if ids is None else own.where(Notice.id.in_(ids))
    session.execute((own if key is None else own.where(Notice.key == key)).values(seen_at=at))


def forget_unseen(session: Session, keys: Sequence[str]) -> None:
    """Take back notices that nobody has seen."""
    session.execute(sa.delete(Notice).where(Notice.key.in_(keys), Notice.seen_at.is_(None)))
