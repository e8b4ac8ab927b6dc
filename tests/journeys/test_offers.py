"""What is offered while typing, and the palette, by keyboard alone; the pages around asking, looked at closely."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import glance
from tests.journeys.conftest import CASE_STUDY, Served, Visit

pytestmark = pytest.mark.browser


def test_words_become_an_asset_by_arrow_and_enter(demo: Served, visit: Visit) -> None:
    page = visit(demo, "Rita Vance").page
    page.goto("/deals")
    page.keyboard.press("/")
    page.keyboard.type("valis bak")  # one slip is forgiven
    box, offer = (
        page.get_by_role("combobox", name="Search the library"),
        page.get_by_role("option", name=re.compile("Vallis")),
    )
    expect(offer.last).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    glance(page)
    page.keyboard.press("ArrowUp")  # the last of the list
    expect(offer.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/assets/{CASE_STUDY}"))


def test_escape_closes_the_offers_and_enter_searches_for_the_words(demo: Served, visit: Visit) -> None:
    page = visit(demo, "Rita Vance").page
    page.goto("/deals")
    box = page.locator("#q")
    box.press_sequentially("audit")
    expect(page.locator("#q-offers")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#q-offers")).not_to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=audit")


def test_the_palette_leads_anywhere(demo: Served, visit: Visit) -> None:
    page = visit(demo, "Rita Vance").page
    page.goto("/deals")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette").get_by_role("option", name="My searches")).to_be_visible()
    glance(page)
    page.keyboard.type("my sea")
    page.keyboard.press("Enter")  # faster than the answer
    page.wait_for_url("**/searches")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).not_to_be_visible()


def test_the_pages_around_asking_are_faultless(demo: Served, visit: Visit) -> None:
    page = visit(demo, "Leo Castellan").page
    page.goto("/?q=zeppelin+rides")
    page.goto("/?q=crane")
    page.get_by_text("Save", exact=True).click()
    page.get_by_role("button", name="Save it").click()
    expect(page.get_by_role("status").filter(has_text="is saved")).to_be_visible()
    for address in ("/", "/searches", "/reports/search-gaps", "/admin/search?word=zeppelin"):
        page.goto(address)
        glance(page)
