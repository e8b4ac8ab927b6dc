"""What can be told of the disk under a folder: room, kind, rights; it writes nothing there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

# File systems on another machine: their locks do not hold what SQLite asks of them.
NETWORK_KINDS = frozenset({"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afs", "davfs", "fuse.sshfs"})
_MOUNTS = Path("/proc/self/mounts")


def network_kind(folder: Path, *, mounts: Path = _MOUNTS) -> str | None:
    """Give the kind of network disk that a folder lies on, None for a local disk or where it cannot be told."""
    try:
        rows = [line.split(" ") for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return None
    real = existing_part(folder).resolve()
    # The longest mount point that holds the folder is the one it lies on, a later mount on the same point wins.
    holding = [
        (len(point.parts), number, row[2])
        for number, row in enumerate(rows)
        if len(row) > 2 and (point := Path(row[1].replace("\\040", " "))) in (real, *real.parents)
    ]
    kind = max(holding)[2] if holding else ""
    return kind if kind in NETWORK_KINDS else None


def existing_part(folder: Path) -> Path:
    """Give the folder itself, or the nearest one above that exists."""
    return next(part for part in (folder, *folder.parents) if part.exists())


def device_of(folder: Path) -> int:
    """Give the number of the disk that a folder lies on, or will."""
    return existing_part(folder).stat().st_dev


def free_bytes(folder: Path) -> int:
    """Give the room that is left for this user on the disk of a folder."""
    return shutil.disk_usage(existing_part(folder)).free


def is_read_only(folder: Path) -> bool:
    """Tell whether the disk of a folder takes no writes from anybody."""
    return bool(os.statvfs(existing_part(folder)).f_flag & os.ST_RDONLY)


def may_write(path: Path) -> bool:
    """Tell whether this user may write a file, or into a folder; for what is not there yet, into the one above."""
    return not is_read_only(path) and os.access(existing_part(path), os.W_OK)
