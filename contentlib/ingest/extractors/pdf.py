"""PDF files: text page by page as it is drawn, and what lies over the pages: forms, notes, links, bookmarks."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.right_to_left import Sign, has_right_to_left, in_reading_order
from contentlib.domain.uploads import ExtractedFile, ExtractedPage, UploadFormat
from contentlib.ingest.extractors.words import MOST_CHARACTERS, MOST_PAGES, in_ranges, name_pages, one_line, tidy

_MM_PER_POINT = 25.4 / 72
# Honest text has no control signs at all; where fonts do not say which letters they draw, every fifth sign is one.
_MOST_STRANGE = 0.02
# A page's title is what stands in letters this much larger than most of its text.
_LARGER = 1.2
_TITLE_SIGNS = 2_000
# How macOS writes the proportional letters of MS PGothic: (first, last, distance) of ASCII, hiragana and katakana. No
# text uses so many of the rare characters that stand there by right.
_SPANS = ((0x3ECC, 0x3F2A, 0x3EAC), (0x46D1, 0x4726, 0x1690), (0x472F, 0x478A, 0x168E))
_DISPLACED = {n: chr(n - by) for first, last, by in _SPANS for n in range(first, last + 1)}
_MOST_RARE = 0.05
_DATE = re.compile(r"D?:?(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?")
_DEEPEST_BOOKMARK, _MOST_BOOKMARKS = 12, 10_000
# What programs call fields that nobody named: “Text1”, “Check Box 12”, “topmostSubform[0].Page1[0].f1_01[0]”.
_NAMED = re.compile(r"[^\W\d_]{3,}(?:[ _-][^\W\d_]+)*")
_UNNAMED = re.compile(r"(?i)text|field|textfield|check ?box|combo ?box|list ?box|button|radio|group|untitled|undefined")
_MOST_CHOICES = 200
# What Adobe's programs put on the one page of a form that they alone can draw.
_WAITING = re.compile(r"please wait\W", re.IGNORECASE)
# What programs call a glyph of several letters, “f_f_i” or “T_h.liga”; the engine knows the meaning of “ffi” alone and
# gives the number of the others. Numbers below are signs of their own, or ones that the engine puts in itself.
_LIGATURE = re.compile(r"/([A-Za-z](?:_[A-Za-z])+)(?:\.\w+)?")
_MEANINGLESS = frozenset({*range(0x20), *range(0x7F, 0xA0)} - {0x00, 0x02, 0x09, 0x0A, 0x0D})
_FACTS = {"Title": "title", "Author": "author", "Producer": "application"}


_FORM_ELSEWHERE = Finding(
    level=Level.WARNING,
    code="form-elsewhere",
    message="This is a form that Adobe's programs alone can draw: whoever opens it elsewhere sees “Please wait”.",
    mend="Print it to PDF from Adobe Reader, and upload that.",
)


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
        bookmarks = _bookmarks(document)
        pages, silent, unreadable, broken = [], [], [], []
        for number in range(1, min(total, MOST_PAGES) + 1):
            try:
                text, title, has_marks = _read_page(document, number - 1, over.ligatures.get(number, {}))
            except pdfium.PdfiumError:
                broken.append(number)
                continue
            if not _is_readable(text):
                unreadable.append(number)
                text = ""
            elif not text.strip() and has_marks:
                silent.append(number)
            marks = bookmarks.get(number, [])
            # A bookmark mostly is a heading of its page; what it says besides is to be found as well.
            said = "".join(text.split()) if marks else ""
            unsaid = [mark for mark in marks if "".join(mark.split()) not in said]
            whole = "\n".join([text, *unsaid, *over.fields.get(number, ())])
            notes = "\n".join(over.notes.get(number, ()))
            title = marks[0] if marks else title
            pages.append(ExtractedPage(number=number, title=title, text=tidy(whole), notes=tidy(notes)))
        if total and not pages:
            raise FileRefusedError(f"“{name}” is damaged: none of its {total:,} pages can be read.")
        facts = {**_facts(document, pages[0].number - 1 if pages else None), **over.facts}
    finally:
        document.close()
    facts = {key: value for key, value in facts.items() if value}
    findings = tuple(_findings(total, silent, unreadable, broken))
    if over.is_drawn_elsewhere and any(_WAITING.search(page.text) for page in pages):
        findings += (_FORM_ELSEWHERE,)
    return ExtractedFile(format=UploadFormat.PDF, pages=tuple(pages), facts=facts, findings=findings)


def _findings(total: int, silent: list[int], unreadable: list[int], broken: list[int]) -> Iterator[Finding]:
    if total > MOST_PAGES:
        message = f"Pages 1–{MOST_PAGES:,} of {total:,} were read; what stands on the others is not found."
        yield Finding(level=Level.WARNING, code="too-long", message=message, mend="Split the file.")
    if broken:
        which = f"Page {broken[0]} is" if len(broken) == 1 else f"Pages {in_ranges(broken)} are"
        message = f"{which} damaged and could not be read; the others were."
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


def _read_page(document: pdfium.PdfDocument, index: int, ligatures: Mapping[int, str]) -> tuple[str, str, bool]:
    """Give a page's text, the line in its largest letters, and whether anything is drawn on it at all.

    `ligatures` are what signs without a meaning of their own stand for on the page.
    """
    page = document[index]
    try:
        words = page.get_textpage()
        try:
            text = words.get_text_range()
            if has_right_to_left(text):
                text = _in_order(words, range(words.count_chars()))
            # Where a line ends within a word, the engine puts this sign in place of the hyphen.
            text = text.replace("\ufffe\r\n", "").replace("\ufffe", "").replace("\x02", "").translate(ligatures)
            title = _in_order(words, _in_large_letters(words)).translate(ligatures) if _is_readable(text) else ""
        finally:
            words.close()
        return put_back(text), one_line(put_back(title)), pdfium.raw.FPDFPage_CountObjects(page) > 0
    finally:
        page.close()


def _in_order(words: pdfium.PdfTextPage, places: range) -> str:
    """Give the signs of a page that have these places, line by line as they are read."""
    signs = []
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for n in places:
        pdfium.raw.FPDFText_GetCharBox(words, n, left, right, bottom, top)
        sign = chr(pdfium.raw.FPDFText_GetUnicode(words, n))
        signs.append(Sign(sign, left.value, bottom.value, right.value, top.value))
    return "\r\n".join("".join(sign.char for sign in line) for line in in_reading_order(signs))


def _in_large_letters(words: pdfium.PdfTextPage) -> range:
    """Give the first signs that stand in a page's largest letters, none where all are of about one size."""
    size_at = sizes_of(words)
    signs: list[tuple[str, float]] = []
    for n in range(min(words.count_chars(), _TITLE_SIGNS)):
        sign = chr(pdfium.raw.FPDFText_GetUnicode(words, n))
        signs.append((sign, size_at(n) if sign.isalnum() else 0.0))
    heights = sorted(height for _sign, height in signs if height)
    if not heights or heights[-1] < _LARGER * heights[len(heights) // 2]:
        return range(0)
    large = [n for n, (_sign, height) in enumerate(signs) if height >= heights[-1] / _LARGER]
    last = large[0]
    for n in large:
        if any(0 < height < heights[-1] / _LARGER for _sign, height in signs[last + 1 : n]):
            break
        last = n
    return range(large[0], last + 1)


def sizes_of(words: pdfium.PdfTextPage) -> Callable[[int], float]:
    """Give what tells the size of a page's letter in points as it is drawn, 0 where it is not known.

    The box of a letter is no measure of it: umlauts make theirs higher.
    """
    matrix = pdfium.raw.FS_MATRIX()

    def size_at(index: int) -> float:
        known = pdfium.raw.FPDFText_GetMatrix(words, index, matrix)
        return float(pdfium.raw.FPDFText_GetFontSize(words, index)) * math.hypot(matrix.c, matrix.d) if known else 0.0

    return size_at


def put_back(text: str) -> str:
    """Give the letters that a file names by the numbers of other ones, where the whole page is written so."""
    if sum(1 for c in text if ord(c) in _DISPLACED) <= _MOST_RARE * len(text):
        return text
    return text.translate(_DISPLACED)


def _is_readable(text: str) -> bool:
    """Tell whether text is made of letters, figures and usual signs, and not of numbers of glyphs."""
    signs = [c for c in text if not c.isspace()]
    strange = sum(1 for c in signs if unicodedata.category(c) in {"Cc", "Co", "Cn"} or c == "\ufffd")
    return strange <= _MOST_STRANGE * len(signs)


def _bookmarks(document: pdfium.PdfDocument) -> dict[int, list[str]]:
    """Map pages to the bookmarks that lead to each; one that leads nowhere belongs where the one before it leads."""
    found: dict[int, list[str]] = {}
    number = 1
    try:
        for bookmark in islice(document.get_toc(max_depth=_DEEPEST_BOOKMARK), _MOST_BOOKMARKS):
            target = bookmark.get_dest()
            page = target.get_index() if target is not None else None
            number = page + 1 if page is not None else number
            if title := one_line(bookmark.get_title()):
                found.setdefault(number, []).append(title)
    except (pdfium.PdfiumError, ctypes.ArgumentError, ValueError):
        return found
    return found


def _facts(document: pdfium.PdfDocument, first: int | None) -> dict[str, Any]:
    """Give what a file says of itself, and the size of its first page that can be read, None where there is none."""
    told = document.get_metadata_dict()
    facts: dict[str, Any] = {ours: one_line(told.get(theirs, "")) for theirs, ours in _FACTS.items()}
    facts["created_at"] = _instant(told.get("CreationDate", ""))
    facts["modified_at"] = _instant(told.get("ModDate", ""))
    if first is not None:
        width, height = document.get_page_size(first)
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


_UNREADABLE = (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


class _Over:
    """What lies over the pages, by page number; empty where the file is too damaged to tell."""

    def __init__(self, path: Path) -> None:
        self.fields: dict[int, list[str]] = {}
        self.notes: dict[int, list[str]] = {}
        self.facts: dict[str, Any] = {}
        self.ligatures: dict[int, dict[int, str]] = {}
        self._known: dict[tuple[int, int], dict[int, str]] = {}
        self.is_drawn_elsewhere = False
        links: dict[str, None] = {}
        try:
            with pikepdf.open(path, attempt_recovery=True) as pdf:
                self.facts["language"] = str(pdf.Root.get("/Lang", ""))
                form: Any = pdf.Root.get("/AcroForm", {})
                self.is_drawn_elsewhere = len(pdf.pages) == 1 and "/XFA" in form
                for number, page in enumerate(islice(pdf.pages, MOST_PAGES), start=1):
                    with suppress(*_UNREADABLE):
                        self._read_fonts(number, page)
                    for annotation in page.obj.get("/Annots", ()):
                        with suppress(*_UNREADABLE):  # what one of them cannot tell is left out
                            self._read(number, annotation, links)
        except _UNREADABLE:
            return  # the text comes from another reader
        finally:
            self.facts |= {"links": list(links), "comments": sum(map(len, self.notes.values()))}

    def _read_fonts(self, number: int, page: Any) -> None:
        """Note what glyphs of several letters the fonts of a page have; a number that differs in them says nothing."""
        found: dict[int, set[str]] = {}
        for font in page.resources.get("/Font", {}).values():
            if font.objgen not in self._known or font.objgen == (0, 0):
                self._known[font.objgen] = _ligatures_of(font)
            for code, letters in self._known[font.objgen].items():
                found.setdefault(code, set()).add(letters)
        if told := {code: letters.pop() for code, letters in found.items() if len(letters) == 1}:
            self.ligatures[number] = told

    def _read(self, number: int, annotation: Any, links: dict[str, None]) -> None:
        kind = str(annotation.get("/Subtype", ""))
        said = str(annotation["/Contents"]) if "/Contents" in annotation else ""
        if kind == "/Widget":
            self.fields.setdefault(number, []).extend(_words_of_field(annotation))
            return
        if kind == "/Link":
            address = annotation["/A"].get("/URI") if "/A" in annotation else None
            if address is not None:
                links[str(address)] = None
            if said:
                self.fields.setdefault(number, []).append(said)
        elif said and kind != "/Popup":
            self.notes.setdefault(number, []).append(said)
        if kind == "/FileAttachment":
            file = annotation["/FS"]
            self.notes.setdefault(number, []).append(str(file.get("/UF", file.get("/F", ""))))


def _ligatures_of(font: Any) -> dict[int, str]:
    """Give the glyphs of several letters that a font names, by numbers that mean nothing else."""
    encoding = font.get("/Encoding")
    found, code = {}, 0
    for entry in encoding.get("/Differences", ()) if isinstance(encoding, pikepdf.Dictionary) else ():
        if not isinstance(entry, pikepdf.Name):
            code = int(entry)
            continue
        if code in _MEANINGLESS and (named := _LIGATURE.fullmatch(str(entry))):
            found[code] = named[1].replace("_", "")
        code += 1
    return found


def _words_of_field(field: Any) -> list[str]:
    """Give what a form field shows or is filled with, after what it is called where somebody gave it a name."""
    label = _inherited(field, "/TU")
    if label is None:
        name = str(field.get("/T", ""))
        label = name if _NAMED.fullmatch(name) and not _UNNAMED.fullmatch(name) else ""
    value = _inherited(field, "/V")
    if value is None:
        value = _inherited(field, "/DV")
    told = [label, *_strings(value), *_strings(field.get("/MK", {}).get("/CA"))]
    for choice in islice(_inherited(field, "/Opt") or (), _MOST_CHOICES):
        # A choice is what is shown, or a pair of what is sent and what is shown.
        told.append(choice[-1] if isinstance(choice, pikepdf.Array) else choice)
    words = (str(one) for one in told)
    return list(dict.fromkeys(word for word in words if word.strip()))


def _strings(value: Any) -> list[str]:
    """Give the texts that a value holds: one, several that were chosen, or a long one kept as a stream."""
    if isinstance(value, pikepdf.Array):
        return [str(one) for one in value if isinstance(one, pikepdf.String)]
    if isinstance(value, pikepdf.Stream):
        return [value.read_bytes()[:MOST_CHARACTERS].decode("utf-8", "replace")]
    return [str(value)] if isinstance(value, pikepdf.String) else []


def _inherited(field: Any, key: str) -> Any:
    """Give a value of a form field, which it may have from the field it belongs to."""
    for _ in range(8):
        if key in field:
            return field[key]
        if "/Parent" not in field:
            return None
        field = field["/Parent"]
    return None
