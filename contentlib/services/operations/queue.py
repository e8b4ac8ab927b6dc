"""Jobs for who looks after the library: what waits, what was given up and why, and trying it again."""

from __future__ import annotations

import fcntl
from collections.abc import Sequence
from pathlib import Path

from contentlib.domain.errors import NotFoundError
from contentlib.domain.operations import DeadJob, JobLine, JobsView
from contentlib.domain.people import Permission
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage import jobs
from contentlib.storage.queries import audit as audit_queries
from contentlib.storage.queries import operations as queries
from contentlib.storage.tables import Job

# What was given up is shown so far; beyond it, it is one fault many times over.
_MOST_DEAD = 100
_OF_ASSETS = frozenset({jobs.JobKind.INDEX_ASSET, jobs.JobKind.READ_MEANING})
_OF_VERSIONS = frozenset({jobs.JobKind.DRAW_PICTURES, jobs.JobKind.DRAW_OTHER_PAPER})


def look_at_jobs(reading: UnitOfWork, data: Path) -> JobsView:
    """Give all jobs of a library, and whether a server or a worker runs on its data folder."""
    reading.require(Permission.OPERATE)
    lines = tuple(
        JobLine(kind=kind, waiting=waiting, running=running, dead=dead, oldest_at=oldest)
        for kind, waiting, running, dead, oldest in queries.count_jobs(reading.session)
    )
    dead = queries.list_dead_jobs(reading.session)
    return JobsView(
        lines=lines,
        dead=_dead(reading, dead[:_MOST_DEAD]),
        dead_total=len(dead),
        is_worked_on=is_worked_on(data),
        oldest_at=min((line.oldest_at for line in lines if line.oldest_at is not None), default=None),
    )


def is_worked_on(data: Path) -> bool:
    """Tell whether a server or a worker holds its lock on a data folder."""
    # Beside a server the shared lock is refused; workers hold a shared one, which refuses only a lock for one alone.
    for name, way in (("runner.lock", fcntl.LOCK_SH), ("workers.lock", fcntl.LOCK_EX)):
        if not (data / name).exists():
            continue
        with (data / name).open("r") as held:
            try:
                fcntl.flock(held.fileno(), way | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
    return False


def _dead(reading: UnitOfWork, dead: Sequence[Job]) -> tuple[DeadJob, ...]:
    of_assets = [job.subject for job in dead if job.kind in _OF_ASSETS]
    of_versions = [job.subject for job in dead if job.kind in _OF_VERSIONS]
    versions = queries.assets_of_versions(reading.session, of_versions)
    names = audit_queries.name_assets(reading.session, [*of_assets, *versions.values()])
    told = []
    for job in dead:
        asset = versions.get(job.subject, 0) if job.kind in _OF_VERSIONS else 0
        asset = job.subject if job.kind in _OF_ASSETS else asset
        slug, title = names.get(asset, (None, ""))
        reason = _sentence(job.error)
        told.append(DeadJob(id=job.id, kind=job.kind, about=title, slug=slug, reason=reason, attempts=job.attempts))
    return tuple(told)


def _sentence(error: str) -> str:
    """Give what an error says without the name of its class, as one sentence."""
    first = next((line.strip() for line in error.splitlines() if line.strip()), "")
    name, _, said = first.partition(": ")
    told = said if said and " " not in name else first
    told = told or "It ended without saying why."
    return told if told.endswith((".", "!", "?", "”")) else f"{told}."


def retry_job(uow: UnitOfWork, job_id: int) -> None:
    """Have a job that was given up tried again; NotFoundError for one that was not."""
    uow.require(Permission.OPERATE)
    if not any(job.id == job_id for job in queries.list_dead_jobs(uow.session)):
        raise NotFoundError("This job is not among those that were given up. Load the page again.")
    jobs.revive(uow.session, job_id, at=uow.now)
    uow.audit("retry job", "job", job_id)


def retry_all_jobs(uow: UnitOfWork) -> int:
    """Have every job that was given up tried again; gives how many."""
    uow.require(Permission.OPERATE)
    dead = queries.list_dead_jobs(uow.session)
    for job in dead:
        jobs.revive(uow.session, job.id, at=uow.now)
    if dead:
        uow.audit("retry jobs", "job", 0, jobs=len(dead))
    return len(dead)
