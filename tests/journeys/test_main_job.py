"""The main job: a rep makes the right case study the customer's own, and the content lead sees that use on the deal."""

from __future__ import annotations

import email
import email.policy
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import papers
from tests.journeys.browser import DESKTOP, HEIGHTS, PHONE, glance
from tests.journeys.conftest import CASE_STUDY, Served, Visit

pytestmark = pytest.mark.browser

DEAL, ACCOUNT = "TW-22142", "Kestonby Creameries"
SLUG, TITLE = CASE_STUDY, "Vallis Bakeries answers an auditor in six minutes"
NOTE = "As promised after Tuesday: how five bakeries halved their audit."


def test_rep_sends_a_case_study_and_the_content_lead_finds_it_on_the_deal(
    drawn: Served, visit: Visit, tmp_path: Path
) -> None:
    lead = visit(drawn, "Leo Castellan").page
    lead.goto(f"/reports/usage-to-close/{SLUG}#open")
    expect(open_deals(lead).get_by_role("link", name=ACCOUNT)).to_have_count(0)

    rep = visit(drawn).page
    signs_in_and_sets_the_working_deal(rep)
    finds_it(rep)
    previews_it(rep)
    makes_it_the_customers_own(rep)
    paper = downloads_it(rep, tmp_path)
    holds_what_was_asked_for(paper)
    takes_it_back_and_records_it_again(rep)
    says_it_was_sent(rep, paper)
    sees_it_on_the_deal(rep)
    finds_it_behind_the_figure(lead)


def open_deals(page: Page) -> Any:
    return page.get_by_role("region", name="Open deals")


def signs_in_and_sets_the_working_deal(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    glance(page)
    page.get_by_role("button", name="Rita Vance").click()
    # The deal she last worked on is one click away; the others are one page away.
    expect(page.get_by_role("button", name=re.compile(f"Work on it.*{ACCOUNT}"))).to_be_visible()
    page.get_by_role("link", name="Choose another").click()
    expect(page.get_by_role("radio", name=ACCOUNT)).to_be_checked()
    glance(page)
    page.get_by_role("button", name="Work on this deal").click()
    expect(page.get_by_role("status").filter(has_text=f"You are working on {ACCOUNT}")).to_be_visible()
    bar = page.get_by_role("region", name="The deal you are working on")
    expect(bar.locator("[aria-current=step]")).to_have_text("Proposal")
    glance(page)


def finds_it(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("audit findings bakeries")
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("audit findings bakeries")
    decision = page.get_by_role("checkbox", name="Decision")
    promised = re.search(r"\d+", page.locator("label", has=decision).inner_text())
    assert promised is not None
    decision.check()
    # The facet said how many that would be, and the address says what is shown.
    expect(heading).to_have_text(re.compile(rf"^{promised[0]} assets? on"))
    expect(page).to_have_url(re.compile(r"q=audit(\+|%20)findings(\+|%20)bakeries.*stage=decision"))
    best = page.get_by_role("article", name=TITLE)
    expect(best.locator("mark").first).to_be_visible()
    # An order takes effect when it is chosen.
    for order in ("newest", "relevance"):
        page.get_by_label("Sort by").select_option(order)
        expect(page).to_have_url(re.compile(rf"sort={order}"))
    glance(page)


def previews_it(page: Page) -> None:
    eye = page.get_by_role("link", name=f"Preview: {TITLE}")
    eye.click()
    peek = page.get_by_role("dialog", name="Preview")
    expect(peek.get_by_role("heading", level=1)).to_have_text(TITLE)
    glance(page)
    # The list goes on inside: arrow keys lead to the neighbours and the focus stays on the way.
    page.keyboard.press("ArrowRight")
    expect(peek.get_by_text(re.compile(r"^2 of \d+$"))).to_be_visible()  # and not the second page of the first
    expect(peek.get_by_role("link", name="Next asset")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(peek.get_by_role("heading", level=1)).to_have_text(TITLE)
    page.keyboard.press("Escape")
    expect(peek).to_be_hidden()
    expect(eye).to_be_focused()
    # On a phone title and deeds come first, the pages below.
    page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
    eye.click()
    wanted = peek.get_by_role("link", name=f"Make it {ACCOUNT}’")
    expect(peek.get_by_role("heading", level=1)).to_be_in_viewport()
    expect(wanted).to_be_in_viewport()
    wanted.click()
    page.set_viewport_size({"width": DESKTOP, "height": HEIGHTS[DESKTOP]})


def makes_it_the_customers_own(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Make it {ACCOUNT}’")
    # The name comes from the deal.
    expect(page.locator("[name='prospect.name']")).to_have_value(ACCOUNT)
    expect(page.locator("#drawn")).to_contain_text("Ready to send")
    with page.expect_response(is_drawing):
        page.locator("[name=note]").fill(NOTE)
    quotes = page.locator("[name=quote]:not([value=''])")
    with page.expect_response(is_drawing):
        quotes.first.check()
    expect(page.locator("#drawn")).to_contain_text("Ready to send")
    # Each letter beside a field stands on the page too.
    for letter in ("A", "B", "C", "D"):
        expect(page.locator("#drawn svg.marks text", has_text=re.compile(f"^{letter}$")).first).to_be_visible()
    boxes = [circle.bounding_box() for circle in page.locator("#drawn svg.marks circle").all()]
    assert not any(overlap(one, other) for one, other in combinations(boxes, 2)), "one letter covers another"
    glance(page)


def overlap(one: Any, other: Any) -> bool:
    beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
    above = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
    return not (beside or above)


def is_drawing(response: Any) -> bool:
    return bool(response.request.method == "POST" and response.url.endswith("/personalise") and response.ok)


def downloads_it(page: Page, folder: Path) -> Path:
    with page.expect_download() as begun:
        page.get_by_role("button", name="Download PDF").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Recorded on {ACCOUNT}")
    expect(page.locator("main")).to_contain_text(re.compile(r"version 1, in Proposal, day \d+"))
    glance(page)
    path = folder / begun.value.suggested_filename
    begun.value.save_as(path)
    assert re.search(r"(?i)vallis.*kestonby|kestonby.*vallis", path.name), path.name
    return path


def holds_what_was_asked_for(paper: Path) -> None:
    words = papers.text_of(paper)
    assert ACCOUNT in words
    assert NOTE in words
    assert "Rita Vance" in words
    assert papers.page_count(paper) == 3
    fonts, families = papers.fonts_of(paper), papers.brand_families()
    assert fonts
    assert all(fonts.values()), f"not embedded: {fonts}"
    foreign = [name for name in fonts if not papers.plain(name).startswith(tuple(families))]
    assert not foreign, foreign


def takes_it_back_and_records_it_again(page: Page) -> None:
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is recorded")
    glance(page)
    page.get_by_role("button", name="Record it again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Recorded on {ACCOUNT}")


def says_it_was_sent(page: Page, paper: Path) -> None:
    with page.expect_download() as begun:
        page.get_by_role("link", name="Open as e-mail").click()
    letter = email.message_from_bytes(Path(begun.value.path()).read_bytes(), policy=email.policy.default)
    attached = [part.get_payload(decode=True) for part in letter.walk() if part.get_content_type() == "application/pdf"]
    assert attached == [paper.read_bytes()]
    page.get_by_role("button", name="I sent this").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Recorded on {ACCOUNT}")
    expect(page.locator("main")).to_contain_text(re.compile(r"Sent, (just now|\d+ (second|minute)s? ago)"))
    page.get_by_role("link", name="See the deal").click()


def sees_it_on_the_deal(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(ACCOUNT)
    now = page.locator("li[aria-current=step]", has=page.get_by_role("heading", name="Proposal"))
    uses = now.locator("li", has_text=TITLE)
    expect(uses).to_have_count(2)
    expect(uses.locator("strong")).to_have_text(["Personalised", "Sent"])
    glance(page)


def finds_it_behind_the_figure(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Reports").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Does this content help close?")
    glance(page)
    page.get_by_role("link", name=TITLE).click()
    row = open_deals(page).get_by_role("row", name=ACCOUNT)
    expect(row).to_contain_text("Proposal")
    expect(row).to_contain_text("Rita Vance")
    expect(row.get_by_role("cell").nth(3)).to_have_text("2")
    glance(page)
    row.get_by_role("link", name=ACCOUNT).click()
    use = page.locator("li[aria-current=step] li", has_text=TITLE).filter(has_text="Personalised")
    with page.expect_download() as begun:
        use.get_by_role("link", name="What was sent").click()
    assert ACCOUNT in papers.text_of(Path(begun.value.path()))
