from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from contentlib.charts.deal_timeline import TimelineStage, TimelineUse, draw_timeline

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def day(number):
    return START + timedelta(days=number)


def stages(*entries):
    return [TimelineStage(label=label, entered_at=day(number)) for label, number in entries]


def places(svg, class_):
    found = [part for part in ElementTree.fromstring(svg).iter() if part.get("class") == class_]
    return [float((part.get("cx") or part.get("x1")).rstrip("%")) for part in found]


def test_stages_stand_to_scale():
    svg = draw_timeline(stages(("Discovery", 0), ("Qualification", 20), ("Evaluation", 50)), [], until=day(100))
    left, middle = places(svg, "tl-node")
    (now,) = places(svg, "tl-now")
    width = 100 - 2 * left
    assert (middle - left) / width == pytest.approx(0.2, abs=0.001)
    assert (now - left) / width == pytest.approx(0.5, abs=0.001)


def test_a_stage_of_an_hour_still_carries_its_name():
    svg = draw_timeline(stages(("Discovery", 0), ("Qualification", 0.04), ("Evaluation", 50)), [], until=day(100))
    first, second = places(svg, "tl-node")
    assert second - first >= 10


def test_stages_entered_at_one_instant_share_the_room():
    svg = draw_timeline(stages(("Discovery", 0), ("Qualification", 0)), [], until=day(0))
    (first,), (now,) = places(svg, "tl-node"), places(svg, "tl-now")
    assert 45 < now - first < 55


def test_uses_stand_within_their_stage_and_before_the_first_at_its_edge():
    uses = [TimelineUse(label="Early", at=day(-9)), TimelineUse(label="Later", at=day(75))]
    svg = draw_timeline(stages(("Discovery", 0), ("Qualification", 50)), uses, until=day(100))
    early, later = places(svg, "tl-use")
    assert early == pytest.approx(0.6)
    assert later == pytest.approx(75, abs=0.5)


def test_the_way_ahead_is_drawn_while_the_deal_is_open():
    svg = draw_timeline(stages(("Discovery", 0)), [], until=day(9), ahead=["Qualification", "Evaluation"])
    assert len(places(svg, "tl-next")) == 2
    assert places(svg, "tl-ahead") == pytest.approx([75.4])
    assert ElementTree.fromstring(svg).get("class") == "tl tl-open"


@pytest.mark.parametrize("ending", ["won", "lost"])
def test_a_closed_deal_ends(ending):
    svg = draw_timeline(stages(("Discovery", 0), ("Proposal", 4)), [], until=day(9), ending=ending)
    assert ElementTree.fromstring(svg).get("class") == f"tl tl-{ending}"
    assert len(places(svg, "tl-end")) == 1
    assert not places(svg, "tl-now")


def test_names_are_escaped_and_told_in_words():
    use = TimelineUse(label="A <b> & a “quote”", at=day(1))
    svg = draw_timeline(stages(("R&D <talk>", 0)), [use], until=day(3))
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.find("title").text == "Stages of the deal, now in R&D <talk>"
    assert root.find("desc").text == "R&D <talk> from 5 Jan 2026. 1 use."
    assert root.find("g/title").text == use.label
    assert "style=" not in svg


def test_without_a_stage_there_is_nothing_to_draw():
    with pytest.raises(ValueError, match="needs a stage"):
        draw_timeline([], [], until=START)
