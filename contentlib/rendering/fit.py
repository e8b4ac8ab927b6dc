"""The scale a version is set at and the room its open quotation needs, found once and kept for all its copies.

Nothing is cut to fit: what does not is given back for the message that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from contentlib.markup.schema import Fit
from contentlib.rendering.answers import Frozen
from contentlib.rendering.boxes import Found

# Five halvings of .86 to 1.14 leave less than one percent, which no eye sees.
STEPS = 5
PAGE_STEPS = 3
LayOut = Callable[[Frozen, str | None], Found]


# From this share on a page looks full; somebody who writes sees the last of it when the text is done.
WELL_FILLED = 0.94
# What the halvings leave open at the top.
LEFT_BY_STEPS = 0.01
# Below this share of a page, a last page is worth avoiding.
NEARLY_EMPTY = 0.4


def freeze_pages(lay_out: LayOut, quotes: Sequence[str], fit: Fit | None, guess: Frozen | None = None) -> Frozen:
    """Find what all copies of a version of several pages share.

    Where the last page would be nearly empty, the largest scale down to `fit.least` that does without it is taken.
    A `guess`, whose quotations are these, is taken where it leaves no last page nearly empty that could be avoided.
    """
    # Whichever stands in it, the room is the same.
    first = quotes[0] if quotes else None
    if guess is not None:
        found = lay_out(guess, first)
        if fit is None or _is_used(found):
            return guess
        # It is full size where no scale did without the last page: where the smallest still does not, none does.
        if guess.fit == 1.0 and len(lay_out(replace(guess, fit=fit.least), first).sizes) >= len(found.sizes):
            return guess
    plain = Frozen(quote_height=_room(lay_out, quotes, 1.0))
    found = lay_out(plain, first)
    pages = len(found.sizes)
    if fit is None or _is_used(found):
        return plain

    def saves(scale: float) -> bool:
        # The room found at full size is a little too much for a smaller one: what fits with it fits.
        return len(lay_out(Frozen(fit=scale, quote_height=plain.quote_height), first).sizes) < pages

    least, most = fit.least, fit.most
    if not saves(least):
        return plain
    for _step in range(PAGE_STEPS):
        middle = round((least + most) / 2, 4)
        if saves(middle):
            least = middle
        else:
            most = middle
    return Frozen(fit=least, quote_height=_room(lay_out, quotes, least))


def freeze_sheet(
    lay_out: LayOut, quotes: Sequence[str], fit: Fit, guess: Frozen | None = None
) -> tuple[Frozen, Found | None]:
    """Find the scale that fills exactly one page with the longest open quotation in place, and that one's height.

    `lay_out` lays out with given values and one of `quotes` in the open place. A `guess`, whose quotations are these,
    is taken where it fills the page nearly as well. Gives the layout that does not fit, at the smallest scale, when
    not even that is one page.
    """
    if guess is not None:
        first = quotes[0] if quotes else None
        found = lay_out(guess, first)
        if len(found.sizes) == 1:
            is_full = _used(found) > WELL_FILLED or guess.fit >= fit.most - LEFT_BY_STEPS
            # What cannot be filled better because of how its lines break looks no fuller for a search.
            larger = replace(guess, fit=round(guess.fit + LEFT_BY_STEPS, 4))
            if is_full or len(lay_out(larger, first).sizes) > 1:
                return guess, None
    # Line breaks differ from scale to scale: the quotation that is tallest large may not be it small.
    candidates: Sequence[str | None] = quotes or [None]
    largest = {quote: lay_out(Frozen(fit=fit.most), quote) for quote in candidates}
    tallest = max(largest, key=lambda quote: (_quote_height(largest[quote]), quote or ""))
    least, most = fit.least, fit.most
    if len(largest[tallest].sizes) == 1:
        least = most
    for _step in range(STEPS if least < most else 0):
        middle = (least + most) / 2
        if len(lay_out(Frozen(fit=middle), tallest).sizes) == 1:
            least = middle
        else:
            most = middle
    return _settle(lay_out, quotes, round(least - 0.00005, 4), fit.least)


def _settle(lay_out: LayOut, quotes: Sequence[str], scale: float, least: float) -> tuple[Frozen, Found | None]:
    """Fix the quotation's room at the scale found; should that be too much after all, step down until it is not."""
    while True:
        frozen = Frozen(fit=scale, quote_height=_room(lay_out, quotes, scale))
        found = lay_out(frozen, quotes[0] if quotes else None)
        if len(found.sizes) == 1:
            return frozen, None
        if scale <= least:
            return frozen, found
        scale = max(round(scale - 0.004, 4), least)


def _room(lay_out: LayOut, quotes: Sequence[str], scale: float) -> float:
    """Give the height of the tallest quotation at a scale; 0 when there is no choice, so nothing to keep room for."""
    if len(quotes) < 2:
        return 0.0
    return max(_quote_height(lay_out(Frozen(fit=scale), quote)) for quote in quotes)


def _used(found: Found) -> float:
    """Tell how much of a sheet its text uses, 0 to 1, but for what is kept free at the foot."""
    lowest = max((piece.rect.bottom for piece in found.pieces if piece.owner), default=0.0)
    return lowest / (found.sizes[0][1] - found.reserve)


def _is_used(found: Found) -> bool:
    """Tell whether no last page is nearly empty."""
    return len(found.sizes) < 2 or _last_page_share(found) > NEARLY_EMPTY


def _last_page_share(found: Found) -> float:
    """Tell how much of the last page is used, 0 to 1; running heads and feet do not count."""
    last = len(found.sizes)
    lowest = max((piece.rect.bottom for piece in found.pieces if piece.page == last), default=0.0)
    return lowest / found.sizes[-1][1]


def _quote_height(found: Found) -> float:
    return max((place.rect.height for place in found.places if place.field == "quote"), default=0.0)
