"""What a file from outside holds, for whoever wants to look before it is added; nothing is kept."""

from __future__ import annotations

from pathlib import Path

from contentlib.domain.people import Permission
from contentlib.domain.uploads import ExtractedFile
from contentlib.services.files import read_in_sandbox
from contentlib.services.unit_of_work import UnitOfWork


def extract(reading: UnitOfWork, path: Path, *, limit_mb: int) -> ExtractedFile:
    """Read a file's words, page by page, and what it says of itself.

    Raises FileRefusedError when it is larger than `limit_mb` or not taken in, LimitExceededError when reading it took
    too much.
    """
    reading.require(Permission.EDIT_ASSETS)
    found: ExtractedFile = read_in_sandbox(reading, "contentlib.ingest.extractors:extract", path, limit_mb=limit_mb)
    return found
