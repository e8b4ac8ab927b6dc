"""Working time before an anchor day: the demo's own calendar, so that nobody works on a Sunday.

Everything in the demo is drawn in working days before the anchor; only here do they become dates. Five working days
are always seven days apart, so a story keeps its weeks whatever day it is told on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

DAYS_PER_WEEK = 5
OPENING_MINUTE = 8 * 60 + 30
CLOSING_MINUTE = 17 * 60 + 30


@dataclass(frozen=True, order=True)
class Instant:
    """A minute of a working day; day -1 is the last working day before the anchor."""

    day: int
    minute: int

    @property
    def is_past(self) -> bool:
        """Tell whether it lies before the anchor day, whatever the time of day there."""
        return self.day < 0


def moment(today: date, instant: Instant) -> datetime:
    """Turn a working instant into a UTC instant."""
    return datetime.combine(working_day(today, instant.day), time(instant.minute // 60, instant.minute % 60), UTC)


def working_day(today: date, offset: int) -> date:
    """Give the working day `offset` (below 0) days before a day; a weekend counts as the Monday after it."""
    monday_based = today.weekday() if today.weekday() < DAYS_PER_WEEK else DAYS_PER_WEEK
    weeks, weekday = divmod(monday_based + offset, DAYS_PER_WEEK)
    return today - timedelta(days=today.weekday()) + timedelta(days=7 * weeks + weekday)
