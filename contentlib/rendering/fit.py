"""One page exactly: the scale that fills it, and the room its open quotation needs, found once per version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from contentlib.markup.schema import Fit
from contentlib.rendering.boxes import Found
from contentlib.rendering.html import Frozen

# Six halvings of .86 to 1.14 leave less than half a percent, which no eye sees.
STEPS = 6
LayOut = Callable[[Frozen, str | None], Found]


def freeze(lay_out: LayOut, quotes: Sequence[str], fit: Fit | None) -> tuple[Frozen, Found | None]:
    """Find what all copies of a version share: the scale, and the height of the longest open quotation.

    `lay_out` lays out with given values and one of `quotes` in the open place. Gives the layout that does not fit,
    at the smallest scale, when not even that is one page.
    """
    frozen = Frozen(fit=1.0)
    tallest: str | None = quotes[0] if quotes else None
    if len(quotes) > 1:
        heights = {quote: _quote_height(lay_out(frozen, quote)) for quote in quotes}
        tallest = max(heights, key=lambda quote: (heights[quote], quote))
        frozen = replace(frozen, quote_height=heights[tallest])
    if fit is None:
        return frozen, None
    smallest = Frozen(fit=fit.least)
    found = lay_out(smallest, tallest)
    if len(found.sizes) > 1:
        return smallest, found
    best = fit.least
    least, most = fit.least, fit.most
    if len(lay_out(Frozen(fit=most), tallest).sizes) == 1:
        best = most
    else:
        for _step in range(STEPS):
            middle = (least + most) / 2
            if len(lay_out(Frozen(fit=middle), tallest).sizes) == 1:
                best = least = middle
            else:
                most = middle
    best = round(best - 0.00005, 4)
    height = _quote_height(lay_out(Frozen(fit=best), tallest)) if len(quotes) > 1 else 0.0
    return Frozen(fit=best, quote_height=height), None


def _quote_height(found: Found) -> float:
    return max((place.rect.height for place in found.places if place.field == "quote"), default=0.0)
