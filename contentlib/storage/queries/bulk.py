"""Questions about deeds on many assets that go on in the background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.domain.library import BulkLine, BulkOutcome, RunState
from contentlib.storage.parts import in_parts
from contentlib.storage.tables import BulkRun, BulkRunLine


def find_run(session: Session, run_id: int, *, locked: bool = False) -> BulkRun | None:
    """Find a run; `locked` holds it until the transaction ends, so that no other runner takes the same step."""
    query = sa.select(BulkRun).where(BulkRun.id == run_id).execution_options(populate_existing=True)
    return session.scalar(query.with_for_update() if locked else query)


def add_lines(
    session: Session, run_id: int, slugs: Sequence[str], said: Sequence[Mapping[str, Any] | None] | None = None
) -> None:
    """Write a line for each asset of a run, in order, with what a sheet says of each."""
    rows = [
        {"run_id": run_id, "place": place, "slug": slug[:80], "title": "", "reason": "", "said": told}
        for place, (slug, told) in enumerate(zip(slugs, said or [None] * len(slugs), strict=True))
    ]
    for part in in_parts(rows):
        session.execute(sa.insert(BulkRunLine), part)


def list_lines(session: Session, run_id: int, *, place: int, limit: int) -> list[BulkRunLine]:
    """List the lines of a run from a place on."""
    query = sa.select(BulkRunLine).where(BulkRunLine.run_id == run_id, BulkRunLine.place >= place)
    return list(session.scalars(query.order_by(BulkRunLine.place).limit(limit)))


def note_lines(session: Session, run_id: int, became: Mapping[int, BulkLine]) -> None:
    """Write to lines of a run, by their places, what became of their assets."""
    rows = [
        {
            "run_id": run_id,
            "place": place,
            "title": line.title[:300],
            "outcome": line.outcome,
            "reason": line.reason[:1000],
            "entry_id": line.entry,
        }
        for place, line in became.items()
    ]
    if rows:
        session.execute(sa.update(BulkRunLine), rows)


def list_done(session: Session, run_id: int, *, limit: int) -> list[BulkRunLine]:
    """List the lines of a run that can be taken back, the last first."""
    query = sa.select(BulkRunLine).where(BulkRunLine.run_id == run_id, BulkRunLine.entry_id.is_not(None))
    return list(session.scalars(query.order_by(BulkRunLine.place.desc()).limit(limit)))


def list_changed(session: Session, run_id: int) -> list[str]:
    """List the slugs of the assets that a run has changed."""
    query = sa.select(BulkRunLine.slug).where(BulkRunLine.run_id == run_id, BulkRunLine.entry_id.is_not(None))
    return list(session.scalars(query.order_by(BulkRunLine.place)))


def list_of(session: Session, run_id: int, outcome: BulkOutcome, *, limit: int | None) -> list[BulkRunLine]:
    """List some lines of a run by what becomes of them, or all."""
    query = sa.select(BulkRunLine).where(BulkRunLine.run_id == run_id, BulkRunLine.outcome == outcome)
    return list(session.scalars(query.order_by(BulkRunLine.place).limit(limit)))


def count_outcomes(session: Session, run_id: int) -> dict[BulkOutcome, int]:
    """Count the lines of a run by what becomes of them."""
    rows = session.execute(
        sa.select(BulkRunLine.outcome, sa.func.count())
        .where(BulkRunLine.run_id == run_id, BulkRunLine.outcome.is_not(None))
        .group_by(BulkRunLine.outcome)
    )
    return {outcome: number for outcome, number in rows if outcome is not None}


def clear_outcomes(session: Session, run_id: int) -> None:
    """Let nothing have become of the lines of a run yet."""
    session.execute(sa.update(BulkRunLine).where(BulkRunLine.run_id == run_id).values(outcome=None, reason=""))


def list_at_work(session: Session, person_id: int) -> list[BulkRun]:
    """List a person's runs that go on, or wait to be decided on, the latest first."""
    shown = [RunState.LOOKING, RunState.LOOKED, RunState.DOING, RunState.UNDOING]
    query = sa.select(BulkRun).where(BulkRun.person_id == person_id, BulkRun.state.in_(shown))
    return list(session.scalars(query.order_by(BulkRun.id.desc())))


def forget_before(session: Session, moment: datetime) -> None:
    """Forget runs that were begun before a moment; what they did stays in the audit trail."""
    session.execute(sa.delete(BulkRun).where(BulkRun.begun_at < moment))
