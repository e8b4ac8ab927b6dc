"""Every page, as everybody who may open it sees it: one heading, a title, nothing for axe to find, nothing cut."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import glance, sideways
from tests.journeys.conftest import CASE_STUDY, DECK, Served, Visit

pytestmark = pytest.mark.browser

DEAL = "TW-22142"

# What each person opens first in the order of their rights; what the main job looks at is left to it.
LOOKED_AT = {
    "Rita Vance": [
        "/?q=zzqxj&stage=decision",
        "/?q=bakerys",
        f"/assets/{CASE_STUDY}?q=audit&page=2",
        f"/assets/{DECK}",
        "/assets/against-fixpoint",
        "/assets/mutual-nda",
        f"/assets/{DECK}/personalise",
        "/brand/check",
        "/deals",
        "/deals?text=zzqxj",
        "/assets/rounds-at-a-glance/feedback",
        "/requests",
        "/requests/new?title=nis2+water",
        "/design",
    ],
    "Marco Bellini": [
        "/library",
        "/library?text=zzqxj",
        "/library/hygiene",
        "/library/write",
        f"/library/write/{CASE_STUDY}",
        "/library/write/new/one-sheeter",
        "/library/upload",
        f"/assets/{CASE_STUDY}/keeping",
        "/brand",
    ],
    "Leo Castellan": [
        "/deals?whose=all&state=closed&page=3",
        "/deals/import",
        "/reports/usage-to-close?tab=raw",
        f"/assets/{CASE_STUDY}/versions/1",
        "/requests/1",
        "/notices",
        f"/assets/{CASE_STUDY}/moves/archive",
    ],
    "Ada Norling": ["/admin/people", "/admin/taxonomy/kinds", "/admin/audit"],
}  # fmt: skip

# Pages that others see more of: they stand, and nothing is cut on a phone.
ALSO_OPENED = {
    "Marco Bellini": ["/", f"/assets/{CASE_STUDY}", f"/preview/{DECK}"],
    "Leo Castellan": ["/library", f"/deals/{DEAL}", "/deals?whose=all&page=99"],
    "Ada Norling": ["/", "/reports/usage-to-close"],
    "Nora Whitfield": ["/library", f"/reports/usage-to-close/{CASE_STUDY}"],
    "Ines Dahl": ["/", "/deals/choose"],
}  # fmt: skip


def stands(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.ok, f"{address}: {answer.status}"
    assert page.locator("h1").count() == 1, address
    assert page.title().endswith(" · Tarnwell library"), page.title()


@pytest.mark.parametrize("name", LOOKED_AT)
def test_page_is_found_faultless(drawn: Served, visit: Visit, name: str) -> None:
    page = visit(drawn, name).page
    for address in LOOKED_AT[name]:
        stands(page, address)
        glance(page)


@pytest.mark.parametrize("name", ALSO_OPENED)
def test_page_opens_for_everybody_who_may(drawn: Served, visit: Visit, name: str) -> None:
    page = visit(drawn, name, viewport={"width": 390, "height": 844}).page
    for address in ALSO_OPENED[name]:
        stands(page, address)
        assert not sideways(page), f"{address}: {sideways(page)}"


def test_question_for_which_deal_and_presenting(drawn: Served, visit: Visit) -> None:
    page = visit(drawn, "Sam Okafor").page
    page.goto(f"/assets/{CASE_STUDY}")
    page.get_by_role("button", name="Present").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("For which deal?")
    glance(page)
    page.get_by_role("radio", name="No deal").check()
    page.get_by_role("button", name="Present for this deal").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vallis Bakeries")
    shown = page.locator("[data-slides] figure:visible")
    expect(shown).to_have_count(1)
    expect(page.get_by_text("1 of 3", exact=True)).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("2 of 3", exact=True)).to_be_visible()
    glance(page)


def test_deals_come_in_by_file_after_a_look_at_what_would_change(drawn: Served, visit: Visit) -> None:
    page = visit(drawn, "Nora Whitfield").page
    page.goto("/deals/import")
    rows = "".join(f"J-{number},Journey Mills {number},EUR,1200.50,\n" for number in range(3))
    refused = "J-8,Journey Mills 8,EUR,much,\nJ-9,Journey Mills 9,EUR,1,perhaps\n"
    text = f"deal,account,currency,amount,outcome\n{rows}{refused}"
    page.get_by_label("Drop a CSV file").set_input_files(
        {"name": "deals.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_role("heading", name="Dry run: nothing is written yet")).to_be_visible()
    expect(page.get_by_role("region", name="Refused rows").get_by_role("row")).to_have_count(3)
    glance(page)
    page.get_by_role("button", name="Import 3 rows").click()
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    glance(page)
    page.goto("/deals?whose=all&text=Journey")
    expect(page.get_by_role("link", name=re.compile("^Journey Mills"))).to_have_count(3)


def test_lists_turn_their_pages_and_keep_their_filters(drawn: Served, visit: Visit) -> None:
    page = visit(drawn, "Leo Castellan").page
    page.goto("/deals?whose=all&state=closed&stage=")
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text(re.compile(r"1 to 50 of [\d,]+ deals"))
    first = page.locator("tbody th").first.inner_text()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("51 to 100")
    expect(page).to_have_url(re.compile("whose=all.*state=closed"))
    assert page.locator("tbody th").first.inner_text() != first
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Back").click()
    expect(page.locator("tbody th").first).to_have_text(re.compile(re.escape(first.split("\n")[0])))
