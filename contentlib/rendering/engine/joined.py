"""Signs that a font draws in several pieces, joined to glyphs of their own, so that each carries its whole text.

The file of the font, as it is embedded, gets these glyphs in addition, each made of those it had.
"""

from __future__ import annotations

import io
from typing import Any, NamedTuple

from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

# The engine gives the first numbers behind a font's own to signs that it lacks.
_ROOM = 256


class Part(NamedTuple):
    """One glyph of a sign and where it stands, in units of the font, right and up."""

    glyph: int
    x: int
    y: int


class Sign(NamedTuple):
    """What one glyph is made of: its text, its width in units of the font, and its parts."""

    text: str
    width: int
    parts: tuple[Part, ...]


def can_join(font: Any) -> bool:
    """Tell whether glyphs may be added to a font: its outlines have to be TrueType's, which may be built of others."""
    return "glyf" in font.tables


def find(font: Any, sign: Sign) -> int:
    """Give the number of a sign's glyph in an engine's font, behind those that the font has."""
    signs = _signs_of(font)
    return signs.setdefault(sign, font.glyph_count + _ROOM + len(signs))


def _signs_of(font: Any) -> dict[Sign, int]:
    signs: dict[Sign, int] = font.__dict__.setdefault("_joined", {})
    return signs


def list_parts(font: Any, to_unicode: dict[int, str]) -> dict[int, str]:
    """Give the glyphs to be kept of a font: of those that are joined, their parts."""
    signs = _signs_of(font)
    if not signs:
        return to_unicode
    own = {glyph: text for glyph, text in to_unicode.items() if glyph not in signs.values()}
    return {part.glyph: "" for sign in signs for part in sign.parts} | own


def add(font: Any) -> None:
    """Add the glyphs of signs to the file of an engine's font."""
    if not (signs := _signs_of(font)):
        return
    opened = TTFont(io.BytesIO(font.file_content), recalcTimestamp=False)
    names, outlines, widths = opened.getGlyphOrder(), opened["glyf"], opened["hmtx"].metrics
    # Numbers of glyphs leave no gap.
    for number in range(len(names), max(signs.values()) + 1):
        name = f"joined{number}"
        names.append(name)
        outlines.glyphs[name], widths[name] = TTGlyphPen(None).glyph(), (0, 0)
    opened.setGlyphOrder(names)
    outlines.setGlyphOrder(names)
    for sign, number in signs.items():
        pen = TTGlyphPen(outlines.glyphs)
        for part in sign.parts:
            pen.addComponent(names[part.glyph], (1, 0, 0, 1, part.x, part.y))
        outlines.glyphs[names[number]] = glyph = pen.glyph()
        glyph.recalcBounds(outlines)
        widths[names[number]] = (sign.width, getattr(glyph, "xMin", 0))
    written = io.BytesIO()
    opened.save(written)
    font.file_content = written.getvalue()
