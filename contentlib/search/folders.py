"""Keeps the folders of the index: which of them answers, who may write, and how one takes the place of another.

The folder holds `current.json`, which names the generation folder that answers, that folder, and while a rebuild runs
the one being built. It reads no posting and knows no asset.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from contentlib.domain.errors import IndexBusyError, IndexUnavailableError, LibraryRefusedError
from contentlib.search import engine, schema

NAME = "MAIN"
POINTER = "current.json"
# Stands in a folder that is being built; it names the format, so that another version does not go on with it.
BUILDING = "building.json"

_TOC_NAME = re.compile(rf"_{NAME}_(\d+)\.toc")


@dataclass(frozen=True)
class Current:
    """The generation folder that answers; its commits are counted from `base` on."""

    folder: Path
    base: int


class Folders:
    """The folders of one index. Opening never deletes or creates anything; only `hold` and what follows it do."""

    def __init__(self, folder: Path, lock_timeout: float) -> None:
        """Take the folder that holds all others, and the seconds to wait for another process."""
        self.folder = folder
        self._lock_timeout = lock_timeout

    def current(self) -> Current:
        """Read which folder answers; IndexUnavailableError says why none does."""
        try:
            data = (self.folder / POINTER).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise IndexUnavailableError("The search index has not been built yet.") from None
        try:
            pointer = json.loads(data)
            folder, base = self.folder / Path(pointer["folder"]).name, int(pointer["base"])
            is_ours = pointer.get("format") == schema.FORMAT
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise IndexUnavailableError("The search index is damaged: its pointer cannot be read.") from fault
        if not folder.is_dir():
            if (self.folder / POINTER).read_bytes() != data:
                # Another folder took its place between our two looks.
                return self.current()
            raise IndexUnavailableError("The search index is damaged: its folder is missing.")
        if not is_ours:
            raise IndexUnavailableError("The search index was made by another version of contentlib.")
        return Current(folder, base)

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Hold a lock, which the system frees when a process dies. Waits for another, then IndexBusyError.

        LibraryRefusedError when what is done meanwhile cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = engine.FileLock(str(self.folder / name))
        deadline = time.monotonic() + self._lock_timeout
        while not lock.acquire(blocking=False):
            if time.monotonic() >= deadline:
                raise IndexBusyError("Another process is writing the search index; try again in a moment.")
            time.sleep(0.02)
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as fault:
            raise LibraryRefusedError(
                f"The search index in {self.folder} could not be written: {fault.strerror}. What it held before still "
                "answers; make room, then try again."
            ) from fault
        finally:
            lock.release()

    def last_generation(self) -> int:
        """Give the number of the newest generation, as far as it can be told of a damaged index."""
        try:
            current = self.current()
            return current.base + latest(current.folder)
        except (IndexUnavailableError, OSError):
            return self._said_base()

    def _said_base(self) -> int:
        """Give the number from which an index counted that cannot answer, so that its successor counts on."""
        try:
            return int(json.loads((self.folder / POINTER).read_bytes())["base"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    def building(self) -> Path:
        """Give the folder of a rebuild that was killed, to go on with it, else a new one."""
        for found in sorted(self.folder.glob(f"generation-*/{BUILDING}")):
            try:
                if json.loads(found.read_bytes()) == {"format": schema.FORMAT} and latest(found.parent):
                    return found.parent
            except (OSError, ValueError):
                continue
        return self._new_folder()

    def _new_folder(self) -> Path:
        # A name that was never used: a process that still holds an older one must not take the new for it.
        folder = self.folder / f"generation-{secrets.token_hex(6)}"
        folder.mkdir()
        (folder / BUILDING).write_text(json.dumps({"format": schema.FORMAT}))
        return folder

    def swap_to(self, folder: Path, base: int) -> None:
        """Let a finished folder answer from now on, and remove all others; readers keep what they have open."""
        (folder / BUILDING).unlink(missing_ok=True)
        _make_durable(folder)
        passing = self.folder / f"{POINTER}.new"
        with passing.open("w") as file:
            json.dump({"folder": folder.name, "base": base, "format": schema.FORMAT}, file)
            file.flush()
            os.fsync(file.fileno())
        passing.replace(self.folder / POINTER)
        _sync(self.folder)
        for other in self.folder.glob("generation-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)


def latest(folder: Path) -> int:
    """Give the number of the newest commit in a folder. FileNotFoundError when there is none."""
    numbers = [int(match[1]) for path in folder.iterdir() if (match := _TOC_NAME.fullmatch(path.name))]
    if not numbers:
        raise FileNotFoundError(folder)
    return max(numbers)


def clear_leftovers(folder: Path) -> None:
    """Remove tables of contents that a killed writer did not finish; Whoosh itself forgets them."""
    for path in folder.glob(f"_{NAME}_*.toc.*"):
        path.unlink(missing_ok=True)


def _make_durable(folder: Path) -> None:
    """Bring a finished folder to the disk before anything points to it."""
    for path in folder.iterdir():
        if path.is_file():
            _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
