"""PDF files: text page by page as it is drawn, and what lies over the pages: forms, notes, links, bookmarks."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.uploads import ExtractedFile, ExtractedPage, UploadFormat
from contentlib.ingest.extractors.words import MOST_PAGES, in_ranges, name_pages, one_line, tidy

_MM_PER_POINT = 25.4 / 72
# Honest text has no control signs at all; where fonts do not say which letters they draw, every fifth sign is one.
_MOST_STRANGE = 0.02
# A page's title is what stands in letters this much larger than most of its text.
_LARGER = 1.2
_TITLE_SIGNS = 2_000
# How macOS writes the proportional letters of MS PGothic: (first, last, distance) of ASCII, hiragana and katakana. No
# text uses so many of the rare characters that stand there by right.
_DISPLACED = ((0x3ECC, 0x3F2A, 0x3EAC), (0x46D1, 0x4726, 0x1690), (0x472F, 0x478A, 0x168E))
_MOST_RARE = 0.05
_DATE = re.compile(r"D?:?(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?")
_FACTS = {"Title": "title", "Author": "author", "Producer": "application"}


def extract(path: Path, name: str) -> ExtractedFile:
    """Read a PDF; raises FileRefusedError when it is protected or nothing of it can be read."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            message = f"“{name}” is protected with a password. Take it off and upload the file again."
        else:
            message = f"“{name}” is damaged: it breaks off or is no sound PDF. Export it once more."
        raise FileRefusedError(message) from error
    try:
        total = len(document)
        over = _Over(path)
        titles = _bookmarks(document)
        pages, silent, unreadable, broken = [], [], [], []
        for number in range(1, min(total, MOST_PAGES) + 1):
            try:
                text, title, has_marks = _read_page(document, number - 1)
            except pdfium.PdfiumError:
                broken.append(number)
                continue
            if not _is_readable(text):
                unreadable.append(number)
                text = ""
            elif not text.strip() and has_marks:
                silent.append(number)
            whole = "\n".join([text, *over.fields.get(number, ())])
            notes = "\n".join(over.notes.get(number, ()))
            page = ExtractedPage(number=number, title=titles.get(number, title), text=tidy(whole), notes=tidy(notes))
            pages.append(page)
        if total and not pages:
            raise FileRefusedError(f"“{name}” is damaged: none of its {total:,} pages can be read.")
        facts = {**_facts(document), **over.facts}
    finally:
        document.close()
    facts = {key: value for key, value in facts.items() if value}
    findings = tuple(_findings(total, silent, unreadable, broken))
    return ExtractedFile(format=UploadFormat.PDF, pages=tuple(pages), facts=facts, findings=findings)


def _findings(total: int, silent: list[int], unreadable: list[int], broken: list[int]) -> Iterator[Finding]:
    if total > MOST_PAGES:
        message = f"Pages 1–{MOST_PAGES:,} of {total:,} were read; what stands on the others is not found."
        yield Finding(level=Level.WARNING, code="too-long", message=message, mend="Split the file.")
    if broken:
        message = f"Pages {in_ranges(broken)} are damaged and could not be read; the others were."
        yield Finding(
            level=Level.WARNING, code="damaged-pages", message=message, page=broken[0], mend="Export it anew."
        )
    if silent:
        message = f"There is no text on {name_pages(silent)}: scanned, or its letters were drawn as outlines."
        mend = "Export it from its source with text, so that it can be found by its words."
        yield Finding(level=Level.WARNING, code="no-text", message=message, page=silent[0], mend=mend)
    if unreadable:
        message = (
            f"The fonts on {name_pages(unreadable)} do not say which letters they draw, so there is no text to search."
        )
        mend = "Export it from its source with a current program."
        yield Finding(level=Level.WARNING, code="unreadable-text", message=message, page=unreadable[0], mend=mend)


def _read_page(document: pdfium.PdfDocument, index: int) -> tuple[str, str, bool]:
    """Give a page's text, the line in its largest letters, and whether anything is drawn on it at all."""
    page = document[index]
    try:
        words = page.get_textpage()
        try:
            # Where a line ends within a word, the engine puts this sign in place of the hyphen.
            text = words.get_text_range().replace("\ufffe\r\n", "").replace("\ufffe", "").replace("\x02", "")
            title = _in_large_letters(words) if _is_readable(text) else ""
        finally:
            words.close()
        return _put_back(text), one_line(_put_back(title)), pdfium.raw.FPDFPage_CountObjects(page) > 0
    finally:
        page.close()


def _in_large_letters(words: pdfium.PdfTextPage) -> str:
    """Give the first words that stand in a page's largest letters, nothing where all are of about one size."""
    box = pdfium.raw.FS_RECTF()
    signs: list[tuple[str, float]] = []
    for n in range(min(words.count_chars(), _TITLE_SIGNS)):
        sign = chr(pdfium.raw.FPDFText_GetUnicode(words, n))
        known = pdfium.raw.FPDFText_GetLooseCharBox(words, n, box)
        signs.append((sign, box.top - box.bottom if known and sign.isalnum() else 0.0))
    heights = sorted(height for _sign, height in signs if height)
    if not heights or heights[-1] < _LARGER * heights[len(heights) // 2]:
        return ""
    large = [n for n, (_sign, height) in enumerate(signs) if height >= heights[-1] / _LARGER]
    last = large[0]
    for n in large:
        if any(0 < height < heights[-1] / _LARGER for _sign, height in signs[last + 1 : n]):
            break
        last = n
    return "".join(sign for sign, _height in signs[large[0] : last + 1])


def _put_back(text: str) -> str:
    """Give the letters that a file names by the numbers of other ones, where the whole page is written so."""
    moved = {n: chr(n - by) for first, last, by in _DISPLACED for n in range(first, last + 1)}
    if sum(1 for c in text if ord(c) in moved) <= _MOST_RARE * len(text):
        return text
    return text.translate(moved)


def _is_readable(text: str) -> bool:
    """Tell whether text is made of letters, figures and usual signs, and not of numbers of glyphs."""
    signs = [c for c in text if not c.isspace()]
    strange = sum(1 for c in signs if unicodedata.category(c) in {"Cc", "Co", "Cn"} or c == "\ufffd")
    return strange <= _MOST_STRANGE * len(signs)


def _bookmarks(document: pdfium.PdfDocument) -> dict[int, str]:
    """Map pages to the first bookmark that leads to each."""
    found: dict[int, str] = {}
    try:
        for bookmark in document.get_toc(max_depth=4):
            target = bookmark.get_dest()
            page = target.get_index() if target is not None else None
            if page is not None:
                found.setdefault(page + 1, one_line(bookmark.get_title()))
    except (pdfium.PdfiumError, ctypes.ArgumentError, ValueError):
        return found
    return found


def _facts(document: pdfium.PdfDocument) -> dict[str, Any]:
    told = document.get_metadata_dict()
    facts: dict[str, Any] = {ours: one_line(told.get(theirs, "")) for theirs, ours in _FACTS.items()}
    facts["created_at"] = _instant(told.get("CreationDate", ""))
    facts["modified_at"] = _instant(told.get("ModDate", ""))
    if len(document):
        width, height = document.get_page_size(0)
        facts |= {"width_mm": round(width * _MM_PER_POINT, 1), "height_mm": round(height * _MM_PER_POINT, 1)}
    return facts


def _instant(text: str) -> str:
    """Give a PDF date as ISO 8601, as far as it goes; zones are rarely right and left out."""
    found = _DATE.match(text.strip())
    if not found:
        return ""
    parts = [part for part in found.groups() if part]
    day = "-".join(parts[:3])
    return f"{day}T{':'.join(parts[3:])}" if len(parts) > 4 else day


class _Over:
    """What lies over the pages, by page number; empty where the file is too damaged to tell."""

    def __init__(self, path: Path) -> None:
        self.fields: dict[int, list[str]] = {}
        self.notes: dict[int, list[str]] = {}
        self.facts: dict[str, Any] = {}
        links: dict[str, None] = {}
        try:
            with pikepdf.open(path, attempt_recovery=True) as pdf:
                self.facts["language"] = str(pdf.Root.get("/Lang", ""))
                for number, page in enumerate(pdf.pages[:MOST_PAGES], start=1):
                    for annotation in page.obj.get("/Annots", ()):
                        self._read(number, annotation, links)
        except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            # The text comes from another reader; what this one cannot tell is left out.
            return
        finally:
            self.facts |= {"links": list(links), "comments": sum(map(len, self.notes.values()))}

    def _read(self, number: int, annotation: Any, links: dict[str, None]) -> None:
        kind = str(annotation.get("/Subtype", ""))
        if kind == "/Widget":
            value = _inherited(annotation, "/V")
            words = [str(value)] if isinstance(value, pikepdf.String) else []
            label = _inherited(annotation, "/TU")
            self.fields.setdefault(number, []).extend([*([str(label)] if label is not None else []), *words])
        elif kind == "/Link":
            address = annotation.get("/A", {}).get("/URI") if "/A" in annotation else None
            if address is not None:
                links[str(address)] = None
        elif "/Contents" in annotation and kind != "/Popup":
            self.notes.setdefault(number, []).append(str(annotation["/Contents"]))


def _inherited(field: Any, key: str) -> Any:
    """Give a value of a form field, which it may have from the field it belongs to."""
    for _ in range(8):
        if key in field:
            return field[key]
        if "/Parent" not in field:
            return None
        field = field["/Parent"]
    return None
