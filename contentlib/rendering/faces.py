"""The fonts of lines of text as a PDF embeds them: what is the same in every document is read once.

The engine asks each line for its font's name, and each document reads the files of its fonts anew.
"""

from __future__ import annotations

from copy import copy
from typing import Any, NamedTuple

from weasyprint.pdf import fonts, stream
from weasyprint.text.ffi import ffi, gobject
from weasyprint.text.fonts import get_pango_font_key

# Beside what the engine itself asks of Pango's objects.
ffi.cdef("gpointer g_object_ref(gpointer object);")


class _Face(NamedTuple):
    """A font in one size: the engine's key for it, the size, and the font as it is before anything is drawn."""

    key: Any
    size: float
    font: Any


# By where Pango keeps the font; each is held for good, so that nothing else can come to stand there.
_FACES: dict[int, _Face] = {}
# Files of fonts, so that the sizes of one share it.
_FILES: dict[bytes, bytes] = {}


def add_font(page: Any, pango_font: Any) -> tuple[Any, float]:
    """Give the document's own font for Pango's, with its size in pixels."""
    address = int(ffi.cast("uintptr_t", pango_font))
    face = _FACES.get(address) or _FACES.setdefault(address, _read(pango_font))
    known = page._fonts
    if face.key not in known:
        known[face.key] = _as_new(face.font)
    return known[face.key], face.size


def _read(pango_font: Any) -> _Face:
    key, description, size = get_pango_font_key(pango_font)
    font = fonts.Font(pango_font, description, size)
    font.file_content = _FILES.setdefault(font.file_content, font.file_content)
    gobject.g_object_ref(pango_font)
    return _Face(key, size, font)


def _as_new(font: Any) -> Any:
    """Give a font that one document may note its glyphs in."""
    own = copy(font)
    own.variations, own.widths, own.to_unicode, own.missing = dict(font.variations), {}, {}, {}
    return own


own_add_font = stream.Stream.add_font
METHODS = ((stream.Stream, "add_font", own_add_font, add_font),)
