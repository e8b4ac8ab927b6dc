"""The list of contents that travels with a copy of a library: counts and hashes of everything; it copies nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from contentlib.domain.errors import FileRefusedError

NAME = "manifest.json"
DATABASE = "library.sqlite3"
_FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file of a copy: rows where it holds any, bytes and their SHA-256."""

    rows: int = 0
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a copy holds.

    `rows` counts by table. `parts` are the database file or one file of rows per table, by name. `blobs` maps hashes to
    sizes; `lost` are those that rows name and the library itself no longer had.
    """

    revision: str
    program: str
    made_at: str
    rows: Mapping[str, int]
    parts: Mapping[str, Part]
    blobs: Mapping[str, int] = field(default_factory=dict)
    lost: tuple[str, ...] = ()

    @property
    def has_database(self) -> bool:
        """Tell whether it holds a SQLite database as a file, rather than rows for any database."""
        return DATABASE in self.parts

    @property
    def size(self) -> int:
        """The size of everything it lists, in bytes."""
        return sum(part.bytes for part in self.parts.values()) + sum(self.blobs.values())

    def write(self) -> bytes:
        """Give it as JSON with its own hash, so that a change of the list itself is seen too."""
        told = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return json.dumps({"format": _FORMAT, "sha256": _hash(told), "contents": json.loads(told)}).encode() + b"\n"


def read(data: bytes) -> Manifest:
    """Read a list of contents; FileRefusedError when it was altered or is of a kind not known here."""
    try:
        whole = json.loads(data)
        form, stated, told = whole["format"], whole["sha256"], whole["contents"]
    except (ValueError, KeyError, TypeError) as fault:
        raise FileRefusedError(f"Its {NAME} cannot be read.") from fault
    if form != _FORMAT:
        raise FileRefusedError(f"Its {NAME} is of format {form}; this contentlib reads {_FORMAT}. Install a newer one.")
    if stated != _hash(json.dumps(told, ensure_ascii=False, sort_keys=True)):
        raise FileRefusedError(f"Its {NAME} was altered.")
    try:
        parts = {name: Part(**part) for name, part in told["parts"].items()}
        return Manifest(**{**told, "parts": parts, "lost": tuple(told["lost"])})
    except (KeyError, TypeError, AttributeError) as fault:
        raise FileRefusedError(f"Its {NAME} is not a list of contents that this contentlib knows.") from fault


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
