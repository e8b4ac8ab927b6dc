"""Words that only one of two pages has are found where they stand; words that moved are not."""

from __future__ import annotations

from contentlib.domain.documents import TextLine
from contentlib.domain.page_places import Place, differing_words, join, moved_lines, part_of


def lines(*texts: str, top: int = 1000) -> list[TextLine]:
    return [TextLine(1000, top + 300 * n, 100 * len(text), 200, text) for n, text in enumerate(texts)]


def test_a_part_of_a_line_stands_by_what_its_letters_take():
    line = TextLine(1000, 500, 900, 200, "nnn nnnnn")
    assert part_of(line, 0, 9) == line
    first = part_of(line, 0, 3)
    assert (first.x, first.text) == (1000, "nnn")
    assert 300 < first.width < 330


def test_words_of_one_page_alone_are_found_and_moved_ones_are_not():
    before = lines("Two suppliers are connected", "to the record in Leeds", "Footnote")
    after = lines(
        "Footnote", "A new line stands here", "Nine suppliers are connected to", "the record in Leeds", top=900
    )
    gone, new = differing_words(before, after)
    assert [(place.x, place.y) for place in gone] == [(1000, 1000)]
    assert gone[0].width < 500
    # What is new stands in two lines, one below the other, like one paragraph.
    (whole,) = new
    assert (whole.x, whole.y, whole.bottom) == (1000, 1200, 1700)
    assert differing_words(before, before) == ((), ())


def test_a_long_page_is_told_line_by_line():
    before, after = lines(*["old word"] * 1100), lines(*["new word"] * 1100)
    gone, new = differing_words(before, after)
    assert (len(gone), len(new)) == (1, 1)
    assert gone[0].bottom == before[-1].y + 200


def test_lines_that_stand_elsewhere_are_told_from_those_in_place():
    before, after = lines("Stays", "Moves"), [*lines("Stays"), TextLine(1000, 2000, 500, 200, "Moves")]
    assert moved_lines(before, after) == (
        (Place(x=1000, y=1300, width=500, height=200),), (Place(x=1000, y=2000, width=500, height=200),),
    )  # fmt: skip


def test_places_join_when_they_overlap_or_follow_each_other_closely():
    apart = Place(x=0, y=5000, width=100, height=100)
    near = [Place(x=0, y=0, width=100, height=100), Place(x=50, y=150, width=100, height=100)]
    beside = Place(x=400, y=0, width=100, height=100)
    assert join([apart, *near, beside]) == (Place(x=0, y=0, width=150, height=250), beside, apart)
