"""A whole in its parts as one bar; the numbers stand beside it in words.

The style sheet dresses these classes: `split` the drawing, and on each part the class it was given.
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
