"""Carries a library elsewhere: one file to keep, or a folder for another database; and back in, whole or not at all."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from contentlib import __version__
from contentlib.domain.errors import ConflictError, FileRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.people import Permission
from contentlib.sandbox.homes import Home
from contentlib.search import tuning
from contentlib.services.operations.facts import holds_work
from contentlib.services.search_tuning import JUDGED_NAME
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage import archives, copying, database, manifest, rows
from contentlib.storage.blobs import Blobs
from contentlib.storage.manifest import Manifest, Part
from contentlib.storage.queries import operations as queries

Progress = Callable[[int | None, str], AbstractContextManager[Callable[[int], None]]]

# What may stand in the folder that a backup is restored into: what was configured, and what running commands leave.
_LOCKS = frozenset({"runner.lock", "opening.lock", "quick.lock", "workers.lock"})
_MAY_STAND = _LOCKS | {"contentlib.toml", "secret", "contentlib.log"}
_STAGED = ".restoring"
# What a library keeps of its own in its data folder beside the database: what search weighs, and by which questions.
_OWN_FILES = (tuning.FILE_NAME, JUDGED_NAME)


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What a copy holds: rows of all tables, stored files, bytes; `findings` name what was lost before it was made."""

    rows: int
    blobs: int
    bytes: int
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, listed: Manifest, *, size: int | None = None) -> Carried:
        """Give what a list of contents amounts to; `size` in bytes where it was written otherwise."""
        lost = tuple(
            Finding(
                level=Level.ERROR,
                code="file-lost",
                message="A stored file is missing or altered, so this copy does not hold it.",
                mend="Run: contentlib verify --mend",
                evidence=blob,
            )
            for blob in listed.lost
        )
        return cls(
            rows=sum(listed.rows.values()),
            blobs=len(listed.blobs),
            bytes=listed.size if size is None else size,
            findings=lost,
        )


def back_up(reading: UnitOfWork, target: Path, progress: Progress, *, data: Path | None = None) -> Carried:
    """Write the library as it is at this moment into one file, while others go on writing.

    The library's own files in its `data` folder go along. A SQLite database goes in as a file, another one as rows.
    The key that signs cookies and the settings stay out: a backup travels, and without them nothing is lost but that
    people sign in again.
    """
    reading.require(Permission.OPERATE)
    archives.require_new(target)
    rows.hold_still(reading.session)
    with _scratch_beside(target) as scratch:
        with archives.writing(scratch):
            if copying.is_embedded(reading.session):
                copying.copy_database(reading.session, scratch / manifest.DATABASE)
                parts = {manifest.DATABASE: archives.describe(scratch / manifest.DATABASE)}
            else:
                parts = _dump(reading, scratch, progress)
            parts |= _take_along(data, scratch)
        listed = _list(reading, parts, progress)
        with progress(len(parts) + len(listed.blobs), "Writing") as step:
            files = {name: scratch / name for name in parts}
            size = archives.pack(target, files, reading.blobs, listed, step, passing=scratch)
    return Carried.of(listed, size=size)


def export(reading: UnitOfWork, folder: Path, progress: Progress, *, data: Path | None = None) -> Carried:
    """Write the library as it is at this moment into a new folder, in a form that any database takes in.

    The library's own files in its `data` folder go along.
    """
    reading.require(Permission.OPERATE)
    archives.require_new(folder)
    rows.hold_still(reading.session)
    with _scratch_beside(folder) as scratch, archives.writing(folder):
        whole = scratch / "whole"
        whole.mkdir(mode=0o700)
        parts = _dump(reading, whole, progress) | _take_along(data, whole)
        listed = _list(reading, parts, progress)
        with progress(len(listed.blobs), "Stored files") as step:
            archives.write_folder(whole, reading.blobs, listed, step)
        if folder.is_dir():
            folder.rmdir()
        whole.rename(folder)
    return Carried.of(listed)


def _dump(reading: UnitOfWork, scratch: Path, progress: Progress) -> dict[str, Part]:
    with progress(sum(rows.count(reading.session).values()), "Rows") as step:
        return rows.dump(reading.session, scratch, step)


def _take_along(data: Path | None, scratch: Path) -> dict[str, Part]:
    """Copy those of the library's own files that there are."""
    parts: dict[str, Part] = {}
    if data is None:
        return parts
    for name in _OWN_FILES:
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(data / name, scratch / name)
            parts[name] = archives.describe(scratch / name)
    return parts


def _lay_down(unpacked: Unpacked, data: Path) -> None:
    """Put the library's own files that came along where it looks for them."""
    for name in _OWN_FILES:
        if name in unpacked.listed.parts:
            shutil.copyfile(unpacked.folder / name, data / name)


def _list(reading: UnitOfWork, parts: dict[str, Part], progress: Progress) -> Manifest:
    """List everything that the same moment holds, and look whether every stored file is whole."""
    names = queries.list_blobs(reading.session)
    with progress(len(names), "Checking stored files") as step:
        sizes, lost = archives.check_blobs(reading.blobs, names, step)
    return Manifest(
        revision=database.known_revisions()[-1],
        program=__version__,
        made_at=reading.now.isoformat(),
        rows=rows.count(reading.session),
        parts=parts,
        blobs=sizes,
        lost=tuple(lost),
    )


@contextlib.contextmanager
def _scratch_beside(target: Path) -> Iterator[Path]:
    """Give a folder on the same disk as the target, so that the last step is a rename; it is gone afterwards.

    What a copy to the same place left when it was killed goes as well.
    """
    with archives.writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Home(target.parent, f".{target.name}-")
    try:
        yield scratch.path
    finally:
        scratch.close()


@dataclass(frozen=True, kw_only=True)
class Unpacked:
    """A backup or an export whose every hash was right; `folder` holds its parts, `blobs` its stored files."""

    listed: Manifest
    folder: Path
    blobs: Path


def require_empty(*, data: Path, blobs: Path) -> None:
    """Refuse to restore over what is there; ConflictError names it. What a broken-off restore left does not count."""
    was_broken_off = (data / _STAGED).exists()
    blob_folders = {blobs} if was_broken_off else set()
    for place in (data, blobs):
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            is_left = path.name == _STAGED or place in blob_folders or path in blob_folders
            is_left = is_left or (was_broken_off and path.name in _OWN_FILES)
            if path.name not in _MAY_STAND and not is_left:
                raise ConflictError(f"{place} is not empty: it holds {path.name}. Restore into a new folder.")


@contextlib.contextmanager
def unpack_backup(file: Path, *, data: Path, blobs: Path, progress: Progress) -> Iterator[Unpacked]:
    """Take a backup apart beside its place and check it whole; what was not put in place is removed afterwards.

    FileRefusedError says what is wrong with the file, and where.
    """
    folder, files = data / _STAGED, blobs.parent / f"{_STAGED}-{blobs.name}"
    for left in (folder, files):
        shutil.rmtree(left, ignore_errors=True)
    try:
        with archives.writing(data):
            folder.mkdir(parents=True)
            files.mkdir(parents=True)
        with progress(None, "Checking the backup") as step:
            listed = archives.unpack(file, parts=folder, blobs=files, on_file=step)
        if listed.has_database:
            copying.check_database(
                folder / manifest.DATABASE, rows=dict(listed.rows), revisions=database.known_revisions()
            )
        yield Unpacked(listed=listed, folder=folder, blobs=files)
    finally:
        for left in (files, folder):
            shutil.rmtree(left, ignore_errors=True)


def put_in_place(unpacked: Unpacked, *, data: Path, blobs: Path) -> Carried:
    """Move a checked backup to where a library expects it: the files first, the database last."""
    if not unpacked.listed.has_database:
        raise FileRefusedError("This backup holds rows, not a SQLite database.")
    with archives.writing(data):
        if blobs.is_dir():  # empty, or left by a restore that was broken off at this very step
            shutil.rmtree(blobs)
        unpacked.blobs.rename(blobs)
        archives.sync_folder(blobs.parent)
        _lay_down(unpacked, data)
        (unpacked.folder / manifest.DATABASE).rename(data / manifest.DATABASE)
        archives.sync_folder(data)
    return Carried.of(unpacked.listed)


def check_export(folder: Path, progress: Progress) -> Unpacked:
    """Check every count and hash of an exported library; FileRefusedError says what is wrong, and where."""
    with progress(None, "Checking the export") as step:
        listed = archives.check_folder(folder, step)
    return Unpacked(listed=listed, folder=folder, blobs=folder / "blobs")


def take_in(uow: UnitOfWork, unpacked: Unpacked, progress: Progress, *, data: Path | None = None) -> Carried:
    """Fill an empty library with the rows and files of a checked copy, and compare every row with what was sent.

    The library's own files that came along are put into its `data` folder. ConflictError when the library is not empty
    or the rows did not arrive as they were sent.
    """
    uow.require(Permission.OPERATE)
    listed = unpacked.listed
    if holds_work(uow):
        raise ConflictError("This library is not empty. Choose another folder with --data, or another database.")
    if listed.has_database:
        raise FileRefusedError(
            "This backup holds a SQLite database. Restore it into a folder without CONTENTLIB_DATABASE_URL, then move "
            "it with contentlib export and contentlib import-library."
        )
    if listed.revision != database.known_revisions()[-1]:
        raise FileRefusedError(
            f"This was written by contentlib {listed.program} with another schema. Use the same version on both sides."
        )
    source = Blobs(unpacked.blobs)
    with progress(len(listed.blobs), "Stored files") as step:
        for blob, size in listed.blobs.items():
            with source.open(blob) as stream, uow.blobs.receiving(stream, most=size, name=blob) as received:
                uow.blobs.keep(received)
            step(1)
    with progress(sum(listed.rows.values()), "Rows") as step:
        rows.load(uow.session, unpacked.folder, step)
    rows.compare(uow.session, listed.parts)
    if data is not None:
        with archives.writing(data):
            _lay_down(unpacked, data)
    return Carried.of(listed)
