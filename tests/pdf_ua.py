"""The structural rules of PDF/UA-1 that a machine can check, as words about what a file breaks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pikepdf

PAINTING = {"Tj", "TJ", "f", "F", "f*", "S", "s", "B", "B*", "Do", "sh", "b"}
HEADINGS = {"/H1": 1, "/H2": 2, "/H3": 3, "/H4": 4, "/H5": 5, "/H6": 6}


def breaches(pdf: bytes, *, language: str = "en") -> list[str]:
    """Name what a PDF breaks: fourteen rules in all."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        root = opened.Root
        xmp = root.Metadata.read_bytes().decode()
        found = list(elements(root.StructTreeRoot.K))
        fonts = [font for page in opened.pages for _name, font in page.Resources.get("/Font", {}).items()]
        notes = [note for page in opened.pages for note in page.get("/Annots", [])]
        levels = [HEADINGS[str(each.S)] for each in found if str(each.S) in HEADINGS]
        rules = {
            "marked": bool(root.MarkInfo.Marked),
            "structure": bool(found),
            "language": str(root.Lang) == language,
            "title shown": bool(root.ViewerPreferences.DisplayDocTitle),
            "part in XMP": "pdfuaid:part" in xmp,
            "title in XMP": "dc:title" in xmp,
            "fonts embedded": all(map(is_embedded, fonts)),
            "fonts mapped to Unicode": all("/ToUnicode" in font for font in fonts),
            "order of annotations": all(page.get("/Tabs") == "/S" for page in opened.pages if "/Annots" in page),
            "alternative texts": all(each.get("/Alt") for each in found if each.S == "/Figure"),
            "heading levels": levels[:1] == [1] and all(after <= before + 1 for before, after in pairwise(levels)),
            "words of links": all("/Contents" in note for note in notes),
            "links in the structure": all("/StructParent" in note for note in notes),
            "nothing unmarked": sum(map(unmarked, opened.pages)) == 0,
        }
    return [name for name, holds in rules.items() if not holds]


def elements(node: Any) -> Iterator[pikepdf.Dictionary]:
    """Walk the tag tree in reading order."""
    if isinstance(node, pikepdf.Array):
        for each in node:
            yield from elements(each)
    elif isinstance(node, pikepdf.Dictionary):
        if node.get("/Type") == "/StructElem":
            yield node
        if "/K" in node:
            yield from elements(node.K)


def unmarked(page: pikepdf.Page) -> int:
    """Count what is painted outside marked content."""
    depth = count = 0
    for _operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        depth += (name in {"BMC", "BDC"}) - (name == "EMC")
        count += depth == 0 and name in PAINTING
    return count


def is_embedded(font: pikepdf.Object) -> bool:
    """Tell whether a font travels with its file."""
    inner = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
    return any(key in inner.get("/FontDescriptor", {}) for key in ("/FontFile", "/FontFile2", "/FontFile3"))
