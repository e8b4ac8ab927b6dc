"""Where things ended up on the pages: the one module that reads WeasyPrint's own boxes, which no promise covers.

The engine's version is pinned for its sake, and its tests say when another version moves them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from weasyprint.formatting_structure import boxes
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

# Blocks that hold running text: what stands in one of them is one piece of reading.
_LEAVES = frozenset({"p", "li", "td", "th", "h1", "h2", "h3", "h4", "blockquote", "figcaption", "dd", "dt", "pre"})
_SIDES = ("top", "right", "bottom", "left")
# What may have a ground or an edge of its own.
_SEEN = boxes.BlockLevelBox | boxes.TableCellBox | boxes.FlexBox | boxes.GridBox
# Lines of one family stay below this many times their letters' size; what is taller mixes families.
_STRETCHED = 1.6
_MADE = ("::marker", "::before", "::after", "::footnote-call", "::footnote-marker")


@dataclass(frozen=True)
class Rect:
    """A rectangle in CSS pixels from the page's top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    def holds(self, other: Rect, tolerance: float) -> bool:
        """Tell whether another rectangle stands in this one, but for a little."""
        across = other.x >= self.x - tolerance and other.right <= self.right + tolerance
        return across and other.y >= self.y - tolerance and other.bottom <= self.bottom + tolerance

    def shared(self, other: Rect) -> tuple[float, float]:
        """Give width and height of what two rectangles share; negative when they lie apart."""
        return (
            min(self.right, other.right) - max(self.x, other.x),
            min(self.bottom, other.bottom) - max(self.y, other.y),
        )


@dataclass(frozen=True)
class Frame:
    """A box of fixed height around a piece: what goes beyond its foot does not fit."""

    name: str
    rect: Rect
    is_slide: bool


@dataclass(frozen=True, eq=False)
class Surface:
    """A box that can be seen, by its ground or an edge of it: words stand in it or beside it, not half of each."""

    page: int
    rect: Rect
    owner: str | None


@dataclass(frozen=True)
class Piece:
    """A run of text or a picture on a page; `leaf` names the block it reads in, `owner` the slide or part.

    `field` is the open field it stands in, `room` what its block or its table's place leaves it, `surfaces` all that
    can be seen around it.
    """

    page: int
    text: str
    rect: Rect
    leaf: int
    room: Rect | None
    owner: str | None
    field: str | None
    frames: tuple[Frame, ...]
    surfaces: tuple[Surface, ...] = ()
    is_picture: bool = False
    is_in_wide_table: bool = False
    source: str = ""


class _Noting(NamedTuple):
    """Notes the surfaces of one page."""

    surfaces: list[Surface]
    page: int
    owners: dict[Any, str]

    def note(self, box: Any) -> Surface | None:
        """Note a box that can be seen as a surface, and give it."""
        if box.element_tag in {"html", "body"} or not isinstance(box, _SEEN) or not _is_seen(box.style):
            return None
        surface = Surface(self.page, _border_rect(box), self.owners.get(box.element))
        self.surfaces.append(surface)
        return surface


class _Around(NamedTuple):
    """What stands around a box: those it is in, their frames and surfaces, and whether it stands for no words."""

    stack: tuple[Any, ...] = ()
    frames: tuple[Frame, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    is_made: bool = False


@dataclass(frozen=True)
class Place:
    """Where an open field stands."""

    field: str
    page: int
    rect: Rect


@dataclass(frozen=True)
class Lost:
    """Words of the source that are on no page: the engine drops what a positioned box cannot hold."""

    text: str
    owner: str | None
    field: str | None


@dataclass
class Found:
    """Everything read from a laid-out document; `reserve` is the height kept free for what stands at the foot.

    `running` are the heads and feet in the margins of its pages.
    """

    sizes: list[tuple[float, float]] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    running: list[Piece] = field(default_factory=list)
    surfaces: list[Surface] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    reserve: float = 0.0
    lost: list[Lost] = field(default_factory=list)


def read(document: Any) -> Found:
    """Read pieces, surfaces and places from a laid-out document; running heads and feet stand by themselves."""
    owners, fields = _inherit(document, "data-slide", "data-block"), _inherit(document, "data-field")
    found = Found()
    drawn: dict[Any, list[str]] = {}
    for number, page in enumerate(document.pages, start=1):
        found.sizes.append((page.width, page.height))
        seen: set[int] = set()
        for child in page._page_box.children:
            if isinstance(child, boxes.MarginBox):
                running = (_piece(box, around, number, {}, {}) for box, around in _walk(child))
                found.running += [piece for piece in running if piece is not None]
                continue
            for box, around in _walk(child, _Noting(found.surfaces, number, owners)):
                name = box.element.get("data-field") if box.element is not None else None
                if name and id(box.element) not in seen and _is_own(box):
                    seen.add(id(box.element))
                    found.places.append(Place(name, number, _border_rect(box)))
                if box.element is not None and box.element.get("data-reserve") is not None:
                    found.reserve = box.border_height()
                if isinstance(box, boxes.TextBox):
                    drawn.setdefault(box.element, []).append(box.text)
                piece = _piece(box, around, number, owners, fields)
                if piece is not None:
                    found.pieces.append(piece)
    found.lost = list(_find_lost(document, drawn, owners, fields))
    return found


def _find_lost(
    document: Any, drawn: dict[Any, list[str]], owners: dict[Any, str], fields: dict[Any, str]
) -> Iterator[Lost]:
    """Compare each element's own words with those that were laid out; running heads stand in the margins."""
    body = document._html.etree_element.find("body")
    running = {each for top in body.iter() if top.get("data-running") is not None for each in top.iter()}
    for element in body.iter():
        if element in running or not isinstance(element.tag, str):
            continue
        own = (element.text or "") + "".join(child.tail or "" for child in element)
        wanted, got = "".join(own.split()), "".join("".join(drawn.get(element, ())).split())
        if len(got) < len(wanted):
            yield Lost(" ".join(own.split())[-90:], owners.get(element), fields.get(element))


def _inherit(document: Any, *names: str) -> dict[Any, str]:
    """Tell for each element which value of an attribute it stands under; positioned boxes move, elements do not."""
    known: dict[Any, str] = {}

    def go(element: Any, value: str | None) -> None:
        for name in names:
            value = element.get(name) or value
        if value is not None:
            known[element] = value
        for child in element:
            go(child, value)

    go(document._html.etree_element, None)
    return known


def _walk(top: Any, noting: _Noting | None = None) -> Iterator[tuple[Any, _Around]]:
    """Give a box and all in it with what stands around each, in the order of reading."""
    waiting = [(top, _Around())]
    while waiting:
        box, around = waiting.pop()
        if hasattr(box, "_box") and not isinstance(box, boxes.Box):
            box = box._box
        if (box.element_tag or "").endswith(_MADE):
            around = around._replace(is_made=True)
        yield box, around
        surface = noting.note(box) if noting and not around.is_made else None
        if children := getattr(box, "children", ()):
            frame = _frame(box)
            frames = (*around.frames, frame) if frame else around.frames
            surfaces = (*around.surfaces, surface) if surface else around.surfaces
            inside = _Around((*around.stack, box), frames, surfaces, around.is_made)
            waiting += [(child, inside) for child in reversed(children)]


def _is_seen(style: Any) -> bool:
    """Tell whether a box of a style has a ground or an edge."""
    if style["background_color"].alpha > 0 or any(name != "none" for name, _picture in style["background_image"]):
        return True
    return any(style[f"border_{side}_width"] and style[f"border_{side}_style"] != "none" for side in _SIDES)


def _is_own(box: Any) -> bool:
    return not (box.element_tag or "").endswith(_MADE) and isinstance(
        box, boxes.BlockLevelBox | boxes.InlineLevelBox | boxes.FlexBox | boxes.GridBox
    )


def _piece(box: Any, around: _Around, page: int, owners: dict[Any, str], fields: dict[Any, str]) -> Piece | None:
    is_text = isinstance(box, boxes.TextBox)
    is_picture = isinstance(box, boxes.ReplacedBox)
    if not (is_text and box.text.strip()) and not is_picture:
        return None
    if around.is_made:
        return None
    leaf, stack = box, around.stack
    rect, room, is_in_wide_table = Rect(box.content_box_x(), box.content_box_y(), box.width, box.height), None, False
    if is_text:
        standing = [each for each in stack if not isinstance(each, boxes.LineBox | boxes.InlineBox)]
        leaf = next((each for each in reversed(standing) if each.element_tag in _LEAVES), stack[-1])
        rect, (room, is_in_wide_table) = _text_rect(box), _room(standing)
    element = box.element
    return Piece(
        page=page,
        text=box.text.strip() if is_text else element.get("alt") or element.get("src", "").rsplit("/", 1)[-1],
        rect=rect,
        leaf=id(leaf.element) if leaf.element is not None else id(leaf),
        room=room,
        owner=owners.get(element),
        field=fields.get(element),
        frames=around.frames,
        surfaces=around.surfaces,
        is_picture=is_picture,
        is_in_wide_table=is_in_wide_table,
        source=element.get("src", "") if is_picture else "",
    )


def _room(standing: list[Any]) -> tuple[Rect | None, bool]:
    """Give what the innermost of the blocks around a text leaves it, and whether a table's place leaves it less.

    The engine makes a table as wide as its longest words, wherever it stands.
    """
    room = _content_rect(standing[-1]) if standing else None
    at = next((n for n, each in reversed([*enumerate(standing)]) if each.is_table_wrapper), 0)
    place = _content_rect(standing[at - 1]) if at else None
    table = next((each for each in standing[at:] if isinstance(each, boxes.TableBox)), None) if at else None
    # One that is reckoned wider than its place is meant to be.
    if room is None or place is None or table is None or _is_reckoned(table.style["width"]):
        return room, False
    if room.right - place.right <= 1:
        return room, False
    return Rect(room.x, room.y, place.right - room.x, room.height), True


def _is_reckoned(length: Any) -> bool:
    return length != "auto" and getattr(length, "unit", None) is None


def _text_rect(box: Any) -> Rect:
    """Give what a run of text covers: its line, or its ink where fallback fonts of other builds stretch the line.

    The engine gives a run that mixes fonts the tallest rise and the deepest fall of all of them, drawn or not.
    """
    width = box.width
    if box.style["white_space"] == "pre-wrap" and box.text.rstrip() != box.text:
        width *= len(box.text.rstrip()) / len(box.text)  # a space at a line's end hangs beyond it, unseen
    if box.height <= _STRETCHED * box.style["font_size"]:
        return Rect(box.position_x, box.position_y, width, box.height)
    box.pango_layout.reactivate(box.style)
    line, _ = box.pango_layout.get_first_line()
    ink = ffi.new("PangoRectangle *")
    pango.pango_layout_line_get_extents(line, ink, ffi.NULL)
    top, height = box.position_y + box.baseline + ink.y * FROM_UNITS, ink.height * FROM_UNITS
    box.pango_layout.deactivate()
    return Rect(box.position_x, top, width, height)


def _frame(box: Any) -> Frame | None:
    """Give the frame that a box of fixed height is around all that stands in it."""
    if box.element is None or box.element_tag in {"html", "body"}:
        return None
    height = getattr(box, "height", None)
    if getattr(box.style["height"], "unit", None) is None or not isinstance(height, int | float):
        return None
    name = f"{box.element_tag}.{box.element.get('class', '')}".rstrip(".")
    return Frame(name, _padding_rect(box), box.element.get("data-slide") is not None)


def _content_rect(box: Any) -> Rect | None:
    width, height = getattr(box, "width", None), getattr(box, "height", None)
    if not isinstance(width, int | float) or not isinstance(height, int | float):
        return None
    return Rect(box.content_box_x(), box.content_box_y(), width, height)


def _padding_rect(box: Any) -> Rect:
    return Rect(box.padding_box_x(), box.padding_box_y(), box.padding_width(), box.padding_height())


def _border_rect(box: Any) -> Rect:
    return Rect(box.border_box_x(), box.border_box_y(), box.border_width(), box.border_height())
