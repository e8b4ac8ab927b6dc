"""Archives and folders of files, and the tables in them that say something of the files; each file is added alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from contentlib.domain.errors import ContentlibError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.uploads import (
    AddedFile,
    ArchiveMember,
    Said,
    TagTable,
    UnpackedArchive,
    UploadStatus,
    clean_name,
)
from contentlib.ingest.archives import is_bywork
from contentlib.sandbox.limits import MIB
from contentlib.services.files import LIMITS, read_in_sandbox
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.services.uploads.adding import PreparedUpload

__all__ = ["Unpacked", "find_said", "is_bywork", "unpack"]

_UNPACK = "contentlib.ingest.archives:unpack"
_READ_TABLE = "contentlib.ingest.archives:read_table"
# 400 MB of files are written; a slow disk takes 10 MB a second.
_WALL_SECONDS = 120.0


@dataclass(frozen=True, kw_only=True)
class Unpacked:
    """What came together: files in order, what tables say of each by its name, and what is wrong with the tables."""

    members: tuple[ArchiveMember, ...]
    said: dict[str, Said] = field(default_factory=dict)
    faults: tuple[AddedFile, ...] = ()


def unpack(reading: UnitOfWork, prepared: PreparedUpload, folder: Path, *, limit_mb: int) -> Unpacked:
    """Unpack an archive into an empty folder, in the sandbox; raises FileRefusedError when it is not to be opened."""
    limits = replace(LIMITS, wall_seconds=_WALL_SECONDS, file_bytes=limit_mb * MIB)
    answer: UnpackedArchive = reading.sandbox.call(
        _UNPACK,
        limits=limits,
        path=str(prepared.received.path),
        name=prepared.name,
        folder=str(folder),
        largest=limit_mb * MIB,
    )
    return find_said(reading, answer.members, answer.tables, limit_mb=limit_mb)


def find_said(
    reading: UnitOfWork, members: Sequence[ArchiveMember], tables: Sequence[ArchiveMember], *, limit_mb: int
) -> Unpacked:
    """Read the tables that stand among some files; the first that speaks of a file counts."""
    names = [member.name for member in members]
    said: dict[str, Said] = {}
    faults: list[AddedFile] = []
    for table in tables:
        if not table.path:
            faults.append(_fault(table.name, table.reason))
            continue
        try:
            read: TagTable = read_in_sandbox(
                reading, _READ_TABLE, Path(table.path), limit_mb=limit_mb, name=clean_name(table.name), names=names
            )
        except ContentlibError as refused:
            faults.append(_fault(table.name, refused.message))
            continue
        faults += [_fault(table.name, why, line) for line, why in read.faults]
        said = {**{name: values for name, (_, values) in read.rows.items()}, **said}
    return Unpacked(members=tuple(members), said=said, faults=tuple(faults))


def _fault(name: str, why: str, line: int | None = None) -> AddedFile:
    """Give what is wrong with a table, or with one row of it, as one more refused file."""
    place = f"{clean_name(name)}, line {line}" if line is not None else clean_name(name)
    finding = Finding(level=Level.ERROR, code="bad-row", message=why, path=clean_name(name), line=line)
    return AddedFile(name=place, status=UploadStatus.REFUSED, reason=why, findings=(finding,))
