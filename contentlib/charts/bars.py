"""Bars: one number against a whole, or a whole in its parts; the numbers stand beside them in words.

The style sheet dresses these classes: `bar` the drawing, `bar-track` the whole, `bar-fill` the part; `split` the
drawing of a whole in parts, and on each part the class it was given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contentlib.charts.svg import drawing, element, percent


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a whole: what it is called, how much it is, and the class it is drawn with."""

    label: str
    amount: float
    class_: str


def draw_bar(amount: float, whole: float, *, label: str) -> str:
    """Draw an amount as part of a whole, kept between nothing and all of it."""
    share = min(max(amount / whole, 0.0), 1.0) if whole > 0 else 0.0
    return drawing(
        "bar",
        element("rect", class_="bar-track", width="100%", height="100%"),
        element("rect", class_="bar-fill", width=percent(share), height="100%"),
        title=label,
    )


def draw_split(parts: Sequence[Part]) -> str:
    """Draw a whole in its parts, side by side in the order given; parts of nothing are left out."""
    whole = sum(part.amount for part in parts)
    drawn, left = [], 0.0
    for part in parts:
        if part.amount > 0:
            share = part.amount / whole
            drawn.append(element("rect", class_=part.class_, x=percent(left), width=percent(share), height="100%"))
            left += share
    return drawing("split", *drawn, title=", ".join(f"{part.amount:g} {part.label}" for part in parts))
