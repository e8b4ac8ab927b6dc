"""Files by their content: the SHA-256 of the bytes is the name; it knows nothing of what they are for."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from contentlib.domain.errors import FileRefusedError, LibraryRefusedError, NotFoundError
from contentlib.sandbox import homes

# What a file is called until it is whole.
_PASSING = ".new-"
_NAME = re.compile(r"[0-9a-f]{64}")
# Between a file and the row that names it lies the time of one deed.
_UNNAMED_SECONDS = 3600
# What is held in memory of a file that is received.
_CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class ReceivedFile:
    """A file that came in whole and is not kept yet; `hash` is its SHA-256 in hex, `size` in bytes."""

    path: Path
    hash: str
    size: int


class Blobs:
    """A folder of files named by their hash; a blob is written before the row that points to it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Store bytes and give their SHA-256 in hex; durable when this returns, the same bytes are kept once."""
        name = hashlib.sha256(data).hexdigest()
        if self._renew(name):
            return name
        path = self._path(name)
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, passing = tempfile.mkstemp(dir=path.parent, prefix=_PASSING)
            try:
                with os.fdopen(descriptor, "wb") as new:
                    new.write(data)
                    new.flush()
                    os.fsync(new.fileno())
                _put_in_place(Path(passing), path)
            except BaseException:
                Path(passing).unlink(missing_ok=True)
                raise
        return name

    @contextlib.contextmanager
    def receiving(self, stream: IO[bytes], *, most: int, name: str) -> Iterator[ReceivedFile]:
        """Write a stream beside the blobs, a piece at a time, until `keep` makes a blob of it; else it goes again.

        Raises FileRefusedError, which says `name`, for more than `most` bytes.
        """
        # In a folder of blobs: what a killed process leaves is found where `forget_unfinished` looks.
        place = self._folder / "00"
        with self._told():
            place.mkdir(parents=True, exist_ok=True)
            descriptor, passing = tempfile.mkstemp(dir=place, prefix=_PASSING)
        try:
            with os.fdopen(descriptor, "wb") as new:
                digest, size = hashlib.sha256(), 0
                while piece := stream.read(_CHUNK):
                    size += len(piece)
                    if size > most:
                        raise FileRefusedError(f"“{name}” has more than the {most >> 20} MB that are taken in.")
                    digest.update(piece)
                    with self._told():
                        new.write(piece)
                with self._told():
                    new.flush()
                    os.fsync(new.fileno())
            yield ReceivedFile(path=Path(passing), hash=digest.hexdigest(), size=size)
        finally:
            Path(passing).unlink(missing_ok=True)

    def keep(self, received: ReceivedFile) -> str:
        """Make a blob of a received file and give its name; durable when this returns."""
        if not self._renew(received.hash):
            with self._told():
                _put_in_place(received.path, self._path(received.hash))
        return received.hash

    def _renew(self, name: str) -> bool:
        """Make a blob young again, or `forget_unnamed` might remove it before a row names it; False if there is none.

        What is not there, or in the way of a new one too, tells why when it is written.
        """
        with contextlib.suppress(OSError):
            os.utime(self._path(name))
            return True
        return False

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Say in a sentence why the disk takes no file."""
        try:
            yield
        except OSError as error:
            raise LibraryRefusedError(
                f"A file could not be stored in {self._folder}: {error.strerror}. Nothing of this was kept; contentlib "
                "doctor says what is in the way."
            ) from error

    def read(self, name: str) -> bytes:
        """Give the bytes of a blob; NotFoundError when it is not there."""
        return self.path(name).read_bytes()

    def path(self, name: str) -> Path:
        """Give where a blob lies on disk; NotFoundError when it is not there."""
        path = self._path(name)
        if not path.is_file():
            raise NotFoundError("A stored file is missing. Restore it from a backup.")
        return path

    def open(self, name: str) -> IO[bytes]:
        """Open a blob for reading; NotFoundError when it is not there."""
        return self.path(name).open("rb")

    def fault_of(self, name: str) -> str | None:
        """Say in one word what is wrong with a blob, `missing` or `altered`; None when its bytes hash to its name."""
        path = self._path(name)
        if not path.is_file():
            return "missing"
        try:
            with path.open("rb") as stored:
                return None if hashlib.file_digest(stored, "sha256").hexdigest() == name else "altered"
        except OSError:
            return "altered"  # a disk that cannot give the bytes back has lost them

    def forget(self, name: str) -> None:
        """Take a blob away, so that the right bytes can be put under its name."""
        self._path(name).unlink(missing_ok=True)

    def empty(self) -> None:
        """Forget every blob, and touch nothing else that may lie in the folder."""
        for path in self._folder.glob("[0-9a-f][0-9a-f]/*"):
            if _NAME.fullmatch(path.name):
                path.unlink(missing_ok=True)

    def forget_unnamed(self, named: Container[str]) -> int:
        """Remove files older than an hour whose names are not among `named`; gives how many.

        A younger one, or one that `put` was given again, is left to whoever is about to name it in a row.
        """
        removed = 0
        for path in self._folder.glob("[0-9a-f][0-9a-f]/*"):
            if not _NAME.fullmatch(path.name) or path.name in named or not _is_old(path):
                continue
            # Out of `put`'s sight first: it either made the file young before this, or stores the bytes anew after it.
            passing = path.with_name(f"{_PASSING}{path.name}")
            path.rename(passing)
            if _is_old(passing):
                passing.unlink()
                removed += 1
            else:
                passing.rename(path)
        return removed

    def forget_unfinished(self) -> None:
        """Remove what processes left that were killed while they stored a file."""
        homes.remove_left_files(self._folder, f"[0-9a-f][0-9a-f]/{_PASSING}*")

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


def _put_in_place(passing: Path, path: Path) -> None:
    """Rename a file that is written and synced, durably."""
    passing.chmod(0o400)  # its name is its hash: nobody has a reason to write to it
    path.parent.mkdir(parents=True, exist_ok=True)
    passing.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # the rename itself must survive a power cut
    finally:
        os.close(descriptor)


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > _UNNAMED_SECONDS  # noqa: TID251 - files carry the machine's time
