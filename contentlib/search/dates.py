"""Reads the days that people write in a question: a day, a month, a year, or a stretch of them."""

from __future__ import annotations

import re
from datetime import date, timedelta

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def read(name: str, value: str) -> tuple[int, int] | None:
    """Read what stands after `updated:`, `after:` or `before:` as first and last day, both included.

    Days are proleptic ordinals. `2026` and `2026-03` mean all of it; `..` parts two ends, of which one may be missing;
    `after:` begins with its day and `before:` ends with the day before. None when it is no date.
    """
    if name == "updated" and ".." in value:
        first, _, last = value.partition("..")
        begins, ends = _stretch(first), _stretch(last)
        if (first and not begins) or (last and not ends) or not (begins or ends):
            return None
        return (begins[0] if begins else 1, ends[1] if ends else date.max.toordinal())
    stretch = _stretch(value)
    if stretch is None:
        return None
    match name:
        case "after":
            return stretch[0], date.max.toordinal()
        case "before":
            return 1, stretch[0] - 1
    return stretch


def _stretch(text: str) -> tuple[int, int] | None:
    """Give the first and the last day of a year, a month or a day."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    try:
        first = date(year, month, day)
        if match[3]:
            return first.toordinal(), first.toordinal()
        begins_next = (year + 1, 1) if not match[2] or month == 12 else (year, month + 1)
        # The year 9999 has no next.
        last = date(*begins_next, 1) - timedelta(days=1) if begins_next[0] <= date.max.year else date.max
    except ValueError:
        return None
    return first.toordinal(), last.toordinal()
