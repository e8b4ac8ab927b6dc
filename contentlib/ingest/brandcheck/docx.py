"""Word: the font and colour of every run as they are seen, through styles, defaults and theme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from lxml import etree

from contentlib.domain.uploads import ExtractedFile
from contentlib.ingest.brandcheck import placing, themes, word_places
from contentlib.ingest.brandcheck.facts import Area, FileFacts, Picture, TextRun, gather
from contentlib.ingest.extractors import docx
from contentlib.ingest.extractors.docx import W
from contentlib.ingest.extractors.drawings import A
from contentlib.ingest.packages import Package

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_SHAPE = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_VML = "{urn:schemas-microsoft-com:vml}"
# A style may hang on another; a circle of them is a fault of the file.
_DEEPEST = 12
# What follows after a thousand pages looks as they do.
_MOST_TEXTS = 50_000
_TITLES = ("title", "heading 1")
# Word names the colours of themes in words of its own.
_THEMED = {"text1": "dk1", "dark1": "dk1", "background1": "lt1", "light1": "lt1", "text2": "dk2", "dark2": "dk2",
           "background2": "lt2", "light2": "lt2", "hyperlink": "hlink", "followedHyperlink": "folHlink"}  # fmt: skip
# Shapes in documents name the theme's colours as slides do.
_SHAPE_NAMES = {"tx1": "dk1", "bg1": "lt1", "tx2": "dk2", "bg2": "lt2"}
_BORDERS = tuple(
    f"{W}{side}" for side in ("top", "bottom", "left", "right", "start", "end", "insideH", "insideV", "between", "bdr")
)
_MARKED = (f"{W}shd", f"{W}highlight", *_BORDERS)
_AREA_COLOURS = {"shd": ("fill", "shading"), "highlight": ("val", "highlight")}
# Word's text marker has these colours and no others.
_HIGHLIGHTS = {
    "yellow": "FFFF00", "green": "00FF00", "cyan": "00FFFF", "magenta": "FF00FF", "blue": "0000FF", "red": "FF0000",
    "darkBlue": "00008B", "darkCyan": "008B8B", "darkGreen": "006400", "darkMagenta": "800080", "darkRed": "8B0000",
    "darkYellow": "808000",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Styles:
    """The styles of a document by id, what holds where none says otherwise, and its theme."""

    by_id: Mapping[str, etree._Element]
    paragraph: str
    defaults: etree._Element | None
    theme: themes.Theme

    def chain(self, id_: str) -> Iterator[etree._Element]:
        """Give the run properties of a style and of those it hangs on, nearest first."""
        for _ in range(_DEEPEST):
            style = self.by_id.get(id_)
            if style is None:
                return
            own = style.find(f"{W}rPr")
            if own is not None:
                yield own
            based = style.find(f"{W}basedOn")
            id_ = based.get(f"{W}val", "") if based is not None else ""

    def name(self, id_: str) -> str:
        """Give a style's name; those of built-in styles are English."""
        named = self.by_id[id_].find(f"{W}name") if id_ in self.by_id else None
        return named.get(f"{W}val", "").lower() if named is not None else ""


def read(path: Path, name: str, extracted: ExtractedFile | None = None) -> FileFacts:
    """Read what the brand has a say in; raises FileRefusedError when nothing of the file can be read.

    `extracted` are its words, where they have been read already.
    """
    extracted = extracted or docx.extract(path, name)
    runs: list[TextRun] = []
    areas: list[Area] = []
    pictures: list[Picture] = []
    parts: tuple[tuple[str, str], ...] = ()
    with Package(path, name) as package:
        main = package.main_part()
        styles = _read_styles(package, main)
        body = package.xml(main)
        if not word_places.knows_pages(body):
            parts = word_places.sections(body, docx.style_names(package, main))
        for part in (main, *package.related(main, "header", "footer")):
            root = package.find_xml(part)
            if root is not None:
                runs += _runs(styles, root)
                areas += _areas(styles, root)
                pictures += _pictures(package, part, root)
    return replace(gather(extracted, runs, areas, pictures), sections=parts)


def _read_styles(package: Package, main: str) -> _Styles:
    root = next((package.find_xml(part) for part in package.related(main, "styles")), None)
    theme = next((package.find_xml(part) for part in package.related(main, "theme")), None)
    styles = list(root.iter(f"{W}style")) if root is not None else []
    by_id = {style.get(f"{W}styleId", ""): style for style in styles}
    usual = (s for s in styles if s.get(f"{W}type") == "paragraph" and s.get(f"{W}default") in {"1", "true"})
    first = next(usual, None)
    return _Styles(
        by_id=by_id,
        paragraph=first.get(f"{W}styleId", "") if first is not None else "",
        defaults=root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr") if root is not None else None,
        theme=themes.read(theme),
    )


def _runs(styles: _Styles, root: etree._Element) -> Iterator[TextRun]:
    paragraph: etree._Element | None = None
    below: list[etree._Element] = []
    is_title = False
    for page, text in islice(word_places.paged(root, f"{W}t"), _MOST_TEXTS):
        run = text.getparent()
        # A run has several texts where tabs and breaks stand between them; words in a text box are runs of their own.
        if run is None or run.tag != f"{W}r" or run.find(f"{W}t") is not text:
            continue
        around = next(run.iterancestors(f"{W}p"), None)
        if around is None:
            continue
        if around is not paragraph:
            paragraph, (below, is_title) = around, _below(styles, around)
        words = "".join(each.text or "" for each in run.iterchildren(f"{W}t"))
        if words.strip():
            own = run.find(f"{W}rPr")
            named = own.find(f"{W}rStyle") if own is not None else None
            by_name = styles.chain(named.get(f"{W}val", "")) if named is not None else ()
            looks = [*([own] if own is not None else []), *by_name, *below]
            yield _look(styles.theme, looks, page, words, is_title=is_title)


def _below(styles: _Styles, paragraph: etree._Element) -> tuple[list[etree._Element], bool]:
    """Give the looks that hold for a paragraph's runs, nearest first, and whether it is a title."""
    chosen = paragraph.find(f"{W}pPr/{W}pStyle")
    style = chosen.get(f"{W}val", "") if chosen is not None else styles.paragraph
    defaults = [styles.defaults] if styles.defaults is not None else []
    return [*styles.chain(style), *_of_table(styles, paragraph), *defaults], styles.name(style) in _TITLES


def _of_table(styles: _Styles, paragraph: etree._Element) -> Iterator[etree._Element]:
    """Give the run properties of the style of the table that a paragraph stands in."""
    table = next(paragraph.iterancestors(f"{W}tbl"), None)
    chosen = table.find(f"{W}tblPr/{W}tblStyle") if table is not None else None
    if chosen is not None:
        yield from styles.chain(chosen.get(f"{W}val", ""))


def _look(theme: themes.Theme, looks: list[etree._Element], page: int, words: str, *, is_title: bool) -> TextRun:
    fonts = (_font(theme, look.find(f"{W}rFonts")) for look in looks)
    colours = (_colour(theme, look.find(f"{W}color")) for look in looks)
    sizes = (found.get(f"{W}val", "") for look in looks if (found := look.find(f"{W}sz")) is not None)
    size = next((size for size in sizes if size.isdigit()), None)
    return TextRun(
        page=page,
        text=words,
        font=next((font for font in fonts if font), None),
        size=int(size) / 2 if size else None,
        colour=next((colour for colour in colours if colour), None),
        is_title=is_title,
    )


def _font(theme: themes.Theme, fonts: etree._Element | None) -> str | None:
    if fonts is None:
        return None
    themed = fonts.get(f"{W}asciiTheme") or fonts.get(f"{W}hAnsiTheme")
    if themed:
        return theme.major if themed.startswith("major") else theme.minor
    return str(fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or "") or None


def _colour(theme: themes.Theme, colour: etree._Element | None) -> str | None:
    if colour is None:
        return None
    value = colour.get(f"{W}val", "")
    if own := themes.as_colour(value):  # Word writes the outcome of a theme's colour beside its name
        return own
    themed = colour.get(f"{W}themeColor", "")
    return theme.colours.get(_THEMED.get(themed, themed))


def _areas(styles: _Styles, root: etree._Element) -> Iterator[Area]:
    """Give what is shaded, marked, lined and filled: in the text, in the styles of its tables and in its shapes."""
    used: dict[str, int] = {}
    found = list(word_places.paged(root, f"{W}tblStyle", f"{_SHAPE}spPr", *_MARKED))
    for page, element in found:
        if element.tag == f"{W}tblStyle":
            used.setdefault(element.get(f"{W}val", ""), page)
        elif element.tag == f"{_SHAPE}spPr":
            fills = styles.theme.colours_of(element, _SHAPE_NAMES)
            yield from (Area(page=page, colour=fill, what="shape") for fill in fills)
        else:
            yield from _marked(element, page)
    for id_, page in used.items():
        style = styles.by_id.get(id_)
        for element in style.iter(*_MARKED) if style is not None else ():
            yield from _marked(element, page)


def _marked(element: etree._Element, page: int) -> Iterator[Area]:
    local = element.tag.rsplit("}", 1)[-1]
    attribute, what = _AREA_COLOURS.get(local, ("color", "line"))
    value = element.get(f"{W}{attribute}", "")
    colour = themes.as_colour(_HIGHLIGHTS.get(value, "") if local == "highlight" else value)
    if colour and element.get(f"{W}val") not in {"nil", "none"}:
        yield Area(page=page, colour=colour, what=what)


def _pictures(package: Package, part: str, root: etree._Element) -> Iterator[Picture]:
    for page, drawing in word_places.paged(root, f"{_DRAWING}inline", f"{_DRAWING}anchor"):
        blip, cut = next(drawing.iter(f"{A}blip"), None), next(drawing.iter(f"{A}srcRect"), None)
        yield from placing.read(package, part, page, blip=blip, cut=cut, extent=drawing.find(f"{_DRAWING}extent"))
    for page, shape in word_places.paged(root, f"{_VML}shape"):  # as old versions of Word place them
        for image in shape.iter(f"{_VML}imagedata"):
            yield from placing.read_old(package, part, page, image=image, style=shape.get("style", ""))
