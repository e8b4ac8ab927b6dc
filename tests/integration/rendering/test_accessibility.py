"""Tagged PDF: the rules of PDF/UA-1 that a machine can check, on every kind, plain and personal."""

from __future__ import annotations

import io

import pikepdf
import pytest

from tests.integration.rendering.conftest import KINDS, PERSONAL  # type: ignore[import-not-found]
from tests.pdf_ua import breaches, elements


@pytest.mark.parametrize("kind", KINDS)
def test_pdf_ua(render, kind):
    assert breaches(render(kind).pdf) == []


@pytest.mark.parametrize("kind", [*PERSONAL, "outreach-email"])
def test_pdf_ua_of_a_personal_copy(render, for_kestrel, fitting, kind):
    assert breaches(render(kind, **fitting(kind, for_kestrel)).pdf) == []


def test_a_table_is_read_with_its_heads(render):
    with pikepdf.open(io.BytesIO(render("case-study").pdf)) as opened:
        kinds = [str(each.S) for each in elements(opened.Root.StructTreeRoot.K)]
    assert kinds.count("/TH") == 4
    assert kinds.count("/TD") == 12


def test_a_hung_head_is_read_before_what_stands_beside_it(render):
    for kind in ("data-sheet", "battlecard"):
        with pikepdf.open(io.BytesIO(render(kind).pdf)) as opened:
            read = [str(each.S) for each in elements(opened.Root.StructTreeRoot.K)]
        first = read.index("/H2")
        assert read[:first].count("/H1") == 1
        assert {"/Table", "/P", "/L", "/Div"} & set(read[first + 1 : first + 4])
