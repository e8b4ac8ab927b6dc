"""One letter a day to whom something is new that they have not seen; who wants none gets none.

What came in since the morning waits for the next one, so that nobody gets two in a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path

from contentlib.branding import brand as brands
from contentlib.domain.errors import BrandRefusedError, ForbiddenError
from contentlib.domain.notices import NoticeKind, write_sentence
from contentlib.mail.letters import Digest, LetterLine, write_digest
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import digests as queries
from contentlib.storage.tables import Person

# Early enough to lie there when Europe sits down to work.
SENT_FROM = time(6)
# A longer letter is not read; the rest stands on the page that it names.
LINES = 12


@dataclass(frozen=True, kw_only=True)
class PreparedLetter:
    """A letter that is ready to go, what it is called, and the notices that it tells."""

    message: EmailMessage
    name: str
    notices: tuple[int, ...]


def morning_of(now: datetime) -> datetime:
    """Give the latest time at which letters were due."""
    today = datetime.combine(now.date(), SENT_FROM, tzinfo=now.tzinfo)
    return today if now >= today else today - timedelta(days=1)


def list_due(reading: UnitOfWork) -> list[int]:
    """List who is to get a letter now."""
    return queries.list_due(reading.session, morning_of(reading.now))


def enqueue(uow: UnitOfWork, people: Sequence[int]) -> int:
    """Have letters written for people who did not get one since the morning; gives how many."""
    morning = morning_of(uow.now)
    due = [person for person in people if queries.claim(uow.session, person, morning, at=uow.now)]
    for person in due:
        uow.enqueue(JobKind.SEND_LETTER, person)
    return len(due)


def prepare(
    reading: UnitOfWork, person_id: int, *, address: str, templates: Path, sender: str
) -> PreparedLetter | None:
    """Write what is new for a person as a letter; None where nothing is, or they want none.

    `address` is the library's public address.
    """
    person = reading.session.get(Person, person_id)
    if person is None or not person.is_active or not person.gets_letters:
        return None
    morning = morning_of(reading.now)
    rows = queries.list_unmailed(reading.session, person_id, morning)
    if not rows:
        return None
    lines = tuple(
        LetterLine(sentence=write_sentence(NoticeKind(row.kind), row.detail), address=f"{address}/notices/{row.id}")
        for row in rows[:LINES]
    )
    name = f"{morning:%Y-%m-%d}-{person_id}"
    digest = Digest(
        name=person.name,
        email=person.email,
        lines=lines,
        more=len(rows) - len(lines),
        library=name_library(reading),
        all_address=f"{address}/notices",
        id=f"new-{name}",
        at=morning,
    )
    message = write_digest(digest, templates=templates, sender=sender)
    return PreparedLetter(message=message, name=f"{name}-{person.email}", notices=tuple(row.id for row in rows))


def name_library(reading: UnitOfWork) -> str:
    """Name the library as letters call it: by its brand."""
    try:
        return f"{brands.load(reading.printer.folder_of_brand('')).name} library"
    except BrandRefusedError:  # no reason to keep letters back
        return "contentlib library"


def record(uow: UnitOfWork, letter: PreparedLetter) -> None:
    """Note that a letter has told what it tells."""
    queries.mark_mailed(uow.session, letter.notices, at=uow.now)


def wants_letters(reading: UnitOfWork) -> bool:
    """Tell whether the actor gets a letter when something is new."""
    person = reading.session.get(Person, reading.actor.person_id or 0)
    return person is not None and person.gets_letters


def choose(uow: UnitOfWork, *, wants: bool) -> None:
    """Turn the actor's letters on or off."""
    person = uow.session.get(Person, uow.actor.person_id or 0)
    if person is None:
        raise ForbiddenError("Letters go to people. Name one with --as.")
    if person.gets_letters is not wants:
        person.gets_letters = wants
        uow.audit("turn letters on" if wants else "turn letters off", "person", person.id)
