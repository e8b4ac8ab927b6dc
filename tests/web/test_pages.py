"""Every page is well made for everyone who may open it: one heading, labelled fields, tokens, nothing inline."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from tests.web.critic import Critic

REP_PAGES = (
    "/", "/?q=pump", "/?q=zzzz&kind=deck", "/?stage=decision&sort=title",
    "/preview/rounds-at-a-glance?q=round", "/brand/check", "/preview/against-fixpoint",
    "/assets/rounds-at-a-glance?q=round", "/assets/against-fixpoint", "/assets/first-touch-food",
    "/assets/orrin-dairy-unplanned-stops", "/assets/rounds-at-a-glance/personalise",
    "/deals", "/deals?state=closed", "/deals/D-1", "/deals/choose", "/design",
)  # fmt: skip
LEAD_PAGES = (
    "/library", "/library?status=draft&sort=title", "/library?text=nothing-like-it", "/assets/a-draft",
    "/deals?whose=all", "/deals?whose=all&state=closed", "/deals/2026/113", "/deals/import",
    "/reports/usage-to-close", "/reports/usage-to-close?tab=raw",
    "/library/write", "/library/write/new/case-study", "/library/write/a-draft", "/brand",
)  # fmt: skip
CSS_LIMIT, JS_LIMIT = 20_000, 25_000


@pytest.mark.parametrize("address", REP_PAGES)
def test_a_reps_page_is_well_made(rita: Critic, address: str):
    rita.open(address)


@pytest.mark.parametrize("address", LEAD_PAGES)
def test_a_content_leads_page_is_well_made(leo: Critic, address: str):
    leo.open(address)


@pytest.mark.parametrize("address", ["/sign-in", "/sign-in?next=/deals"])
def test_the_door_is_well_made(as_person: Callable[[str | None], Critic], address: str):
    assert as_person(None).open(address).title == "Sign in"


@pytest.mark.parametrize(
    ("address", "status"), [("/nowhere", 404), ("/assets/nothing", 404), ("/reports/usage-to-close", 403)]
)
def test_a_refusal_is_a_page_with_a_way_on(rita: Critic, address: str, status: int):
    page = rita.open(address, status=status)
    assert "Nothing was changed" in page.words
    assert page.tree.xpath("//main//a[@href='/']")


def test_a_page_stays_light(leo: Critic):
    """Style and script of the heaviest pages, compressed as they travel."""
    for address in (
        "/?q=pump",
        "/assets/rounds-at-a-glance/personalise",
        "/design",
        "/library/write/a-draft",
        "/brand",
    ):
        page = leo.open(address)
        sheets = page.tree.xpath("//link[@rel='stylesheet']/@href")
        scripts = page.tree.xpath("//script/@src") + [
            f"/static/any/js/{name}.js" for name in ("keys", "dialogs", "fields", "copy", "slides")
        ]
        for addresses, limit in ((sheets, CSS_LIMIT), (scripts, JS_LIMIT)):
            assert sum(len(gzip.compress(leo.fetch(found))) for found in addresses) < limit, address


def test_what_pages_are_made_of_is_asked_for_once_and_anew_when_it_changes(leo: Critic):
    page = leo.open("/")
    addresses = page.tree.xpath("//link[@rel='stylesheet' or @rel='preload' or @rel='icon']/@href | //script/@src")
    assert len(addresses) > 8

    def kept(address: str) -> str:
        with leo.client.get(address) as response:
            assert response.status_code == 200, address
            return response.headers["Cache-Control"]

    assert {kept(address) for address in addresses} == {"private, max-age=31536000, immutable"}
    # A page that was open when the library was renewed still gets today's files, and keeps none under the old name.
    of_before = [address.replace(address.split("/")[2], "earlier") for address in addresses if "/static/" in address]
    assert {kept(address) for address in [*of_before, "/brand.css?v=earlier"]} == {"no-cache"}
    assert leo.client.get("/static/earlier/js/none.js").status_code == 404


def test_every_picture_that_a_page_shows_is_there(rita: Critic):
    for address in ("/", "/assets/rounds-at-a-glance", "/assets/orrin-dairy-unplanned-stops"):
        for source in set(rita.open(address).tree.xpath("//main//img/@src")):
            assert rita.fetch(source)


def test_the_content_policy_lets_nothing_run_but_what_the_page_names(rita: Critic):
    first, second = rita.open("/").response, rita.open("/").response
    policy = first.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert policy != second.headers["Content-Security-Policy"], "a nonce is used once"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert "HX-Request" in first.headers["Vary"]


def test_an_icon_that_a_page_asks_for_is_drawn(rita: Critic):
    drawn = rita.fetch("/static/any/icons.svg").decode()
    for address in ("/?q=pump", "/design", "/deals/D-1", "/assets/rounds-at-a-glance"):
        for used in rita.open(address).tree.xpath("//use/@href"):
            assert f'id="{used.partition("#")[2]}"' in drawn, used


def test_navigation_shows_what_the_role_may_open(as_person: Callable[[str | None], Critic]):
    shown = {who: as_person(who).open("/").texts("//nav[@aria-label='Main']/a") for who in ("rita", "marco", "leo")}
    assert shown["rita"] == ["Find", "Deals", "Requests"]
    assert shown["marco"] == ["Find", "Deals", "Requests", "Library", "Write", "Brand"]
    assert shown["leo"] == ["Find", "Deals", "Requests", "Library", "Write", "Brand", "Reports", "Admin"]
