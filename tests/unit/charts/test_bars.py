from xml.etree import ElementTree

import pytest

from contentlib.charts.bars import Part, draw_bar, draw_split


@pytest.mark.parametrize(
    ("amount", "whole", "width"), [(18, 24, "75%"), (0, 24, "0%"), (30, 24, "100%"), (-1, 24, "0%"), (3, 0, "0%")]
)
def test_bar_shows_its_share(amount, whole, width):
    svg = ElementTree.fromstring(draw_bar(amount, whole, label="18 of 24"))
    assert [part.get("width") for part in svg.iter("rect")] == ["100%", width]
    assert svg.find("title").text == "18 of 24"


def test_split_shares_out_the_whole_and_leaves_out_nothing_parts():
    parts = [
        Part(label="won", amount=1, class_="w"),
        Part(label="open", amount=0, class_="o"),
        Part(label="lost", amount=3, class_="l"),
    ]
    svg = ElementTree.fromstring(draw_split(parts))
    drawn = [(part.get("class"), part.get("x"), part.get("width")) for part in svg.iter("rect")]
    assert drawn == [("w", "0%", "25%"), ("l", "25%", "75%")]
    assert svg.find("title").text == "1 won, 0 open, 3 lost"


def test_split_of_nothing_is_empty():
    assert list(ElementTree.fromstring(draw_split([])).iter("rect")) == []
