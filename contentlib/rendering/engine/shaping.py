"""What a line of text is shaped with: its font, its features and its language, found once for all lines of a sort."""

from __future__ import annotations

from typing import Any

from weasyprint.text import line_break
from weasyprint.text.constants import LST_TO_ISO, PANGO_DIRECTION
from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p
from weasyprint.text.fonts import font_features, get_font_description

# The features of lines of text by the properties they follow from; the engine keeps them for ever, too.
_FEATURES: dict[tuple[Any, ...], bytes] = {}
_FEATURE_PROPERTIES = (
    "font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric",
    "font_variant_alternates", "font_variant_east_asian", "font_feature_settings",
)  # fmt: skip
_FACE_PROPERTIES = ("font_style", "font_stretch", "font_weight", "font_size", "font_variant_caps",
                    "font_variation_settings")  # fmt: skip


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


own_set_up = line_break.Layout.setup
METHODS = ((line_break.Layout, "setup", own_set_up, set_up),)
