"""Where the words of an asset stand on the pictures of its pages, so that they can be marked and copied there."""

from __future__ import annotations

from contentlib.domain.documents import TextLine
from contentlib.services import asset_rights
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import page_lines as queries


def read_lines(reading: UnitOfWork, slug: str, number: int) -> tuple[TextLine, ...]:
    """Give the lines of words on one page of what an asset says today; NotFoundError for who may not see it."""
    version_id = asset_rights.get_seen(reading, slug).current_version_id
    lines = queries.list_lines(reading.session, version_id, number) if version_id is not None else []
    return tuple(TextLine(*line) for line in lines)
