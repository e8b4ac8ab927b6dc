"""The file that an asset was uploaded as, for those who may use or keep the asset; it records no use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from contentlib.domain.errors import NotFoundError
from contentlib.domain.people import Permission
from contentlib.domain.uploads import UploadFormat
from contentlib.services import asset_rights
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as queries
from contentlib.storage.queries import uploads as upload_queries


@dataclass(frozen=True, kw_only=True)
class Original:
    """A file as it came: its name, format, size in bytes, and where it lies."""

    name: str
    format: UploadFormat
    size: int
    path: Path


def read_original(reading: UnitOfWork, slug: str, number: int | None = None) -> Original:
    """Find the file of an asset's current version, or of another one by its number.

    What waits to be published is for those who keep the library. NotFoundError for what was not uploaded or may not
    be seen.
    """
    reading.require(Permission.USE_ASSETS)
    asset = asset_rights.get_seen(reading, slug)
    current = asset.current_version
    version = current
    if number is not None and (current is None or number != current.number):
        versions = queries.list_versions(reading.session, asset.id)
        version = next(
            (each for each in versions if each.number == number and asset_rights.may_see_version(reading, asset, each)),
            None,
        )
    file = upload_queries.find_file(reading.session, version.id) if version is not None else None
    if file is None:
        raise NotFoundError(f"“{asset.title}” was not uploaded as a file.")
    return Original(name=file.name, format=file.format, size=file.size, path=reading.blobs.path(file.blob))
