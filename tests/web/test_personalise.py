"""Personalise: what is missing is said beside its field, what is typed is kept, the page is what will be sent."""

from __future__ import annotations

import io

import flask
import pytest
import sqlalchemy as sa

from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.storage.tables import Asset
from contentlib.web import filled_in
from tests.web.conftest import ONE_SHEETER, key
from tests.web.critic import Critic, look

ADDRESS = f"/assets/{ONE_SHEETER}/personalise"
ALL_FILLED = {"prospect.name": "Kestrel Dairies", "note": "For the review in Leeds.", "paper": "A4"}


def test_what_is_missing_blocks_the_download_and_says_where(rita: Critic):
    page = rita.open(ADDRESS)
    assert "1 thing to settle before download" in page.words
    assert page.tree.xpath("//button[@formaction][@disabled]")
    (field,) = page.tree.xpath("//input[@name='prospect.name']")
    assert "needed" in page.text_of(f"//*[@id='{field.get('aria-describedby')}']")


@pytest.mark.files
def test_filled_in_it_is_drawn_with_its_places(rita: Critic):
    page = rita.post(ADDRESS, ALL_FILLED)
    assert "Ready to send" in page.words
    assert not page.tree.xpath("//button[@formaction][@disabled]")
    assert page.tree.xpath("//figure//img/@src")[0].startswith("data:image/webp")
    letters = set(page.texts("//*[name()='svg']//*[name()='text']"))
    assert letters == set(page.texts("//legend/b")), "every letter of a field stands on the page"
    assert page.form(ADDRESS)["prospect.name"] == "Kestrel Dairies"


@pytest.mark.files
def test_htmx_gets_the_drawn_part_and_what_is_said_of_fields(rita: Critic):
    answer = rita.client.post(ADDRESS, data=ALL_FILLED, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in answer
    assert 'id="drawn"' in answer
    assert 'hx-swap-oob="innerHTML"' in answer


@pytest.mark.files
def test_a_value_is_text_and_never_markup(rita: Critic):
    page = rita.post(ADDRESS, {**ALL_FILLED, "prospect.name": "<b>Bold</b> & Sons"})
    assert page.form(ADDRESS)["prospect.name"] == "<b>Bold</b> & Sons"


@pytest.mark.files
@pytest.mark.parametrize(
    "data",
    [b"GIF89a", b"<svg onload='x'", b"\x89PNG\r\n\x1a\nnot really", b"\x89PNG" + bytes(100)],
    ids=["another kind", "broken off", "no picture", "too large"],
)
def test_a_logo_that_is_none_is_refused_beside_its_field(rita: Critic, data: bytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(filled_in, "_LARGEST_LOGO", 64)
    page = rita.post(
        ADDRESS,
        {**ALL_FILLED, "prospect.logo": (io.BytesIO(data), "logo.png")},
        content_type="multipart/form-data",
    )
    assert "to settle before download" in page.words
    assert page.tree.xpath("//div[@id='says-prospect-logo']/*"), "it is said beside the field"
    form = page.form(ADDRESS)
    assert (form["logo_kept"], form["prospect.name"]) == ("", "Kestrel Dairies")


@pytest.mark.files
@pytest.mark.parametrize("most", [8, 2_000_000], ids=["too large", "no picture"])
@pytest.mark.parametrize("address", [ADDRESS, f"/assets/{ONE_SHEETER}/download"])
def test_a_refused_logo_hides_nothing_else_that_is_wrong(
    rita: Critic, most: int, address: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(filled_in, "_LARGEST_LOGO", most)
    wrong = {"prospect.name": "W" * 41, "note": "Guaranteed savings.", "personalise": "yes", "deal": "none"}
    sent = {**wrong, "prospect.logo": (io.BytesIO(b"no picture"), "logo.png")}
    page = rita.post(address, sent, content_type="multipart/form-data")
    for field in ("prospect-logo", "prospect-name", "note"):
        assert page.tree.xpath(f"//div[@id='says-{field}']/*"), field
    assert "3 things to settle before download" in page.words


def test_a_logo_goes_along_when_the_deal_is_asked_for(rita: Critic):
    address = f"/assets/{ONE_SHEETER}/download"
    sent = {**ALL_FILLED, "personalise": "yes", "key": key("logo"), "prospect.logo": (io.BytesIO(b"logo"), "logo.png")}
    page = rita.post(address, sent, content_type="multipart/form-data")
    assert page.form(address)["logo_kept"] == "bG9nbw=="


@pytest.mark.parametrize("address", [ADDRESS, f"/assets/{ONE_SHEETER}/download"])
def test_what_was_filled_in_waits_for_who_was_signed_out(web_app: flask.Flask, address: str):
    sent = {**ALL_FILLED, "slides": ["a", "b"], "note": "<b>", "personalise": "yes", "key": key("out")}
    logo = {"prospect.logo": (io.BytesIO(b"logo"), "logo.png")}
    answer = web_app.test_client().post(address, data={**sent, **logo})
    assert answer.status_code == 401
    page = look(answer)
    assert page.form(address) | {"csrf_token": ""} == {
        **sent, "slides": "b", "logo_kept": "bG9nbw==", "csrf_token": "",
    }  # fmt: skip
    assert page.tree.xpath("//form//input[@name='slides']/@value") == ["a", "b"]


def test_what_lost_its_pdf_meanwhile_is_not_recorded_as_its_original(rita: Critic, web_library: Library):
    def draw_with(brand: str) -> None:
        with web_library.work(OPERATOR) as uow:
            uow.session.execute(sa.update(Asset).where(Asset.slug == ONE_SHEETER).values(brand=brand))

    draw_with("lantern")
    try:
        sent = {**ALL_FILLED, "personalise": "yes", "deal": "none", "key": key("meanwhile")}
        page = rita.post(f"/assets/{ONE_SHEETER}/download", sent)
    finally:
        draw_with("")
    assert "cannot be drawn. There is no brand “lantern”" in page.words
    assert "Nothing was changed." in page.words


@pytest.mark.parametrize("deed", ["download", "present", "sent"])
def test_the_address_of_a_deed_leads_to_its_asset(rita: Critic, deed: str):
    assert rita.client.get(f"/assets/{ONE_SHEETER}/{deed}").location == f"/assets/{ONE_SHEETER}"


@pytest.mark.files
def test_what_has_to_change_is_marked_on_the_page_and_nothing_typed_is_lost(rita: Critic):
    page = rita.post(ADDRESS, {"prospect.name": "", "note": "Guaranteed savings, world-class from the first quarter."})
    assert "2 things to settle before download" in page.words, "what is only to be looked at is none of them"
    assert page.form(ADDRESS)["note"] == "Guaranteed savings, world-class from the first quarter."
    assert page.texts("//*[name()='g'][contains(@class, 'is-wrong')]/*[name()='text']") == ["A", "C"]
    said = page.text_of("//div[@id='says-note']")
    assert "Guaranteed savings" in said, "the phrase is named beside the field"
    assert "Write “expected savings”" in said
    assert page.tree.xpath("//figure//img/@src")[0].startswith("data:image/webp")


@pytest.mark.files
def test_the_certificate_stands_with_the_page_and_on_the_assets_own(rita: Critic):
    page = rita.post(ADDRESS, ALL_FILLED)
    assert "Certified against the brand Tarnwell" in page.words
    assert "the sample brand" in page.words
    shown = rita.open(f"/assets/{ONE_SHEETER}").text_of("//section[contains(@class, 'certificate')]")
    assert "Brand fonts only, embedded" in shown
    assert "the sample brand" in shown


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"slides_offered": "a,b,c", "slides": ["a", "b", "c"]}, None),
        ({"slides_offered": "a,b,c", "slides": ["a", "c"]}, "a,c"),
        ({"slides_offered": "a,b,c"}, "none"),
        ({"slides_offered": "a,b,c", "slides": ["a", "b", "c"], "order_a": "3", "order_b": "1"}, "b,a,c"),
        ({"slides_offered": "a,b", "slides": ["a", "x"]}, "a"),
        ({}, None),
    ],
)  # fmt: skip
def test_optional_slides_are_chosen_and_ordered_by_plain_fields(
    web_app: flask.Flask, sent: dict[str, str | list[str]], read: str | None
):
    with web_app.test_request_context(method="POST", data=sent):
        assert filled_in.read_filling()[0].values.get("slides") == read


def test_an_internal_asset_says_why_it_cannot_be_personalised(rita: Critic):
    page = rita.open("/assets/against-fixpoint/personalise", status=422)
    assert "internal" in page.words
    assert "For colleagues only" in rita.open("/assets/against-fixpoint").words


EMAIL = "/assets/first-touch-food/personalise"
MAIL = {"prospect.name": "Kestrel Dairies", "prospect.greeting": "Dear Ms Ekström", "deal": "none"}


@pytest.mark.files
def test_an_email_is_counted_and_what_is_open_is_marked(rita: Critic):
    page = rita.open(EMAIL)
    assert "2 things to settle before it goes out" in page.words
    assert "50 to 125 are read" in page.words
    assert len(page.tree.xpath("//article//mark")) >= 2
    page = rita.post(EMAIL, MAIL)
    assert "Ready to send" in page.words
    assert "Dear Ms Ekström" in page.text_of("//article")
    assert not page.tree.xpath("//article//mark")


def test_a_finished_email_is_copied_or_taken_along_and_recorded_once(rita: Critic):
    sent = {**MAIL, "prospect.name": "Žilina 東京", "personalise": "yes", "key": key("a first touch")}
    page = rita.post("/assets/first-touch-food/download", sent)
    again = rita.post("/assets/first-touch-food/download", sent)
    assert page.response.request.path == again.response.request.path
    assert "Personalised" in page.words
    (rich,) = page.tree.xpath("//button[@data-copy-html]")
    assert "Dear Ms Ekström" in rich.get("data-copy-html")
    assert rich.get("data-copy") in page.tree.xpath("//textarea[@id='plain-letter']")[0].text_content()
    (link,) = page.tree.xpath("//a[contains(@href, '.eml')]/@href")
    assert b"X-Unsent: 1" in rita.fetch(link)
