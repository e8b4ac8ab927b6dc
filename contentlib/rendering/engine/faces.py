"""The fonts of lines of text as a PDF embeds them: what is the same in every document is read once.

The engine asks each line for its font's name, and each document reads the files of its fonts anew.
"""

from __future__ import annotations

from copy import copy
from typing import Any, NamedTuple

from weasyprint.pdf import fonts, stream
from weasyprint.text.ffi import FROM_UNITS, ffi, gobject, pango
from weasyprint.text.fonts import get_pango_font_key

# Beside what the engine itself asks of Pango's objects.
ffi.cdef("gpointer g_object_ref(gpointer object);")


class _Face(NamedTuple):
    """A font in one size: the engine's key for it, what Pango calls it, and its size in pixels."""

    key: Any
    description: Any
    size: float


# By where Pango keeps the font; each is held for good, so that nothing else can come to stand there.
_FACES: dict[int, _Face] = {}
# The engine's fonts by their keys, as they are before anything is drawn.
_FONTS: dict[Any, Any] = {}


def add_font(page: Any, pango_font: Any) -> tuple[Any, float]:
    """Give the document's own font for Pango's, with its size in pixels."""
    address = int(ffi.cast("uintptr_t", pango_font))
    face = _FACES.get(address) or _FACES.setdefault(address, _read(pango_font))
    known = page._fonts
    if face.key not in known:
        known[face.key] = _begin(pango_font, face)
    return known[face.key], face.size


def _read(pango_font: Any) -> _Face:
    gobject.g_object_ref(pango_font)
    return _Face(*get_pango_font_key(pango_font))


def _begin(pango_font: Any, face: _Face) -> Any:
    """Give a font that one document may note its glyphs in; of the font's size it keeps how high the letters are."""
    if face.key not in _FONTS:
        _FONTS[face.key] = fonts.Font(pango_font, face.description, face.size)
    font = copy(_FONTS[face.key])
    font.variations, font.widths, font.to_unicode, font.missing = dict(font.variations), {}, {}, {}
    if face.size and font.font_size != face.size:
        metrics = pango.pango_font_get_metrics(pango_font, ffi.NULL)
        font.hb_font, font.font_size = pango.pango_font_get_hb_font(pango_font), face.size
        font.ascent = round(pango.pango_font_metrics_get_ascent(metrics) * FROM_UNITS / face.size * 1000)
        font.descent = -round(pango.pango_font_metrics_get_descent(metrics) * FROM_UNITS / face.size * 1000)
    return font


own_add_font = stream.Stream.add_font
METHODS = ((stream.Stream, "add_font", own_add_font, add_font),)
