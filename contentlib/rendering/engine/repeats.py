"""What WeasyPrint works out for a box or a line more than once, worked out once; never anything else.

A grid or a table lays its cells out several times, each time with the same lengths and the same lines of text, and
what was shaped for its place is shaped again to be drawn. The engine's version is pinned, and a test compares the
bytes with those that it would have come to by itself.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from math import inf
from typing import Any

from weasyprint.css import PAGE_MARGIN_BOXES, properties
from weasyprint.draw.color import get_color
from weasyprint.formatting_structure import boxes
from weasyprint.layout import absolute, background, grid, percent
from weasyprint.layout import page as page_layout
from weasyprint.pdf import fonts
from weasyprint.text import line_break
from weasyprint.text.ffi import ffi

_LENGTH = properties.Dimension
_SIDES = ("top", "right", "bottom", "left")
_RESOLVED = (
    *(f"{what}_{side}" for what in ("margin", "padding") for side in _SIDES),
    *(f"{limit}{axis}" for limit in ("", "min_", "max_") for axis in ("width", "height")),
)
_BORDERS = tuple(f"border_{side}_width" for side in _SIDES)
_LEAST = frozenset({"min_width", "min_height"})
_PADDINGS = (("width", ("padding_left", "padding_right")), ("height", ("padding_top", "padding_bottom")))
# What is taken off the size that a style sets, by what it says that this holds.
_AROUND = {
    "content-box": (),
    "padding-box": _PADDINGS,
    "border-box": tuple(
        (axis, (*edges, *(edge.replace("padding", "border") + "_width" for edge in edges))) for axis, edges in _PADDINGS
    ),
}
# Of a box that is as large as what it holds.
_OPEN = {"width": "auto", "height": "auto", "min_width": 0, "min_height": 0, "max_width": inf, "max_height": inf}
# The same of what most styles say, which set nothing of it.
_UNSET = {
    **{name: properties.INITIAL_VALUES[name] for name in _RESOLVED},
    **dict.fromkeys(_BORDERS, 0),
}.items()
_OPEN_LENGTHS = {**dict.fromkeys((*_RESOLVED, *_BORDERS), 0), **_OPEN}
_CORNERS = tuple(f"border_{corner}_radius" for corner in ("top_left", "top_right", "bottom_right", "bottom_left"))
_SQUARE = (0, 0)
_OUT_OF_FLOW = frozenset({"left", "right", "inline-start", "inline-end", "footnote"})
_NOTHING = (0, "px")
_MARGINS = tuple(f"@{name}" for name in PAGE_MARGIN_BOXES if name not in ("footnote", "note-area"))
_NO_CONTENT = ("normal", "inhibit", "none")
_LENGTH_OF_ARRAY = re.compile(r"\[\d+\]\Z")
# Text that goes on for longer is hardly ever set twice, and parts of it from every word on would fill memory.
_LONGEST = 400
# Two lines differ in width by less than this where the engine's whole units do.
_ROUNDING = 1


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """Set a box's lengths in pixels; those that hang on nothing around it are kept with its style."""
    style = box.style
    if type(box) is absolute.AbsolutePlaceholder:
        own_resolve_percentages(box, containing_block)
        return
    is_collapsed = style["border_collapse"] == "collapse"
    known = style.__dict__.get("_lengths")
    if known is None and not is_collapsed:
        known = _work_out_lengths(style)
    if known is None or known[0] is not style["width"] or known[1] is not style["height"]:
        own_resolve_percentages(box, containing_block)
        if known is None and is_collapsed:
            _keep_lengths(box, style)
        return
    box.__dict__.update(known[2])
    if is_collapsed:
        for name in _BORDERS:
            if not hasattr(box, name):
                setattr(box, name, style[name])


def _work_out_lengths(style: Any) -> tuple[Any, ...] | None:
    """Give width and height that a style sets, with all lengths of its boxes; None where one hangs on what is around.

    Collapsing borders are each cell's own, and left to the engine.
    """
    if style.items() >= _UNSET:
        known = style._lengths = (style["width"], style["height"], _OPEN_LENGTHS)
        return known
    lengths: dict[str, Any] = {}
    for name in _RESOLVED:
        value = style[name]
        if value == "auto":
            lengths[name] = 0 if name in _LEAST else value
        elif type(value) is _LENGTH and value.unit == "px":
            lengths[name] = value.value
        else:
            return None
    for name in _BORDERS:
        lengths[name] = style[name]
    for axis, edges in _AROUND[style["box_sizing"]]:
        around = sum(lengths[edge] for edge in edges)
        for name in (axis, f"max_{axis}", f"min_{axis}"):
            if around > 0 and lengths[name] != "auto":
                lengths[name] = max(0, lengths[name] - around)
    known = style._lengths = (style["width"], style["height"], lengths)
    return known


def _keep_lengths(box: Any, style: Any) -> None:
    """Keep the lengths of a box of a table where they are the same for all boxes of its style.

    Its borders are its own, and so is what they leave of a given width.
    """
    if _OPEN.items() <= box.__dict__.items() and all(map(_is_fixed, map(style.__getitem__, _RESOLVED))):
        style._lengths = (style["width"], style["height"], {name: box.__dict__[name] for name in _RESOLVED})


def _is_fixed(value: Any) -> bool:
    return value == "auto" or (type(value) is _LENGTH and value.unit == "px")


def size_tracks(functions: Any, box_size: Any, positions: Any, implicit_start: int, direction: str, *more: Any) -> Any:
    """Find how wide a grid's columns or how high its rows are; what stands in rows of a set height is not tried."""
    if direction == "y" and all(map(_is_set, itertools.chain.from_iterable(functions))):
        positions = {}
    return own_size_tracks(functions, box_size, positions, implicit_start, direction, *more)


def _is_set(value: Any) -> bool:
    return type(value) is _LENGTH and value.unit == "px"


def lay_out_background(page: Any, box: Any, get_image: Any, layout_children: bool = True, style: Any = None) -> None:
    """Find the place of a box's background, and of those of the boxes in it; most have none."""
    if style is not None or box is page or not _is_bare(box.style):
        own_lay_out_background(page, box, get_image, layout_children, style)
        return
    # One by one: what stands in for a positioned box hands each on to it.
    for corner in _CORNERS:
        setattr(box, corner, _SQUARE)
    box.background = None
    if layout_children:
        for child in box.all_children():
            lay_out_background(page, child, get_image)


def _is_bare(style: Any) -> bool:
    """Tell whether a box of a style has neither background nor shadow, nor corners that are round."""
    known: bool | None = style.__dict__.get("_is_bare")
    if known is None:
        known = style._is_bare = (
            all(_NOTHING in style[name] for name in _CORNERS)
            and style["border_image_source"][0] == style["mask_border_source"][0] == "none"
            and not style["box_shadow"]
            and all(sort == "none" for sort, _ in style["background_image"])
            and get_color(style, "background_color").alpha == 0
        )
    return known


def make_margin_boxes(context: Any, page: Any, state: Any) -> Iterable[Any]:
    """Give the boxes in the margins of a page; a page that no style puts anything there has none."""
    styles = (context.style_for(page.page_type, name) for name in _MARGINS)
    if all(style is None or style["content"] in _NO_CONTENT for style in styles):
        return ()
    boxes_there: Iterable[Any] = own_make_margin_boxes(context, page, state)
    return boxes_there


def strut(style: Any) -> tuple[float, float]:
    """Give height and baseline in pixels of the lines of a style, which each of its lines asks for."""
    known: tuple[float, float] | None = style.__dict__.get("_strut")
    if known is None:
        known = style._strut = own_strut(style)
    return known


def split_first_line(
    text: str, style: Any, context: Any, max_width: float | None, justification_spacing: float,
    is_line_start: bool = True, minimum: bool = False,
) -> tuple[Any, ...]:  # fmt: skip
    """Set as much of a text as a line holds, or give what that came to before.

    What fits a line whole is the same in every wider one.
    """
    if len(text) > _LONGEST:
        line: tuple[Any, ...] = own_split_first_line(
            text, style, context, max_width, justification_spacing, is_line_start, minimum
        )
        return line
    lines: dict[Any, tuple[Any, ...]] = style.__dict__.setdefault("_lines", {})
    asked, whole = (text, justification_spacing, max_width, is_line_start, minimum), (text, justification_spacing)
    known = lines.get(asked)
    if known is None:
        known = lines.get(whole)
        if known is None or (max_width is not None and known[3] + _ROUNDING > max_width):
            known = own_split_first_line(text, style, context, max_width, justification_spacing, is_line_start, minimum)
            lines[asked] = known
            if known[2] is None and known[0].text == text and style["letter_spacing"] == "normal":
                lines[whole] = known
    return (_copy(known[0], max_width), *known[1:])


def _copy(layout: Any, max_width: float | None) -> Any:
    """Give a line of its own for a box: what is drawn of it later, each does with its own."""
    copied = line_break.Layout.__new__(line_break.Layout)
    copied.__dict__.update(layout.__dict__)
    copied.max_width = max_width
    return copied


def put_away(line: Any) -> None:
    """End the work on a line; as it was shaped for its place, it is kept for whoever draws it first."""
    shaped = line.__dict__.pop("layout")
    if "shaped" not in line.__dict__ and not line.justification_spacing:
        line.shaped = [shaped]
    del line.language, line.style


def take_up(line: Any, style: Any) -> None:
    """Go on with a line that was put away; it is shaped anew where it was drawn before or is stretched."""
    shaped = line.__dict__.get("shaped")
    if not shaped or line.justification_spacing or style["text_decoration_line"] != "none":
        own_take_up(line, style)
        return
    line.layout, line.style, line.language = shaped.pop(), style, None


class Arrays:
    """The C library's door with its arrays asked for by what is in them: for each new length it would read C first."""

    def __getattr__(self, name: str) -> Any:
        return getattr(ffi, name)

    def new(self, kind: str, held: Any = None) -> Any:
        """Make a value of a C type, as large as what it holds if that is an array."""
        return ffi.new(kind if held is None else _LENGTH_OF_ARRAY.sub("[]", kind), held)


def is_in_normal_flow(box: Any) -> bool:
    """Tell whether a box stands where the text before it ends."""
    style = box.style
    position = style["position"]
    return (
        style["float"] not in _OUT_OF_FLOW
        and position not in ("absolute", "fixed")
        and position[0] not in ("running()", "note()")
    )


own_resolve_percentages = percent.resolve_percentages
own_size_tracks = grid._resolve_tracks_sizes
own_lay_out_background = background.layout_box_backgrounds
own_make_margin_boxes = page_layout.make_margin_boxes
own_strut = line_break.strut
own_split_first_line = line_break.split_first_line
own_is_in_normal_flow = boxes.Box.is_in_normal_flow
FUNCTIONS = (
    (own_resolve_percentages, resolve_percentages),
    (own_size_tracks, size_tracks),
    (own_lay_out_background, lay_out_background),
    (own_make_margin_boxes, make_margin_boxes),
    (own_strut, strut),
    (own_split_first_line, split_first_line),
)
own_put_away = line_break.Layout.deactivate
own_take_up = line_break.Layout.reactivate
METHODS = (
    (boxes.Box, "is_in_normal_flow", own_is_in_normal_flow, is_in_normal_flow),
    (line_break.Layout, "deactivate", own_put_away, put_away),
    (line_break.Layout, "reactivate", own_take_up, take_up),
    (fonts, "ffi", ffi, Arrays()),
)
