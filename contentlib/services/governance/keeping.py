"""Keeps assets right: still right in one click, an owner, dates; it moves none, and many at once are done elsewhere."""

from __future__ import annotations

from datetime import date

from contentlib.domain.assets import AssetDates, default_review_by
from contentlib.domain.errors import ConflictError, InvalidInputError
from contentlib.domain.governance import check_dates
from contentlib.domain.notices import NoticeKind
from contentlib.domain.people import Permission
from contentlib.services import asset_rights, notices
from contentlib.services.governance import snapshots
from contentlib.services.governance.moves import note_down
from contentlib.services.governance.orders import Done
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import people as people_queries
from contentlib.storage.tables import Asset, AuditEntry, Person


def verify(uow: UnitOfWork, *, slug: str, review_by_on: date | None = None) -> Done:
    """Say that an asset is still right; it is looked at again by a day, by default after its kind's interval."""
    asset = _get(uow, slug)
    day = review_by_on or default_review_by(uow.today, asset.kind.verify_months)
    entry = verify_one(uow, asset, review_by_on=day)
    return _done(uow, asset, entry, f"Still right. The next look is due by {day.day} {day:%B %Y}.")


def verify_one(uow: UnitOfWork, asset: Asset, *, review_by_on: date | None = None) -> AuditEntry:
    """Say that an asset, one of many, is still right; gives the line of the trail."""
    before = snapshots.take(asset)
    asset.verified_at = uow.now
    asset.review_by_on = review_by_on or default_review_by(uow.today, asset.kind.verify_months)
    return note_down(uow, asset, "verify", before=before)


def set_owner(uow: UnitOfWork, *, slug: str, email: str | None) -> Done:
    """Give an asset an owner, or none; who gets it is told."""
    asset = _get(uow, slug)
    person = _keeper(uow, email) if email else None
    if asset.owner_id == (person.id if person else None):
        raise InvalidInputError("It is so already.")
    before = snapshots.take(asset)
    asset.owner_id = person.id if person else None
    told = _tell(uow, person, asset) if person is not None else ""
    stands = f"{person.name} owns" if person else "Nobody owns"
    entry = note_down(uow, asset, "set owner", before=before, notice=told, to=person.name if person else "")
    return _done(uow, asset, entry, f"{stands} “{asset.title}” now.")


def set_dates(
    uow: UnitOfWork,
    *,
    slug: str,
    publish_on: date | None,
    expires_on: date | None,
    review_by_on: date | None,
) -> Done:
    """Set the days that govern an asset; InvalidInputError names those that contradict each other."""
    asset = _get(uow, slug)
    dates = AssetDates(publish_on=publish_on, expires_on=expires_on, review_by_on=review_by_on)
    return _done(uow, asset, set_dates_of_one(uow, asset, dates), f"The dates of “{asset.title}” are set.")


def set_dates_of_one(uow: UnitOfWork, asset: Asset, dates: AssetDates) -> AuditEntry:
    """Set the days that govern an asset, one of many; gives the line of the trail, and raises as `set_dates` does."""
    if dates == asset_rights.dates_of(asset):
        raise InvalidInputError("It is so already.")
    if faults := check_dates(dates):
        raise InvalidInputError(faults[0].message, fields=faults)
    before = snapshots.take(asset)
    asset.publish_on, asset.expires_on, asset.review_by_on = dates.publish_on, dates.expires_on, dates.review_by_on
    return note_down(uow, asset, "set dates", before=before)


def _get(uow: UnitOfWork, slug: str) -> Asset:
    uow.require(Permission.EDIT_ASSETS)
    return asset_rights.get_seen(uow, slug)


def _keeper(uow: UnitOfWork, email: str) -> Person:
    """Give the person who is to own assets; ConflictError for one who cannot sign in any more."""
    person = people_queries.get_by_email(uow.session, email)
    if not person.is_active:
        raise ConflictError(f"{person.name} is disabled and cannot look after assets.")
    return person


def _tell(uow: UnitOfWork, person: Person, asset: Asset) -> str:
    """Tell who gets an asset; gives the notice's key, by which it is taken back."""
    key = f"given:{person.id}:{uow.now.isoformat()}:{asset.id}"
    notices.tell(
        uow,
        [person.id],
        NoticeKind.GIVEN,
        key=key,
        asset_id=asset.id,
        by=uow.actor.name,
        assets=f"“{asset.title}”",
    )
    return key


def _done(uow: UnitOfWork, asset: Asset, entry: AuditEntry, sentence: str) -> Done:
    uow.session.flush()
    number = asset.current_version.number if asset.current_version else 0
    return Done(
        slug=asset.slug, title=asset.title, number=number, status=asset.status, sentence=sentence, entry=entry.id
    )
