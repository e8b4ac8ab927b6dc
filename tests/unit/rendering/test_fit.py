"""Fit: the largest scale that holds one page, with room for the longest quotation; by a layout of known size."""

from __future__ import annotations

import pytest

from contentlib.markup.schema import Fit
from contentlib.rendering import fit
from contentlib.rendering.answers import Frozen
from contentlib.rendering.boxes import Found, Piece, Place, Rect

FIT = Fit(least=0.86, most=1.14)
QUOTES = {"short": 40.0, "long": 90.0}


def layout_of(text: float, page: float = 1000.0):
    """Lay out a text of a height at scale 1 and a quotation on pages of a height."""
    asked: list[tuple[Frozen, str | None]] = []

    def lay_out(frozen: Frozen, quote: str | None) -> Found:
        asked.append((frozen, quote))
        height = max(QUOTES.get(quote or "", 0.0) * frozen.fit, frozen.quote_height)
        whole = text * frozen.fit + height
        pages = -int(-whole // page)
        last = Rect(0, 0, 100, whole - (pages - 1) * page)
        piece = Piece(page=pages, text="text", rect=last, leaf=1, room=None, owner="part", field=None, frames=())
        places = [Place("quote", 1, Rect(0, 0, 100, height))] if quote else []
        return Found(sizes=[(700.0, page)] * pages, pieces=[piece], places=places)

    return lay_out, asked


def test_a_page_is_filled_but_never_overrun():
    lay_out, _asked = layout_of(900)
    frozen, too_long = fit.freeze_sheet(lay_out, ["short", "long"], FIT)
    assert too_long is None
    assert frozen.quote_height == pytest.approx(90 * frozen.fit)
    assert 975 < 900 * frozen.fit + frozen.quote_height <= 1000


@pytest.mark.parametrize("chosen", [*QUOTES])
def test_every_quotation_fits_what_was_frozen(chosen):
    lay_out, _asked = layout_of(930)
    frozen, _too_long = fit.freeze_sheet(lay_out, list(QUOTES), FIT)
    assert len(lay_out(frozen, chosen).sizes) == 1


def test_little_text_is_set_no_larger_than_the_most():
    lay_out, asked = layout_of(300)
    frozen, _too_long = fit.freeze_sheet(lay_out, [], FIT)
    assert frozen.fit == pytest.approx(1.14, abs=1e-3)
    assert len(asked) <= 3


def test_a_guess_is_taken_while_it_fills_the_page_and_saves_the_search():
    lay_out, asked = layout_of(900)
    best, _too_long = fit.freeze_sheet(lay_out, ["short"], FIT)
    asked.clear()
    assert fit.freeze_sheet(lay_out, ["short"], FIT, best) == (best, None)
    assert len(asked) == 1
    for text in (700, 1100):  # too little to fill the page, too much to fit it: searched for as without
        lay_out, _asked = layout_of(text)
        assert fit.freeze_sheet(lay_out, ["short"], FIT, best) == fit.freeze_sheet(lay_out, ["short"], FIT)


def test_a_guess_is_taken_where_a_little_larger_would_not_fit_though_much_is_left_empty():
    lay_out, asked = layout_of(700)

    def jump(frozen: Frozen, quote: str | None) -> Found:
        found = lay_out(frozen, quote)
        return found if frozen.fit <= 1.003 else Found(sizes=found.sizes * 2, pieces=found.pieces)

    best, _too_long = fit.freeze_sheet(jump, [], FIT)
    assert 0.99 < best.fit <= 1.003
    asked.clear()
    assert fit.freeze_sheet(jump, [], FIT, best) == (best, None)
    assert len(asked) == 2


def test_what_does_not_fit_small_is_given_back():
    lay_out, _asked = layout_of(1300)
    _frozen, too_long = fit.freeze_sheet(lay_out, ["short"], FIT)
    assert too_long is not None
    assert len(too_long.sizes) == 2


def test_a_nearly_empty_last_page_is_saved_when_a_little_smaller_will_do():
    lay_out, _asked = layout_of(2050)
    frozen = fit.freeze_pages(lay_out, [], Fit(least=0.9, most=1.0))
    assert 0.9 <= frozen.fit < 1.0
    assert len(lay_out(frozen, None).sizes) == 2


@pytest.mark.parametrize("text", [1900, 2600, 3350])
def test_pages_that_are_used_or_cannot_be_saved_are_left_as_they_are(text):
    lay_out, asked = layout_of(text)
    plain = fit.freeze_pages(lay_out, [], Fit(least=0.9, most=1.0))
    assert plain.fit == 1.0
    asked.clear()
    assert fit.freeze_pages(lay_out, [], Fit(least=0.9, most=1.0), plain) == plain
    assert len(asked) <= 2, "known not to be saved, it is looked for once"


def test_a_single_quotation_needs_no_room_of_its_own():
    lay_out, _asked = layout_of(500)
    assert fit.freeze_pages(lay_out, ["long"], None) == Frozen()


def test_the_room_of_quotations_that_are_what_they_were_is_not_measured_again():
    lay_out, asked = layout_of(1950)
    first = fit.freeze_pages(lay_out, ["long", "short"], Fit(least=0.9, most=1.0))
    assert first.fit < 1.0
    del asked[:]
    assert fit.freeze_pages(lay_out, ["long", "short"], Fit(least=0.9, most=1.0), first) == first
    assert len(asked) == 1, "one layout tells whether the last page is used"
    lay_out, _asked = layout_of(2150)
    assert fit.freeze_pages(lay_out, ["long", "short"], Fit(least=0.9, most=1.0), first) != first, "too much for it"
