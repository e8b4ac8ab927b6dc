from xml.etree import ElementTree

import pytest

from contentlib.charts.interval_plot import (
    Interval,
    Scale,
    draw_axis,
    draw_gauge,
    draw_key,
    draw_row,
    fit_scale,
    tell,
)
from contentlib.domain.reports import Verdict

HELPS = Interval(lift=0.10, lo=0.02, hi=0.19, verdict=Verdict.HELPS)
PLAIN = Interval(lift=-0.01, lo=-0.07, hi=0.06, verdict=Verdict.NO_CLEAR_DIFFERENCE)
SCARCE = Interval(lift=0.16, lo=-0.02, hi=0.52, verdict=Verdict.NOT_ENOUGH_DATA)


def find(svg, class_):
    return [part for part in ElementTree.fromstring(svg).iter() if class_ in part.get("class", "").split()]


def test_zero_stands_in_the_middle_and_the_band_is_tau_wide_on_both_sides():
    svg = draw_row(PLAIN, tau=0.02, scale=Scale(0.20))
    (zero,), (band,) = find(svg, "iv-zero"), find(svg, "iv-band")
    assert zero.get("x1") == zero.get("x2") == "50%"
    assert (band.get("x"), band.get("width")) == ("46.67%", "6.67%")


def test_dot_and_range_stand_at_their_figures():
    svg = draw_row(HELPS, tau=0.02, scale=Scale(0.20))
    (dot,), (line,) = find(svg, "iv-dot"), find(svg, "iv-range")
    assert dot.get("cx") == "66.67%"
    assert (line.get("x1"), line.get("x2")) == ("53.33%", "81.67%")
    assert ElementTree.fromstring(svg).get("class") == "iv iv-row iv-helps"


def test_a_range_that_leaves_the_scale_ends_in_an_arrow():
    svg = draw_row(SCARCE, tau=0.02, scale=Scale(0.20))
    (arrow,) = find(svg, "iv-cut")
    assert (arrow.text, arrow.get("x")) == ("›", "100%")
    assert find(svg, "iv-range")[0].get("x2") == "100%"


def test_a_difference_beyond_the_scale_has_no_dot_that_would_lie():
    far = Interval(lift=-0.4, lo=-0.6, hi=-0.1, verdict=Verdict.NOT_ENOUGH_DATA)
    assert not find(draw_row(far, tau=0.02, scale=Scale(0.20)), "iv-dot")


def test_no_figure_is_told_of_an_asset_with_too_few_uses():
    assert tell(SCARCE) == "Not enough data yet"
    svg = draw_row(SCARCE, tau=0.02, scale=Scale(0.20))
    assert "per 100" not in svg
    assert "iv-faint" in svg


def test_the_title_tells_the_figures_with_a_real_minus():
    assert tell(PLAIN) == "No clear difference: −1 per 100, likely −7 to +6"
    title = ElementTree.fromstring(draw_row(PLAIN, tau=0.02, scale=Scale(0.20))).find("title")
    assert title.text == tell(PLAIN)


def test_a_row_without_figures_keeps_the_ground_and_says_nothing():
    root = ElementTree.fromstring(draw_row(None, tau=0.02, scale=Scale(0.20)))
    assert root.get("aria-hidden") == "true"
    assert root.find("title") is None
    assert [part.get("class") for part in root].count("iv-zero") == 1


@pytest.mark.parametrize(
    ("intervals", "limit"),
    [
        ([], 0.20),
        ([HELPS, PLAIN], 0.20),
        ([HELPS, SCARCE], 0.20),  # what is faint does not stretch the scale
        ([Interval(lift=0.2, lo=0.05, hi=0.35, verdict=Verdict.HELPS)], 0.30),
        ([Interval(lift=-0.4, lo=-0.9, hi=-0.1, verdict=Verdict.REVIEW)], 0.50),
        ([Interval(lift=0.1, lo=0.0, hi=0.3, verdict=Verdict.HELPS)], 0.20),
    ],
)
def test_one_scale_fits_all_rated_ranges(intervals, limit):
    assert fit_scale(intervals).limit == pytest.approx(limit)


def test_axis_names_its_lines_and_sides():
    ticks = [part.text for part in find(draw_axis(Scale(0.20)), "iv-tick")]
    assert ticks == ["−20", "−10", "0", "+10", "+20"]
    assert [part.text for part in find(draw_axis(Scale(0.20)), "iv-side")] == ["fewer won", "more won per 100"]


def test_gauge_stands_alone_with_its_own_scale():
    svg = draw_gauge(PLAIN, tau=0.02)
    assert [part.text for part in find(svg, "iv-tick")] == ["−20", "0", "+20"]
    assert ElementTree.fromstring(svg).get("height") == "56"


@pytest.mark.parametrize(
    "svg",
    [
        draw_row(HELPS, tau=0.02, scale=Scale(0.2)),
        draw_row(None, tau=0.02, scale=Scale(0.2)),
        draw_gauge(SCARCE, tau=0.05),
        draw_axis(Scale(0.3)),
        draw_key(),
    ],
)
def test_drawings_pass_a_strict_policy(svg):
    for part in ElementTree.fromstring(svg).iter():
        assert "style" not in part.attrib
        assert not {"fill", "stroke"} & set(part.attrib)
