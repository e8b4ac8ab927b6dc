"""The brand as CSS: faces and variables for documents and for pages; it styles nothing itself.

Names: `--brand-<palette name>` and `--brand-<role>` are colours; `--brand-on-<role>` is the text colour that reads
best on that role; `--brand-font-text`, `-headings`, `-quotes`, `-monospace` are whole font lists, and the sizes,
weights and line heights of `_brand.yml` follow the same pattern (`--brand-text-size`, `--brand-headings-weight`, …).
"""

from __future__ import annotations

from contentlib.branding.contrast import readable_on
from contentlib.branding.parts import Brand, FontFile, TypeStyle

# Addresses that exist nowhere: the document workshop serves them from the brand's folder, so that the same brand
# gives the same bytes wherever it stands.
DOCUMENT_FONTS = "https://lib.invalid/brand/"

_FILLED = ("primary", "secondary", "tertiary", "success", "info", "warning", "danger", "light", "dark")

# What pages and documents build on, for brands that leave it open: readable on paper, calm in headings.
_LEFT_OPEN = {
    "brand-text-size": "9.5pt",
    "brand-text-weight": "400",
    "brand-text-line-height": "1.5",
    "brand-headings-weight": "700",
    "brand-headings-line-height": "1.15",
}


def document_css(brand: Brand) -> str:
    """Give the faces and variables that document templates build on."""
    # No generic family at the end of the lists: a document never asks for a font of the machine it is made on.
    return _faces(brand, DOCUMENT_FONTS, "") + _variables(brand, generic=False)


def web_css(brand: Brand, *, address: str | None = None) -> str:
    """Give the variables for pages; with `address` (as in "/brand/") also the faces, served from below it.

    Pages are shown in the fallback face until a file has arrived (`font-display: swap`).
    """
    faces = _faces(brand, address, ";font-display:swap") if address is not None else ""
    return faces + _variables(brand, generic=True)


def list_variables(brand: Brand, *, generic: bool = False) -> dict[str, str]:
    """Give every variable with its value, without the leading dashes; roles win over palette names spelt alike.

    `generic` ends the font lists with the generic family, for where fonts of the machine are welcome.
    """
    found = _LEFT_OPEN | {f"brand-{name}": value for name, value in (*brand.palette.items(), *brand.roles.items())}
    for role in _FILLED:
        found[f"brand-on-{role}"] = readable_on(brand.roles[role], brand.roles["foreground"], brand.roles["background"])
    sorts = (
        ("text", brand.text, "sans-serif"),
        ("headings", brand.headings, "sans-serif"),
        ("quotes", brand.quotes, "serif"),
        ("monospace", brand.monospace, "monospace"),
    )
    for sort, style, last in sorts:
        found[f"brand-font-{sort}"] = _font_list(brand, style.family, last if generic else None)
        found.update(_style_variables(f"brand-{sort}", style))
    found.update(_style_variables("brand-link", brand.link))
    return found


def _style_variables(prefix: str, style: TypeStyle) -> dict[str, str]:
    values = {
        "weight": style.weight,
        "style": style.style,
        "size": style.size,
        "line-height": style.line_height,
        "colour": style.colour,
        "decoration": style.decoration,
    }
    return {
        f"{prefix}-{name}": f"{value:g}" if isinstance(value, float) else str(value)
        for name, value in values.items()
        if value is not None
    }


def _font_list(brand: Brand, family: str, generic: str | None) -> str:
    # The text family comes second: it holds scripts that a display family may lack.
    names = dict.fromkeys((family, brand.text.family, *brand.fallback_fonts))
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"{quoted}, {generic}" if generic else quoted


def _variables(brand: Brand, *, generic: bool) -> str:
    lines = "".join(f"  --{name}: {value};\n" for name, value in list_variables(brand, generic=generic).items())
    return f":root {{\n{lines}}}\n"


def _faces(brand: Brand, address: str, more: str) -> str:
    return "".join(_face(file, address, more) for family in brand.fonts for file in family.files)


def _face(file: FontFile, address: str, more: str) -> str:
    return (
        f'@font-face {{font-family:"{file.family}";font-weight:{file.weight};font-style:{file.style};'
        f'src:url("{address}{file.path}"){more}}}\n'
    )
