"""Tagged PDF: the structural rules of PDF/UA-1 that a machine can check, on every kind, plain and personal."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise

import pikepdf
import pytest

PAINTING = {"Tj", "TJ", "f", "F", "f*", "S", "s", "B", "B*", "Do", "sh", "b"}


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
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


@pytest.mark.parametrize("kind", ["case-study", "one-sheeter", "deck"])
@pytest.mark.parametrize("is_personal", [False, True])
def test_pdf_ua(render, for_kestrel, kind, is_personal):
    document = render(kind, **(for_kestrel if is_personal else {}))
    with pikepdf.open(io.BytesIO(document.pdf)) as opened:
        root = opened.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "en"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        xmp = root.Metadata.read_bytes().decode()
        assert "pdfuaid:part" in xmp
        assert "dc:title" in xmp
        found = list(elements(root.StructTreeRoot.K))
        assert all(each.get("/Alt") for each in found if each.S == "/Figure")
        levels = [int(str(each.S)[2:]) for each in found if str(each.S) in {"/H1", "/H2", "/H3", "/H4"}]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        for page in opened.pages:
            fonts = [font for _name, font in page.Resources.Font.items()]
            assert all("/ToUnicode" in font for font in fonts)
            notes = list(page.get("/Annots", []))
            assert not notes or page.Tabs == "/S"
            assert all("/Contents" in note and "/StructParent" in note for note in notes)
            assert unmarked(page) == 0


def test_a_table_is_read_with_its_heads(render):
    with pikepdf.open(io.BytesIO(render("case-study").pdf)) as opened:
        kinds = [str(each.S) for each in elements(opened.Root.StructTreeRoot.K)]
    assert kinds.count("/TH") == 4
    assert kinds.count("/TD") == 12
