"""What a preview shows of open fields: where each stands on its page, and what stands in for a value that is wrong.

It draws nothing, and no document is made with what stands in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from contentlib.domain.documents import PAPER_MM, FieldPlace, FieldType, OpenField, PagePicture, Paper

# What stands on the page where a value is missing or cannot be taken.
STAND_IN = "Change required"
_SLIDE_MM = (338.667, 190.5)  # 1280 by 720 CSS pixels


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Where an open field stands on a page, in percent of the page; its letter stands beside the page, or beside the
    field itself where another one further right has that place.
    """

    letter: str
    x: float
    y: float
    width: float
    height: float
    is_wrong: bool
    is_beside_page: bool = True


def mark_fields(
    picture: PagePicture,
    places: Iterable[FieldPlace],
    *,
    fields: Iterable[OpenField],
    paper: Paper,
    wrong: Collection[str] = (),
) -> tuple[Mark, ...]:
    """Mark on a page the fields that have a letter, from the top down; two that share place and letter are one mark."""
    letters = {field.name: field.mark for field in fields if field.mark}
    wrong_letters = {letters[name] for name in wrong if name in letters}
    width, height = _SLIDE_MM if picture.width > picture.height else PAPER_MM[paper]
    marks = {
        Mark(
            letter=letters[place.field],
            x=round(place.x / width * 100, 2),
            y=round(place.y / height * 100, 2),
            width=round(place.width / width * 100, 2),
            height=round(place.height / height * 100, 2),
            is_wrong=letters[place.field] in wrong_letters,
        )
        for place in places
        if place.page == picture.number and place.field in letters
    }
    found = sorted(marks, key=lambda mark: (mark.y, mark.x))
    return tuple(replace(mark, is_beside_page=not any(_is_right_of(other, mark) for other in found)) for mark in found)


def _is_right_of(other: Mark, mark: Mark) -> bool:
    """Tell whether another field stands further right at the same height."""
    return other.x > mark.x and other.y < mark.y + mark.height and mark.y < other.y + other.height


def with_stand_ins(values: Mapping[str, str], *, fields: Iterable[OpenField], wrong: Collection[str]) -> dict[str, str]:
    """Give values to draw a page with though some are wrong: words stand in for words, the rest is left out."""
    written = {field.name for field in fields if field.type in {FieldType.TEXT, FieldType.NOTE}}
    kept = {name: value for name, value in values.items() if name not in wrong}
    return kept | {name: STAND_IN for name in wrong if name in written}
