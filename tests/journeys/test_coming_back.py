"""What was typed into the open fields outlives a lost sign-in, Back and reloading; nobody is asked to send it twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.browser import bring_token, fit
from tests.journeys.conftest import CASE_STUDY, OTHER_CASE_STUDY, Served, Visit
from tests.journeys.served import open_sign_in
from tests.journeys.test_without_script import logo

pytestmark = pytest.mark.browser

NAME, NOTE = "Wexmere Hospitals Trust", "Section two is about theatres like yours."
LOGO = {"name": "wexmere.png", "mimeType": "image/png", "buffer": logo()}


def type_in(page: Page, asset: str = CASE_STUDY) -> None:
    page.goto(f"/assets/{asset}/personalise")
    page.locator("[name='prospect.name']").fill(NAME)
    page.locator("[name=note]").fill(NOTE)
    page.locator("[name='prospect.logo']").set_input_files(LOGO)  # type: ignore[arg-type]
    expect(page.locator("#drawn")).to_contain_text("Ready to send")


def stands_as_typed(page: Page) -> None:
    expect(page.locator("[name='prospect.name']")).to_have_value(NAME)
    expect(page.locator("[name=note]")).to_have_value(NOTE)
    expect(page.get_by_role("img", name="The logo you chose")).to_be_visible()
    expect(page.locator("#drawn")).to_contain_text("Ready to send")


def records_it(page: Page) -> None:
    page.get_by_role("radio", name="No deal").check()
    page.get_by_role("checkbox", name="Keep working on it").uncheck()
    with page.expect_download():
        page.get_by_role("button", name="Download for this deal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recorded for no deal")


def test_back_and_reload_bring_back_what_was_typed(drawn: Served, visit: Visit) -> None:
    page = visit(drawn, "Rita Vance").page
    type_in(page)
    page.reload()
    stands_as_typed(page)
    page.get_by_role("button", name="Download PDF").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("For which deal?")
    page.get_by_role("link", name="Cancel").click()
    stands_as_typed(page)
    page.get_by_role("button", name="Download PDF").click()
    records_it(page)
    page.go_back()
    stands_as_typed(page)
    page.get_by_role("link", name="Vallis Bakeries").first.click()
    page.goto(f"/assets/{CASE_STUDY}/personalise")
    expect(page.locator("[name='prospect.name']")).to_have_value("")


def test_back_brings_back_what_was_typed_for_the_deal_chosen_meanwhile(drawn: Served, visit: Visit) -> None:
    page = visit(drawn, "Sam Okafor").page
    type_in(page)
    page.get_by_role("button", name="Download PDF").click()
    page.get_by_role("radio").first.check()
    with page.expect_download():
        page.get_by_role("button", name="Download for this deal").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Recorded on")
    page.go_back()
    stands_as_typed(page)
    # The next deal is another customer's.
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("[name='prospect.name']")).to_have_value("")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_download_after_the_sign_in_ended_loses_nothing(drawn: Served, visit: Visit, script: bool) -> None:
    visitor = visit(drawn, "Rita Vance", java_script_enabled=script)
    page = visitor.page
    visitor.critic.expects = {401}
    if script:
        type_in(page, OTHER_CASE_STUDY)
    else:
        page.goto(f"/assets/{OTHER_CASE_STUDY}/personalise")
        page.locator("[name='prospect.name']").fill(NAME)
        page.locator("[name=note]").fill(NOTE)
        page.locator("[name='prospect.logo']").set_input_files(LOGO)  # type: ignore[arg-type]
        page.get_by_role("button", name="Draw it again").click()
    page.context.clear_cookies(name="contentlib-sign-in")
    page.get_by_role("button", name="Download PDF").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You were signed out")
    expect(page.get_by_role("link", name="Sign in in another tab")).to_be_visible()
    fit(page)
    with page.context.expect_page() as other:
        page.get_by_role("link", name="Sign in in another tab").click()
    bring_token(other.value, drawn.url, open_sign_in(drawn.data, "rita.vance@tarnwell.example"))
    other.value.close()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("radio", name="No deal").check()
    page.get_by_role("checkbox", name="Keep working on it").uncheck()
    page.get_by_role("button", name="Download for this deal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recorded for no deal")
    expect(page.locator("main")).to_contain_text("Wexmere-Hospitals-Trust.pdf")


def test_a_slow_or_silent_library_lets_nothing_old_pass_for_what_was_typed(drawn: Served, visit: Visit) -> None:
    visitor = visit(drawn, "Rita Vance")
    page = visitor.page
    page.goto(f"/assets/{CASE_STUDY}/personalise")
    page.locator("[name='prospect.name']").fill(NAME)
    expect(page.locator("#drawn")).to_contain_text("Ready to send")
    expect(page.get_by_text("Drawing")).to_be_hidden()
    asked: list[Route] = []
    page.route("**/personalise", lambda route: asked.append(route))  # noqa: PLW0108  (the browser marks what it calls)
    page.locator("[name=note]").fill(NOTE)
    expect(page.get_by_text("Drawing")).to_be_visible()
    asked[-1].continue_()
    expect(page.locator("#drawn")).to_contain_text("Phrases")
    expect(page.get_by_text("Drawing")).to_be_hidden()
    page.unroute("**/personalise")

    page.route("**/personalise", lambda route: route.abort())
    page.locator("[name=note]").fill(f"{NOTE} Twice.")
    expect(page.get_by_role("alert")).to_contain_text("The library does not answer")
    visitor.critic.faults.clear()  # that it could not be reached is the point
    page.unroute("**/personalise")
    page.locator("[name=note]").fill(NOTE)
    expect(page.get_by_role("alert")).to_have_count(0)
