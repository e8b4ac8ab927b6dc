"""Where pictures of pages differ is found; what only moved up or down, and what words tell already, is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from contentlib.domain.page_places import PicturePair, Place
from contentlib.rendering.differences import find_differences

Box = tuple[int, int, int, int]
Draw = Callable[..., str]


@pytest.fixture
def page(tmp_path: Path) -> Draw:
    def draw(name: str, *boxes: tuple[Box, str], ground: str = "white", high: int = 620) -> str:
        picture = Image.new("RGB", (440, high), ground)
        pen = ImageDraw.Draw(picture)
        for box, colour in boxes:
            pen.rectangle(box, fill=colour)
        picture.save(tmp_path / name, "WEBP", quality=82)
        return str(tmp_path / name)

    return draw


def holds(place: Place, box: Box, high: int = 620) -> bool:
    """Tell whether a place is a box of pixels, to a few of them."""
    edges = (place.x * 440, place.y * high, place.right * 440, place.bottom * high)
    return all(abs(edge / 10_000 - wanted) <= 8 for edge, wanted in zip(edges, box, strict=True))


BAND, CHART = (40, 100, 200, 180), (60, 400, 300, 560)


def test_what_went_what_came_and_what_changed(page: Draw):
    before = page("a.webp", (BAND, "navy"), (CHART, "teal"))
    after = page("b.webp", (BAND, "maroon"), ((300, 300, 400, 340), "orange"))
    ((gone, new),) = find_differences([PicturePair(before=before, after=after)])
    assert [holds(place, box) for place, box in zip(gone, (BAND, CHART), strict=True)] == [True, True]
    assert [holds(p, box) for p, box in zip(new, (BAND, (300, 300, 400, 340)), strict=True)] == [True, True]


def test_what_moved_what_is_noise_and_what_is_the_same_is_no_difference(page: Draw):
    before = page("a.webp", (BAND, "navy"), (CHART, "teal"))
    lower = page("b.webp", ((40, 114, 200, 194), "navy"), ((60, 414, 300, 574), "teal"))
    paler = page("c.webp", (BAND, "#000088"), (CHART, "teal"), ground="#fdfdfd")
    for other in (before, lower, paler):
        assert find_differences([PicturePair(before=before, after=other)]) == (((), ()),)


def test_words_that_are_told_as_words_and_pages_of_other_lengths(page: Draw):
    line = Place(x=900, y=1400, width=3700, height=1250)
    before, after = page("a.webp"), page("b.webp", (BAND, "black"), high=700)
    said = PicturePair(before=before, after=after, words_after=(line,))
    broken = PicturePair(before=before, after=before + ".missing")
    assert find_differences([said, broken]) == (((), ()), ((), ()))
