"""The files that the house's rules are checked on: all that stand in the checkout and are not ignored."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def files() -> tuple[Path, ...]:
    """List every file of the checkout that git would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    return tuple(sorted({path for name in listed.split("\0") if name and (path := ROOT / name).is_file()}))


def python_files(*folders: str) -> list[Path]:
    """List the Python files under the named top-level folders."""
    return [path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders]


def text_files() -> list[Path]:
    """List the files that people read and write: not pictures, fonts and the like, not the lock."""
    return [path for path in files() if path.name != "uv.lock" and b"\0" not in path.read_bytes()[:4096]]


def address(path: Path) -> str:
    """Name a file the way messages do: from the root of the checkout."""
    return path.relative_to(ROOT).as_posix()
