"""PowerPoint files: slide by slide the words that are shown, and apart from them notes and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.uploads import ExtractedFile, ExtractedPage, UploadFormat
from contentlib.ingest.extractors import drawings, left_in
from contentlib.ingest.extractors.words import MOST_PAGES, in_ranges, one_line, tidy
from contentlib.ingest.packages import Package, measure

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_MODERN = "{http://schemas.microsoft.com/office/powerpoint/2018/8/main}"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TITLES = {"title", "ctrTitle"}
# What Office repeats on every slide and fills in by itself.
_REPEATED = {"sldNum", "dt"}
_EMU_PER_MM = 36_000
_COLOUR = re.compile("[0-9A-Fa-f]{6}")


def extract(path: Path, name: str) -> ExtractedFile:
    """Read a presentation; raises FileRefusedError when nothing of it can be read."""
    with Package(path, name) as package:
        main = package.main_part()
        root = package.xml(main)
        relations = package.relations(main)
        wanted = [relations.get(slide.get(f"{_OFFICE}id", "")) for slide in root.iter(f"{P}sldId")]
        parts = [relation.target if relation is not None else "" for relation in wanted]
        findings: list[Finding] = []
        pages, hidden, broken, links = [], [], [], dict[str, None]()
        comments, linked, why = 0, dict[str, int | None](), None
        for number, part in enumerate(parts[:MOST_PAGES], start=1):
            try:
                slide = package.xml(part)
            except FileRefusedError as refused:
                broken.append(number)
                why = why or refused
                continue
            if slide.get("show") in {"0", "false"}:
                hidden.append(number)
            said = list(_comments(package, part))
            comments += len(said)
            links.update(dict.fromkeys(package.links(part)))
            linked |= {address: number for address in package.linked(part) if address not in linked}
            pages.append(_page(package, part, slide, number, said))
        if why is not None and not pages:
            raise why
        findings += _findings(len(parts), hidden, broken)
        findings += left_in.find(comments=comments, linked=linked)
        facts = {
            **package.facts(),
            **_size(root),
            "accent": _accent(package, parts),
            "links": list(links),
            "hidden": hidden,
            "comments": comments,
        }
        facts = {key: value for key, value in facts.items() if value}
    return ExtractedFile(format=UploadFormat.PPTX, pages=tuple(pages), facts=facts, findings=tuple(findings))


def _findings(total: int, hidden: list[int], broken: list[int]) -> Iterator[Finding]:
    if not total:
        yield Finding(level=Level.WARNING, code="no-pages", message="There is no slide in this presentation.")
    if total > MOST_PAGES:
        message = f"Slides 1–{MOST_PAGES:,} of {total:,} were read; what stands on the others is not found."
        yield Finding(level=Level.WARNING, code="too-long", message=message, mend="Split the presentation.")
    if broken:
        is_one = len(broken) == 1
        which = f"Slide {broken[0]} is" if is_one else f"Slides {in_ranges(broken)} are"
        message = f"{which} damaged and could not be read; the others were."
        mend = "Open the presentation in PowerPoint, let it mend the file, and save it."
        yield Finding(level=Level.WARNING, code="damaged-pages", message=message, mend=mend, page=broken[0])
    if hidden:
        message = f"Hidden slides: {in_ranges(hidden)}. Whoever gets the file can show them."
        yield Finding(level=Level.NOTE, code="hidden-pages", message=message, page=hidden[0])


def _size(root: etree._Element) -> dict[str, float]:
    size = root.find(f"{P}sldSz")
    if size is None:
        return {}
    sides = (("width_mm", "cx"), ("height_mm", "cy"))
    return {name: round(measure(size.get(side), 1 / _EMU_PER_MM), 1) for name, side in sides}


def _accent(package: Package, parts: list[str]) -> str | None:
    """Give the first accent of the first slide's theme, by which people know a deck again, as #RRGGBB."""
    found = parts[:1]
    for below in ("slideLayout", "slideMaster", "theme"):
        found = [target for part in found for target in package.related(part, below)[:1]]
    root = package.find_xml(found[0]) if found else None
    named = root.find(f".//{drawings.A}accent1/{drawings.A}srgbClr") if root is not None else None
    value = named.get("val", "") if named is not None else ""
    return f"#{value.upper()}" if _COLOUR.fullmatch(value) else None


def _page(package: Package, part: str, slide: etree._Element, number: int, comments: list[str]) -> ExtractedPage:
    titles: list[str] = []
    bodies: list[str] = []
    tree = slide.find(f"{P}cSld/{P}spTree")
    if tree is not None:
        _walk(package, part, tree, titles, bodies)
    notes = [_notes(package.find_xml(target)) for target in package.related(part, "notesSlide")]
    title = one_line(" ".join(titles))
    text = tidy("\n".join([*titles, *bodies]))
    return ExtractedPage(number=number, title=title, text=text, notes=tidy("\n".join([*notes, *comments])))


def _walk(package: Package, part: str, tree: etree._Element, titles: list[str], bodies: list[str]) -> None:
    for shape in drawings.children(tree):
        if shape.tag == f"{P}grpSp":
            _walk(package, part, shape, titles, bodies)
        elif shape.tag in {f"{P}sp", f"{P}cxnSp"}:
            place = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
            kind = place.get("type", "body") if place is not None else ""
            body = shape.find(f"{P}txBody")
            if kind not in _REPEATED and body is not None:
                (titles if kind in _TITLES else bodies).append(drawings.text_of(body))
        elif shape.tag == f"{P}graphicFrame":
            bodies += [drawings.table_of(table) for table in shape.iter(f"{drawings.A}tbl")]
            bodies += drawings.of_frame(package, part, shape)
        bodies += _alternative(shape)


def _alternative(shape: etree._Element) -> list[str]:
    """Give the alternative text that somebody wrote; names that Office gave (“Picture 3”) stand elsewhere."""
    if shape.tag == f"{P}grpSp":
        found = shape.find(f"{P}nvGrpSpPr/{P}cNvPr")
    else:
        found = next((child[0] for child in shape if str(child.tag).startswith(f"{P}nv") and len(child)), None)
    return drawings.alternative_of(found) if found is not None else []


def _notes(root: etree._Element | None) -> str:
    """Give the speaker notes: the body of the notes page, without the slide's picture and number."""
    if root is None:
        return ""
    found = []
    for shape in root.iter(f"{P}sp"):
        place = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
        body = shape.find(f"{P}txBody")
        if body is not None and (place is None or place.get("type") not in {*_REPEATED, "sldImg", "hdr", "ftr"}):
            found.append(drawings.text_of(body))
    return "\n".join(found)


def _comments(package: Package, part: str) -> Iterator[str]:
    for target in package.related(part, "comments"):
        root = package.find_xml(target)
        if root is not None:
            yield from (element.text or "" for element in root.iter(f"{P}text"))
            bodies = root.iter(f"{_MODERN}txBody")
            yield from (drawings.text_of(body) for body in bodies)
