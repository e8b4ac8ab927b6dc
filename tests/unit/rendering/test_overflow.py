"""What does not fit is told at the field whose value caused it; a quotation that nobody chose is the author's."""

from __future__ import annotations

import pytest

from contentlib.rendering.boxes import Found, Frame, Lost, Piece, Rect
from contentlib.rendering.overflow import Checker

PAGE = (700.0, 1000.0)


def piece(text: str, x: float, y: float, field: str | None = None, leaf: int = 1, box: Rect | None = None) -> Piece:
    frames = (Frame("div", box, False),) if box else ()
    return Piece(
        page=1, text=text, rect=Rect(x, y, 100, 20), leaf=leaf, room=None, owner=None, field=field, frames=frames
    )


def check(*pieces: Piece, lost: Lost | None = None, is_quote_chosen: bool = False) -> Checker:
    found = Found(sizes=[PAGE], pieces=list(pieces), lost=[lost] if lost else [])
    checker = Checker(found, {}, path="a.md", is_quote_chosen=is_quote_chosen)
    checker.check()
    return checker


@pytest.mark.parametrize(
    ("code", "pieces"),
    [
        ("overlap", [piece("The author's title", 0, 0), piece("R. Vance", 0, 5, "rep", leaf=2)]),
        ("clipped", [piece("R. Vance", 650, 0, "rep")]),
    ],
)
def test_what_a_value_caused_is_told_at_its_field(code, pieces):
    checker = check(*pieces)
    assert [(each.code, each.field) for each in checker.findings] == [(code, "rep")]
    (error,) = checker.errors
    assert error.field == "rep"
    assert "Make it shorter" in error.message


@pytest.mark.parametrize("is_chosen", [True, False])
def test_a_quotation_is_a_value_where_a_person_chose_it(is_chosen):
    box = Rect(0, 0, 100, 10)
    for checker in (
        check(piece("It pays.", 0, 0, "quote", box=box), is_quote_chosen=is_chosen),
        check(lost=Lost("It pays.", None, "quote"), is_quote_chosen=is_chosen),
    ):
        assert [each.field for each in checker.findings] == ["quote"]
        assert [each.field for each in checker.errors] == (["quote"] if is_chosen else [])


def test_what_the_author_wrote_is_at_no_field():
    checker = check(piece("One", 0, 0), piece("Two", 0, 5, leaf=2))
    assert [(each.code, each.field) for each in checker.findings] == [("overlap", None)]
    assert checker.errors == []


def test_what_is_on_no_page_is_told_of_the_document_and_at_its_line():
    found = Found(sizes=[PAGE, PAGE], lost=[Lost("From 43 stops.", None, None)])
    checker = Checker(found, {}, path="a.md", source="---\ntitle: A\n---\n\n*From* 43 stops.\n")
    checker.check()
    assert [each.line for each in checker.findings] == [5]
    assert checker.findings[0].message.startswith("The document (line 5) holds more than fits")
