"""PDF: the font, size and colour of its letters as they are drawn, its fills and pictures."""

from __future__ import annotations

import ctypes
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2 as pdfium

from contentlib.domain.uploads import ExtractedFile
from contentlib.ingest.brandcheck.facts import Area, FileFacts, Picture, TextRun, gather
from contentlib.ingest.extractors import pdf

# Pages beyond these repeat what the first showed; a check of a book takes a minute otherwise.
_MOST_PAGES = 60
_MOST_LETTERS = 20_000
_MOST_PICTURES = 40
_KOREAN = re.compile(rb"(?:[ -~]|[\xb0-\xc8][\xa1-\xfe])+")
# Kana, and Latin letters of full width: “ＭＳ 明朝”.
_JAPANESE = re.compile("[\u3040-\u30ff\uff21-\uff5a]")
_SUBSET = re.compile(r"^[A-Z]{6}\+")


def read(path: Path, name: str, extracted: ExtractedFile | None = None) -> FileFacts:
    """Read what the brand has a say in; raises FileRefusedError when nothing of the file can be read.

    `extracted` are its words, where they have been read already.
    """
    extracted = extracted or pdf.extract(path, name)
    runs: list[TextRun] = []
    areas: list[Area] = []
    pictures: list[Picture] = []
    with pdfium.PdfDocument(path) as document:
        for number in range(1, min(len(document), _MOST_PAGES) + 1):
            try:
                page = document[number - 1]
            except pdfium.PdfiumError:
                continue
            try:
                runs += _runs(page, number)
                _objects(page, number, areas, pictures)
            except pdfium.PdfiumError:
                continue
            finally:
                page.close()
    return gather(extracted, runs, areas, pictures)


def _runs(page: pdfium.PdfPage, number: int) -> Iterator[TextRun]:
    """Gather letters of one look into runs."""
    words = page.get_textpage()
    try:
        look_at = _looks(words)
        gathered: list[str] = []
        look: tuple[str, float, str] | None = None
        for index in range(min(words.count_chars(), _MOST_LETTERS)):
            sign = chr(pdfium.raw.FPDFText_GetUnicode(words, index))
            found = look_at(index) if not sign.isspace() else look
            if found != look and look is not None and "".join(gathered).strip():
                yield _run(number, gathered, look)
                gathered = []
            look = found
            gathered.append(sign)
        if look is not None and "".join(gathered).strip():
            yield _run(number, gathered, look)
    finally:
        words.close()


def _run(number: int, gathered: list[str], look: tuple[str, float, str]) -> TextRun:
    text = pdf.put_back(" ".join("".join(gathered).split()))
    return TextRun(page=number, text=text, font=look[0] or None, size=look[1] or None, colour=look[2] or None)


def _looks(words: pdfium.PdfTextPage) -> Callable[[int], tuple[str, float, str]]:
    """Give what tells a letter's font, size and colour; what the engine writes into is made once for all letters."""
    buffer, flags, size_at = ctypes.create_string_buffer(200), ctypes.c_int(), pdf.sizes_of(words)
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    fonts: dict[bytes, str] = {}

    def look(index: int) -> tuple[str, float, str]:
        buffer.value = b""  # which stays so where the engine knows no font
        pdfium.raw.FPDFText_GetFontInfo(words, index, buffer, len(buffer), flags)
        if (font := fonts.get(buffer.value)) is None:
            font = fonts[buffer.value] = _SUBSET.sub("", name_of_font(buffer.value))
        known = pdfium.raw.FPDFText_GetFillColor(words, index, red, green, blue, alpha)
        colour = f"#{red.value:02X}{green.value:02X}{blue.value:02X}" if known else ""
        return font, round(size_at(index), 1), colour

    return look


def name_of_font(name: bytes) -> str:
    """Give a font's name, which programs in Korea, Japan and China long wrote in the signs of their country."""
    for encoding in ("utf-8", "cp949" if _KOREAN.fullmatch(name) else "cp932", "gbk"):
        try:
            told = name.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "cp932" or _JAPANESE.search(told):
            return told
    return name.decode("utf-8", "replace")


def _objects(page: pdfium.PdfPage, number: int, areas: list[Area], pictures: list[Picture]) -> None:
    seen: set[tuple[str, str]] = set()
    for drawn in page.get_objects(filter=(pdfium.raw.FPDF_PAGEOBJ_IMAGE, pdfium.raw.FPDF_PAGEOBJ_PATH), max_depth=3):
        if drawn.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE:
            if len(pictures) < _MOST_PICTURES:
                pictures += _picture(drawn, number)
            continue
        mode, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.raw.FPDFPath_GetDrawMode(drawn, mode, stroke)
        parts = [ctypes.c_uint() for _ in range(4)]
        if mode.value and pdfium.raw.FPDFPageObj_GetFillColor(drawn, *parts):
            seen.add(("shape", "#{:02X}{:02X}{:02X}".format(*(part.value for part in parts[:3]))))
        if stroke.value and pdfium.raw.FPDFPageObj_GetStrokeColor(drawn, *parts):
            seen.add(("line", "#{:02X}{:02X}{:02X}".format(*(part.value for part in parts[:3]))))
    areas += [Area(page=number, colour=colour, what=what) for what, colour in sorted(seen)]


def _picture(drawn: pdfium.PdfImage, number: int) -> Iterator[Picture]:
    try:
        bitmap = drawn.get_bitmap()
        left, bottom, right, top = drawn.get_bounds()
    except pdfium.PdfiumError:
        return
    made = io.BytesIO()
    # It passes from hand to hand in this process alone, so room is cheaper than time.
    bitmap.to_pil().convert("RGB").save(made, "PNG", compress_level=1)
    yield Picture(page=number, data=made.getvalue(), ratio=(right - left) / max(top - bottom, 0.1))
