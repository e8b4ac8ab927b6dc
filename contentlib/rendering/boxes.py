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
_LEAVES = frozenset({"p", "li", "td", "th", "h1", "h2", "h3", "h4", "blockquote", "figcaption", "dd", "dt"})
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


@dataclass(frozen=True)
class Piece:
    """A run of text or a picture on a page; `leaf` names the block it reads in, `owner` the slide or part.

    `field` is the open field it stands in, `width` what its block leaves it.
    """

    page: int
    text: str
    rect: Rect
    leaf: int
    room: Rect | None
    owner: str | None
    field: str | None
    frames: tuple[Frame, ...]
    is_picture: bool = False
    source: str = ""


class _Around(NamedTuple):
    """What stands around a box: those it is in, their frames, and whether one of them, or it, stands for no words."""

    stack: tuple[Any, ...]
    frames: tuple[Frame, ...]
    is_made: bool


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
    """Everything read from a laid-out document; `reserve` is the height kept free for what stands at the foot."""

    sizes: list[tuple[float, float]] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    reserve: float = 0.0
    lost: list[Lost] = field(default_factory=list)


def read(document: Any) -> Found:
    """Read pieces and places from a laid-out document; running heads and feet are left out."""
    owners, fields = _inherit(document, "data-slide", "data-block"), _inherit(document, "data-field")
    found = Found()
    drawn: dict[Any, list[str]] = {}
    for number, page in enumerate(document.pages, start=1):
        found.sizes.append((page.width, page.height))
        seen: set[int] = set()
        for child in page._page_box.children:
            for box, around in _walk(child, _Around((), (), False)):
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


def _walk(box: Any, around: _Around) -> Iterator[tuple[Any, _Around]]:
    if hasattr(box, "_box") and not isinstance(box, boxes.Box):
        box = box._box
    if isinstance(box, boxes.MarginBox):
        return
    if (box.element_tag or "").endswith(_MADE):
        around = _Around(around.stack, around.frames, True)
    yield box, around
    if children := getattr(box, "children", ()):
        frame = _frame(box)
        frames = (*around.frames, frame) if frame else around.frames
        inside = _Around((*around.stack, box), frames, around.is_made)
        for child in children:
            yield from _walk(child, inside)


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
    if is_text:
        inline = boxes.LineBox | boxes.InlineBox
        leaf = next((s for s in reversed(stack) if s.element_tag in _LEAVES and not isinstance(s, inline)), stack[-1])
    rect = Rect(box.content_box_x(), box.content_box_y(), box.width, box.height)
    if is_text:
        rect = _text_rect(box)
    room = _content_rect(leaf) if is_text else None
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
        is_picture=is_picture,
        source=element.get("src", "") if is_picture else "",
    )


def _text_rect(box: Any) -> Rect:
    """Give what a run of text covers: its line, or its ink where fallback fonts of other builds stretch the line.

    The engine gives a run that mixes fonts the tallest rise and the deepest fall of all of them, drawn or not.
    """
    if box.height <= _STRETCHED * box.style["font_size"]:
        return Rect(box.position_x, box.position_y, box.width, box.height)
    box.pango_layout.reactivate(box.style)
    line, _ = box.pango_layout.get_first_line()
    ink = ffi.new("PangoRectangle *")
    pango.pango_layout_line_get_extents(line, ink, ffi.NULL)
    top, height = box.position_y + box.baseline + ink.y * FROM_UNITS, ink.height * FROM_UNITS
    box.pango_layout.deactivate()
    return Rect(box.position_x, top, box.width, height)


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
