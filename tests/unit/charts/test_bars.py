from xml.etree import ElementTree

from contentlib.charts.bars import Part, draw_split


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
