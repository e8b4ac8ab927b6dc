"""Themes of Office files: which font and colour a name such as “accent 1” or “+mn-lt” stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from coloraide import Color
from lxml import etree

from contentlib.ingest.extractors.drawings import A
from contentlib.ingest.packages import share

# Without a map of its own, a slide's text and ground are the theme's dark and light.
USUAL_MAP = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}
_DIGITS = re.compile("[0-9A-Fa-f]{6}")
_PRESETS = {"black": "#000000", "white": "#FFFFFF"}


@dataclass(frozen=True, kw_only=True)
class Theme:
    """A theme's fonts for headings and text, and its colours by name (dk1, lt1, accent1 …) as #RRGGBB."""

    major: str | None = None
    minor: str | None = None
    colours: Mapping[str, str] = field(default_factory=dict)

    def font(self, name: str | None) -> str | None:
        """Give the family that a name stands for; the name itself where it is one."""
        if name is None or not name.startswith("+"):
            return name or None
        return self.major if name.startswith("+mj") else self.minor

    def colour(self, holder: etree._Element | None, names: Mapping[str, str]) -> str | None:
        """Give the colour that an element holds (`a:solidFill` and its like), None where it holds none or a picture.

        `names` maps the names that slides use to those of the theme.
        """
        if holder is None:
            return None
        for element in holder:
            found = self._base(element, names)
            if found is not None:
                return _changed(found, element)
        return None

    def colours_of(self, properties: etree._Element | None, names: Mapping[str, str]) -> list[str]:
        """Give the colours that a shape is filled with: one, or those of a gradient or pattern."""
        if properties is None:
            return []
        holders = [properties.find(f"{A}solidFill"), *properties.findall(f"{A}gradFill/{A}gsLst/{A}gs")]
        holders += [*properties.findall(f"{A}pattFill/{A}fgClr"), *properties.findall(f"{A}pattFill/{A}bgClr")]
        return [found for holder in holders if (found := self.colour(holder, names))]

    def _base(self, element: etree._Element, names: Mapping[str, str]) -> str | None:
        value = element.get("val", "")
        if element.tag == f"{A}srgbClr":
            return as_colour(value)
        if element.tag == f"{A}schemeClr":
            return self.colours.get(names.get(value, value))
        if element.tag == f"{A}sysClr":
            return as_colour(element.get("lastClr", "000000"))
        return _PRESETS.get(value) if element.tag == f"{A}prstClr" else None


def as_colour(value: str) -> str | None:
    """Give six digits as #RRGGBB, None for anything else that stands where a colour should."""
    return f"#{value.upper()}" if _DIGITS.fullmatch(value) else None


def read(root: etree._Element | None) -> Theme:
    """Read a theme part; an empty theme where there is none."""
    if root is None:
        return Theme()
    plain = Theme()
    colours = {}
    for scheme in root.iter(f"{A}clrScheme"):
        for named in scheme:
            value = plain.colour(named, {})
            if value and isinstance(named.tag, str):
                colours[named.tag.rsplit("}", 1)[-1]] = value
    fonts = {}
    for place in ("majorFont", "minorFont"):
        latin = root.find(f".//{A}fontScheme/{A}{place}/{A}latin")
        fonts[place] = latin.get("typeface") if latin is not None else None
    return Theme(major=fonts["majorFont"], minor=fonts["minorFont"], colours=colours)


def _changed(value: str, element: etree._Element) -> str:
    """Do to a colour what Office does: tint and shade mix it with white and black, lumMod and lumOff move its light."""
    colour = Color(value)
    for change in element:
        tag = change.tag.rsplit("}", 1)[-1] if isinstance(change.tag, str) else ""
        amount = share(change.get("val"))
        if tag in {"lumMod", "lumOff"}:
            hsl = colour.convert("hsl")
            lightness = hsl["lightness"] * amount if tag == "lumMod" else hsl["lightness"] + amount
            hsl["lightness"] = min(max(lightness, 0.0), 1.0)
            colour = hsl.convert("srgb")
        elif tag == "tint":
            colour = colour.mix("white", 1 - amount, space="srgb-linear").convert("srgb")
        elif tag == "shade":
            colour = colour.mix("black", 1 - amount, space="srgb-linear").convert("srgb")
    return str(colour.convert("srgb").fit().to_string(hex=True)).upper()[:7]
