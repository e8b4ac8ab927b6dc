"""Where open fields are marked on a page, and what a page is drawn with while a value is wrong."""

from __future__ import annotations

from contentlib.domain.documents import FieldPlace, FieldType, OpenField, PagePicture, Paper
from contentlib.domain.field_marks import STAND_IN, mark_fields, with_stand_ins


def field(name: str, mark: str, kind: FieldType = FieldType.TEXT) -> OpenField:
    return OpenField(name=name, label=name, type=kind, mark=mark)


def place(name: str, *, page: int = 1, x: float = 21.0, y: float = 29.7) -> FieldPlace:
    return FieldPlace(field=name, page=page, x=x, y=y, width=42.0, height=29.7)


FIELDS = [
    field("prospect.name", "A"),
    field("prospect.logo", "A", FieldType.LOGO),
    field("quote", "B", FieldType.QUOTE),
    field("paper", "", FieldType.PAPER),
]
PAGE = PagePicture(number=1, width=210, height=297, webp=b"")


def test_fields_are_marked_in_percent_of_their_page_once_for_each_letter_and_place():
    places = [place("prospect.name"), place("prospect.logo"), place("quote", page=2), place("paper")]
    (mark,) = mark_fields(PAGE, places, fields=FIELDS, paper=Paper.A4, wrong={"prospect.logo"})
    assert (mark.letter, mark.x, mark.y, mark.width, mark.height) == ("A", 10.0, 10.0, 20.0, 10.0)
    assert mark.is_wrong
    assert mark.is_beside_page
    slide = PagePicture(number=2, width=1280, height=720, webp=b"")
    (on_slide,) = mark_fields(slide, places, fields=FIELDS, paper=Paper.LETTER)
    assert (on_slide.letter, on_slide.is_wrong) == ("B", False)
    assert 6.1 < on_slide.x < 6.3


def test_of_two_fields_side_by_side_the_right_one_is_named_beside_the_page():
    places = [place("prospect.name"), place("quote", x=120.0, y=40.0)]
    marks = mark_fields(PAGE, places, fields=FIELDS, paper=Paper.A4)
    assert [(mark.letter, mark.is_beside_page) for mark in marks] == [("A", False), ("B", True)]


def test_words_stand_in_for_words_that_are_wrong_and_the_rest_is_left_out():
    values = {"prospect.name": "x" * 99, "quote": "none-like-it", "note": "kept"}
    drawn = with_stand_ins(values, fields=FIELDS, wrong={"prospect.name", "quote"})
    assert drawn == {"prospect.name": STAND_IN, "note": "kept"}
