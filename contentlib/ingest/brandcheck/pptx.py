"""PowerPoint: the font and colour of every run as they are seen, through all that it may inherit them from.

Run, shape, layout, master, the master's text styles, the presentation's defaults, theme: left out any of these, an
approved template reads as if it were set in Arial.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree

from contentlib.domain.uploads import ExtractedFile
from contentlib.ingest.brandcheck import placing, themes
from contentlib.ingest.brandcheck.facts import Area, FileFacts, Picture, TextRun, gather
from contentlib.ingest.extractors import drawings, pptx
from contentlib.ingest.extractors.drawings import A
from contentlib.ingest.extractors.pptx import P
from contentlib.ingest.packages import Package

_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TITLES = {"title", "ctrTitle"}
_BODIES = {"body", "subTitle", "obj", "half", "qtr", "tbl", "chart", "dgm", "media", "clipArt", "pic"}
_LEVELS = 9
# Slides beyond these look as the first ones do.
_MOST_SLIDES = 300


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """A slide, layout or master: its shapes, and the theme and colour names that hold on it."""

    part: str
    root: etree._Element
    theme: themes.Theme
    names: Mapping[str, str] = field(default_factory=lambda: themes.USUAL_MAP)
    layout: etree._Element | None = None
    master: etree._Element | None = None
    defaults: etree._Element | None = None
    ground: str | None = None
    below: tuple[_Sheet, ...] = ()


def read(path: Path, name: str, extracted: ExtractedFile | None = None) -> FileFacts:
    """Read what the brand has a say in; raises FileRefusedError when nothing of the file can be read.

    `extracted` are its words, where they have been read already.
    """
    extracted = extracted or pptx.extract(path, name)
    runs: list[TextRun] = []
    areas: list[Area] = []
    pictures: list[Picture] = []
    standing: dict[int, list[str]] = {}
    with Package(path, name) as package:
        main = package.main_part()
        root = package.xml(main)
        defaults = root.find(f"{P}defaultTextStyle")
        relations = package.relations(main)
        ids = [slide.get(f"{_OFFICE}id", "") for slide in root.iter(f"{P}sldId")]
        known = {page.number for page in extracted.pages[:_MOST_SLIDES]}
        below_parts = _Below(package)
        seen: set[str] = set()
        for number, id_ in enumerate(ids, start=1):
            if number not in known or id_ not in relations:
                continue
            sheet = _open(package, relations[id_].target, defaults, below_parts)
            tree = sheet.root.find(f"{P}cSld/{P}spTree")
            if sheet.ground:
                areas.append(Area(page=number, colour=sheet.ground, what="background"))
            if tree is not None:
                _walk(package, sheet, tree, number, runs, areas, pictures)
            for below in sheet.below:
                if below.part not in seen:
                    seen.add(below.part)
                    pictures += _pictures_below(package, below, number)
                    for shape in _standing(below):
                        runs += _runs(below, shape, number, None)
                        standing.setdefault(number, []).append(drawings.text_of(shape))
    facts = gather(extracted, runs, areas, pictures)
    texts = {page: "\n".join([text, *standing.get(page, ())]) for page, text in facts.texts.items()}
    return replace(facts, texts=texts)


class _Below:
    """The layouts, masters and themes of a presentation, each read once for all slides that stand on it."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._sheets: dict[str, etree._Element | None] = {}
        self._themes: dict[str, themes.Theme] = {}

    def sheet(self, part: str | None) -> etree._Element | None:
        if part is None:
            return None
        if part not in self._sheets:
            self._sheets[part] = self._package.find_xml(part)
        return self._sheets[part]

    def theme(self, part: str | None) -> themes.Theme:
        if part is None:
            return themes.Theme()
        if part not in self._themes:
            self._themes[part] = themes.read(self._package.find_xml(part))
        return self._themes[part]


def _open(package: Package, part: str, defaults: etree._Element | None, below_parts: _Below) -> _Sheet:
    """Open a slide with the layout, master and theme that it stands on."""
    root = package.xml(part)
    layout_part = next(iter(package.related(part, "slideLayout")), None)
    layout = below_parts.sheet(layout_part)
    master_part = next(iter(package.related(layout_part, "slideMaster")), None) if layout_part else None
    master = below_parts.sheet(master_part)
    theme_part = next(iter(package.related(master_part, "theme")), None) if master_part else None
    theme = below_parts.theme(theme_part)
    names = dict(themes.USUAL_MAP)
    for sheet in (master, layout, root):
        mapped = next(sheet.iter(f"{P}clrMap", f"{A}overrideClrMapping"), None) if sheet is not None else None
        names.update(mapped.attrib if mapped is not None else {})
    below = tuple(
        _Sheet(part=where, root=sheet, theme=theme, names=names, master=master, defaults=defaults)
        for where, sheet in ((layout_part, layout), (master_part, master))
        if where is not None and sheet is not None
    )
    opened = _Sheet(
        part=part, root=root, theme=theme, names=names, layout=layout, master=master, defaults=defaults, below=below
    )
    return replace(opened, ground=_ground(opened))


def _ground(sheet: _Sheet) -> str | None:
    """Give the plain colour of a slide's background, its own or the one it inherits; None for a picture."""
    for root in (sheet.root, sheet.layout, sheet.master):
        background = root.find(f"{P}cSld/{P}bg") if root is not None else None
        if background is not None:
            properties = background.find(f"{P}bgPr")
            if properties is not None:
                return next(iter(sheet.theme.colours_of(properties, sheet.names)), None)
            return sheet.theme.colour(background.find(f"{P}bgRef"), sheet.names)
    return sheet.theme.colours.get(sheet.names.get("bg1", "lt1"))


def _walk(
    package: Package,
    sheet: _Sheet,
    tree: etree._Element,
    page: int,
    runs: list[TextRun],
    areas: list[Area],
    pictures: list[Picture],
) -> None:
    for shape in drawings.children(tree):
        if shape.tag == f"{P}grpSp":
            _walk(package, sheet, shape, page, runs, areas, pictures)
        elif shape.tag == f"{P}pic":
            pictures += _picture(package, sheet, shape, page, fill=shape.find(f"{P}blipFill"))
        elif shape.tag in {f"{P}sp", f"{P}cxnSp"}:
            fills = _fills(sheet, shape)
            areas += [Area(page=page, colour=fill, what="shape") for fill in fills]
            areas += [Area(page=page, colour=line, what="line") for line in _lines(sheet, shape)]
            pictures += _picture(package, sheet, shape, page, fill=shape.find(f"{P}spPr/{A}blipFill"))
            runs += _runs(sheet, shape, page, fills[0] if fills else sheet.ground)
        elif shape.tag == f"{P}graphicFrame":
            for cell in shape.iter(f"{A}tc"):
                fill = sheet.theme.colour(cell.find(f"{A}tcPr/{A}solidFill"), sheet.names)
                areas += [Area(page=page, colour=fill, what="table")] if fill else []
                body = cell.find(f"{A}txBody")
                chain = _styles(sheet, None, None)
                runs += _runs_of(sheet, body, page, chain, fill) if body is not None else []


def _pictures_below(package: Package, sheet: _Sheet, page: int) -> Iterator[Picture]:
    """Give the pictures that a layout or master shows on all its slides: where logos mostly stand."""
    for shape in sheet.root.iter(f"{P}pic"):
        yield from _picture(package, sheet, shape, page, fill=shape.find(f"{P}blipFill"))


def _standing(sheet: _Sheet) -> Iterator[etree._Element]:
    """Give the texts that a layout or master shows on all its slides, as notices are; not the places for others."""
    for shape in sheet.root.iter(f"{P}sp"):
        if shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph") is None and shape.find(f"{P}txBody") is not None:
            yield shape


def _fills(sheet: _Sheet, shape: etree._Element) -> list[str]:
    properties = shape.find(f"{P}spPr")
    if properties is not None:
        if properties.find(f"{A}noFill") is not None:
            return []
        if own := sheet.theme.colours_of(properties, sheet.names):
            return own
    reference = shape.find(f"{P}style/{A}fillRef")
    if reference is not None and reference.get("idx") != "0":
        found = sheet.theme.colour(reference, sheet.names)
        return [found] if found else []
    return []


def _lines(sheet: _Sheet, shape: etree._Element) -> Iterator[str]:
    line = shape.find(f"{P}spPr/{A}ln")
    found = sheet.theme.colour(line.find(f"{A}solidFill"), sheet.names) if line is not None else None
    if found:
        yield found


def _place(root: etree._Element | None, kind: str, index: str | None) -> etree._Element | None:
    """Find the placeholder of a layout or master that a slide's placeholder hangs on: by number, else by type."""
    if root is None:
        return None
    by_kind = None
    for shape in root.iter(f"{P}sp"):
        holder = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
        if holder is None:
            continue
        if index is not None and holder.get("idx") == index:
            return shape
        same = holder.get("type", "obj") == kind or {holder.get("type", "obj"), kind} <= _TITLES
        by_kind = shape if by_kind is None and (same or {holder.get("type", "obj"), kind} <= _BODIES) else by_kind
    return by_kind


def _styles(sheet: _Sheet, kind: str | None, index: str | None) -> list[etree._Element]:
    """Give the list styles that hold for a shape, nearest first; `kind` is its placeholder's type, None without one."""
    found: list[etree._Element | None] = []
    if kind is not None:
        for root, number in ((sheet.layout, index), (sheet.master, None)):
            place = _place(root, kind, number)
            found.append(place.find(f"{P}txBody/{A}lstStyle") if place is not None else None)
    style = "titleStyle" if kind in _TITLES else "bodyStyle" if kind in _BODIES else "otherStyle"
    found.append(sheet.master.find(f"{P}txStyles/{P}{style}") if sheet.master is not None else None)
    found.append(sheet.defaults)
    return [style for style in found if style is not None]


def _runs(sheet: _Sheet, shape: etree._Element, page: int, ground: str | None) -> Iterator[TextRun]:
    holder = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
    kind = holder.get("type", "obj") if holder is not None else None
    body = shape.find(f"{P}txBody")
    if body is None or kind in {"sldNum", "dt"}:
        return
    chain = _styles(sheet, kind, holder.get("idx") if holder is not None else None)
    own = body.find(f"{A}lstStyle")
    reference = shape.find(f"{P}style/{A}fontRef")
    for run in _runs_of(sheet, body, page, [*([own] if own is not None else []), *chain], ground):
        coloured = run
        if reference is not None and run.colour is None:
            coloured = replace(run, colour=sheet.theme.colour(reference, sheet.names))
        yield replace(coloured, is_title=kind in _TITLES)


def _runs_of(
    sheet: _Sheet, body: etree._Element, page: int, chain: Sequence[etree._Element], ground: str | None
) -> Iterator[TextRun]:
    for paragraph in body.iter(f"{A}p"):
        level = paragraph.find(f"{A}pPr")
        number = int(level.get("lvl", "0")) if level is not None and level.get("lvl", "0").isdigit() else 0
        tags = (f"{A}lvl{min(number, _LEVELS - 1) + 1}pPr", f"{A}defPPr")
        inherited = [found for style in chain for tag in tags if (found := style.find(f"{tag}/{A}defRPr")) is not None]
        for run in paragraph.iter(f"{A}r", f"{A}fld"):
            if run.get("type", "").startswith(drawings.OWN_FIELDS):
                continue
            words = run.findtext(f"{A}t") or ""
            own = run.find(f"{A}rPr")
            looks = [*([own] if own is not None else []), *inherited]
            if words.strip():
                yield _look(sheet, looks, page, words, ground)


def _look(sheet: _Sheet, looks: Sequence[etree._Element], page: int, words: str, ground: str | None) -> TextRun:
    face = next((found.get("typeface") for look in looks if (found := look.find(f"{A}latin")) is not None), None)
    size = next((look.get("sz") for look in looks if look.get("sz", "").isdigit()), None)
    fills = (sheet.theme.colour(look.find(f"{A}solidFill"), sheet.names) for look in looks)
    return TextRun(
        page=page,
        text=words,
        font=sheet.theme.font(face or "+mn-lt"),
        size=int(size) / 100 if size else None,
        colour=next((fill for fill in fills if fill), None),
        ground=ground,
    )


def _picture(
    package: Package, sheet: _Sheet, shape: etree._Element, page: int, *, fill: etree._Element | None
) -> Iterator[Picture]:
    extent = shape.find(f"{P}spPr/{A}xfrm/{A}ext")
    if fill is not None:
        blip, cut = fill.find(f"{A}blip"), fill.find(f"{A}srcRect")
        yield from placing.read(package, sheet.part, page, blip=blip, cut=cut, extent=extent)
