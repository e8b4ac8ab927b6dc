"""Styles as WeasyPrint works them out for each element, sooner: those that nothing sets, and lengths of plain numbers.

For whatever is not plain the engine's own functions are asked.
"""

from __future__ import annotations

from typing import Any

from weasyprint import css
from weasyprint.css import computed_values, functions, properties
from weasyprint.css.validation.expanders import PendingExpander
from weasyprint.css.validation.properties import PendingProperty
from weasyprint.layout import percent

_SUM = css.tinycss2.ast.FunctionBlock
# Values that are worked out for each element: with a sum in them, or with a variable.
_OPEN = frozenset({_SUM, PendingExpander, PendingProperty})
_LENGTH = properties.Dimension
_COMPUTE = computed_values.COMPUTER_FUNCTIONS
_MISSING = object()
# What the engine decides by more than one property, or hands down in ways of its own.
_INVOLVED = {"position", "float", "display", "page"} | {
    key for key in properties.INITIAL_VALUES if key.startswith("text_decoration_")
}
# Lines through text and the sort of page are not inherited by the book, but where nothing sets them it comes to that.
_AS_IF = {"page", *(f"text_decoration_{what}" for what in ("color", "line", "style", "thickness"))}
_HANDED_DOWN = frozenset(properties.INHERITED - _INVOLVED)
_FROM_PARENT = _HANDED_DOWN | _AS_IF
# What an element has where no style sheet says otherwise; working these out changes none of them.
_PLAIN = {
    key: value
    for key, value in properties.INITIAL_VALUES.items()
    if key not in properties.INHERITED | properties.INITIAL_NOT_COMPUTED | _INVOLVED
}
_EDGES = ("top", "right", "bottom", "left")
_EDGE_WIDTHS = (*(f"border_{side}_width" for side in _EDGES), "outline_width")
# "margin-left" may be meant by "margin-inline-start": which, the engine finds out.
_SIDES = frozenset(computed_values.PHYSICAL_FUNCTIONS)
_LOGICAL = frozenset(
    way(block="ttb", inline=inline) for way in computed_values.PHYSICAL_FUNCTIONS.values() for inline in ("ltr", "rtl")
)
# What nearly every style is asked for, with the values it has where nothing says otherwise.
_USUAL = {
    key: _PLAIN[key]
    for key in (
        *(f"{what}_{side}" for what in ("margin", "padding") for side in _EDGES),
        *(f"{limit}{axis}" for limit in ("", "min_", "max_") for axis in ("width", "height")),
        *(f"border_{side}_style" for side in _EDGES),
        *(f"border_{corner}_radius" for corner in ("top_left", "top_right", "bottom_right", "bottom_left")),
        *(f"counter_{deed}" for deed in ("reset", "set", "increment")),
        "anchor",
        "appearance",
        "background_color",
        "background_image",
        "bookmark_level",
        "bookmark_state",
        "border_image_source",
        "box_decoration_break",
        "box_shadow",
        "box_sizing",
        "break_after",
        "break_before",
        "column_count",
        "column_width",
        "continue",
        "mask_border_source",
        "max_lines",
        "opacity",
        "outline_offset",
        "outline_style",
        "overflow",
        "string_set",
        "transform",
        "z_index",
    )
} | dict.fromkeys(_EDGE_WIDTHS, 0)
# A border is nothing where it has no style, whatever its width.
_WIDTH_OF = {key.replace("_width", "_style"): key for key in _EDGE_WIDTHS}
# How a box stands that nothing takes from its place; what it displays hangs on nothing else then.
_IN_PLACE = {"position": "static", "float": "none"}
_SHOWN_INLINE = properties.INITIAL_VALUES["display"]
# Lengths of letters and lines, and the units that do not ask for the page, which is not known yet.
_SIZED = frozenset({"font_size", "letter_spacing", "line_height", "text_indent", "word_spacing"})
_KNOWN_UNITS = frozenset({None, "px", "em", "rem", "%", "pt", "mm"})
_HANDED_DOWN_USUALLY = {
    key: properties.INITIAL_VALUES[key]
    for key in (
        "border_collapse",
        "color",
        "color_scheme",
        "direction",
        "font_family",
        "font_feature_settings",
        "font_language_override",
        "font_size",
        "font_stretch",
        "font_style",
        "font_variant_alternates",
        "font_variant_caps",
        "font_variant_east_asian",
        "font_variant_ligatures",
        "font_variant_numeric",
        "font_variant_position",
        "font_variation_settings",
        "font_weight",
        "font_kerning",
        "hyphens",
        "lang",
        "letter_spacing",
        "line_height",
        "overflow_wrap",
        "quotes",
        "text_align_all",
        "text_align_last",
        "text_decoration_color",
        "text_decoration_line",
        "text_indent",
        "text_transform",
        "visibility",
        "white_space",
        "word_spacing",
    )
    if key in _FROM_PARENT - properties.INITIAL_NOT_COMPUTED
}


def begin(style: Any, parent_style: Any, cascaded: Any, *others: Any) -> None:
    """Begin an element's style with what nearly each is asked for and nothing sets."""
    own_begin(style, parent_style, cascaded, *others)
    if parent_style is None or not _LOGICAL.isdisjoint(cascaded):
        return
    style.update(_hand_down(parent_style))
    for key in cascaded.keys() & style.keys():
        del style[key]
    for key in cascaded.keys() & _WIDTH_OF.keys():
        style.pop(_WIDTH_OF[key], None)
    if cascaded.keys().isdisjoint(_IN_PLACE):
        display = cascaded["display"][0] if "display" in cascaded else _SHOWN_INLINE
        style.update(_IN_PLACE)
        style.specified.update(_IN_PLACE)
        if type(display) is tuple and not holds_math(display):
            style["display"] = style.specified["display"] = display


def begin_anonymous(style: Any, parent_style: Any) -> None:
    """Begin the style of a box that stands for no element in the same way."""
    style.update(_hand_down(parent_style))
    style.update(_IN_PLACE)
    style.parent_style, style.root_style, style.specified = parent_style, parent_style.root_style, style
    style.cache, style.font_config = parent_style.cache, parent_style.font_config


def _hand_down(style: Any) -> dict[str, Any]:
    """Give what styles inside of one begin with, worked out once.

    That is what nearly each has where nothing sets it, what the one inherited itself, and what it sets.
    """
    handed: dict[str, Any] | None = style.__dict__.get("_handed")
    if handed is None:
        parent, cascaded = style.parent_style, style.__dict__.get("cascaded", {})
        handed = _USUAL | _HANDED_DOWN_USUALLY if parent is None else _hand_down(parent)
        if own := cascaded.keys() & _HANDED_DOWN_USUALLY.keys():
            handed = handed.copy()
            for key in own:
                if key not in _SIZED or _is_known(cascaded[key][0]):
                    handed[key] = style[key]
                else:
                    handed.pop(key, None)
        style._handed = handed
    return handed


def _is_known(value: Any) -> bool:
    return type(value) is _LENGTH and value.unit in _KNOWN_UNITS


def look_up(style: Any, key: str) -> Any:
    """Give a property of an element's style that was not asked for before."""
    cascaded = style.cascaded
    if key in cascaded:
        value = cascaded[key][0]
        kind = type(value)
        is_left = kind in _OPEN or (kind is tuple and holds_math(value)) or value in ("inherit", "initial")
        if is_left or key in _INVOLVED or (key in _SIDES and not _LOGICAL.isdisjoint(cascaded)):
            return own_look_up(style, key)
        if key in _COMPUTE:
            value = _COMPUTE[key](style, key, value)
        style[key] = value
        return value
    value = _PLAIN.get(key, _MISSING)
    if value is not _MISSING and (key not in _SIDES or _LOGICAL.isdisjoint(cascaded)):
        style[key] = value
        return value
    if style.parent_style is not None and (key in _FROM_PARENT or key[:2] == "__"):
        value = style[key] = style.parent_style[key]
        return value
    return own_look_up(style, key)


def look_up_anonymous(style: Any, key: str) -> Any:
    """Give a property of the style of a box that stands for no element."""
    value = style.parent_style[key] if key in _HANDED_DOWN else _PLAIN.get(key, _MISSING)
    if value is _MISSING:
        return own_look_up_anonymous(style, key)
    style[key] = value
    return value


def holds_math(value: Any) -> Any:
    """Tell whether a value has a sum in it that is still to be worked out."""
    kind = type(value)
    if kind is tuple:
        return any(map(holds_math, value))
    return own_holds_math(value) if kind is _SUM else None


def resolve(box: Any, name: str, refer_to: float) -> None:
    """Set the length in pixels of a box's property; `refer_to` is the length that 100 % are."""
    value = box.style[name]
    if type(value) is not _LENGTH or value.unit is None:
        own_resolve(box, name, refer_to)
    else:
        setattr(box, name, refer_to * value.value / 100 if value.unit == "%" else value.value)


own_begin = css.ComputedStyle.__init__
own_begin_anonymous = css.AnonymousStyle.__init__
own_look_up = css.ComputedStyle.__missing__
own_look_up_anonymous = css.AnonymousStyle.__missing__
own_holds_math = functions.check_math
own_resolve = percent.resolve_one_percentage
METHODS = (
    (css.ComputedStyle, "__init__", own_begin, begin),
    (css.AnonymousStyle, "__init__", own_begin_anonymous, begin_anonymous),
    (css.ComputedStyle, "__missing__", own_look_up, look_up),
    (css.AnonymousStyle, "__missing__", own_look_up_anonymous, look_up_anonymous),
)
FUNCTIONS = ((own_holds_math, holds_math), (own_resolve, resolve))
