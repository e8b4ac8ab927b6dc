"""Answers that WeasyPrint works out anew thousands of times per document, given sooner; never other ones.

Styles that nothing sets, lengths that are plain numbers, what each line of text is set up with: for whatever is not
plain the engine's own functions are asked. Its version is pinned, and a test compares the bytes of both.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from weasyprint import css
from weasyprint.css import computed_values, functions, properties
from weasyprint.css.validation.expanders import PendingExpander
from weasyprint.css.validation.properties import PendingProperty
from weasyprint.layout import percent
from weasyprint.text import line_break
from weasyprint.text.constants import LST_TO_ISO, PANGO_DIRECTION
from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p
from weasyprint.text.fonts import font_features, get_font_description

from contentlib.rendering import faces, lines, packing, repeats, vectors

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
# The features of lines of text by the properties they follow from; the engine keeps them for ever, too.
_FEATURES: dict[tuple[Any, ...], bytes] = {}
_FEATURE_PROPERTIES = (
    "font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric",
    "font_variant_alternates", "font_variant_east_asian", "font_feature_settings",
)  # fmt: skip
_FACE_PROPERTIES = ("font_style", "font_stretch", "font_weight", "font_size", "font_variant_caps",
                    "font_variation_settings")  # fmt: skip


def install() -> None:
    """Have the engine take these ways; does nothing the second time."""
    for kind, name, _own, ours in _METHODS:
        setattr(kind, name, ours)
    for own, ours in _FUNCTIONS:
        _swap(own, ours)


def remove() -> None:
    """Give the engine its own ways back, for comparing them."""
    for kind, name, own, _ours in _METHODS:
        setattr(kind, name, own)
    for own, ours in _FUNCTIONS:
        _swap(ours, own)


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


def set_up(layout: Any, style: Any) -> None:
    """Get a line of text ready to be shaped; what is the same for all lines of a sort is made once."""
    if style["text_decoration_line"] != "none":
        own_set_up(layout, style)
        return
    kept = style.font_config.__dict__.setdefault("_kept_for_lines", {})
    language_key = (style["direction"], style["font_language_override"], style["lang"])
    if language_key not in kept:
        kept[language_key] = _context(style)
    context, layout.language = kept[language_key]
    face_key = (tuple(style["font_family"]), *map(style.__getitem__, _FACE_PROPERTIES))
    if face_key not in kept:
        kept[face_key] = get_font_description(style)
    layout.style = style
    layout.first_line_direction = 0
    layout.ascent = layout.underline_position = layout.strikethrough_position = None
    layout.layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
    pango.pango_layout_set_auto_dir(layout.layout, False)
    pango.pango_layout_set_font_description(layout.layout, kept[face_key])
    if features := _features(style):
        known = style.font_config.font_features
        if features not in known:
            known[features] = pango.pango_attr_font_features_new(features)
        attributes = pango.pango_attr_list_new()
        pango.pango_attr_list_insert(attributes, known[features])
        pango.pango_layout_set_attributes(layout.layout, attributes)


def _context(style: Any) -> tuple[Any, Any]:
    """Make what lines of one direction and language are shaped in."""
    context = ffi.gc(pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref)
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    override = style["font_language_override"]
    name = style["lang"] if override == "normal" else LST_TO_ISO.get(override.lower(), override)
    if not name:
        return context, pango.pango_language_get_default()
    pointer, _held = unicode_to_char_p(name)
    language = pango.pango_language_from_string(pointer)
    pango.pango_context_set_language(context, language)
    return context, language


def _features(style: Any) -> bytes:
    key = tuple(map(style.__getitem__, _FEATURE_PROPERTIES))
    if key not in _FEATURES:
        _FEATURES[key] = ",".join(f"{name} {value}" for name, value in font_features(*key).items()).encode()
    return _FEATURES[key]


def _swap(old: Callable[..., Any], new: Callable[..., Any]) -> None:
    """Put one function where another stands in the engine's modules."""
    for name, module in list(sys.modules.items()):
        if name.startswith("weasyprint"):
            for each in [each for each, value in vars(module).items() if value is old]:
                setattr(module, each, new)


own_begin = css.ComputedStyle.__init__
own_begin_anonymous = css.AnonymousStyle.__init__
own_look_up = css.ComputedStyle.__missing__
own_look_up_anonymous = css.AnonymousStyle.__missing__
own_holds_math = functions.check_math
own_resolve = percent.resolve_one_percentage
own_set_up = line_break.Layout.setup
_METHODS: tuple[tuple[Any, str, Any, Any], ...] = (
    (css.ComputedStyle, "__init__", own_begin, begin),
    (css.AnonymousStyle, "__init__", own_begin_anonymous, begin_anonymous),
    (css.ComputedStyle, "__missing__", own_look_up, look_up),
    (css.AnonymousStyle, "__missing__", own_look_up_anonymous, look_up_anonymous),
    (line_break.Layout, "setup", own_set_up, set_up),
    *faces.METHODS,
    *lines.METHODS,
    *packing.METHODS,
    *repeats.METHODS,
    *vectors.METHODS,
)
_FUNCTIONS: tuple[tuple[Callable[..., Any], Callable[..., Any]], ...] = (
    (own_holds_math, holds_math),
    (own_resolve, resolve),
    *lines.FUNCTIONS,
    *repeats.FUNCTIONS,
    *vectors.FUNCTIONS,
)
