"""Finished documents by the key of what they were made from, on disk; it makes none and forgets none by itself.

Deleting its folder loses nothing but time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from contentlib.domain.documents import Certificate, FieldPlace, RenderedDocument
from contentlib.domain.findings import Finding
from contentlib.rendering.answers import Frozen
from contentlib.sandbox import homes

# What a file is called until it is whole.
_PASSING = ".part-"


class DocumentCache:
    """A folder of documents and frozen scales; safe for several processes, since files appear whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, key: str, *, on: date) -> RenderedDocument | None:
        """Give the document of a key, or None when there is none that holds on a day or its file is not whole."""
        kept = self._read(self._path("documents", key, "json"))
        if kept is None or (kept["good_until"] and date.fromisoformat(kept["good_until"]) <= on):
            return None
        try:
            pdf = self._path("documents", key, "pdf").read_bytes()
        except OSError:
            return None
        if hashlib.sha256(pdf).hexdigest() != kept["sha256"]:
            return None
        return RenderedDocument(
            pdf=pdf,
            pages=kept["certificate"]["pages"],
            sha256=kept["sha256"],
            content_key=key,
            # Records of documents that were kept before certificates named the day hold it beside them alone.
            certificate=_certificate({"good_until": kept["good_until"], **kept["certificate"]}),
            is_cached=True,
        )

    def keep(self, document: RenderedDocument) -> None:
        """Keep a document; the PDF first, so that its record never stands alone."""
        key = document.content_key
        self._write(self._path("documents", key, "pdf"), document.pdf)
        record = {
            "sha256": document.sha256,
            "good_until": document.certificate.good_until,
            "certificate": document.certificate.as_dict(),
        }
        self._write(self._path("documents", key, "json"), json.dumps(record, ensure_ascii=False).encode())

    def find_frozen(self, key: str) -> Frozen | None:
        """Give what was frozen for a version, or None."""
        kept = self._read(self._path("frozen", key, "json"))
        return Frozen(**kept) if kept is not None else None

    def keep_frozen(self, key: str, frozen: Frozen) -> None:
        """Keep what was frozen for a version, once."""
        if self.find_frozen(key) == frozen:
            return
        self._write(self._path("frozen", key, "json"), json.dumps(asdict(frozen)).encode())

    def find_places(self, key: str) -> tuple[FieldPlace, ...] | None:
        """Give where the open fields of a version stand, or None."""
        kept = self._read(self._path("places", key, "json"))
        return tuple(FieldPlace(**place) for place in kept["places"]) if kept is not None else None

    def keep_places(self, key: str, places: tuple[FieldPlace, ...]) -> None:
        """Keep where the open fields of a version stand."""
        kept = json.dumps({"places": [asdict(place) for place in places]}, ensure_ascii=False)
        self._write(self._path("places", key, "json"), kept.encode())

    def forget_unfinished(self) -> None:
        """Remove what processes left that were killed while they kept a document."""
        homes.remove_left_files(self._folder, f"*/??/{_PASSING}*")

    def _path(self, sort: str, key: str, suffix: str) -> Path:
        return self._folder / sort / key[:2] / f"{key}.{suffix}"

    def _read(self, path: Path) -> dict[str, Any] | None:
        try:
            kept = json.loads(path.read_bytes())
        except (OSError, ValueError):
            return None
        return kept if isinstance(kept, dict) else None

    def _write(self, path: Path, data: bytes) -> None:
        """Write a file whole or not at all; where there is no room for it, the document is drawn again next time."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=_PASSING)
        except OSError:
            return
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(data)
            Path(name).replace(path)
        except BaseException as fault:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            if not isinstance(fault, OSError):
                raise


def _certificate(kept: dict[str, Any]) -> Certificate:
    return Certificate(
        **{
            **kept,
            **{name: tuple(kept[name]) for name in ("fonts", "checks", "fallback_fonts")},
            "findings": tuple(Finding.from_dict(finding) for finding in kept["findings"]),
        }
    )
