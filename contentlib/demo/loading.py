"""Fills an empty library with the demo company, through the same deeds that people use, dated back from an anchor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from contentlib.demo import voices
from contentlib.demo.changes import make_changes
from contentlib.demo.deals import make_rows
from contentlib.demo.people import PEOPLE, REPS
from contentlib.demo.searches import DemoSearch, make_searches
from contentlib.demo.words import TERMS
from contentlib.domain.errors import ConflictError, SourceRefusedError
from contentlib.domain.people import OPERATOR, Role
from contentlib.domain.searches import Noted, NotedOpening, NotedSearch
from contentlib.library import Library
from contentlib.services import (
    deal_imports,
    deals,
    governance,
    library_table,
    operations,
    people,
    search_log,
    taxonomy,
    usage,
)
from contentlib.services.unit_of_work import UnitOfWork

Progress = Callable[[int | None, str], AbstractContextManager[Callable[[int], None]]]

# The company moved into this library ten weeks ago and brought its deals and their usage along.
_BEGAN_DAYS_AGO = 72
# Days since an asset was last looked at.
_VERIFIED_DAYS_AGO = (3, 6, 12, 19, 27, 33, 40, 48, 55, 61)
# Somebody promised to look at these again soon, and did not.
_OVERDUE = ("connect-at-a-glance", "rounds-data-sheet", "against-gridlark")
_OVERDUE_SINCE_DAYS = 9
_SEED = 7
# Hours since each of them was in the library last, in the order in which they are told.
_SIGNED_IN_HOURS_AGO = (1, 3, 22, 2, 26, 4, 47, 95)
# How long a rep looks at the answer before opening something.
_LOOKED_FOR = timedelta(seconds=40)


@dataclass(frozen=True, kw_only=True)
class Filled:
    """How much the demo holds."""

    assets: int
    deals: int
    usage_events: int
    people: int


def fill(library: Library, today: date, progress: Progress) -> Filled:
    """Make the demo library; the library must be empty."""
    midnight = datetime.combine(today, time(), tzinfo=UTC)
    rows = make_rows(today)
    with library.as_of(midnight - timedelta(days=_BEGAN_DAYS_AGO)):
        with library.work(OPERATOR) as uow:
            operations.mark_as_demo(uow, anchor=today.isoformat())
            _add_people(uow)
            for vocabulary, labels in TERMS.items():
                taxonomy.set_terms(uow, vocabulary, labels)
        synced = library.sync_content(OPERATOR, library.settings.content_folder)
        if synced.refused:
            worst = synced.refused[0]
            raise SourceRefusedError(f"The sample content cannot be read: {worst.path}:{worst.line}: {worst.reason}")
    _verify(library, midnight)
    with library.as_of(midnight):
        for label, deed, part in (
            ("Deals", deal_imports.import_deals, rows.deals),
            ("Deal stages", deal_imports.import_stages, rows.stages),
            ("Deal health", deal_imports.import_health, rows.healths),
            ("Usage", usage.import_usage, rows.usages),
        ):
            with progress(len(part), label) as step:
                done = library.import_rows(OPERATOR, deed, part, on_progress=step)  # type: ignore[arg-type]
            if done.refused:
                worst_row = done.refused[0]
                raise ConflictError(f"The demo's own rows are refused: {label}, {worst_row.line}: {worst_row.reason}")
    voices.fill(library, midnight)
    with library.as_of(midnight), library.work(OPERATOR) as uow:
        search_log.record(uow, _note(uow, make_searches(midnight, rows.deals)))
    make_changes(library, midnight)
    _sign_in(library, midnight)
    with library.as_of(midnight), library.work(OPERATOR) as uow:
        operations.finish_demo(uow)
    return count(library)


def _add_people(uow: UnitOfWork) -> None:
    for person in PEOPLE:
        people.add(
            uow,
            email=person.email,
            name=person.name,
            roles=sorted(person.roles),
            title=person.title,
            phone=person.phone,
            is_sales_reviewer=person.is_sales_reviewer,
        )
    known = {person.email for person in PEOPLE}
    for rep in REPS:
        if rep.email not in known:
            people.add(uow, email=rep.email, name=rep.name, roles=[Role.REP], is_active=False)


def _verify(library: Library, midnight: datetime) -> None:
    """Have every asset looked at on a day of its own."""
    rng = Random(_SEED)  # noqa: S311 - the same days every time, nothing secret
    with library.read(OPERATOR) as reading:
        slugs = library_table.list_slugs(reading)
    for slug in slugs:
        with library.as_of(midnight - timedelta(days=rng.choice(_VERIFIED_DAYS_AGO))), library.work(OPERATOR) as uow:
            promised = (midnight - timedelta(days=_OVERDUE_SINCE_DAYS)).date() if slug in _OVERDUE else None
            governance.verify(uow, slug=slug, review_by_on=promised)


def _sign_in(library: Library, midnight: datetime) -> None:
    """Have everybody who may sign in have been here; none of these sessions lives on."""
    for person, hours in zip(PEOPLE, _SIGNED_IN_HOURS_AGO, strict=True):
        with library.as_of(midnight - timedelta(hours=hours)), library.work(OPERATOR) as uow:
            token = people.open_sign_in(uow, person_id=people.get(uow, email=person.email).id)
            signed_in = people.find_sign_in(uow, token=token)
            if signed_in is not None:
                people.sign_out(uow, sign_in_id=signed_in.sign_in_id)


def _note(uow: UnitOfWork, searches: Sequence[DemoSearch]) -> list[Noted]:
    """Give the demo's searches as the library notes them; who found something opened it a moment later."""
    ids = {person.email: person.id for person in people.list_people(uow)}
    noted: list[Noted] = []
    for search in searches:
        asked = NotedSearch(
            at=search.at,
            person_id=ids[search.rep],
            role=Role.REP.value,
            words=search.asked.words,
            filters={},
            hits=search.asked.hits,
            deal_id=deals.get_id(uow, search.deal) if search.deal else None,
        )
        noted.append(asked)
        if search.asked.opened is not None:
            opened = NotedOpening(
                at=search.at + _LOOKED_FOR, person_id=asked.person_id, words=asked.words, asset=search.asked.opened
            )
            noted.append(opened)
    return noted


def count(library: Library) -> Filled:
    """Count what the library holds."""
    with library.read(OPERATOR) as reading:
        held = operations.count_rows(reading)
    return Filled(**held)
