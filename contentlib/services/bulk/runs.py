"""A deed on more assets than can be done while somebody waits: looked at, done and taken back step by step.

Each step is one transaction with the place it came to, so that a run that is broken off goes on where it was, and
others write in between. It is shown before it is done, as with few, and stays as whoever began it may do it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from contentlib.domain.errors import ConflictError, NotFoundError
from contentlib.domain.library import BulkDeed, BulkLine, BulkOrder, BulkOutcome, BulkRun, RunState, SheetLine
from contentlib.domain.people import Actor, Permission
from contentlib.services import people
from contentlib.services.bulk import doing, sheets
from contentlib.services.bulk.mending import PreparedTexts
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import bulk as queries
from contentlib.storage.tables import BulkRun as Row
from contentlib.storage.tables import Person

# So many are done while somebody waits, which takes a second or three; more go on in the background.
AT_ONCE = 200
# So many rows of a sheet, which take half a second.
ROWS_AT_ONCE = 500
# A step holds the write lock, for a fraction of a second.
STEP = 500
# So long can a run be looked up and taken back from its page; deeds themselves are taken back for a day.
_KEPT = timedelta(days=7)
_SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class Step:
    """The next assets of a run, as whom, and what is to be done with them; `first` is the place of the first."""

    run_id: int
    state: RunState
    actor: Actor
    order: BulkOrder
    first: int
    slugs: tuple[str, ...]
    sheet: tuple[SheetLine, ...] = ()


def begin(uow: UnitOfWork, order: BulkOrder, slugs: Sequence[str]) -> int:
    """Begin to look what a deed would do to some assets; gives the run's number.

    Raises InvalidInputError that names what the deed needs and was not given, NotFoundError for who is no person.
    """
    uow.require(Permission.EDIT_ASSETS)
    doing.check(uow, order)
    chosen = list(dict.fromkeys(slugs))
    row = _new(uow, order, len(chosen))
    queries.add_lines(uow.session, row.id, chosen)
    return row.id


def begin_sheet(
    uow: UnitOfWork, lines: Sequence[SheetLine], *, name: str, header: Sequence[str], unknown: Sequence[str] = ()
) -> int:
    """Begin to look what a sheet would change, given its lines; gives the run's number.

    `unknown` are its columns that mean nothing here. Raises NotFoundError for who is no person.
    """
    uow.require(Permission.EDIT_ASSETS)
    row = _new(uow, BulkOrder(deed=BulkDeed.SHEET), len(lines))
    row.sheet = {"name": name, "header": list(header), "unknown": list(unknown), "given": {}}
    slugs = [line.row.slug if line.row is not None else "" for line in lines]
    queries.add_lines(uow.session, row.id, slugs, [line.as_dict() for line in lines])
    return row.id


def _new(uow: UnitOfWork, order: BulkOrder, total: int) -> Row:
    person = uow.session.get(Person, uow.actor.person_id or 0)
    if person is None:
        raise NotFoundError("Many at once is for people. Name one with --as.")
    queries.forget_before(uow.session, uow.now - _KEPT)
    row = Row(person_id=person.id, order=order.as_dict(), total=total, begun_at=uow.now)
    uow.session.add(row)
    uow.session.flush()
    uow.enqueue(JobKind.CHANGE_MANY, row.id)
    return row


def look(reading: UnitOfWork, run_id: int) -> BulkRun:
    """Give a run as it stands; NotFoundError for one that is not the actor's."""
    return _view(reading, _get(reading, run_id), shown=_SHOWN)


def iter_refused(reading: UnitOfWork, run_id: int) -> tuple[list[str], Iterator[tuple[Sequence[str], str]]]:
    """Give the header of the sheet that a run takes, and its refused rows' cells as they came, each with the reason."""
    row = _get(reading, run_id)
    if row.sheet is None:
        raise NotFoundError("This came from no sheet.")
    lines = queries.list_of(reading.session, row.id, BulkOutcome.REFUSED, limit=None)
    return row.sheet["header"], ((line.said["cells"] if line.said else [], line.reason) for line in lines)


def list_mine(reading: UnitOfWork) -> tuple[BulkRun, ...]:
    """List the actor's runs that go on or wait to be decided on."""
    rows = queries.list_at_work(reading.session, reading.actor.person_id or 0)
    return tuple(_view(reading, row, shown=0) for row in rows)


def go(uow: UnitOfWork, run_id: int) -> None:
    """Begin to do what was looked at; ConflictError for a run that was not looked at to its end, or is done."""
    row = _get(uow, run_id, locked=True)
    if row.state is not RunState.LOOKED:
        raise ConflictError("This has been decided already. Load the page again.")
    _begin_state(uow, row, RunState.DOING)


def stop(uow: UnitOfWork, run_id: int) -> bool:
    """Go no further: what is only looked at is dropped, what is done so far stays and can be taken back.

    Gives whether anything of it is left.
    """
    row = _get(uow, run_id, locked=True)
    if row.state in {RunState.LOOKING, RunState.LOOKED}:
        uow.session.delete(row)
        return False
    if row.state is RunState.DOING:
        _end(uow, row, RunState.STOPPED)
    return True


def take_back(uow: UnitOfWork, run_id: int) -> None:
    """Begin to take back what was done."""
    row = _get(uow, run_id, locked=True)
    if row.state not in {RunState.DONE, RunState.STOPPED}:
        raise ConflictError("This cannot be taken back now. Load the page again.")
    _begin_state(uow, row, RunState.UNDOING)


def _begin_state(uow: UnitOfWork, row: Row, state: RunState) -> None:
    row.state, row.place, row.ended_at = state, 0, None
    queries.clear_outcomes(uow.session, row.id)
    if state is RunState.UNDOING:
        row.total = len(queries.list_changed(uow.session, row.id))
    uow.session.flush()
    uow.enqueue(JobKind.CHANGE_MANY, row.id)


def _get(reading: UnitOfWork, run_id: int, *, locked: bool = False) -> Row:
    reading.require(Permission.EDIT_ASSETS)
    row = queries.find_run(reading.session, run_id, locked=locked)
    if row is None or row.person_id != reading.actor.person_id:
        raise NotFoundError("There is no such deed of yours. After a week it is told in the audit trail alone.")
    return row


def _view(reading: UnitOfWork, row: Row, *, shown: int) -> BulkRun:
    return BulkRun(
        id=row.id,
        order=BulkOrder.from_dict(row.order),
        state=row.state,
        place=row.place,
        total=row.total,
        counts=dict.fromkeys(BulkOutcome, 0) | queries.count_outcomes(reading.session, row.id),
        lines={
            outcome: tuple(
                BulkLine(
                    slug=line.slug,
                    title=line.title or line.slug,
                    outcome=outcome,
                    reason=line.reason,
                    line=line.said["line"] if line.said else 0,
                )
                for line in (queries.list_of(reading.session, row.id, outcome, limit=shown) if shown else ())
            )
            for outcome in BulkOutcome
        },
        file_name=row.sheet["name"] if row.sheet else "",
        unknown=tuple(row.sheet["unknown"]) if row.sheet else (),
    )


# What the runner does


def next_step(reading: UnitOfWork, run_id: int) -> Step | None:
    """Give what is to be done next for a run, None where nothing is; ConflictError for who is disabled."""
    row = queries.find_run(reading.session, run_id)
    if row is None or not row.state.is_at_work:
        return None
    person = reading.session.get_one(Person, row.person_id)
    if row.state is RunState.UNDOING:
        lines = queries.list_done(reading.session, run_id, limit=STEP)
    else:
        lines = queries.list_lines(reading.session, run_id, place=row.place, limit=STEP)
    return Step(
        run_id=run_id,
        state=row.state,
        actor=people.act_as(reading, person.email),
        order=replace(BulkOrder.from_dict(row.order), batch=f"run {run_id}"),
        first=row.place,
        slugs=tuple(line.slug for line in lines),
        sheet=tuple(SheetLine.from_dict(line.said) for line in lines if line.said),
    )


def abandon(uow: UnitOfWork, run_id: int, *, reason: str) -> None:
    """Go no further with a run that cannot go on; what is done so far stays, and the next asset says why it ends."""
    row = queries.find_run(uow.session, run_id, locked=True)
    if row is None or not row.state.is_at_work:
        return
    for line in queries.list_lines(uow.session, run_id, place=row.place, limit=1):
        if row.state is not RunState.UNDOING:
            refused = BulkLine(slug=line.slug, title=line.title, outcome=BulkOutcome.REFUSED, reason=reason)
            queries.note_lines(uow.session, run_id, {line.place: refused})
    _end(uow, row, RunState.STOPPED)


def rehearse(uow: UnitOfWork, step: Step, texts: PreparedTexts) -> list[BulkLine]:
    """See what a step would do, in a unit of work that is taken back."""
    if step.sheet:
        return sheets.act(uow, step.sheet, Counter(), batch=step.order.batch, is_rehearsal=True)
    return doing.act(uow, step.order, step.slugs, texts, is_rehearsal=True)


def record(uow: UnitOfWork, step: Step, *, texts: PreparedTexts, rehearsed: Sequence[BulkLine] = ()) -> None:
    """Take a step and note what became of each asset; one that another runner has taken meanwhile is left alone."""
    row = queries.find_run(uow.session, step.run_id, locked=True)
    if row is None or (row.state, row.place) != (step.state, step.first):
        return
    if step.state is RunState.UNDOING:
        _take_back(uow, row)
    else:
        done = list(rehearsed) if step.state is RunState.LOOKING else _do(uow, row, step, texts)
        places = range(row.place, row.place + len(done))
        queries.note_lines(uow.session, row.id, dict(zip(places, done, strict=True)))
    row.place = step.first + len(step.slugs)
    uow.session.flush()
    if row.place < row.total and step.slugs:
        uow.enqueue(JobKind.CHANGE_MANY, row.id)
    else:
        _end(uow, row, _ENDS[step.state])


def _do(uow: UnitOfWork, row: Row, step: Step, texts: PreparedTexts) -> list[BulkLine]:
    if not step.sheet:
        return doing.act(uow, step.order, step.slugs, texts)
    told = row.sheet or {}
    given = Counter(told.get("given", {}))
    done = sheets.act(uow, step.sheet, given, batch=step.order.batch)
    row.sheet = told | {"given": dict(given)}
    return done


_ENDS = {RunState.LOOKING: RunState.LOOKED, RunState.DOING: RunState.DONE, RunState.UNDOING: RunState.UNDONE}


def _take_back(uow: UnitOfWork, row: Row) -> None:
    lines = queries.list_done(uow.session, row.id, limit=STEP)
    done = [(BulkLine(slug=line.slug, title=line.title), line.entry_id or 0) for line in lines]
    came_to = doing.take_back(uow, done)
    queries.note_lines(uow.session, row.id, {line.place: became for line, became in zip(lines, came_to, strict=True)})


def _end(uow: UnitOfWork, row: Row, state: RunState) -> None:
    """Let a run rest in a state, tell whom it concerns, and note it in the audit trail as one deed."""
    was, row.state, row.ended_at = row.state, state, uow.now
    order = replace(BulkOrder.from_dict(row.order), batch=f"run {row.id}")
    told: dict[str, Any] = {}
    if was is RunState.DOING:
        changed = queries.list_changed(uow.session, row.id)
        doing.tell(uow, order, changed)
        for email, number in (row.sheet or {}).get("given", {}).items():
            doing.tell_given(uow, email, number, batch=order.batch)
        told = {"deed": doing.BULK + order.deed.value, "assets": len(changed)}
    elif was is RunState.UNDOING:
        counts = queries.count_outcomes(uow.session, row.id)
        told = {"deed": f"undo {doing.BULK}{order.deed.value}", "assets": counts.get(BulkOutcome.DONE, 0)}
    if told.get("assets"):
        entry = uow.audit(told["deed"], "library", 0, assets=told["assets"], run=row.id)
        uow.session.flush()
        row.entry_id = entry.id if was is RunState.DOING else row.entry_id
    uow.session.flush()
