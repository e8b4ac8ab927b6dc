"""Tells which of the system's libraries that documents are drawn with are missing; it draws nothing itself."""

from __future__ import annotations

import ctypes
import ctypes.util

from contentlib.rendering.child import PANGO_LINE

# What the loader must find, by the name that people know; without the last the engine embeds fonts whole.
LIBRARIES = {
    "Pango": "pango-1.0",
    "Pango for FreeType": "pangoft2-1.0",
    "HarfBuzz-subset": "harfbuzz-subset",
}

__all__ = ["LIBRARIES", "PANGO_LINE", "missing_libraries"]


def missing_libraries() -> tuple[str, ...]:
    """Name the libraries that this machine's loader does not find; `PANGO_LINE` installs them all."""
    return tuple(known for known, name in LIBRARIES.items() if not _is_there(name))


def _is_there(name: str) -> bool:
    try:
        ctypes.CDLL(f"lib{name}.so.0")
    except OSError:
        return ctypes.util.find_library(name) is not None
    return True
