"""Turns `_brand.yml` into the parts of a brand, with a finding for all that does not hold; it decides no refusal.

The format is brand.yml (posit-dev/brand-yml, v0.3); our own keys stand under `defaults.contentlib`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import Any

from contentlib.branding import fonts, logos
from contentlib.branding.lined_yaml import LinedYaml, Place, nearest
from contentlib.branding.parts import (
    ROLES,
    FontFamily,
    FontFile,
    Ground,
    LegacyColour,
    Logo,
    LogoSize,
    TypeStyle,
)

TOP = ("meta", "logo", "color", "typography", "defaults")
EXTRAS: Place = ("defaults", "contentlib")
# What a role is when the file leaves it out. brand.yml gives no values; pages and documents need every one.
_ROLE_DEFAULTS = {
    "foreground": "#1A1A1A",
    "background": "#FFFFFF",
    "primary": "foreground",
    "secondary": "foreground",
    "tertiary": "#EDEDED",
    "success": "#1F6F43",
    "info": "primary",
    "warning": "#F2B134",
    "danger": "#B3261E",
    "light": "#F5F5F5",
    "dark": "foreground",
}

# brand.yml's names of weights.
_WEIGHTS = {
    "thin": 100,
    "extra-light": 200,
    "ultra-light": 200,
    "light": 300,
    "normal": 400,
    "regular": 400,
    "medium": 500,
    "semi-bold": 600,
    "demi-bold": 600,
    "bold": 700,
    "extra-bold": 800,
    "ultra-bold": 800,
    "black": 900,
}

_STYLES = ("normal", "italic")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
# What may stand between quotes in CSS without escaping.
_FAMILY = re.compile(r"[^\W_][\w .'-]{0,60}")
LENGTH = re.compile(r"\d+(\.\d+)?(pt|px|mm|cm|in|em|rem)")


def read_colour(value: str) -> str | None:
    """Give any opaque CSS colour as #RRGGBB, brought into sRGB; None when it is no colour or lets light through."""
    from coloraide import Color  # takes a tenth of a second to load, which commands without a brand are spared

    try:
        colour = Color(value)
    except ValueError:
        return None
    if colour.alpha() < 1:
        return None
    return str(colour.convert("srgb").fit().to_string(hex=True)).upper()


class BrandReader:
    """Reads one brand's file part by part; findings gather in `source`."""

    def __init__(self, source: LinedYaml, folder: Path) -> None:
        self._source = source
        self._folder = folder
        self._palette_raw: dict[str, str] = {}

    def read_meta(self) -> tuple[str, str, dict[str, str]]:
        """Give short name, full name and links."""
        source = self._source
        source.keys(("meta",), ("name", "link"))
        if isinstance(source.get(("meta", "name")), dict):
            source.keys(("meta", "name"), ("full", "short"))
            full = source.text(("meta", "name", "full"))
            short = source.text(("meta", "name", "short"))
        else:
            full = short = source.text(("meta", "name"))
        if not full and not short:
            source.error(("meta",), "missing", "“meta.name” is missing: a brand needs a name.")
        if isinstance(source.get(("meta", "link")), str):
            links = {"home": source.text(("meta", "link")) or ""}
        else:
            links = {key: source.text(("meta", "link", key)) or "" for key in source.keys(("meta", "link"))}
        for name, link in links.items():
            if not link.startswith(("https://", "http://")):
                source.error(("meta", "link", name), "not-a-link", f"“{link}” is no web address.")
        return short or full or "", full or short or "", links

    def read_palette(self) -> dict[str, str]:
        """Give the palette as #RRGGBB, references within it resolved."""
        source, at = self._source, ("color", "palette")
        source.keys(("color",), ("palette", *ROLES))
        for name in source.keys(at):
            if not _NAME.fullmatch(name):
                message = f"“{name}” cannot be a colour's name: small letters, digits and hyphens only."
                source.error((*at, name), "bad-name", message)
                continue
            value = source.text((*at, name), required=True)
            if value is not None:
                self._palette_raw[name] = value
        resolved = {name: self._resolve((*at, name), value, (name,)) for name, value in self._palette_raw.items()}
        return {name: value for name, value in resolved.items() if value}

    def read_roles(self) -> dict[str, str]:
        """Give every role as #RRGGBB, with the format's silence filled by quiet defaults."""
        roles: dict[str, str] = {}
        for role in ROLES:
            at = ("color", role)
            default = _ROLE_DEFAULTS[role]
            value = self._source.text(at)
            given = self._resolve(at, value, ()) if value else None
            roles[role] = given or roles.get(default, default)
            if role in self._palette_raw and given and given != self._resolve(at, self._palette_raw[role], (role,)):
                self._source.warn(
                    at,
                    "role-and-palette-differ",
                    f"“{role}” is a role and a palette colour of another value; the role is what is used.",
                    mend="Give the palette colour another name.",
                )
        return roles

    def _resolve(self, at: Place, value: str, seen: tuple[str, ...]) -> str | None:
        """Follow palette references to a colour; report what leads nowhere."""
        if value in self._palette_raw:
            if value in seen:
                self._source.error(at, "colour-in-circle", f"“{value}” refers to itself: {' → '.join((*seen, value))}.")
                return None
            # Judged where it stands: a broken palette colour is one finding, however many refer to it.
            return self._resolve(("color", "palette", value), self._palette_raw[value], (*seen, value))
        colour = read_colour(value)
        if colour is None:
            near = nearest(value, self._palette_raw)
            self._source.error(
                at,
                "unknown-colour",
                f"“{value}” is neither an opaque colour nor a name in the palette.",
                mend=f"Did you mean “{near}”?" if near else "Write it as #RRGGBB.",
                nearest=near,
            )
        return colour

    def find_file(self, at: Place, suffixes: Collection[str]) -> str | None:
        """Give a file's path relative to the brand's folder when it exists inside it and is of the right sort."""
        source, text = self._source, self._source.text(at, required=True)
        if text is None:
            return None
        path = PurePosixPath(text)
        if path.is_absolute() or ".." in path.parts or "\\" in text or ":" in text or '"' in text:
            source.error(at, "outside", f"“{text}” must be a path inside the brand's folder.")
            return None
        if not (self._folder / path).is_file():
            others = [file.relative_to(self._folder).as_posix() for file in self._folder.rglob(f"*{path.suffix}")]
            near = nearest(text, others)
            mend = f"Did you mean “{near}”?" if near else None
            source.error(at, "missing-file", f"There is no file “{text}”.", mend=mend, nearest=near)
            return None
        if not (self._folder / path).resolve().is_relative_to(self._folder.resolve()):
            message = f"“{text}” is a link that leads out of the brand's folder, where nothing is served from."
            source.error(at, "outside", message, mend="Put the file itself there.")
            return None
        if path.suffix.lower() not in suffixes:
            source.error(at, "wrong-format", f"“{text}” is not of a sort that works: {', '.join(suffixes)}.")
            return None
        return path.as_posix()

    def read_fonts(self) -> tuple[FontFamily, ...]:
        """Give the font families with all faces whose file holds what the entry says."""
        source, at = self._source, ("typography", "fonts")
        found = []
        for index in range(source.items(at)):
            here = (*at, index)
            source.keys(here, ("family", "source", "files", "weight", "style", "display"))
            family = source.text((*here, "family"), required=True)
            origin = source.choice((*here, "source"), ("file", "google", "bunny", "system"))
            if family is None or not self._is_family(here, family):
                continue
            if origin in ("google", "bunny", "system"):
                source.error(
                    (*here, "source"),
                    "font-without-file",
                    f"“{family}” comes from “{origin}”, but documents are drawn from files alone.",
                    mend="Put its TTF or OTF files into fonts/ and write “source: file” with “files”.",
                )
                continue
            faces = [self._read_face((*here, "files", face), family) for face in range(source.items((*here, "files")))]
            files = tuple(face for face in faces if face is not None)
            if not faces:
                source.error((*here, "files"), "missing", f"“{family}” has no files.")
            if files:
                found.append(FontFamily(name=family, files=files))
        return tuple(found)

    def _is_family(self, at: Place, family: str) -> bool:
        if _FAMILY.fullmatch(family):
            return True
        self._source.error(at, "bad-name", f"“{family}” cannot be a family's name.")
        return False

    def _read_face(self, at: Place, family: str) -> FontFile | None:
        source = self._source
        if isinstance(source.get(at), str):
            path = self.find_file(at, fonts.SUFFIXES)
            weight, style = None, None
        else:
            source.keys(at, ("path", "weight", "style"))
            path = self.find_file((*at, "path"), fonts.SUFFIXES)
            weight = self._read_weight((*at, "weight"))
            style = source.choice((*at, "style"), _STYLES)
        if path is None:
            return None
        try:
            facts = fonts.read_font(self._folder / path)
        except fonts.UnreadableFontError as fault:
            source.error(at, "unreadable-font", f"“{path}” is no font: {fault}.")
            return None
        if facts.family != family:
            source.error(
                at,
                "other-family",
                f"“{path}” holds “{facts.family}”, not “{family}”.",
                mend=f"Write “family: {facts.family}”, or put the right file there.",
                nearest=facts.family,
            )
        if facts.is_variable:
            mend = "Make one static file per weight (fontTools.varLib.instancer)."
            source.warn(at, "variable-font", f"“{path}” is a variable font; documents may show one weight.", mend=mend)
        elif weight is not None and weight != facts.weight:
            source.warn(at, "other-weight", f"“{path}” is of weight {facts.weight}, not {weight}.")
        if style is not None and (style == "italic") != facts.is_italic:
            source.warn(at, "other-style", f"“{path}” is {'italic' if facts.is_italic else 'upright'}, not {style}.")
        return FontFile(
            family=family,
            path=path,
            weight=weight or facts.weight,
            style=style or ("italic" if facts.is_italic else "normal"),
            characters=len(facts.characters),
        )

    def _read_weight(self, at: Place) -> int | None:
        value = self._source.get(at)
        if isinstance(value, str):
            name = self._source.choice(at, _WEIGHTS)
            return _WEIGHTS[name] if name else None
        number = self._source.number(at, low=1, high=1000)
        return None if number is None else int(number)

    def _count_fonts(self) -> int:
        fonts_given = self._source.get(("typography", "fonts"))
        return len(fonts_given) if isinstance(fonts_given, list) else 0

    def read_style(self, at: Place, families: Collection[str], default: TypeStyle | None = None) -> TypeStyle:
        """Give one sort of text; a family alone may be written as a text. What is missing comes from `default`."""
        source = self._source
        if isinstance(source.get(at), str):
            family = source.text(at)
            given: dict[str, Any] = {}
        else:
            source.keys(
                at, ("family", "size", "weight", "style", "line-height", "color", "background-color", "decoration")
            )
            family = source.text((*at, "family"))
            colour = source.text((*at, "color"))
            size = source.text((*at, "size"))
            if size and not LENGTH.fullmatch(size):
                source.error((*at, "size"), "not-a-length", f"“{size}” is no length; write it as in 9.5pt or 0.9em.")
                size = None
            given = {
                "size": size,
                "weight": self._read_weight((*at, "weight")),
                "style": source.choice((*at, "style"), _STYLES),
                "line_height": source.number((*at, "line-height"), low=0.5, high=4),
                "colour": self._resolve((*at, "color"), colour, ()) if colour else None,
                "decoration": source.choice((*at, "decoration"), ("none", "underline")),
            }
        named = [source.get(("typography", "fonts", index, "family")) for index in range(self._count_fonts())]
        if family in named and family not in families:
            family = None  # none of its files can be used, and each has its own finding already
        elif family and family not in families:
            near = nearest(family, families)
            source.error(
                at,
                "unknown-family",
                f"“{family}” is not among the fonts of the brand.",
                mend=f"Did you mean “{near}”?" if near else f"Known are: {', '.join(sorted(families)) or 'none'}.",
                nearest=near,
            )
            family = None
        fallback = default.family if default else ""
        return TypeStyle(family=family or fallback, **given)

    def read_logos(self) -> dict[str, Logo]:
        """Give the logo's pictures by name."""
        source = self._source
        if isinstance(source.get(("logo",)), str):
            only = self._read_logo(("logo",), "logo")
            return {"logo": only} if only else {}
        source.keys(("logo",), ("images", *LogoSize))
        found = {}
        for name in source.keys(("logo", "images")):
            logo = self._read_logo(("logo", "images", name), name)
            if logo is not None:
                found[name] = logo
        return found

    def _read_logo(self, at: Place, name: str) -> Logo | None:
        source = self._source
        if isinstance(source.get(at), str):
            path, alt = self.find_file(at, logos.SUFFIXES), None
        else:
            source.keys(at, ("path", "alt"))
            path, alt = self.find_file((*at, "path"), logos.SUFFIXES), source.text((*at, "alt"))
        if path is None:
            return None
        try:
            facts = logos.read_logo(self._folder / path)
        except logos.UnreadableLogoError as fault:
            source.error(at, "unreadable-logo", f"“{path}” cannot be used: {fault}.")
            return None
        if facts.acts:
            source.error(at, "logo-acts", f"“{path}” holds what a picture must not: {', '.join(facts.acts)}.")
        if facts.has_live_text:
            mend = "Turn its text into paths."
            source.warn(at, "logo-text", f"“{path}” holds live text, which looks different elsewhere.", mend=mend)
        return Logo(name=name, path=path, alt=alt or "", ratio=facts.ratio)

    def read_logo_choice(self, pictures: Collection[str]) -> dict[tuple[LogoSize, Ground], str]:
        """Give the picture's name for each size and ground; what is left out takes the nearest that there is."""
        found: dict[tuple[LogoSize, Ground], str] = {}
        for size in LogoSize:
            at: Place = ("logo", size.value)
            value = self._source.get(at)
            if isinstance(value, dict):
                self._source.keys(at, tuple(Ground))
            for ground in Ground:
                place = (*at, ground.value) if isinstance(value, dict) else at
                # Asked among all that are named: a picture that cannot be used has its own finding already.
                named = self._source.keys(("logo", "images"))
                name = self._source.choice(place, named) if value is not None else None
                if name in pictures and name is not None:
                    found[size, ground] = name
        order = (LogoSize.MEDIUM, LogoSize.LARGE, LogoSize.SMALL)
        for ground in Ground:
            spare = [found[size, ground] for size in order if (size, ground) in found] or list(pictures)
            for size in LogoSize:
                if spare:
                    found.setdefault((size, ground), spare[0])
        return found

    def read_legacy_colours(self) -> tuple[LegacyColour, ...]:
        """Give the colours of earlier editions."""
        source, at = self._source, (*EXTRAS, "legacy-colours")
        found = []
        for index in range(source.items(at)):
            here = (*at, index)
            source.keys(here, ("name", "value", "until"))
            value = source.text((*here, "value"), required=True)
            colour = self._resolve((*here, "value"), value, ()) if value else None
            if colour:
                name = source.text((*here, "name")) or colour
                found.append(LegacyColour(name=name, value=colour, until=source.day((*here, "until"))))
        return tuple(found)
