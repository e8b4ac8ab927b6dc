"""Searches that a person saved, with how many new assets answer them; nobody sees another person's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from contentlib.domain.errors import ConflictError, FieldError, ForbiddenError, InvalidInputError, NotFoundError
from contentlib.domain.people import Permission
from contentlib.domain.searches import Filters, SavedSearchLine
from contentlib.search.words import clean
from contentlib.services import search
from contentlib.services.search_log import to_filters
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import searches as queries
from contentlib.storage.tables import SavedSearch

# Each is asked anew whenever the list is shown; a list that is longer is no longer looked through either.
MOST = 20
LONGEST_NAME = 80


def list_own(reading: UnitOfWork) -> tuple[SavedSearchLine, ...]:
    """List the actor's saved searches, each with what it finds today and what was published since the last look."""
    reading.require(Permission.FIND_ASSETS)
    if reading.actor.person_id is None:
        return ()
    return tuple(_answered(reading, row) for row in queries.list_saved(reading.session, reading.actor.person_id))


def _answered(reading: UnitOfWork, row: SavedSearch) -> SavedSearchLine:
    filters = to_filters(row.filters)
    found = search.list_matches(reading, text=row.words, filters=filters)
    return SavedSearchLine(
        id=row.id,
        name=row.name,
        words=row.words,
        filters=filters,
        total=len(found),
        fresh=queries.published_since(reading.session, found, row.looked_at),
        looked_at=row.looked_at,
    )


def get_own(reading: UnitOfWork, saved_id: int) -> SavedSearch:
    """Give a saved search of the actor's; NotFoundError for another's, as for one that does not exist."""
    row = queries.find_saved(reading.session, saved_id, reading.actor.person_id or 0)
    if row is None:
        raise NotFoundError("There is no such saved search of yours.")
    return row


def look_at_own(reading: UnitOfWork, saved_id: int) -> SavedSearchLine:
    """Give a saved search of the actor's with what is new in it; NotFoundError as for `get_own`."""
    reading.require(Permission.FIND_ASSETS)
    return _answered(reading, get_own(reading, saved_id))


def list_fresh(reading: UnitOfWork, slugs: Sequence[str], *, since: datetime) -> frozenset[str]:
    """Give those of some assets, which the actor has found, that were published after a time."""
    reading.require(Permission.FIND_ASSETS)
    return frozenset(queries.slugs_published_since(reading.session, slugs, since))


def save(uow: UnitOfWork, *, name: str, words: str, filters: Filters) -> SavedSearch:
    """Save a search under a name; ConflictError beyond twenty."""
    uow.require(Permission.FIND_ASSETS)
    if uow.actor.person_id is None:
        raise ForbiddenError("Searches are saved for people. Sign in as one.")
    if not words.strip() and not filters:
        raise InvalidInputError("Search for words or choose a filter first: there is nothing to save yet.")
    if len(queries.list_saved(uow.session, uow.actor.person_id)) >= MOST:
        raise ConflictError(f"You have saved {MOST} searches already. Remove one before you save another.")
    row = SavedSearch(
        person_id=uow.actor.person_id,
        name=_name(name or words),
        words=clean(words)[:400],
        filters={key: [clean(value) for value in values] for key, values in sorted(filters.items())},
        created_at=uow.now,
        looked_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.audit("save search", "saved search", row.id)
    return row


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        said = f"Give it a name of at most {LONGEST_NAME} letters."
        raise InvalidInputError(said, fields=(FieldError(field="name", message=said),))
    return name


def rename(uow: UnitOfWork, *, saved_id: int, name: str) -> None:
    """Give a saved search of the actor's another name."""
    uow.require(Permission.FIND_ASSETS)
    row = get_own(uow, saved_id)
    row.name = _name(name)
    uow.audit("rename search", "saved search", row.id)


def remove(uow: UnitOfWork, *, saved_id: int) -> SavedSearch:
    """Remove a saved search; for a day it can be brought back."""
    uow.require(Permission.FIND_ASSETS)
    row = get_own(uow, saved_id)
    row.removed_at = uow.now
    uow.audit("remove search", "saved search", row.id)
    return row


def bring_back(uow: UnitOfWork, *, saved_id: int) -> SavedSearch:
    """Bring back a saved search that was removed."""
    uow.require(Permission.FIND_ASSETS)
    row = get_own(uow, saved_id)
    if row.removed_at is not None and len(queries.list_saved(uow.session, row.person_id)) >= MOST:
        raise ConflictError(f"You have saved {MOST} searches already. Remove one before you bring this back.")
    row.removed_at = None
    uow.audit("bring back search", "saved search", row.id)
    return row
