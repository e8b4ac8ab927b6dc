"""The interval dot-plot: how many more or fewer deals were won, with the likely range; it decides no verdict.

One drawing per table row, all on one scale, plus the axis for the table's head; or one gauge that stands alone.
The style sheet dresses these classes:

`iv` the drawing; `iv-row`, `iv-axis`, `iv-gauge`, `iv-key` which of them it is
`iv-band` what cannot be seen of deals, plus and minus tau · `iv-grid` a line every ten points · `iv-zero` no difference
`iv-range` the likely range · `iv-dot` the difference · `iv-cut` an arrow where the range leaves the scale
`iv-tick` figures of the axis · `iv-side` its words
On `iv` one of `iv-helps`, `iv-plain`, `iv-review`, `iv-faint`: faint is to be dashed with a hollow dot (too few uses,
or deals that were not alike). Of an asset with too few uses no figure is told.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from contentlib.charts.svg import decoration, drawing, element, percent, text
from contentlib.domain.reports import VERDICT_LABELS, Verdict

SMALLEST_LIMIT = 0.20
LARGEST_LIMIT = 0.50
STEP = 0.10
DOT_RADIUS = 4.5
HELPS_DOT_RADIUS = 6.5
GAUGE_HEIGHT = 56

_TONES = {
    Verdict.HELPS: "iv-helps",
    Verdict.NO_CLEAR_DIFFERENCE: "iv-plain",
    Verdict.REVIEW: "iv-review",
    Verdict.NOT_ENOUGH_DATA: "iv-faint",
    Verdict.CANNOT_TELL: "iv-faint",
}


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A difference and its likely range as fractions of deals (0.07 = 7 per 100), with what may be said of it."""

    lift: float
    lo: float
    hi: float
    verdict: Verdict


@dataclass(frozen=True)
class Scale:
    """A scale around zero, as far as `limit` to both sides, with a little room beyond the last line."""

    limit: float

    def place(self, fraction: float) -> float:
        """Give where a difference stands, as a share of the width, kept inside the drawing."""
        reach = self.limit + STEP
        return min(max((fraction + reach) / (2 * reach), 0.0), 1.0)

    def has_room_for(self, fraction: float) -> bool:
        """Tell whether a difference lies inside the drawing."""
        return abs(fraction) <= self.limit + STEP

    @property
    def ticks(self) -> tuple[float, ...]:
        """The differences that get a line, zero included."""
        steps = round(self.limit / STEP)
        return tuple(step * STEP for step in range(-steps, steps + 1))


def fit_scale(intervals: Iterable[Interval]) -> Scale:
    """Choose the one scale of a report: all rated ranges fit, up to 50 points; faint ranges may be cut."""
    rated = [interval for interval in intervals if _TONES[interval.verdict] != "iv-faint"]
    reach = max((max(abs(interval.lo), abs(interval.hi)) for interval in rated), default=0.0)
    limit = math.ceil(round(reach / STEP - 1, 9)) * STEP
    return Scale(min(max(limit, SMALLEST_LIMIT), LARGEST_LIMIT))


def draw_row(interval: Interval | None, *, tau: float, scale: Scale) -> str:
    """Draw one row; without an interval only the ground is drawn, so that zero runs through the whole table."""
    ground = _ground(tau, scale)
    if interval is None:
        return decoration("iv iv-row", *ground)
    return drawing(f"iv iv-row {_TONES[interval.verdict]}", *ground, *_marks(interval, scale), title=tell(interval))


def draw_axis(scale: Scale) -> str:
    """Draw the axis for the head of the table: signed points and which side is which."""
    ticks = (
        element(
            "text", text(_points(tick)), class_="iv-tick", x=percent(scale.place(tick)), y="28", text_anchor="middle"
        )
        for tick in scale.ticks
    )
    return decoration(
        "iv iv-axis",
        element("text", text("fewer won"), class_="iv-side", x="48%", y="10", text_anchor="end"),
        element("text", text("more won per 100"), class_="iv-side", x="52%", y="10"),
        *ticks,
    )


def draw_gauge(interval: Interval, *, tau: float) -> str:
    """Draw one interval on its own, with its own scale under it, 56 pixels high."""
    scale = fit_scale([interval])
    ticks = (
        element(
            "text", text(_points(tick)), class_="iv-tick", x=percent(scale.place(tick)), y="52", text_anchor="middle"
        )
        for tick in (-scale.limit, 0.0, scale.limit)
    )
    return drawing(
        f"iv iv-gauge {_TONES[interval.verdict]}",
        *_ground(tau, scale, height="36"),
        *_marks(interval, scale, y="18"),
        *ticks,
        title=tell(interval),
        height=GAUGE_HEIGHT,
    )


def draw_key() -> str:
    """Draw the sample for "How to read this"."""
    interval = Interval(lift=0.08, lo=-0.06, hi=0.22, verdict=Verdict.NO_CLEAR_DIFFERENCE)
    scale = Scale(SMALLEST_LIMIT)
    band = 0.05  # wider than any real one, so that it can be seen
    ground = [part for part in _ground(band, scale) if "iv-grid" not in part]
    return decoration("iv iv-key iv-plain", *ground, *_marks(interval, scale))


def tell(interval: Interval) -> str:
    """Say in words what is drawn; without figures where none may be told."""
    label = VERDICT_LABELS[interval.verdict]
    if interval.verdict is Verdict.NOT_ENOUGH_DATA:
        return label
    lift, lo, hi = (_points(value) for value in (interval.lift, interval.lo, interval.hi))
    return f"{label}: {lift} per 100, likely {lo} to {hi}"


def _ground(tau: float, scale: Scale, height: str = "100%") -> list[str]:
    left, right = scale.place(-tau), scale.place(tau)
    parts = [element("rect", class_="iv-band", x=percent(left), width=percent(right - left), height=height)]
    for tick in scale.ticks:
        x = percent(scale.place(tick))
        parts.append(element("line", class_="iv-grid" if tick else "iv-zero", x1=x, x2=x, y1="0", y2=height))
    return parts


def _marks(interval: Interval, scale: Scale, y: str = "50%") -> list[str]:
    left, right = percent(scale.place(interval.lo)), percent(scale.place(interval.hi))
    parts = [element("line", class_="iv-range", x1=left, x2=right, y1=y, y2=y)]
    if scale.has_room_for(interval.lift):
        radius = HELPS_DOT_RADIUS if interval.verdict is Verdict.HELPS else DOT_RADIUS
        parts.append(element("circle", class_="iv-dot", cx=percent(scale.place(interval.lift)), cy=y, r=radius))
    for end, arrow, anchor in ((interval.lo, "‹", "start"), (interval.hi, "›", "end")):
        if not scale.has_room_for(end):
            x = percent(scale.place(end))
            parts.append(element("text", text(arrow), class_="iv-cut", x=x, y=y, dy="4", text_anchor=anchor))
    return parts


def _points(fraction: float) -> str:
    points = round(100 * fraction)
    return f"+{points}" if points > 0 else str(points).replace("-", "−")
