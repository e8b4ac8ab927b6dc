"""The main job where no script runs: links and forms alone carry it, and nothing is typed twice."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys import papers
from tests.journeys.browser import HEIGHTS, PHONE, fit
from tests.journeys.conftest import OTHER_CASE_STUDY, Served, Visit

pytestmark = pytest.mark.browser

ACCOUNT = "Wexmere Hospitals"
TITLE = "Pellworth Brewery found a quarter of its compressed-air bill in leaks"
NAME, NOTE = "Wexmere Hospitals Trust", "Section two is about theatres like yours."


def test_rep_is_asked_once_for_which_deal_and_types_nothing_twice(drawn: Served, visit: Visit, tmp_path: Path) -> None:
    page = visit(drawn, "Rita Vance", java_script_enabled=False).page
    finds_and_narrows(page)
    fills_in_the_open_fields(page)
    page.get_by_role("button", name="Download PDF").click()
    answers_for_which_deal(page)
    download_holds_what_was_typed(page, tmp_path)
    takes_it_back(page)


def finds_and_narrows(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox", name="Search the library").fill("compressed air leaks")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("compressed air leaks")
    # Where there is no room beside the list, the facets wait behind a button.
    page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
    page.get_by_role("button", name="Narrow", exact=True).and_(page.locator("[popovertarget]")).click()
    page.get_by_role("checkbox", name="Awareness").check()
    page.locator("#narrow").get_by_role("button", name="Narrow", exact=True).click()
    expect(page).to_have_url(re.compile("stage=awareness"))
    fit(page)
    page.get_by_role("link", name=f"Preview: {TITLE}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    fit(page)
    page.get_by_role("link", name="Back to the list").click()
    expect(page).to_have_url(re.compile("q=compressed"))
    page.get_by_role("link", name=re.compile(f"^Personalise.*{TITLE}")).click()


def fills_in_the_open_fields(page: Page) -> None:
    assert page.url.endswith(f"/assets/{OTHER_CASE_STUDY}/personalise")
    expect(page.get_by_role("heading", level=1)).to_have_text("Make it the customer’s")
    page.locator("[name='prospect.name']").fill(NAME)
    page.locator("[name=note]").fill(NOTE)
    page.get_by_role("button", name="Draw it again").click()
    expect(page.locator("[name='prospect.name']")).to_have_value(NAME)
    expect(page.locator("[name=note]")).to_have_value(NOTE)
    expect(page.locator("#drawn")).to_contain_text("Ready to send")
    fit(page)


def answers_for_which_deal(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("For which deal?")
    fit(page)
    page.get_by_role("radio", name=ACCOUNT).check()
    page.get_by_role("checkbox", name="Keep working on it").uncheck()
    page.get_by_role("button", name="Download for this deal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Recorded on {ACCOUNT}")
    expect(page.locator("main")).to_contain_text("in Discovery")
    # Asked once means once: it is not the working deal now.
    expect(page.get_by_role("region", name="The deal you are working on")).to_contain_text("No deal chosen")
    fit(page)


def download_holds_what_was_typed(page: Page, folder: Path) -> None:
    with page.expect_download() as begun:
        page.get_by_role("link", name="Download PDF").click()
    path = folder / "sent.pdf"
    begun.value.save_as(path)
    words = papers.text_of(path)
    assert NAME in words
    assert NOTE in words


def takes_it_back(page: Page) -> None:
    page.get_by_role("link", name="See the deal").click()
    stays = page.get_by_role("region", name="What was used, stage by stage")
    use = stays.locator("li li", has_text=TITLE)
    expect(use).to_have_count(1)
    fit(page)
    use.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").filter(has_text="Undone")).to_be_visible()
    expect(use).to_have_count(0)


def test_logo_travels_with_the_question(drawn: Served, visit: Visit, tmp_path: Path) -> None:
    page = visit(drawn, "Rita Vance", java_script_enabled=False).page
    page.goto(f"/assets/{OTHER_CASE_STUDY}/personalise")
    page.locator("[name='prospect.logo']").set_input_files(
        {"name": "wexmere.png", "mimeType": "image/png", "buffer": logo()}
    )
    page.locator("[name='prospect.name']").fill(NAME)
    page.get_by_role("button", name="Draw it again").click()
    expect(page.get_by_role("img", name="The logo you chose")).to_be_visible()
    page.get_by_role("button", name="Download PDF").click()
    page.get_by_role("radio", name="No deal").check()
    page.get_by_role("button", name="Download for this deal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recorded for no deal")
    with page.expect_download() as begun:
        page.get_by_role("link", name="Download PDF").click()
    path = tmp_path / "logo.pdf"
    begun.value.save_as(path)
    assert (18, 92, 66) in papers.colours_of_first_page(path)


def logo() -> bytes:
    out = BytesIO()
    picture = Image.new("RGB", (240, 120), (18, 92, 66))
    picture.paste((240, 190, 60), (20, 20, 100, 100))
    picture.save(out, "PNG")
    return out.getvalue()
