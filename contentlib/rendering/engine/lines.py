"""Lines of text as they are written into a PDF: what WeasyPrint writes, sooner, and each sign so that it can be copied.

A sign that a font draws in several pieces, as Arabic letters with their points, becomes one glyph of its own: the
engine names a text for each piece, and what is copied out is rubbish. All other bytes are the engine's.
"""

from __future__ import annotations

import itertools
import re
import struct
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from weasyprint.draw import text as drawn_text
from weasyprint.pdf import fonts
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from contentlib.rendering.engine import joined

# A glyph as Pango keeps it: its number, its width, how far it stands to the right and down, whether a sign begins.
_GLYPH = struct.Struct("=IiiiI")
_EMPTY, _UNKNOWN = pango.PANGO_GLYPH_EMPTY, pango.PANGO_GLYPH_UNKNOWN_FLAG
# Where one paragraph ends and another begins; the engine sets such text anew before it draws it.
_PARTED = re.compile("[\n\r\u2029]")
# Smaller letters are nothing to the engine.
_LEAST = 1e-6


class _Run(NamedTuple):
    """A stretch of a line in one font: what is drawn, and the bytes of the text at which each glyph's sign begins.

    `known` holds what glyphs were written as before, in this font and size.
    """

    pango_font: Any
    font: Any
    size: float
    known: dict[tuple[int, ...], str]
    glyphs: list[tuple[int, ...]]
    starts: list[int]
    text: bytes
    is_leftward: bool

    def text_of(self, first: int, last: int) -> str:
        """Give the text that glyphs stand for, from `first` to `last` of them, which belong to one sign."""
        after = first - 1 if self.is_leftward else last + 1
        end = self.starts[after] if 0 <= after < len(self.starts) else len(self.text)
        return self.text[self.starts[first] : end].decode()


def draw_line(stream: Any, box: Any, text_overflow: str, block_ellipsis: Any, matrix: Any) -> Any:
    """Draw a line's text into a page's stream and give its pictures of signs; what is not plain the engine draws."""
    line = box.pango_layout
    is_cut = text_overflow == "ellipsis" or block_ellipsis != "none"
    if is_cut or box.style["font_size"] < _LEAST or not box.text.strip() or _PARTED.search(line.text):
        return own_draw_line(stream, box, text_overflow, block_ellipsis, matrix)
    runs = list(_read(stream, line))
    if not all(map(_is_plain, runs)):
        return own_draw_line(stream, box, text_overflow, block_ellipsis, matrix)
    stream.set_text_matrix(*matrix.values)
    before, written = None, ""
    for run in runs:
        if run.pango_font != before:
            if written:
                stream.show_text(written)
            before, written = run.pango_font, ""
            stream.set_font_size(run.font.hash, run.size)
        written = f"{written}<{''.join(_write(stream, run))}>".removesuffix("<>")
    stream.show_text(written)
    return []


def _read(stream: Any, line: Any) -> Iterator[_Run]:
    """Read what a line was shaped to."""
    first, _ = line.get_first_line()
    text, each = line.text.encode(), first.runs[0]
    while each != ffi.NULL:
        item, drawn = each.data.item, each.data.glyphs
        count, pango_font = drawn.num_glyphs, item.analysis.font
        font, size = stream.add_font(pango_font)
        yield _Run(
            pango_font,
            font,
            size,
            font.__dict__.setdefault("_written", {}).setdefault(size, {}),
            list(_GLYPH.iter_unpack(ffi.buffer(drawn.glyphs, count * _GLYPH.size))),
            ffi.unpack(drawn.log_clusters, count),
            text[item.offset : item.offset + item.length],
            bool(item.analysis.level % 2),
        )
        each = each.next


def _is_plain(run: _Run) -> bool:
    """Tell whether a run is drawn with outlines that there are, all of them on the line where they are in pieces."""
    font = run.font
    if font.png or font.svg or font.colr or font.bitmap:
        return False
    return run.known.keys() >= set(run.glyphs) or all(
        glyph == _EMPTY or not (glyph & _UNKNOWN or (down and not joined.can_join(font)))
        for glyph, _width, _right, down, _ in run.glyphs
    )


def _write(stream: Any, run: _Run) -> Iterable[str]:
    """Write a run's glyphs, with what each is moved by, as PDF has them between angles."""
    is_in_pieces = len(set(run.starts)) < len(run.starts) and joined.can_join(run.font)
    return (
        _write_signs(stream, run)
        if is_in_pieces
        else [run.known.get(glyph) or _write_glyph(stream, run, at) for at, glyph in enumerate(run.glyphs)]
    )


def _write_signs(stream: Any, run: _Run) -> Iterator[str]:
    """Write a run sign by sign, those in pieces as the glyphs that these are joined to."""
    for _start, sign in itertools.groupby(range(len(run.glyphs)), run.starts.__getitem__):
        first, *more = sign
        yield f"{_join(run, first, more[-1]):04x}" if more else _write_glyph(stream, run, first)


def _write_glyph(stream: Any, run: _Run, at: int) -> str:
    """Write one glyph of a line, and note its text and how wide it is in the font."""
    glyph, width, right, down, _ = run.glyphs[at]
    if glyph == _EMPTY:
        return f">{-width / run.size}<"
    if down:
        return f"{_join(run, at, at):04x}"
    font, offset = run.font, right / run.size
    if glyph not in font.to_unicode:
        font.to_unicode[glyph] = run.text_of(at, at)
    if glyph not in font.widths:
        pango.pango_font_get_glyph_extents(run.pango_font, glyph, stream.ink_rect, stream.logical_rect)
        font.widths[glyph] = round(stream.logical_rect.width * 1000 * FROM_UNITS / run.size)
    kerning = font.widths[glyph] + offset - width * 1000 * FROM_UNITS / run.size
    written = f">{-offset}<{glyph:04x}" if offset else f"{glyph:04x}"
    run.known[run.glyphs[at]] = written = f"{written}>{int(kerning)}<" if kerning else written
    return written


def _join(run: _Run, first: int, last: int) -> int:
    """Give the number of the glyph that a sign's pieces are joined to."""
    font, unit, text = run.font, FROM_UNITS / run.size * run.font.upem, run.text_of(first, last)
    parts, pen = [], 0
    for glyph, width, right, down, _ in run.glyphs[first : last + 1]:
        if glyph != _EMPTY:
            parts.append(joined.Part(glyph, round((pen + right) * unit), round(-down * unit)))
        pen += width
    number = joined.find(font, joined.Sign(text, round(pen * unit), tuple(parts)))
    font.to_unicode[number] = text
    font.widths[number] = round(pen * 1000 * FROM_UNITS / run.size)
    return number


def clean(font: Any, to_unicode: dict[int, str], hinting: bool) -> None:
    """Leave in a font's file what is drawn of it, and add the glyphs that were joined."""
    own_clean(font, joined.list_parts(font, to_unicode), hinting)
    joined.add(font)


own_draw_line = drawn_text.draw_first_line
own_clean = fonts.Font.clean
FUNCTIONS = ((own_draw_line, draw_line),)
METHODS = ((fonts.Font, "clean", own_clean, clean),)
