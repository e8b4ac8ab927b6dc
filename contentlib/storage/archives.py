"""Copies of a library as one file or one folder: every part is checked against its hash, going in and coming out.

The list of contents comes last in a file, so that one that ends early has none. Nothing is put into a library here.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from contentlib.domain.errors import ConflictError, FileRefusedError, LibraryRefusedError
from contentlib.storage import manifest as manifests
from contentlib.storage.blobs import Blobs
from contentlib.storage.manifest import Manifest, Part

_PART = re.compile(r"library\.sqlite3|tables/[a-z_]{1,60}\.jsonl|[a-z][a-z-]{0,39}\.toml")
_BLOB = re.compile(r"blobs/([0-9a-f]{64})")
_STRANGE = "It holds “{}”, which no backup does."
_CHUNK = 1 << 20
# Names of 100,000 files take 8 MB; whatever is larger is no list of contents.
_LONGEST_MANIFEST = 512 << 20


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """Say in a sentence what keeps a copy from being written: a full disk, missing rights."""
    try:
        yield
    except OSError as error:
        raise LibraryRefusedError(f"{place} could not be written: {error.strerror}. Nothing was kept there.") from error


def describe(file: Path) -> Part:
    """Give size and hash of a file."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return Part(bytes=file.stat().st_size, sha256=digest)


def check_blobs(blobs: Blobs, names: Iterable[str], on_file: Callable[[int], None]) -> tuple[dict[str, int], list[str]]:
    """Tell which files are whole, with their sizes, and which are missing or altered."""
    sizes, lost = {}, []
    for name in names:
        if blobs.fault_of(name) is None:
            sizes[name] = blobs.path(name).stat().st_size
        else:
            lost.append(name)
        on_file(1)
    return sizes, lost


def pack(
    target: Path,
    parts: Mapping[str, Path],
    blobs: Blobs,
    manifest: Manifest,
    on_file: Callable[[int], None],
    *,
    passing: Path,
) -> int:
    """Write a copy as one file that appears whole or not at all, readable by its owner alone; gives its size.

    `passing` is a folder on the same disk for what is not whole yet.
    """
    with writing(target), tempfile.NamedTemporaryFile(dir=passing, delete=False) as new:
        try:
            with tarfile.open(fileobj=new, mode="w", format=tarfile.GNU_FORMAT) as archive:
                for name, path in parts.items():
                    archive.add(path, arcname=name, filter=_anonymous)
                    on_file(1)
                for blob in manifest.blobs:
                    archive.add(blobs.path(blob), arcname=f"blobs/{blob}", filter=_anonymous)
                    on_file(1)
                _add_bytes(archive, manifests.NAME, manifest.write())
            new.flush()
            os.fsync(new.fileno())
            size = new.tell()
            Path(new.name).replace(target)
        except BaseException:
            Path(new.name).unlink(missing_ok=True)
            raise
    sync_folder(target.parent)
    return size


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Keep out who made the copy on which machine."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = _anonymous(tarfile.TarInfo(name))
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


def unpack(file: Path, *, parts: Path, blobs: Path, on_file: Callable[[int], None]) -> Manifest:
    """Take a copy apart into two folders and check every hash.

    FileRefusedError says what is wrong, and where; what was written by then is for the caller to remove.
    """
    found: dict[str, Part] = {}
    try:
        with file.open("rb") as opened, tarfile.open(fileobj=opened, mode="r:") as archive:
            listed = _take_apart(archive, found, parts, blobs, on_file)
    except tarfile.TarError as fault:
        raise FileRefusedError(f"{file.name} cannot be restored. {_end(found)} ({fault}).") from fault
    except FileRefusedError as fault:
        raise FileRefusedError(f"{file.name} cannot be restored. {fault.message}") from fault
    except OSError as fault:
        raise FileRefusedError(f"{file.name} cannot be read or unpacked: {fault.strerror}.") from fault
    if listed is None:
        raise FileRefusedError(f"{file.name} cannot be restored. {_end(found)}: its list of contents is missing.")
    _compare(file.name, found, listed)
    return listed


def _end(found: Mapping[str, Part]) -> str:
    return f"It ends or was altered after {list(found)[-1]}" if found else "It ends or was altered at its beginning"


def _take_apart(
    archive: tarfile.TarFile, found: dict[str, Part], parts: Path, blobs: Path, on_file: Callable[[int], None]
) -> Manifest | None:
    """Unpack member by member, noting in `found` what is whole; gives the list of contents if there is one."""
    for member in archive:
        source = archive.extractfile(member) if member.type == tarfile.REGTYPE else None
        if source is None or member.name in found:
            raise FileRefusedError(_STRANGE.format(member.name))
        if member.name == manifests.NAME:
            return manifests.read(source.read(_LONGEST_MANIFEST))
        if blob := _BLOB.fullmatch(member.name):
            path = blobs / blob[1][:2] / blob[1]
        elif _PART.fullmatch(member.name):
            path = parts / member.name
        else:
            raise FileRefusedError(_STRANGE.format(member.name))
        part = _copy(source, path, member)
        if blob and part.sha256 != blob[1]:
            raise FileRefusedError(f"{member.name} was altered: its bytes have the hash {part.sha256}.")
        found[member.name] = part
        on_file(1)
    return None


def _copy(source: IO[bytes], path: Path, member: tarfile.TarInfo) -> Part:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        while chunk := source.read(_CHUNK):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        file.flush()
        os.fsync(file.fileno())
    if size != member.size:
        raise FileRefusedError(f"It ends in the middle of {member.name}.")
    return Part(bytes=size, sha256=digest.hexdigest())


def _compare(name: str, found: Mapping[str, Part], listed: Manifest) -> None:
    """Compare what was found with the list of contents, both ways."""
    wanted = {part: (entry.bytes, entry.sha256) for part, entry in listed.parts.items()}
    wanted |= {f"blobs/{blob}": (size, blob) for blob, size in listed.blobs.items()}
    for part in sorted({*wanted, *found}):
        if part not in found:
            raise FileRefusedError(f"{name} cannot be restored. {part} is missing.")
        if part not in wanted:
            raise FileRefusedError(f"{name} cannot be restored. {part} is not in its list of contents.")
        if (found[part].bytes, found[part].sha256) != wanted[part]:
            raise FileRefusedError(f"{name} cannot be restored. {part} was altered.")


def write_folder(folder: Path, blobs: Blobs, manifest: Manifest, on_file: Callable[[int], None]) -> None:
    """Put files and the list of contents beside the rows that already stand in a folder."""
    for blob in manifest.blobs:
        path = folder / "blobs" / blob[:2] / blob
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(blobs.path(blob), path)
        on_file(1)
    (folder / manifests.NAME).write_bytes(manifest.write())


def check_folder(folder: Path, on_file: Callable[[int], None]) -> Manifest:
    """Check every hash of a copy in a folder; FileRefusedError says what is wrong, and where."""
    try:
        listed = manifests.read((folder / manifests.NAME).read_bytes())
        found = {}
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != manifests.NAME):
            name = path.relative_to(folder).as_posix()
            found[f"blobs/{path.name}" if name.startswith("blobs/") else name] = describe(path)
            on_file(1)
    except FileRefusedError as fault:
        raise FileRefusedError(f"{folder} cannot be taken in. {fault.message}") from fault
    except FileNotFoundError as fault:
        raise FileRefusedError(f"{folder} holds no exported library: its {manifests.NAME} is missing.") from fault
    except OSError as fault:
        raise FileRefusedError(f"{folder} cannot be read: {fault.strerror}.") from fault
    _compare(str(folder), found, listed)
    return listed


def require_new(path: Path) -> None:
    """Refuse to write over what somebody keeps: ConflictError when a file, or a folder that is not empty, is there."""
    if path.is_dir() and not any(path.iterdir()):
        return
    if path.exists() or path.is_symlink():
        raise ConflictError(f"{path} is already there. Name another place.")


def sync_folder(folder: Path) -> None:
    """Bring renames in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
