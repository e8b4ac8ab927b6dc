"""Files that are brought in, one after the other, alone or many together; what becomes of one decides on no other."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import IO

import structlog

from contentlib.domain.errors import (
    ContentlibError,
    FileRefusedError,
    ForbiddenError,
    LibraryRefusedError,
    WorkBrokeOffError,
)
from contentlib.domain.people import Actor
from contentlib.domain.uploads import AddedFile, ArchiveMember, Said, clean_folder, clean_name
from contentlib.library.opening import OpenedLibrary, passing_folder
from contentlib.services import uploads
from contentlib.services.uploads import PreparedUpload, Unpacked
from contentlib.storage.blobs import ReceivedFile

_log = structlog.get_logger()
_MIB = 1 << 20
_TABLE = ".csv"
# These are about the person or the disk, and not about the one file.
_THROUGH = (ForbiddenError, LibraryRefusedError)


class Uploads:
    """One bringing in of files by one person, with what is said of all of them and what each of them replaces."""

    def __init__(
        self,
        library: OpenedLibrary,
        actor: Actor,
        *,
        said: Said,
        replaces: str | None,
        on_file: Callable[[AddedFile], None],
        is_wanted: Callable[[], bool],
    ) -> None:
        """Take who brings files in; raises when they may not, or when there is no asset of that slug to replace."""
        self._library, self._actor = library, actor
        self._said, self._replaces, self._on_file, self._is_wanted = said, replaces, on_file, is_wanted
        self._limit_mb = library.settings.upload_limit_mb
        with library.read(actor) as reading:
            uploads.require_target(reading, replaces)

    def add(self, file: Path | IO[bytes], name: str | None) -> tuple[AddedFile, ...]:
        """Add a file, or every file of a folder or archive; gives what became of each, and tells each when it is."""
        if isinstance(file, Path) and file.is_dir():
            return self._add_folder(file)
        own = file.name if isinstance(file, Path) else "file"
        return self._add_one(file, clean_name(name or own), self._said)

    def _add_one(
        self, file: Path | IO[bytes], name: str, said: Said, *, is_member: bool = False, within: str = ""
    ) -> tuple[AddedFile, ...]:
        try:
            with (
                _opened(file, name) as stream,
                self._library.blobs.receiving(stream, most=self._limit_mb * _MIB, name=name) as received,
            ):
                prepared = self._prepare(received, name, said, within)
                if isinstance(prepared, PreparedUpload) and uploads.is_archive(prepared) and not is_member:
                    return self._add_archive(prepared, name)
                answer = prepared if isinstance(prepared, AddedFile) else self._record(prepared)
        except _THROUGH:
            raise
        except ContentlibError as error:
            if isinstance(error, WorkBrokeOffError):
                _log.warning("reading a file broke off", name=name, trace=error.trace)
            answer = uploads.refused(name, error)
        return (self._tell(answer, within),)

    def _tell(self, answer: AddedFile, within: str) -> AddedFile:
        told = replace(answer, within=within)
        self._on_file(told)
        return told

    def _prepare(self, received: ReceivedFile, name: str, said: Said, within: str) -> PreparedUpload | AddedFile:
        with self._library.read(self._actor) as reading:
            return uploads.prepare(
                reading,
                received,
                name=name,
                said=said,
                target=self._replaces,
                limit_mb=self._limit_mb,
                yardsticks=self._library.yardsticks,
                within=within,
            )

    def _record(self, prepared: PreparedUpload) -> AddedFile:
        with self._library.work(self._actor) as uow:
            answer = uploads.record(uow, prepared)
            if not self._is_wanted():  # asked last, so that little time is left in which it is kept all the same
                raise FileRefusedError("It was cancelled while it was read. Nothing of it was kept.")
            return answer

    def _add_archive(self, prepared: PreparedUpload, name: str) -> tuple[AddedFile, ...]:
        if self._replaces is not None:
            raise FileRefusedError(f"“{name}” is an archive, and one file becomes the next version of an asset.")
        with passing_folder(self._library.settings.data) as folder:
            with self._library.read(self._actor) as reading:
                unpacked = uploads.unpack(reading, prepared, folder, limit_mb=self._limit_mb)
            return self._add_all(unpacked, archive=name)

    def _add_folder(self, folder: Path) -> tuple[AddedFile, ...]:
        found = [
            _member(path, folder)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not uploads.is_bywork(path.relative_to(folder).as_posix())
        ]
        tables = [member for member in found if member.name.lower().endswith(_TABLE)]
        members = [member for member in found if not member.name.lower().endswith(_TABLE)]
        with self._library.read(self._actor) as reading:
            return self._add_all(uploads.find_said(reading, members, tables, limit_mb=self._limit_mb))

    def _add_all(self, unpacked: Unpacked, *, archive: str = "") -> tuple[AddedFile, ...]:
        answers: list[AddedFile] = []
        for member in unpacked.members:
            if not self._is_wanted():
                break
            name, within = clean_name(member.name), clean_folder(archive, member.name) if archive else ""
            if not member.path:
                answers.append(self._tell(uploads.refused(name, FileRefusedError(member.reason)), within))
                continue
            said = {**self._said, **unpacked.said.get(member.name, {})}
            answers += self._add_one(Path(member.path), name, said, is_member=True, within=within)
        return (*answers, *(self._tell(fault, archive) for fault in unpacked.faults))


def _member(path: Path, folder: Path) -> ArchiveMember:
    """Give a file of a folder; what a link fetches from elsewhere nobody chose."""
    name = path.relative_to(folder).as_posix()
    if not path.resolve().is_relative_to(folder.resolve()):
        return ArchiveMember(name=name, reason="It is a link that leads out of the folder. Put the file itself there.")
    return ArchiveMember(name=name, path=str(path))


def _opened(file: Path | IO[bytes], name: str) -> AbstractContextManager[IO[bytes]]:
    """Open a file that lies somewhere; a stream stays whose it is."""
    if not isinstance(file, Path):
        return contextlib.nullcontext(file)
    try:
        return file.open("rb")
    except OSError as error:
        raise FileRefusedError(f"“{name}” cannot be opened: {error.strerror}.") from error
