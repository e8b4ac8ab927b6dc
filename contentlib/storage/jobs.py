"""The outbox: rows written with the deed they follow, claimed in batches; what a job does is not known here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.storage.parts import in_parts
from contentlib.storage.tables import Job


class JobKind(StrEnum):
    """What follows a commit; the subject is the id of the row that is meant, 0 where there is none."""

    INDEX_ASSET = "index asset"
    DRAW_PICTURES = "draw pictures"
    DRAW_OTHER_PAPER = "draw other paper"
    RATE_USAGE = "rate usage"
    SEND_LETTER = "send letter"
    READ_MEANING = "read meaning"
    CHANGE_MANY = "change many"


# A job that failed this often is dead: shown to the admin, retried only by hand.
MAX_ATTEMPTS = 5
LEASE = timedelta(minutes=5)
# Nothing is meant for later than this. A job that seems to be was written before the clock was set back, and is due.
FARTHEST = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class ClaimedJob:
    """A job that this runner holds until its lease ends."""

    id: int
    kind: JobKind
    subject: int
    attempts: int


def add(session: Session, kind: JobKind, subject: int = 0, *, at: datetime) -> None:
    """Write a job into the transaction of the deed; one already waiting for the same subject serves for both.

    A job that is running may have read the row before this change, so it does not count; nor does one that a worker is
    just taking. One that does is held until this commit, so that nobody runs it before.
    """
    waiting = session.scalar(
        sa.select(Job)
        .where(Job.kind == kind, Job.subject == subject, Job.state == "waiting")
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if waiting is None:
        session.add(Job(kind=kind, subject=subject, run_at=at))
        session.flush()
    elif waiting.run_at > at:
        waiting.run_at = at


def add_many(session: Session, kind: JobKind, subjects: Sequence[int], *, at: datetime) -> None:
    """Write a job for each of many subjects; one already waiting serves, as for a single one."""
    for part in in_parts(subjects):
        waits = sa.select(Job).where(Job.kind == kind, Job.subject.in_(part), Job.state == "waiting")
        waiting = {job.subject for job in session.scalars(waits.with_for_update(skip_locked=True))}
        rows = [
            {"kind": kind.value, "subject": subject, "state": "waiting", "run_at": at, "attempts": 0, "error": ""}
            for subject in part
            if subject not in waiting
        ]
        if rows:
            session.execute(sa.insert(Job), rows)


def _is_due(now: datetime, *, ahead: bool) -> sa.ColumnElement[bool]:
    """Say which jobs may be taken; `ahead` takes those meant for later too, but none that failed and is to rest."""
    waits = sa.or_(Job.run_at <= now, Job.run_at > now + FARTHEST)
    if ahead:
        waits = sa.or_(waits, Job.attempts == 0)
    return sa.or_(
        sa.and_(Job.state == "waiting", waits),
        sa.and_(Job.state == "running", sa.or_(Job.leased_until <= now, Job.leased_until > now + FARTHEST)),
    )


def has_due(session: Session, *, kinds: Sequence[JobKind], now: datetime, ahead: bool = False) -> bool:
    """Tell whether there is a job to take."""
    return bool(session.scalar(sa.select(sa.exists().where(Job.kind.in_(kinds), _is_due(now, ahead=ahead)))))


def claim(session: Session, *, kind: JobKind, limit: int, now: datetime, ahead: bool = False) -> list[ClaimedJob]:
    """Take up to `limit` due jobs of a kind, with a lease; those of runners that were lost are taken over.

    A job that its runner did not survive so often that its attempts are used up is dead.
    """
    found = session.scalars(
        sa.select(Job)
        .where(Job.kind == kind, _is_due(now, ahead=ahead))
        .order_by(Job.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    claimed = []
    for job in found:
        if job.attempts >= MAX_ATTEMPTS:
            job.state, job.leased_until, job.error = "dead", None, job.error or "Its runner ended each time."
            continue
        job.state, job.leased_until, job.attempts = "running", now + LEASE, job.attempts + 1
        claimed.append(ClaimedJob(id=job.id, kind=JobKind(job.kind), subject=job.subject, attempts=job.attempts))
    return claimed


def release(session: Session, *, now: datetime) -> None:
    """Let jobs be taken at once whose runner is known to be gone; the attempt counts, since it may have killed it."""
    session.execute(sa.update(Job).where(Job.state == "running").values(leased_until=now))


def finish(session: Session, jobs: Sequence[ClaimedJob]) -> None:
    """Forget jobs whose effect stands."""
    session.execute(sa.delete(Job).where(Job.id.in_([job.id for job in jobs])))


def fail(session: Session, jobs: Sequence[ClaimedJob], *, error: str, now: datetime) -> None:
    """Put jobs back to be tried later, a little longer each time; after the last attempt they are dead."""
    for job in jobs:
        dead = job.attempts >= MAX_ATTEMPTS
        session.execute(
            sa.update(Job)
            .where(Job.id == job.id)
            .values(
                state="dead" if dead else "waiting",
                error=error[:2000],
                leased_until=None,
                run_at=now + timedelta(seconds=2**job.attempts),
            )
        )


def revive(session: Session, job_id: int, *, at: datetime) -> None:
    """Let a dead job be tried again as if it were new."""
    session.execute(
        sa.update(Job).where(Job.id == job_id, Job.state == "dead").values(state="waiting", attempts=0, run_at=at)
    )


def put_back(session: Session, jobs: Sequence[ClaimedJob], *, until: datetime | None = None) -> None:
    """Give jobs back that could not be tried, to rest until a time if one is given; the attempt does not count."""
    values: dict[str, object] = {"state": "waiting", "leased_until": None}
    if until is not None:
        values["run_at"] = until
    for job in jobs:
        session.execute(sa.update(Job).where(Job.id == job.id).values(attempts=job.attempts - 1, **values))


def count_running(session: Session) -> int:
    """Count jobs that a runner holds, or held when it was lost."""
    return session.scalar(sa.select(sa.func.count()).where(Job.state == "running")) or 0


def count(session: Session, *, kinds: Sequence[JobKind], due_by: datetime | None = None) -> int:
    """Count jobs that wait or run, all of them or those due by a time."""
    query = sa.select(sa.func.count()).where(Job.kind.in_(kinds), Job.state != "dead")
    if due_by is not None:
        query = query.where(Job.run_at <= due_by)
    return session.scalar(query) or 0


def is_pending(session: Session, kind: JobKind, subject: int) -> bool:
    """Tell whether work on a subject is still to come."""
    return bool(
        session.scalar(sa.select(sa.func.count()).where(Job.kind == kind, Job.subject == subject, Job.state != "dead"))
    )
