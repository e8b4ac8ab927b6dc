"""Writes what a deed does to many things at once: changed rows, jobs and notices in a few statements for all of them.

A statement for each thing costs more than all else that is done to it. It judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from contentlib.services.unit_of_work import Gathered, UnitOfWork
from contentlib.storage import jobs
from contentlib.storage.parts import in_parts
from contentlib.storage.queries import governance as queries


@contextmanager
def gathering(uow: UnitOfWork, *, is_rehearsal: bool = False) -> Iterator[UnitOfWork]:
    """Open the same unit of work for a deed on many things; leaving it cleanly writes what they left.

    What is asked of the database inside does not see what was changed inside. Of a rehearsal nothing is written.
    """
    gathered = Gathered()
    with uow.session.no_autoflush:
        yield replace(uow, gathered=gathered)
        if not is_rehearsal:
            _write(uow, gathered)


def _write(uow: UnitOfWork, gathered: Gathered) -> None:
    uow.session.flush()
    queries.delete_versions(uow.session, gathered.unadded)
    for deed in gathered.then:
        deed()
    uow.session.add_all(gathered.trail)
    for kind, subjects in gathered.jobs.items():
        jobs.add_many(uow.session, kind, list(subjects), at=uow.now)
    forgotten = list(dict.fromkeys(gathered.forgotten))
    for part in in_parts(forgotten):
        queries.forget_unseen(uow.session, part)
    notices = {(notice.person_id, notice.key): notice for notice in gathered.notices}
    keys = list(dict.fromkeys(key for _, key in notices))
    for part in in_parts(keys):
        for known in queries.known_keys(uow.session, part):
            notices.pop(known, None)
    uow.session.add_all(notices.values())
    uow.session.flush()
