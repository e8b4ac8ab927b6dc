"""Folders and files of passing things, known for left ones once whoever worked in them is gone; it looks into none.

Whoever makes a folder holds a lock on a mark in it, which the system frees however a process ends. The next who makes
one beside it removes those whose lock nobody holds.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

_MARK = ".in-use"
# A folder without a mark was left in the moment in which it was made, and nobody writes one file for so long without
# touching it; on a disk of another machine, clocks differ by minutes.
_UNTOUCHED_SECONDS = 3600


class Home:
    """One such folder, removed by `close`; a process that inherits `descriptor` keeps it in use as well."""

    def __init__(self, parent: Path, prefix: str) -> None:
        """Make the folder, and remove what others with this prefix left; OSError when there is no room for it."""
        for path in parent.iterdir():
            if path.name.startswith(prefix):
                with contextlib.suppress(OSError):
                    _remove_left(path)
        self.path = Path(tempfile.mkdtemp(dir=parent, prefix=prefix))
        try:
            # Locked before it has its name: nobody finds a mark that is not held.
            self.descriptor = os.open(self.path / f"{_MARK}.new", os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            fcntl.flock(self.descriptor, fcntl.LOCK_EX)
            (self.path / f"{_MARK}.new").rename(self.path / _MARK)
        except OSError:
            shutil.rmtree(self.path, ignore_errors=True)
            raise

    def close(self) -> None:
        """Remove the folder with all that is in it; closing twice is fine."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.release()

    def release(self) -> None:
        """Leave the folder to whoever has it now, without its mark."""
        if self.descriptor >= 0:
            (self.path / _MARK).unlink(missing_ok=True)
            os.close(self.descriptor)
            self.descriptor = -1


def remove_left_files(folder: Path, pattern: str) -> None:
    """Remove passing files under a folder that nobody has written to for so long that their maker must be gone."""
    for path in folder.glob(pattern):
        with contextlib.suppress(OSError):
            if time.time() - path.lstat().st_mtime > _UNTOUCHED_SECONDS:
                path.unlink()


def _remove_left(path: Path) -> None:
    """Remove a folder of this user's that nobody works in any more."""
    told = path.lstat()
    if told.st_uid != os.geteuid() or path.is_symlink() or not path.is_dir():
        return
    try:
        mark = os.open(path / _MARK, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        if time.time() - told.st_mtime > _UNTOUCHED_SECONDS:
            path.rmdir()  # what holds anything is no folder of ours
        return
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(mark)
