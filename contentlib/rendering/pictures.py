"""Pages of PDFs and pictures as pictures for pages and lists; it draws what is there and judges nothing."""

from __future__ import annotations

import ctypes
import hashlib
import io
import re
import warnings
from bisect import bisect
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from contentlib.domain.documents import PagePicture, TextLine
from contentlib.domain.errors import FileRefusedError
from contentlib.domain.right_to_left import Sign, Signs, has_right_to_left, in_reading_order
from contentlib.rendering.answers import Look

# Beyond this no page is shown; a document of the library has a few dozen.
MOST_PAGES = 300
QUALITY = 82
# How hard the encoder works, 0 to 6: what is kept is worth it, what the next keystroke replaces is not.
THOROUGH, QUICK = 4, 0
# A page much longer than it is wide, a whole web page say, becomes narrower than asked.
_HIGHEST = 5_000
# Places on a page are told in ten-thousandths of it.
_SCALE = 10_000
_MOST_LINES, _LONGEST_LINE = 600, 400
_HYPHEN_AT_END = re.compile("\x02|\ufffe(?:\r\n)?")
# A gap in a line that parts one column from the next, in heights of its letters.
_COLUMN = 2.5


def draw_pictures(pdf: bytes, width: int, plate_width: int | None) -> tuple[PagePicture, ...]:
    """Draw each page as a WebP picture of a width in pixels, a small one too if asked, with the text on it."""
    with pypdfium2.PdfDocument(pdf) as opened:
        pages = range(min(len(opened), MOST_PAGES))
        return tuple(_draw_page(opened, number, width, plate_width, THOROUGH) for number in pages)


def draw_looks(pdf: bytes, width: int, known: Collection[str]) -> tuple[Look, ...]:
    """Draw each page quickly as it looks now; one that looks as one of the `known` did is not packed again."""
    found = []
    with pypdfium2.PdfDocument(pdf) as opened:
        for number in range(min(len(opened), MOST_PAGES)):
            page = opened[number]
            drawn = page.render(scale=min(width / page.get_width(), _HIGHEST / page.get_height()))
            key = hashlib.sha256(drawn.buffer).hexdigest()
            webp = b"" if key in known else _encode(drawn.to_pil().convert("RGB"), QUICK)
            text, _ = _read(page.get_textpage())
            picture = PagePicture(number=number + 1, width=drawn.width, height=drawn.height, webp=webp, text=text)
            found.append(Look(key=key, picture=picture))
    return tuple(found)


def draw_foreign(path: Path, width: int, plate_width: int, *, first: int, last: int) -> tuple[PagePicture, ...]:
    """Draw the pages `first` to `last`, counted from 1, of somebody's PDF; damaged ones are left out."""
    found = []
    try:
        opened = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise FileRefusedError("This is no PDF that can be drawn.") from error
    with opened:
        for number in range(first - 1, min(len(opened), last)):
            try:
                found.append(_draw_page(opened, number, width, plate_width, THOROUGH))
            except (pypdfium2.PdfiumError, ValueError):
                continue
    return tuple(found)


def draw_image(path: Path, width: int, plate_width: int) -> PagePicture:
    """Draw a PNG or JPEG upright and on white, at most `width` wide; raises FileRefusedError when it is damaged."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG", "JPEG")) as opened:
                opened.draft("RGB", (2 * width, _HIGHEST))  # a photograph is read smaller than it is
                if opened.mode.startswith("I"):  # greys of 16 bits, which a conversion would cut off at white
                    picture: Image.Image = opened.point(lambda grey: grey / 256).convert("L")
                else:
                    picture = opened if opened.mode in {"RGB", "RGBA", "L"} else opened.convert("RGBA")
                picture.thumbnail((2 * width, 2 * _HIGHEST), Image.Resampling.LANCZOS)
                upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise FileRefusedError("This picture is damaged and cannot be drawn.") from error
    white = Image.new("RGBA", upright.size, "white")
    white.alpha_composite(upright)
    drawn = white.convert("RGB")
    drawn.thumbnail((width, _HIGHEST), Image.Resampling.LANCZOS)
    plate = drawn.copy()
    plate.thumbnail((plate_width, _HIGHEST), Image.Resampling.LANCZOS)
    return PagePicture(
        number=1,
        width=drawn.width,
        height=drawn.height,
        webp=_encode(drawn, THOROUGH),
        plate=_encode(plate, THOROUGH),
        text="",
    )


def _draw_page(
    opened: pypdfium2.PdfDocument, number: int, width: int, plate_width: int | None, method: int
) -> PagePicture:
    page = opened[number]
    scale = min(width / page.get_width(), _HIGHEST / page.get_height())
    picture = page.render(scale=scale).to_pil().convert("RGB")
    words = page.get_textpage()
    text, in_order = _read(words)
    # What is kept may be read and marked on its page; what the next keystroke replaces is only looked at.
    lines = _lines(page, words, in_order) if plate_width else ()
    return PagePicture(
        number=number + 1,
        width=picture.width,
        height=picture.height,
        webp=_encode(picture, method),
        plate=_encode(_shrink(picture, plate_width), method) if plate_width else None,
        text=text,
        lines=lines,
    )


def _read(words: pypdfium2.PdfTextPage) -> tuple[str, list[Signs]]:
    """Read the text of a page; with the signs of its lines where these had to be brought into their order."""
    text = _as_written(words.get_text_bounded()).replace("\r\n", "\n").strip()
    in_order = in_reading_order(_signs(words)) if has_right_to_left(text) else []
    if in_order:
        text = "\n".join(_as_written("".join(sign.char for sign in line)).strip() for line in in_order)
    return text, in_order


def _as_written(text: str) -> str:
    """Write the hyphen that a line ends with, for which PDFium gives a sign of its own, as any other hyphen."""
    return _HYPHEN_AT_END.sub("-", text)


def _signs(words: pypdfium2.PdfTextPage) -> Iterator[Sign]:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for n in range(words.count_chars()):
        pypdfium2.raw.FPDFText_GetCharBox(words, n, left, right, bottom, top)
        sign = chr(pypdfium2.raw.FPDFText_GetUnicode(words, n))
        yield Sign(sign, left.value, bottom.value, right.value, top.value)


def _lines(page: pypdfium2.PdfPage, words: pypdfium2.PdfTextPage, in_order: list[Signs]) -> tuple[TextLine, ...]:
    """Find where the words of a page stand; of one that is turned or holds a map's worth of labels, nothing."""
    count = words.count_rects()
    if page.get_rotation() or count > _MOST_LINES:
        return ()
    left, low, right, high = page.get_cropbox()
    across, down = _SCALE / max(right - left, 1), _SCALE / max(high - low, 1)
    found = []
    for (x, bottom, end, top), written in _parts(in_order) if in_order else _rectangles(words, count):
        text = " ".join(_as_written(written).split())
        inside = left <= x < end <= right + 1 and low - 1 <= bottom < top <= high + 1
        if text and inside:
            found.append(
                TextLine(
                    x=round((x - left) * across),
                    y=round((high - top) * down),
                    width=round((end - x) * across),
                    height=round((top - bottom) * down),
                    text=text[:_LONGEST_LINE],
                )
            )
    return tuple(found)


_Box = tuple[float, float, float, float]


def _rectangles(words: pypdfium2.PdfTextPage, count: int) -> Iterator[tuple[_Box, str]]:
    """Give what the engine holds to be parts of lines."""
    for number in range(count):
        box: _Box = words.get_rect(number)
        yield box, words.get_text_bounded(*box)


def _parts(lines: Iterable[Signs]) -> Iterator[tuple[_Box, str]]:
    """Give the parts of lines whose signs were brought into their order, parted where columns are."""
    for line in lines:
        columns = _columns(line)
        part: Signs = []
        box: _Box | None = None
        for sign in line:
            if sign.char.strip():
                around = _around(box, sign)
                if box is not None and _is_apart(box, sign, columns):
                    yield box, "".join(one.char for one in part)
                    part, around = [], sign[1:]
                box = around
            part.append(sign)
        if box is not None:
            yield box, "".join(one.char for one in part)


def _around(box: _Box | None, sign: Sign) -> _Box:
    if box is None:
        return sign[1:]
    return min(box[0], sign.left), min(box[1], sign.bottom), max(box[2], sign.right), max(box[3], sign.top)


def _columns(line: Signs) -> list[float]:
    """Give where columns begin after the first: behind room that no sign fills, in whatever order signs are read."""
    shown = sorted((sign for sign in line if sign.char.strip()), key=lambda sign: sign.left)
    height = max((sign.top - sign.bottom for sign in shown), default=0)
    begins, end = [], shown[0].right if shown else 0
    for sign in shown:
        if sign.left - end > _COLUMN * height:
            begins.append(sign.left)
        end = max(end, sign.right)
    return begins


def _is_apart(box: _Box, sign: Sign, columns: Sequence[float]) -> bool:
    """Tell whether a sign stands on another line, or in another column, than what is in a box."""
    left, bottom, _right, top = box
    below = max(sign.bottom - top, bottom - sign.top)
    return bisect(columns, sign.left) != bisect(columns, left) or below > max(top - bottom, sign.top - sign.bottom)


def _shrink(picture: Image.Image, width: int) -> Image.Image:
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _encode(picture: Image.Image, method: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=method)
    return out.getvalue()
