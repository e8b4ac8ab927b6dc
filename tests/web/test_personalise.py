"""Personalise: what is missing is said beside its field, what is typed is kept, the page is what will be sent."""

from __future__ import annotations

import io

import pytest

from tests.web.conftest import ONE_SHEETER
from tests.web.critic import Critic

ADDRESS = f"/assets/{ONE_SHEETER}/personalise"
ALL_FILLED = {"prospect.name": "Kestrel Dairies", "note": "For the review in Leeds.", "paper": "A4"}


def test_what_is_missing_blocks_the_download_and_says_where(rita: Critic):
    page = rita.open(ADDRESS)
    assert "1 thing to settle before download" in page.words
    assert page.tree.xpath("//button[@formaction][@disabled]")
    (field,) = page.tree.xpath("//input[@name='prospect.name']")
    assert "needed" in page.text_of(f"//*[@id='{field.get('aria-describedby')}']")


def test_filled_in_it_is_drawn_with_its_places(rita: Critic):
    page = rita.post(ADDRESS, ALL_FILLED)
    assert "Ready to send" in page.words
    assert not page.tree.xpath("//button[@formaction][@disabled]")
    assert page.tree.xpath("//figure//img/@src")[0].startswith("data:image/webp")
    letters = set(page.texts("//*[name()='svg']//*[name()='text']"))
    assert letters == set(page.texts("//legend/b")), "every letter of a field stands on the page"
    assert page.form(ADDRESS)["prospect.name"] == "Kestrel Dairies"


def test_htmx_gets_the_drawn_part_and_what_is_said_of_fields(rita: Critic):
    answer = rita.client.post(ADDRESS, data=ALL_FILLED, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in answer
    assert 'id="drawn"' in answer
    assert 'hx-swap-oob="innerHTML"' in answer


def test_a_value_is_text_and_never_markup(rita: Critic):
    page = rita.post(ADDRESS, {**ALL_FILLED, "prospect.name": "<b>Bold</b> & Sons"})
    assert page.form(ADDRESS)["prospect.name"] == "<b>Bold</b> & Sons"


@pytest.mark.parametrize("data", [b"GIF89a", b"<svg onload='x'", b"\x89PNG\r\n\x1a\nnot really"])
def test_a_logo_that_is_none_is_refused_beside_its_field(rita: Critic, data: bytes):
    page = rita.post(
        ADDRESS,
        {**ALL_FILLED, "prospect.logo": (io.BytesIO(data), "logo.png")},
        content_type="multipart/form-data",
    )
    assert "to settle before download" in page.words


def test_an_internal_asset_cannot_be_personalised(rita: Critic):
    answer = rita.client.get("/assets/against-fixpoint/personalise")
    assert answer.status_code in (403, 404, 422)
