"""What a PDF really holds, read by other hands than those that wrote it."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2
import yaml

from tests.processes import ROOT


def text_of(path: Path) -> str:
    """Give the words of every page, with single spaces."""
    document = pypdfium2.PdfDocument(path)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    finally:
        document.close()


def page_count(path: Path) -> int:
    """Count the pages."""
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


def fonts_of(path: Path) -> dict[str, bool]:
    """Give every font that the file knows, wherever it is used, and whether it is embedded."""
    with pikepdf.open(path) as pdf:
        described = [found for found in pdf.objects if isinstance(found, pikepdf.Dictionary) and "/FontName" in found]
        return {
            str(font["/FontName"]).lstrip("/").split("+")[-1]: any(
                f"/FontFile{kind}" in font for kind in ("", "2", "3")
            )
            for font in described
        }


def brand_families() -> set[str]:
    """Give the families that the brand's file names, written as in a PDF: without spaces and hyphens."""
    brand = yaml.safe_load((ROOT / "brand" / "_brand.yml").read_text(encoding="utf-8"))
    return {plain(font["family"]) for font in brand["typography"]["fonts"]}


def plain(name: str) -> str:
    """Drop spaces and hyphens from a font's name."""
    return name.replace(" ", "").replace("-", "").casefold()


def colours_of_first_page(path: Path) -> set[tuple[int, int, int]]:
    """Give every colour of the first page, drawn at screen size."""
    document = pypdfium2.PdfDocument(path)
    try:
        picture = document[0].render(scale=1).to_pil().convert("RGB")
    finally:
        document.close()
    return {colour for _, colour in picture.getcolors(maxcolors=picture.width * picture.height)}
