"""Files by their content: durable, kept once, and nothing else in the folder is ever touched."""

from __future__ import annotations

import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from contentlib.domain.errors import FileRefusedError, LibraryRefusedError, NotFoundError
from contentlib.storage.blobs import Blobs


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_put_is_read_by_its_hash(blobs: Blobs):
    name = blobs.put(b"ink")
    assert name == hashlib.sha256(b"ink").hexdigest()
    assert blobs.read(name) == b"ink"


def test_the_same_bytes_are_kept_once_however_many_put_them_at_once(blobs: Blobs, tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(blobs.put, [b"ink" * 10_000] * 40))
    assert len(names) == 1
    assert len(files_of(tmp_path)) == 1


def test_a_blob_cannot_be_written_to_by_mistake(blobs: Blobs):
    assert blobs.path(blobs.put(b"ink")).stat().st_mode & 0o777 == 0o400


def test_a_missing_blob_is_told_in_a_sentence(blobs: Blobs):
    with pytest.raises(NotFoundError, match="missing"):
        blobs.read("0" * 64)


def test_a_folder_that_is_a_file_is_refused_in_a_sentence(tmp_path: Path):
    (tmp_path / "blobs").write_text("a file")
    with pytest.raises(LibraryRefusedError, match="could not be stored"):
        Blobs(tmp_path / "blobs").put(b"ink")


def test_what_a_killed_process_was_storing_goes_when_it_is_old(blobs: Blobs, tmp_path: Path):
    folder = blobs.path(blobs.put(b"ink")).parent
    young, old = folder / ".new-young", folder / ".new-old"
    young.touch()
    old.touch()
    os.utime(old, (0, 0))
    blobs.forget_unfinished()
    assert young in files_of(tmp_path)
    assert old not in files_of(tmp_path)


def test_emptying_forgets_blobs_and_leaves_what_is_not_one(blobs: Blobs, tmp_path: Path):
    name = blobs.put(b"ink")
    other = tmp_path / "blobs" / "ab" / "holiday.jpg"
    other.parent.mkdir(parents=True, exist_ok=True)
    other.write_text("not ours")
    blobs.empty()
    assert files_of(tmp_path) == [other]
    with pytest.raises(NotFoundError):
        blobs.read(name)


def test_what_is_received_is_a_blob_once_it_is_kept_and_nothing_before(blobs: Blobs, tmp_path: Path):
    with blobs.receiving(io.BytesIO(b"ink" * 10), most=100, name="a.pdf") as received:
        assert (received.hash, received.size) == (hashlib.sha256(b"ink" * 10).hexdigest(), 30)
        assert received.path.read_bytes() == b"ink" * 10
        assert blobs.fault_of(received.hash) == "missing"
        blobs.keep(received)
    assert blobs.read(received.hash) == b"ink" * 10
    with blobs.receiving(io.BytesIO(b"other"), most=100, name="b.pdf"):
        pass
    assert files_of(tmp_path) == [blobs.path(received.hash)]


def test_what_is_too_large_or_breaks_off_leaves_nothing(blobs: Blobs, tmp_path: Path):
    too_large = pytest.raises(FileRefusedError, match="has more than")
    with too_large, blobs.receiving(io.BytesIO(b"ink" * 10), most=29, name="a.pdf"):
        pass
    broken = io.BufferedReader(Broken())  # type: ignore[arg-type]
    with pytest.raises(ConnectionError), blobs.receiving(broken, most=100, name="a.pdf"):
        pass
    assert files_of(tmp_path) == []


class Broken(io.RawIOBase):
    """A visitor's connection that ends in the middle of a file."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        raise ConnectionError
