"""What a brand consists of, as plain values that passed every check; reading and checking stand beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from contentlib.domain.findings import Finding, Level

# The roles of brand.yml, in the order they are shown.
ROLES = (
    "foreground",
    "background",
    "primary",
    "secondary",
    "tertiary",
    "success",
    "info",
    "warning",
    "danger",
    "light",
    "dark",
)


class Ground(StrEnum):
    """What a logo or a text stands on."""

    LIGHT = "light"
    DARK = "dark"


class LogoSize(StrEnum):
    """How much room a logo has: the mark alone, the name, the name large."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


@dataclass(frozen=True, kw_only=True)
class FontFile:
    """One face: `path` is relative to the brand's folder, `characters` how many code points it can draw."""

    family: str
    path: str
    weight: int
    style: str
    characters: int


@dataclass(frozen=True, kw_only=True)
class FontFamily:
    """A family of the brand with all its faces."""

    name: str
    files: tuple[FontFile, ...]

    @property
    def weights(self) -> tuple[int, ...]:
        """The weights there are, lightest first."""
        return tuple(sorted({file.weight for file in self.files}))


@dataclass(frozen=True, kw_only=True)
class TypeStyle:
    """How one sort of text is set; what is None is left to whoever sets it. `colour` is #RRGGBB."""

    family: str
    weight: int | None = None
    style: str | None = None
    size: str | None = None
    line_height: float | None = None
    colour: str | None = None
    decoration: str | None = None


@dataclass(frozen=True, kw_only=True)
class Logo:
    """One picture of the logo; `path` is relative to the brand's folder, `ratio` is width by height."""

    name: str
    path: str
    alt: str
    ratio: float


@dataclass(frozen=True, kw_only=True)
class LogoRules:
    """How the logo may be placed: clear space in logo heights, the smallest width as a CSS length."""

    clear_space: float = 0.5
    minimum_width: str | None = None


@dataclass(frozen=True, kw_only=True)
class AcceptedFont:
    """A family that files from elsewhere may use, up to and including a day if one is named."""

    family: str
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class LegacyColour:
    """A colour of an earlier edition, accepted in files, up to and including a day if one is named."""

    name: str
    value: str
    until: date | None = None


class PhraseRule(StrEnum):
    """What is asked of a phrase."""

    BANNED = "banned"
    RENAMED = "renamed"
    REQUIRED = "required"


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A phrase that may not, no longer, or must stand in a text; `kinds` narrows it to some asset kinds."""

    rule: PhraseRule
    match: str
    use: str | None = None
    why: str | None = None
    level: Level = Level.ERROR
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Where the company can be reached."""

    address: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, kw_only=True)
class Legal:
    """What the law or the lawyers want on papers."""

    notice: str | None = None
    registration: str | None = None


@dataclass(frozen=True, kw_only=True)
class Brand:
    """One brand, complete and without errors; `findings` holds what still needs a look.

    Colours are #RRGGBB. `hash` changes with every file that can show in a document. `is_sample` says that this is
    the brand shipped with the product, not a company's own.
    """

    folder: Path
    name: str
    full_name: str
    tagline: str
    links: Mapping[str, str]
    hash: str
    palette: Mapping[str, str]
    roles: Mapping[str, str]
    fonts: tuple[FontFamily, ...]
    text: TypeStyle
    headings: TypeStyle
    quotes: TypeStyle
    monospace: TypeStyle
    link: TypeStyle
    fallback_fonts: tuple[str, ...]
    logos: Mapping[str, Logo]
    logo_choice: Mapping[tuple[LogoSize, Ground], str] = field(repr=False)
    logo_rules: LogoRules
    contact: Contact
    legal: Legal
    colour_tolerance: float
    legacy_colours: tuple[LegacyColour, ...]
    old_logos: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    is_sample: bool
    accepted_fonts: tuple[AcceptedFont, ...] = ()
    findings: tuple[Finding, ...] = ()

    def colour(self, name: str) -> str:
        """Give the colour of a role or palette entry as #RRGGBB; raise KeyError for a name the brand lacks."""
        return self.roles[name] if name in self.roles else self.palette[name]

    def logo(self, size: LogoSize = LogoSize.MEDIUM, ground: Ground = Ground.LIGHT) -> Logo:
        """Give the logo for a size and a ground."""
        return self.logos[self.logo_choice[size, ground]]

    def font(self, family: str) -> FontFamily:
        """Give a family by name; raise KeyError for one the brand lacks."""
        for font in self.fonts:
            if font.name == family:
                return font
        raise KeyError(family)
