"""Word files: the words that are shown, page by page where the file says where its pages end, and comments apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from contentlib.domain.findings import Finding, Level
from contentlib.domain.uploads import ExtractedFile, ExtractedPage, UploadFormat
from contentlib.ingest.extractors import drawings, left_in
from contentlib.ingest.extractors.words import MOST_PAGES, one_line, tidy
from contentlib.ingest.packages import Package, measure

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_VML = "{urn:schemas-microsoft-com:vml}"
_TWIPS_PER_MM = 56.693
# Deleted, moved away, or an instruction to Word: not to be read.
_UNREAD = {
    f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sectPr", "tblPr", "tcPr")
}
_HEADINGS = ("heading", "title", "überschrift", "titre", "titolo", "título", "kop", "titel")


@dataclass
class _Reading:
    """What has been read so far: finished pages, and the page at hand."""

    package: Package
    part: str
    notes: dict[str, dict[str, str]]
    styles: dict[str, str]
    breaks_as_saved: bool
    done: list[ExtractedPage] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    title: str = ""

    def turn(self) -> None:
        """End the page at hand; one without a word is none."""
        self.open_boxes()
        text = tidy("".join(self.words))
        if text or self.aside:
            number = len(self.done) + 1
            notes = tidy("\n".join(self.aside))
            self.done.append(ExtractedPage(number=number, title=one_line(self.title), text=text, notes=notes))
        self.words, self.aside, self.title = [], [], ""

    def open_boxes(self) -> None:
        """Read the text boxes that hang on the paragraph at hand, after its own words."""
        waiting, self.boxes = self.boxes, []
        for box in waiting:
            self.words.append("\n")
            _blocks(self, box)


def extract(path: Path, name: str) -> ExtractedFile:
    """Read a document; raises FileRefusedError when nothing of it can be read."""
    with Package(path, name) as package:
        main = package.main_part()
        body = package.xml(main).find(f"{W}body")
        root = body if body is not None else etree.Element(f"{W}body")
        comments = _asides(package, main, "comments", f"{W}comment")
        notes = {
            "footnote": _asides(package, main, "footnotes", f"{W}footnote"),
            "endnote": _asides(package, main, "endnotes", f"{W}endnote"),
            "comment": comments,
        }
        as_saved = next(root.iter(f"{W}lastRenderedPageBreak"), None) is not None
        reading = _Reading(package, main, notes, style_names(package, main), as_saved)
        _blocks(reading, root)
        reading.words += [f"\n{words}" for words in _margins(package, main)]
        reading.turn()
        facts = {**package.facts(), **_size(root), "links": package.links(main), "comments": len(comments)}
        linked = {address: None for part in (main, *package.related(main, "header", "footer"))
                  for address in package.linked(part)}  # fmt: skip
        changes = sum(1 for _ in root.iter(f"{W}ins", f"{W}del", f"{W}moveTo"))
    facts = {key: value for key, value in facts.items() if value}
    pages = tuple(reading.done[:MOST_PAGES])
    found = tuple(_findings(len(reading.done), len(comments), linked, changes))
    return ExtractedFile(format=UploadFormat.DOCX, pages=pages, facts=facts, findings=found)


def _findings(total: int, comments: int, linked: Mapping[str, None], changes: int) -> Iterator[Finding]:
    if not total:
        yield Finding(level=Level.WARNING, code="no-text", message="There is no text in this document.")
    if total > MOST_PAGES:
        message = f"Pages 1–{MOST_PAGES:,} of {total:,} were read; what stands on the others is not found."
        yield Finding(level=Level.WARNING, code="too-long", message=message, mend="Split the document.")
    yield from left_in.find(comments=comments, linked=linked)
    if changes:
        message = f"Tracked changes are in the file: {changes}. Whoever gets it can read what stood there before."
        yield Finding(level=Level.WARNING, code="tracked-changes", message=message, mend="Accept them and save.")


def _size(root: etree._Element) -> dict[str, float]:
    size = next(root.iter(f"{W}pgSz"), None)
    if size is None:
        return {}
    sides = (("width_mm", "w"), ("height_mm", "h"))
    return {name: round(measure(size.get(f"{W}{side}"), 1 / _TWIPS_PER_MM), 1) for name, side in sides}


def style_names(package: Package, main: str) -> dict[str, str]:
    """Map style ids to names; ids are translated, names of built-in styles are English."""
    found = {}
    for part in package.related(main, "styles"):
        root = package.find_xml(part)
        for style in root.iter(f"{W}style") if root is not None else ():
            named = style.find(f"{W}name")
            found[style.get(f"{W}styleId", "")] = named.get(f"{W}val", "") if named is not None else ""
    return found


def _asides(package: Package, main: str, kind: str, tag: str) -> dict[str, str]:
    """Give footnotes, endnotes or comments by id; separators between them are none."""
    found = {}
    for part in package.related(main, kind):
        root = package.find_xml(part)
        for element in root.iter(tag) if root is not None else ():
            words = tidy("".join(_plain(package, part, element)))
            if words and element.get(f"{W}type", "normal") == "normal":
                found[element.get(f"{W}id", "")] = words
    return found


def _margins(package: Package, main: str) -> list[str]:
    """Give the words of headers and footers, each once."""
    found: dict[str, None] = {}
    for part in package.related(main, "header", "footer"):
        root = package.find_xml(part)
        words = tidy("".join(_plain(package, part, root))) if root is not None else ""
        if words and not words.isdigit():
            found[words] = None
    return list(found)


def _plain(package: Package, part: str, element: etree._Element) -> Iterator[str]:
    """Give the words of a part that knows no pages."""
    reading = _Reading(package, part, {}, {}, breaks_as_saved=True)
    _blocks(reading, element)
    yield "".join([*(page.text for page in reading.done), *reading.words])


def _blocks(reading: _Reading, parent: etree._Element) -> None:
    for element in drawings.children(parent):
        if element.tag == f"{W}p":
            _paragraph(reading, element)
        elif element.tag == f"{W}tbl":
            _table(reading, element)
        elif element.tag not in _UNREAD and isinstance(element.tag, str):
            _blocks(reading, element)


def is_heading(paragraph: etree._Element, styles: dict[str, str]) -> bool:
    """Tell whether a paragraph is set as a heading or title; `styles` are names of styles by id."""
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return style is not None and styles.get(style.get(f"{W}val", ""), "").lower().startswith(_HEADINGS)


def _paragraph(reading: _Reading, paragraph: etree._Element) -> None:
    if not reading.breaks_as_saved and paragraph.find(f"{W}pPr/{W}pageBreakBefore") is not None:
        reading.turn()
    begin = len(reading.words)
    page = len(reading.done)
    _runs(reading, paragraph)
    if page != len(reading.done):
        begin = 0
    if not reading.title and is_heading(paragraph, reading.styles):
        reading.title = "".join(reading.words[begin:])
    reading.words.append("\n")
    reading.open_boxes()
    if paragraph.find(f"{W}pPr/{W}sectPr") is not None and not reading.breaks_as_saved:
        kind = paragraph.find(f"{W}pPr/{W}sectPr/{W}type")
        if kind is None or kind.get(f"{W}val") != "continuous":
            reading.turn()


def _runs(reading: _Reading, parent: etree._Element) -> None:
    for element in drawings.children(parent):
        tag = element.tag
        if tag in _UNREAD or not isinstance(tag, str):
            continue
        local = tag.rsplit("}", 1)[-1]
        if local == "t":
            reading.words.append(element.text or "")
        elif local in {"tab", "ptab"}:
            reading.words.append("\t")
        elif local in {"br", "cr"}:
            _break(reading, element)
        elif local == "noBreakHyphen":
            reading.words.append("-")
        elif local == "lastRenderedPageBreak":
            reading.turn()
        elif local in {"footnoteReference", "endnoteReference", "commentReference"}:
            _refer(reading, local.removesuffix("Reference"), element.get(f"{W}id", ""))
        elif local == "txbxContent":
            reading.boxes.append(element)
        else:
            reading.words += [f"\n{words}\n" for words in _drawn(reading, element)]
            _runs(reading, element)


def _drawn(reading: _Reading, element: etree._Element) -> list[str]:
    """Give the words of what is drawn, and what somebody wrote to stand for it."""
    if element.tag == f"{_DRAWING}docPr":
        return drawings.alternative_of(element)
    if element.tag.startswith(_VML):  # drawings of older programs; `string` are letters drawn as a shape
        return [words for words in (element.get("alt"), element.get("string")) if words]
    if element.tag.endswith("}graphicData"):
        return drawings.of_frame(reading.package, reading.part, element)
    return []


def _break(reading: _Reading, element: etree._Element) -> None:
    reading.words.append("\n")
    if element.get(f"{W}type") == "page" and not reading.breaks_as_saved:
        reading.turn()


def _refer(reading: _Reading, kind: str, id_: str) -> None:
    words = reading.notes.get(kind, {}).get(id_)
    if words and kind == "comment":
        reading.aside.append(words)
    elif words:
        reading.words.append(f" ({words}) ")


def _table(reading: _Reading, table: etree._Element) -> None:
    for row in drawings.children(table):
        if row.tag == f"{W}tr":
            for cell in drawings.children(row):
                if cell.tag in {f"{W}tc", f"{W}sdt"}:
                    _blocks(reading, cell)
        elif row.tag == f"{W}sdt":
            _blocks(reading, row)
