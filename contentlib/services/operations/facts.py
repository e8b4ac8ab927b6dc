"""What is known of a library as a whole: what made it, what it holds, what waits to be done; it changes no asset."""

from __future__ import annotations

from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage import jobs
from contentlib.storage.queries import operations as queries


def made_by_demo(reading: UnitOfWork) -> bool:
    """Tell whether the demo made this library, so that its people and deals are made up."""
    return queries.is_made_by_demo(reading.session)


def mark_as_demo(uow: UnitOfWork, *, anchor: str) -> None:
    """Note that the demo made this library, and the day its dates are counted from."""
    queries.mark_as_demo(uow.session, anchor=anchor)
    uow.session.flush()


def finish_demo(uow: UnitOfWork) -> None:
    """Note that the demo is whole; one that was broken off is made again."""
    queries.set_fact(uow.session, "demo finished", "yes")
    uow.session.flush()


def is_demo_finished(reading: UnitOfWork) -> bool:
    """Tell whether the demo was made to its end."""
    return queries.find_fact(reading.session, "demo finished") == "yes"


def holds_work(reading: UnitOfWork) -> bool:
    """Tell whether anybody has put anything into this library."""
    return any(queries.count_rows(reading.session).values())


def count_rows(reading: UnitOfWork) -> dict[str, int]:
    """Count assets, deals, usage events and people."""
    return queries.count_rows(reading.session)


def index_status(reading: UnitOfWork) -> dict[str, int]:
    """Give the index's generation and number of assets, and how many wait to be indexed."""
    pending = jobs.count(reading.session, kinds=[jobs.JobKind.INDEX_ASSET])
    status = reading.index.status()
    return {"generation": status.generation, "assets": status.assets, "pending_jobs": pending}


def is_index_ready(reading: UnitOfWork) -> bool:
    """Tell whether the index answers; while it does not, search answers from the database."""
    return reading.index.status().is_ready


def is_ready(reading: UnitOfWork) -> bool:
    """Tell whether the index answers; LibraryRefusedError where the database does not."""
    queries.is_made_by_demo(reading.session)  # any question will do
    return is_index_ready(reading)
