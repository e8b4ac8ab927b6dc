"""What is refused, and how it is said: the status, a heading, a sentence, and that nothing was changed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import fit, glance
from tests.journeys.conftest import CASE_STUDY, Served, Visit

pytestmark = pytest.mark.browser


def says(page: Page, status: int, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_text(str(status), exact=False).last).to_be_visible()
    expect(page.locator("main")).to_contain_text("Nothing was changed.")


def test_address_that_leads_nowhere(demo: Served, visit: Visit) -> None:
    visitor = visit(demo, "Rita Vance")
    visitor.critic.expects = {404}
    for address in ("/assets/no-such-asset", "/deals/no-such-deal", "/usage/99999999", "/reports/none", "/nowhere"):
        answer = visitor.page.goto(address)
        assert answer is not None
        if address != "/reports/none":
            assert answer.status == 404, address
        says(visitor.page, 404, "Nothing stands here")
    glance(visitor.page)
    visitor.page.get_by_role("link", name="Go to Find").click()
    expect(visitor.page.get_by_role("combobox", name="Search the library")).to_be_visible()


def test_page_of_another_role(demo: Served, visit: Visit) -> None:
    visitor = visit(demo, "Rita Vance")
    visitor.critic.expects = {403}
    for address in ("/library", "/reports/usage-to-close"):
        visitor.page.goto(address)
        says(visitor.page, 403, "Not with your role")
        expect(visitor.page.locator("main")).to_contain_text("This page is for")
    fit(visitor.page)


def test_form_of_an_earlier_sign_in(demo: Served, visit: Visit) -> None:
    visitor = visit(demo, "Rita Vance")
    visitor.critic.expects = {400}
    visitor.page.goto("/deals")
    for field in visitor.page.locator("[name=csrf_token]").all():
        field.evaluate("(input) => { input.value = 'stale' }")
    visitor.page.get_by_role("button", name="Work on it").last.click()
    says(visitor.page, 400, "That cannot be taken as it is")
    expect(visitor.page.locator("main")).to_contain_text("load the page again")
    fit(visitor.page)


def test_deal_that_was_closed_meanwhile(demo: Served, visit: Visit) -> None:
    visitor = visit(demo, "Rita Vance")
    visitor.critic.expects = {409}
    visitor.page.goto("/deals?state=closed")
    closed = visitor.page.locator("tbody th a").first.get_attribute("href")
    assert closed is not None
    visitor.page.goto("/deals")
    visitor.page.locator("[name=deal]").last.evaluate(
        "(input, deal) => { input.value = deal }", closed.rpartition("/")[2]
    )
    visitor.page.get_by_role("button", name="Work on it").last.click()
    says(visitor.page, 409, "Something changed in between")
    expect(visitor.page.locator("main")).to_contain_text("This deal is closed. Choose an open one.")


def test_form_that_is_too_large(demo: Served, visit: Visit) -> None:
    visitor = visit(demo, "Rita Vance")
    visitor.critic.expects = {413}
    visitor.page.goto(f"/assets/{CASE_STUDY}/personalise")
    visitor.page.locator("[name=logo_kept]").evaluate("(input) => { input.value = 'x'.repeat(3_100_000) }")
    visitor.page.locator("form.personalise").evaluate("(form) => form.submit()")
    says(visitor.page, 413, "That is too large")
    fit(visitor.page)


def test_document_that_cannot_be_made_cleanly(drawn: Served, visit: Visit) -> None:
    visitor = visit(drawn, "Rita Vance", java_script_enabled=False)
    visitor.critic.expects = {422}
    page = visitor.page
    page.goto(f"/assets/{CASE_STUDY}/personalise")
    page.locator("[name='prospect.name']").fill("Kestonby Creameries")
    page.get_by_role("button", name="Draw it again").click()
    # Ready now; but before the download the name is taken out again.
    page.locator("[name='prospect.name']").fill("")
    page.get_by_role("button", name="Download PDF").click()
    page.get_by_role("radio", name="No deal").check()
    page.get_by_role("button", name="Download for this deal").click()
    expect(page.locator("#drawn")).to_contain_text("1 thing to settle before download")
    expect(page.locator("#open-prospect-name")).to_contain_text("is needed before this can go out")
    expect(page.get_by_role("button", name="Download PDF")).to_be_disabled()


def test_fields_that_do_not_fit_are_told_while_typing(drawn: Served, visit: Visit) -> None:
    page = visit(drawn, "Rita Vance").page
    page.goto(f"/assets/{CASE_STUDY}/personalise")
    expect(page.get_by_role("button", name="Download PDF")).to_be_disabled()
    page.locator("[name='prospect.name']").fill("Kestonby Creameries")
    expect(page.get_by_role("button", name="Download PDF")).to_be_enabled()
    expect(page.locator("#open-prospect-name .finding")).to_have_count(0)
    page.locator("[name='prospect.logo']").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": b"no picture at all"}
    )
    expect(page.locator("#drawn")).to_contain_text("1 thing to settle before download")
    expect(page.locator("#open-prospect-logo .finding")).to_be_visible()
    glance(page)


def test_what_a_colleague_recorded_is_neither_named_nor_opened(demo: Served, visit: Visit) -> None:
    rita, sam = visit(demo, "Rita Vance"), visit(demo, "Sam Okafor")
    rita.page.goto("/assets/mutual-nda")
    rita.page.get_by_role("button", name="I sent this").click()
    rita.page.get_by_role("radio", name="No deal").check()
    rita.page.get_by_role("button", name="Record it for this deal").click()
    expect(rita.page.get_by_role("heading", level=1)).to_have_text("Recorded for no deal")
    glance(rita.page)
    sam.critic.expects = {404}
    sam.page.goto(rita.page.url)
    says(sam.page, 404, "Nothing stands here")
    sam.page.goto("/assets/mutual-nda")
    expect(sam.page.get_by_role("heading", name="Where it was used")).to_be_visible()
    expect(sam.page.locator("main")).not_to_contain_text("Rita Vance")
