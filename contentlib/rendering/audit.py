"""A finished PDF looked at as a stranger would: its fonts, pages, tags and pictures; it draws and mends nothing."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

import pikepdf

from contentlib.branding.parts import Brand
from contentlib.domain.findings import Finding, Level

_SUBSET = re.compile(r"\A/?(?:[A-Z]{6}\+)?")
# Points by which a page may differ from its paper: engines round to a hundredth.
PAGE_TOLERANCE = 0.5


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a PDF is seen to hold; sizes in points."""

    pages: int
    sizes: tuple[tuple[float, float], ...]
    fonts: tuple[str, ...]
    families: tuple[str, ...]
    is_embedded: bool
    is_tagged: bool
    has_language: bool
    figures_without_alt: int


def look(pdf: bytes) -> Facts:
    """Read what a PDF holds."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        sizes = []
        fonts: dict[str, bool] = {}
        families = set()
        # Pages mostly name one and the same set of fonts.
        seen: set[tuple[int, int]] = set()
        for page in opened.pages:
            box = [float(edge) for edge in page.mediabox]
            sizes.append((box[2] - box[0], box[3] - box[1]))
            for font in _fonts_of(page, seen):
                inner = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
                shown = inner.get("/FontDescriptor", pikepdf.Dictionary())
                held = any(key in shown for key in ("/FontFile", "/FontFile2", "/FontFile3"))
                name = _SUBSET.sub("", str(font.get("/BaseFont", "?")))
                fonts[name] = held
                families.add(str(shown.get("/FontFamily", name)))
        root = opened.Root
        return Facts(
            pages=len(opened.pages),
            sizes=tuple(sizes),
            fonts=tuple(sorted(fonts)),
            families=tuple(sorted(families)),
            is_embedded=all(fonts.values()),
            is_tagged="/StructTreeRoot" in root and "/MarkInfo" in root and bool(root.MarkInfo.get("/Marked", False)),
            has_language=bool(str(root.get("/Lang", ""))),
            figures_without_alt=_count_bare_figures(root.get("/StructTreeRoot")),
        )


def foreign_fonts(families: Iterable[str], brand: Brand) -> tuple[str, ...]:
    """Give the font families of a PDF that the brand does not declare."""
    declared = {_plain(family.name) for family in brand.fonts}
    return tuple(family for family in families if _plain(family) not in declared)


def fallback_fonts(families: Iterable[str], brand: Brand) -> tuple[str, ...]:
    """Give the brand's fallback families that a PDF uses, in the brand's order."""
    used = {_plain(family) for family in families}
    styles = {style.family for style in (brand.text, brand.headings, brand.quotes, brand.monospace, brand.link)}
    return tuple(name for name in brand.fallback_fonts if _plain(name) in used and name not in styles)


def judge(facts: Facts, brand: Brand, *, size: tuple[float, float] | None, pages: int | None) -> list[Finding]:
    """Compare a PDF with what it must be: the brand's fonts, `size` in points, `pages` where the kind fixes them."""
    found = []

    def error(code: str, message: str, evidence: str) -> None:
        found.append(Finding(level=Level.ERROR, code=code, message=message, evidence=evidence))

    if foreign := foreign_fonts(facts.families, brand):
        error("font", "The document uses a font that is not the brand's.", ", ".join(foreign))
    if not facts.is_embedded:
        error("font-not-embedded", "A font of the document is not embedded.", ", ".join(facts.fonts))
    if pages is not None and facts.pages != pages:
        error("page-count", f"The document has {facts.pages} pages instead of {pages}.", str(facts.pages))
    off = [s for s in facts.sizes if size and max(abs(s[0] - size[0]), abs(s[1] - size[1])) > PAGE_TOLERANCE]
    if off:
        error("page-size", "A page has another size than its paper.", f"{off[0][0]:.1f} × {off[0][1]:.1f} pt")
    if not facts.is_tagged or not facts.has_language:
        error("not-tagged", "The document is not tagged for assistive technology.", "StructTreeRoot, MarkInfo, Lang")
    if facts.figures_without_alt:
        count = facts.figures_without_alt
        error("alt-missing", "A picture does not say what it shows.", f"{count} without alternative text")
    return found


def _fonts_of(page: pikepdf.Page, seen: set[tuple[int, int]]) -> list[pikepdf.Object]:
    """Give the fonts of a page that stand in no set that was `seen`, and note theirs."""
    resources = page.get("/Resources")
    fonts = resources.get("/Font") if resources is not None else None
    if fonts is None or (fonts.objgen in seen and fonts.objgen != (0, 0)):
        return []
    seen.add(fonts.objgen)
    return [font for _name, font in fonts.items()]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _count_bare_figures(node: pikepdf.Object | None) -> int:
    """Walk the tag tree, without recursion, for pictures that lack an alternative text."""
    count, waiting = 0, [node] if node is not None else []
    while waiting:
        each = waiting.pop()
        if isinstance(each, pikepdf.Array):
            waiting.extend(each)
        elif isinstance(each, pikepdf.Dictionary):
            if each.get("/S") == "/Figure" and not (each.get("/Alt") or each.get("/ActualText")):
                count += 1
            if "/K" in each:
                waiting.append(each.K)
    return count
