"""A brand laid out for its page: swatches, pairs, specimens of type, logos in their clear space; it serves nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from contentlib.branding import contrast
from contentlib.branding.contrast import Pair
from contentlib.branding.fonts import read_font
from contentlib.branding.parts import Brand, Ground, TypeStyle
from contentlib.domain.errors import BrandRefusedError

# Around the clear space, in logo heights, so that its line is seen.
_MARGIN = 0.6
_SIZES = {"headings": "2rem", "text": "1rem", "quotes": "1.375rem", "monospace": ".875rem"}
_USES = {"headings": "Titles and figures", "text": "Running text", "quotes": "Quotes", "monospace": "Code"}


@dataclass(frozen=True, kw_only=True)
class Swatch:
    """A colour of the palette with the roles it plays; `until` ends a colour of an earlier edition."""

    name: str
    value: str
    roles: tuple[str, ...] = ()
    is_legacy: bool = False
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Specimen:
    """One sort of text as it is set: the CSS class that sets it so, and what its family can write."""

    sort: str
    use: str
    css_class: str
    family: str
    weights: str
    characters: int
    missing: str


@dataclass(frozen=True, kw_only=True)
class LogoView:
    """A logo on a ground inside its clear space, in logo heights, so that it is drawn to scale."""

    name: str
    src: str
    ground: str
    ground_name: str
    width: float
    height: float
    clear: float
    margin: float
    ratio: float


@dataclass(frozen=True, kw_only=True)
class BrandSheet:
    """Everything the page shows of a brand; `brand` is None and `refused` says why where it cannot be used."""

    folder: Path
    digest: str
    brand: Brand | None
    refused: BrandRefusedError | None = None
    swatches: tuple[Swatch, ...] = ()
    pairs: tuple[tuple[Pair, ...], ...] = ()
    specimens: tuple[Specimen, ...] = ()
    fallbacks: tuple[Specimen, ...] = ()
    logos: tuple[LogoView, ...] = ()


def build(folder: Path, brand: Brand | BrandRefusedError, digest: str, address: Callable[[str], str]) -> BrandSheet:
    """Lay out a brand, or say why it cannot be used; `address` gives where a file of it is served."""
    if isinstance(brand, BrandRefusedError):
        return BrandSheet(folder=folder, digest=digest, brand=None, refused=brand)
    # A family is shown once, by the first sort of text it sets.
    by_family: dict[str, tuple[str, TypeStyle]] = {}
    for sort, style in _sorts(brand).items():
        by_family.setdefault(style.family, (sort, style))
    return BrandSheet(
        folder=folder,
        digest=digest,
        brand=brand,
        swatches=_swatches(brand),
        pairs=contrast.build_matrix(brand.palette),
        specimens=tuple(_specimen(brand, sort, style) for sort, style in by_family.values()),
        fallbacks=tuple(_specimen(brand, "", TypeStyle(family=name)) for name in brand.fallback_fonts),
        logos=_logos(brand, address),
    )


def _sorts(brand: Brand) -> dict[str, TypeStyle]:
    return {"headings": brand.headings, "text": brand.text, "quotes": brand.quotes, "monospace": brand.monospace}


def _swatches(brand: Brand) -> tuple[Swatch, ...]:
    own = [
        Swatch(name=name, value=value, roles=tuple(role for role, colour in brand.roles.items() if colour == value))
        for name, value in brand.palette.items()
    ]
    old = [Swatch(name=each.name, value=each.value, is_legacy=True, until=each.until) for each in brand.legacy_colours]
    return (*own, *old)


def _specimen(brand: Brand, sort: str, style: TypeStyle) -> Specimen:
    family = brand.font(style.family)
    first = family.files[0]
    return Specimen(
        sort=sort,
        use=_USES.get(sort, ""),
        css_class=f"set-{sort}",
        family=family.name,
        weights=", ".join(str(weight) for weight in family.weights),
        characters=max(file.characters for file in family.files),
        missing=read_font(brand.folder / first.path).missing_european if sort else "",
    )


def _logos(brand: Brand, address: Callable[[str], str]) -> tuple[LogoView, ...]:
    grounds = {Ground.LIGHT: ("background", "light"), Ground.DARK: ("dark", "primary")}
    views: dict[tuple[str, str], LogoView] = {}
    clear = brand.logo_rules.clear_space
    for (_size, ground), name in brand.logo_choice.items():
        logo = brand.logos[name]
        for role in grounds[ground]:
            views.setdefault(
                (name, role),
                LogoView(
                    name=name,
                    src=address(logo.path),
                    ground=brand.roles[role],
                    ground_name=_name_of(brand, brand.roles[role]),
                    width=round(logo.ratio + 2 * (clear + _MARGIN), 3),
                    height=round(1 + 2 * (clear + _MARGIN), 3),
                    clear=clear,
                    margin=_MARGIN,
                    ratio=logo.ratio,
                ),
            )
    return tuple(views.values())


def _name_of(brand: Brand, value: str) -> str:
    return next((name for name, colour in brand.palette.items() if colour == value), value)


def list_files(brand: Brand) -> frozenset[str]:
    """List the files of a brand that its page shows: fonts and logos."""
    fonts = {file.path for family in brand.fonts for file in family.files}
    return frozenset(fonts | {logo.path for logo in brand.logos.values()})


def type_css(brand: Brand, address: Callable[[str], str]) -> str:
    """Give the faces of a brand and a class for each sort of text; names are prefixed, so that pages keep their own."""
    shown = {style.family for style in _sorts(brand).values()}
    faces = [
        f'@font-face {{font-family:"brand {file.family}";font-weight:{file.weight};font-style:{file.style};'
        f'src:url("{address(file.path)}");font-display:swap}}'
        for family in brand.fonts
        if family.name in shown
        for file in family.files
    ]
    return "\n".join([*faces, *(_rule(sort, style) for sort, style in _sorts(brand).items()), ""])


def _rule(sort: str, style: TypeStyle) -> str:
    weight = f"font-weight:{style.weight};" if style.weight else ""
    slant = f"font-style:{style.style};" if style.style else ""
    height = f"line-height:{style.line_height:g};" if style.line_height else ""
    return (
        f'@layer rooms {{ .set-{sort} {{ font-family:"brand {style.family}",sans-serif;'
        f"font-size:{_SIZES[sort]};{weight}{slant}{height} }} }}"
    )
