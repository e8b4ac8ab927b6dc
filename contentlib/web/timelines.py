"""A deal drawn to scale, as percents of its line: stages, uses, months; the template turns them into shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from contentlib.domain.deals import DealView, StageStay
from contentlib.web.filters import MONTHS, count

# A stage's name needs about this share of the line to stand above it.
_ROOM_FOR_NAME = 9.0
_MOST_TICKS = 9


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One stay in a stage; `x` and `width` in percent of the line."""

    label: str
    x: float
    width: float
    is_now: bool
    is_labelled: bool


@dataclass(frozen=True, kw_only=True)
class Tick:
    """The beginning of a month."""

    x: float
    label: str


@dataclass(frozen=True, kw_only=True)
class DealLine:
    """A deal's whole line; `said` tells it in words."""

    segments: tuple[Segment, ...]
    joints: tuple[float, ...]
    uses: tuple[float, ...]
    ticks: tuple[Tick, ...]
    today: float | None
    said: str


def draw_deal(deal: DealView, stays: Sequence[StageStay], *, now: datetime) -> DealLine | None:
    """Draw a deal from its first stage to its end, or to now; None for one without a stage."""
    if not stays:
        return None
    start = min([stays[0].entered_at, *(use.occurred_at for use in stays[0].used)])
    end = max(deal.closed_at or now, start + timedelta(days=1))

    def place(at: datetime) -> float:
        return round(min(max((at - start) / (end - start), 0.0), 1.0) * 100, 2)

    segments = []
    for stay in stays:
        x, right = place(stay.entered_at), place(stay.left_at or end)
        segments.append(
            Segment(
                label=stay.stage,
                x=x,
                width=round(right - x, 2),
                is_now=stay.left_at is None and deal.outcome is None,
                is_labelled=right - x >= _ROOM_FOR_NAME,
            )
        )
    uses = [place(use.occurred_at) for stay in stays for use in stay.used]
    return DealLine(
        segments=tuple(segments),
        joints=tuple(segment.x for segment in segments[1:]),
        uses=tuple(uses),
        ticks=tuple(Tick(x=place(at), label=MONTHS[at.month - 1]) for at in _months(start, end)),
        today=100.0 if deal.outcome is None else None,
        said=f"{len(stays)} stages over {count((end - start).days, 'day')}, {count(len(uses), 'use')} of assets",
    )


def _months(start: datetime, end: datetime) -> list[datetime]:
    """List the beginnings of months on the line, every second or third one on a long line."""
    firsts = []
    at = datetime(start.year, start.month, 1, tzinfo=UTC)
    while at < end:
        if at > start:
            firsts.append(at)
        at = datetime(at.year + at.month // 12, at.month % 12 + 1, 1, tzinfo=UTC)
    return firsts[:: max(1, -(-len(firsts) // _MOST_TICKS))]
