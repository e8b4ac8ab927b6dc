"""Where the words of a question stand within the lines of a page."""

from __future__ import annotations

from contentlib.domain.documents import TextLine
from contentlib.web.words import mark_places


def test_words_are_marked_where_they_stand_in_their_line():
    line = TextLine(1000, 2000, 4000, 150, "Worn seals, seen early: a SEAL lasts")
    worn, seals = mark_places([line], "seals worn")
    assert [place.text for place in (worn, seals)] == ["Worn", "seals"]
    assert (worn.x, worn.y, worn.height) == (1000, 2000, 150)
    assert worn.x + worn.width < seals.x < seals.x + seals.width < 2500
    assert [place.text for place in mark_places([line], "seal")] == ["seals", "SEAL"]
    assert mark_places([line], "!") == []
    (whole,) = mark_places([TextLine(0, 0, 700, 10, "illness")], "illness")
    assert (whole.x, whole.width) == (0, 700)
