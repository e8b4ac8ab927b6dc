"""What moves by use and is never in the index: read from the database, handed to search as a side array."""

from __future__ import annotations

from contentlib.domain.reports import Verdict
from contentlib.domain.search import Figures
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import reports as report_queries
from contentlib.storage.queries import usage as usage_queries


def read_all(reading: UnitOfWork) -> dict[int, Figures]:
    """Read what moves by use: deals an asset was used on, and its lift where the numbers can tell."""
    deals = usage_queries.count_deals_by_asset(reading.session)
    lifts = report_queries.lifts_by_asset(reading.session)
    told = {
        id_: lift.shrunk for id_, lift in lifts.items() if lift.label in {Verdict.HELPS, Verdict.NO_CLEAR_DIFFERENCE}
    }
    return {id_: Figures(uses=deals.get(id_, 0), lift=told.get(id_)) for id_ in deals.keys() | told.keys()}


def mark(reading: UnitOfWork) -> tuple[object, ...]:
    """Give a mark that changes when the figures may have; cheap enough for every minute."""
    run = report_queries.find_run(reading.session, report_queries.USAGE_TO_CLOSE)
    return (*usage_queries.newest_change(reading.session), run.as_of if run else None)
