"""A deal's way through its stages, to scale, with what was used when; the list beside it holds the same in words.

The style sheet dresses these classes:

`tl` the drawing; on it `tl-open`, `tl-won` or `tl-lost`
`tl-past` the way so far · `tl-ahead` the way ahead, dashed · `tl-node` a stage reached · `tl-now` the stage it is in
`tl-next` a stage ahead · `tl-use` a use · `tl-end` where it closed · `tl-text` stage names (to be hidden where the
page is narrow; they would run into each other) · `tl-text-now` the name of the stage it is in
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contentlib.charts.svg import drawing, element, percent, text

HEIGHT = 52
LINE_Y = 12
TEXT_Y = 42
LEFT = 0.006  # room for half a node
NARROWEST_STAGE = 0.11  # as a share of the width: a stage of one day still carries its name
AHEAD_STAGE = 0.12
LARGEST_AHEAD = 0.40
USE_HALF = 6


@dataclass(frozen=True, kw_only=True)
class TimelineStage:
    """A stage the deal entered."""

    label: str
    entered_at: datetime


@dataclass(frozen=True, kw_only=True)
class TimelineUse:
    """Something used on the deal: what is shown on hover, and when it was."""

    label: str
    at: datetime


def draw_timeline(
    stages: Sequence[TimelineStage],
    uses: Sequence[TimelineUse],
    *,
    until: datetime,
    ahead: Sequence[str] = (),
    ending: str | None = None,
) -> str:
    """Draw the way of a deal until now or its close.

    `stages` are ordered by entry and not empty; `ahead` names the stages still to come; `ending` is "won" or "lost"
    for a closed deal. Stages are drawn to scale, but none narrower than its name; uses keep their place within
    their stage. Raises ValueError without a stage.
    """
    if not stages:
        raise ValueError("a timeline needs a stage")
    places = _Places(stages, until, 1 - 2 * LEFT - min(AHEAD_STAGE * len(ahead), LARGEST_AHEAD))
    line_end = places.edges[-1]
    parts = [_line("tl-past", places.edges[0], line_end)]
    if ahead:
        parts.append(_line("tl-ahead", line_end, 1.0))
    for use in sorted(uses, key=lambda use: use.at):
        x = percent(places.of(use.at))
        mark = element("line", class_="tl-use", x1=x, x2=x, y1=LINE_Y - USE_HALF, y2=LINE_Y + USE_HALF)
        parts.append(element("g", element("title", text(use.label)), mark))
    for index, stage in enumerate(stages):
        is_now = index == len(stages) - 1 and ending is None
        parts += _node(stage.label, places.edges[index], "tl-now" if is_now else "tl-node", is_now=is_now)
    for index, label in enumerate(ahead):
        share = line_end + (1 - LEFT - line_end) * (index + 0.5) / len(ahead)
        parts += _node(label, share, "tl-next")
    if ending is not None:
        parts.append(element("circle", class_="tl-end", cx=percent(line_end), cy=LINE_Y, r=6))
    return drawing(
        f"tl tl-{ending or 'open'}",
        *parts,
        title=_title(stages, ending),
        description=_describe(stages, uses),
        height=HEIGHT,
    )


class _Places:
    """Where instants stand: to scale within the stage they fall into."""

    def __init__(self, stages: Sequence[TimelineStage], until: datetime, width: float) -> None:
        self._begins = [stage.entered_at for stage in stages]
        self._ends = [max(a, b) for a, b in zip([*self._begins[1:], until], self._begins, strict=True)]
        lengths = [(end - begin).total_seconds() for begin, end in zip(self._begins, self._ends, strict=True)]
        self.edges = [LEFT]
        for share in _widen(lengths, NARROWEST_STAGE):
            self.edges.append(self.edges[-1] + share * width)

    def of(self, at: datetime) -> float:
        """Give the place of an instant; before the first stage and after the end it is kept at that edge."""
        stage = max(bisect_right(self._begins, at) - 1, 0)
        length = (self._ends[stage] - self._begins[stage]).total_seconds()
        within = (at - self._begins[stage]).total_seconds() / length if length else 0.0
        left, right = self.edges[stage], self.edges[stage + 1]
        return left + min(max(within, 0.0), 1.0) * (right - left)


def _widen(lengths: Sequence[float], narrowest: float) -> list[float]:
    """Give shares of 1 in proportion to lengths, none below `narrowest` (or an even share, if that is less)."""
    floor = min(narrowest, 1 / len(lengths))
    narrow = {index for index, length in enumerate(lengths) if not length}
    while True:
        free = 1 - floor * len(narrow)
        total = sum(length for index, length in enumerate(lengths) if index not in narrow)
        shares = [floor if index in narrow else length / total * free for index, length in enumerate(lengths)]
        found = {index for index, share in enumerate(shares) if share < floor - 1e-12}
        if not found:
            # Nothing is left to take the room when all are narrow: share it out evenly.
            return shares if total else [1 / len(lengths)] * len(lengths)
        narrow |= found


def _line(class_: str, start: float, end: float) -> str:
    return element("line", class_=class_, x1=percent(start), x2=percent(end), y1=LINE_Y, y2=LINE_Y)


def _node(label: str, share: float, class_: str, *, is_now: bool = False) -> list[str]:
    words = "tl-text tl-text-now" if is_now else "tl-text"
    return [
        element("circle", class_=class_, cx=percent(share), cy=LINE_Y, r=7 if is_now else 4),
        element("text", text(label), class_=words, x=percent(share - LEFT), y=TEXT_Y),
    ]


def _title(stages: Sequence[TimelineStage], ending: str | None) -> str:
    return f"Stages of the deal, {ending}" if ending else f"Stages of the deal, now in {stages[-1].label}"


def _describe(stages: Sequence[TimelineStage], uses: Sequence[TimelineUse]) -> str:
    entered = "; ".join(f"{stage.label} from {_day(stage.entered_at)}" for stage in stages)
    used = f"{len(uses)} uses" if len(uses) != 1 else "1 use"
    return f"{entered}. {used}."


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"
