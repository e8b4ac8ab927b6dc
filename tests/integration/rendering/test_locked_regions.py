"""Locked regions: between a plain and a personal copy nothing differs but what stands in the open places."""

from __future__ import annotations

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw

from contentlib.domain.documents import RenderedDocument
from tests.integration.rendering.conftest import PERSONAL

DPI = 100
PER_MM = DPI / 25.4
# Anti-aliased edges of a place's own border reach a pixel beyond it.
EDGE = 2
FULL = {
    "proposal.number": "Q-2026-000417",
    "prospect.name": "Kestrel Dairies and Creameries of Wharfe",
    "note": "For the site review in Leeds on Wednesday 14 October, with the monthly figures your controllers want.",
}


def pictures(document: RenderedDocument) -> list[Image.Image]:
    with pypdfium2.PdfDocument(document.pdf) as opened:
        return [page.render(scale=DPI / 72).to_pil().convert("L") for page in opened]


@pytest.mark.parametrize("kind", PERSONAL)
def test_only_open_places_differ(render, printer, make_request, for_kestrel, kind):
    names = {field.name: field for field in printer.fields(make_request(kind))}
    values = {name: value for name, value in FULL.items() if name in names}
    # The last quotation that may be chosen: the first is what a plain copy shows.
    quote = names["quote"].choices[-1][0] if "quote" in names and len(names["quote"].choices) > 1 else None
    values |= {"quote": quote} if quote else {}
    plain = pictures(render(kind))
    personal = pictures(render(kind, **{**for_kestrel, "values": values}))
    places = printer.preview(make_request(kind), width=60).places
    assert len(plain) == len(personal)
    differing = set()
    for number, (one, other) in enumerate(zip(plain, personal, strict=True), start=1):
        difference = ImageChops.difference(one, other).point(lambda value: 255 if value > 16 else 0)
        if difference.getbbox():
            differing.add(number)
        cover = ImageDraw.Draw(difference)
        for place in (place for place in places if place.page == number):
            box = [place.x, place.y, place.x + place.width, place.y + place.height]
            left, top, right, bottom = (round(edge * PER_MM) for edge in box)
            cover.rectangle([left - EDGE, top - EDGE, right + EDGE, bottom + EDGE], fill=0)
        assert difference.getbbox() is None, f"page {number} differs outside its open places: {difference.getbbox()}"
    assert differing == {place.page for place in places if place.field != "quote" or quote}


def test_left_out_slides_change_no_other(render, for_kestrel):
    whole = pictures(render("deck", **for_kestrel))
    values = for_kestrel["values"] | {"slides": "figures,causes"}
    fewer = pictures(render("deck", **{**for_kestrel, "values": values}))
    kept = [picture for number, picture in enumerate(whole, start=1) if number != 9]
    for one, other in zip(kept, fewer, strict=True):
        difference = ImageChops.difference(one, other).point(lambda value: 255 if value > 16 else 0)
        # The running number of a slide is the one thing that moves.
        ImageDraw.Draw(difference).rectangle([one.width - 120, one.height - 60, one.width, one.height], fill=0)
        assert difference.getbbox() is None


def test_places_lie_on_their_pages_and_carry_every_field_but_paper_and_slides(printer, make_request):
    for kind in PERSONAL:
        size = (338.67, 190.5) if kind == "deck" else (210, 297)
        request = make_request(kind)
        places = printer.preview(request, width=60).places
        names = {field.name for field in printer.fields(request)} - {"paper", "slides"}
        assert {place.field for place in places} == names
        for place in places:
            assert 0 <= place.x < place.x + place.width <= size[0] + 0.1
            assert 0 <= place.y < place.y + place.height <= size[1] + 0.1
