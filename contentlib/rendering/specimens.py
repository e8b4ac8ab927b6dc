"""Draws what a brand declares, to see whether it can be drawn at all; it makes no document of it."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import weasyprint

from contentlib.branding import brands
from contentlib.branding.brand import FILE_NAME, load
from contentlib.branding.parts import Brand, Logo
from contentlib.domain.errors import BrandRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.rendering.fetcher import BASE, LibraryFetcher, address_of
from contentlib.rendering.press import Listening

# Wide enough that a hairline still leaves ink.
_WIDTH = 400
# A pixel less than this far from its ground (of 255) is one that nobody sees.
_FAINT = 12


def find_undrawable_logos(root: Path) -> tuple[Finding, ...]:
    """Give a finding for each logo of each brand that the engine draws nothing of, or complains about."""
    found: list[Finding] = []
    for name in brands.list_names(root):
        folder = brands.folder_of(root, name)
        try:
            brand = load(folder)
        except BrandRefusedError:  # told already, with what has to be mended first
            continue
        path = f"{root.name}/{name}/{FILE_NAME}" if name else f"{root.name}/{FILE_NAME}"
        found += [finding for logo in brand.logos.values() if (finding := _judge(brand, logo, path))]
    return tuple(found)


def _judge(brand: Brand, logo: Logo, path: str) -> Finding | None:
    """Draw a logo on white and on black: what shows on neither cannot be seen anywhere."""
    drawn = [_draw(brand, logo, is_dark=is_dark) for is_dark in (False, True)]
    reasons = [reason for _ink, reason in drawn if reason]
    if not reasons and any(ink for ink, _reason in drawn):
        return None
    return Finding(
        level=Level.ERROR, code="logo-not-drawn", path=path, line=_line_of(brand, logo),
        message=f"“{logo.path}” cannot be drawn: {reasons[0] if reasons else 'nothing of it is to be seen'}.",
        mend="Save it as plain SVG shapes, or as PNG.", evidence=logo.path,
    )  # fmt: skip


def _draw(brand: Brand, logo: Logo, *, is_dark: bool) -> tuple[bool, str]:
    """Tell whether a logo leaves ink on a ground, and what the engine said against it."""
    fetcher = LibraryFetcher(brand=brand.folder, templates=brand.folder)
    height = max(_WIDTH / logo.ratio, 1)
    source = (
        f"<html lang=en><title>logo</title><style>@page{{size:{_WIDTH}px {height:.2f}px;margin:0}}"
        f"html{{background:{'#000' if is_dark else '#fff'}}}body{{margin:0}}"
        f"img{{display:block;width:{_WIDTH}px;height:{height:.2f}px}}"
        f'</style><img alt="logo" src="{address_of(f"brand/{logo.path}")}"></html>'
    )
    with Listening() as noted:
        pdf = weasyprint.HTML(string=source, base_url=BASE, url_fetcher=fetcher).write_pdf()
    if noted.records:
        return False, noted.records[0][1].rstrip(".")[:160]
    with pypdfium2.PdfDocument(pdf) as opened:
        darkest, lightest = opened[0].render(scale=1).to_pil().convert("L").getextrema()
    return (lightest > _FAINT if is_dark else darkest < 255 - _FAINT), ""


def _line_of(brand: Brand, logo: Logo) -> int | None:
    """Give the line of the brand's file that names a logo's picture."""
    lines = (brand.folder / FILE_NAME).read_text("utf-8").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if logo.path in line), None)
