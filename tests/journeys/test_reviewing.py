"""A reviewing rep in a real browser: told by a notice, reads what changed, sends it back, undoes that, agrees."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import glance
from tests.journeys.conftest import Served, Visit

pytestmark = pytest.mark.browser

SLUG = "terms-for-a-plant"
TEXT = "---\ntitle: Terms for a plant\nstages: [decision]\n---\n## Terms\n\n{line}\n"


def test_a_reviewing_rep_sends_back_what_needs_a_source_and_agrees_to_it_later(demo: Served, visit: Visit) -> None:
    marco, ines = visit(demo, "Marco Bellini").page, visit(demo, "Ines Dahl")
    marco.goto("/library/write/new/order-form")
    text = marco.get_by_role("textbox", name="Text, in Markdown")
    text.fill(TEXT.format(line="A line a month."))
    marco.keyboard.press("Control+s")
    expect(marco.get_by_text("Draft kept as version 1.")).to_be_visible()
    marco.goto(f"/assets/{SLUG}")
    marco.get_by_role("link", name="Submit for review").click()
    marco.get_by_label("What changed, and what to look at").fill("Prices as agreed.")
    marco.get_by_label("Who speaks for sales").select_option("Ines Dahl")
    marco.get_by_role("button", name="Submit for review").click()
    expect(marco.get_by_text("Version 1 waits for marketing and sales.")).to_be_visible()

    page = ines.page
    page.goto("/")
    page.locator("summary", has_text="Ines Dahl").click()
    page.get_by_role("link", name="Notices").click()
    page.get_by_role("link", name="Marco Bellini asks for your review of “Terms for a plant”").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Terms for a plant")
    glance(page)
    ines.critic.expects.add(422)
    page.get_by_role("button", name="Send back to Marco Bellini").click()
    # At the head of the page, and at the field.
    expect(page.get_by_text("Say why, so that whoever looks for it knows.")).to_have_count(2)
    page.get_by_label("A figure needs a source").check()
    page.get_by_label("What Marco Bellini should do").fill("Name the price list.")
    page.get_by_role("button", name="Send back to Marco Bellini").click()
    expect(page.get_by_text("Sent back to Marco Bellini, who is told why.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("“Terms for a plant” stands as before.")).to_be_visible()
    page.get_by_label("A word for the history").fill("I would send it tomorrow.")
    page.get_by_role("button", name="Approve version 1").click()
    expect(page.get_by_text("Approved for sales. Version 1 waits for marketing.")).to_be_visible()
