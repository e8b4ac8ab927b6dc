"""A marketer brings files in: dropped, each answered, confirmed, found among the drafts, and by no rep."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.sync_api import Page, expect

from tests.factories import office
from tests.journeys.browser import glance
from tests.journeys.conftest import Served, Visit

pytestmark = pytest.mark.browser


def deck(company: str) -> bytes:
    words = f"{company} cured its hams by night until a fan stopped. Rounds on a phone found the bearing a week before."
    slides = [
        office.slide(
            office.shape(f"The fan that did not stop: {company}", place="title") + office.shape("8 June 2026")
        ),
        office.slide(office.shape(words)),
    ]
    return office.presentation(slides, title="PowerPoint Presentation")


def drop(page: Page, name: str, kind: str, data: bytes) -> None:
    """Let go of a file over the box, as a hand does that dragged it there."""
    script = """([name, type, data]) => {
      const carried = new DataTransfer();
      const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
      carried.items.add(new File([bytes], name, { type }));
      return carried;
    }"""
    carried = page.evaluate_handle(script, [name, kind, base64.b64encode(data).decode()])
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("[data-drop]", event, {"dataTransfer": carried})


def test_dropped_files_are_confirmed_and_are_drafts(demo: Served, visit: Visit) -> None:
    page = visit(demo, "Marco Bellini").page
    page.goto("/library")
    page.get_by_role("link", name="Bring files in").click()
    kind = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    page.route("**/library/upload?name=held_up.pdf", lambda route: None)  # a line so slow that nothing arrives
    page.get_by_label(re.compile("Drop files here")).set_input_files(
        [
            {"name": "oxbow_hams_v2.pptx", "mimeType": kind, "buffer": deck("Oxbow Hams")},
            {"name": "broken.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 and no more"},
            {"name": "held_up.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 and on its way"},
        ]
    )
    drop(page, "teal_smokehouse.pptx", kind, deck("Teal Smokehouse"))
    files = page.get_by_role("list", name="Files").get_by_role("listitem")
    held_up = files.filter(has_text="held_up.pdf")
    held_up.get_by_role("button", name="Cancel").click()
    expect(held_up).to_contain_text("Cancelled")
    expect(held_up.get_by_role("button", name="again")).to_be_visible()
    expect(files.filter(has_text="To be confirmed")).to_have_count(2)
    expect(files.filter(has_text="broken.pdf")).to_contain_text("is damaged")
    page.get_by_role("link", name="See what was understood").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 files read. Is this right?")
    title = page.get_by_label("Title of oxbow_hams_v2.pptx")
    expect(title).to_have_value("The fan that did not stop: Oxbow Hams")
    expect(page.get_by_text("% the same as").first).to_be_visible()  # two files that differ in a name
    glance(page)
    title.fill("Oxbow Hams, told anew")
    # Its words tell no stage, so the list stands with all that nothing in the file speaks for.
    # Which file comes first is a matter of which was read first.
    fold = page.locator("details.says-more", has_text="Stages of oxbow")
    fold.locator("summary").first.click()
    fold.get_by_role("group", name="Stages of oxbow_hams_v2.pptx").or_(
        fold.locator("summary", has_text="Stages of oxbow")
    ).first.click()
    fold.get_by_role("checkbox", name="Decision").first.check()
    page.get_by_role("button", name="Confirm all 2 files").first.click()
    expect(page.get_by_role("status").filter(has_text="2 files described")).to_be_visible()
    expect(page.get_by_role("link", name="Oxbow Hams, told anew")).to_be_visible()

    rep = visit(demo, "Rita Vance").page
    rep.goto("/?q=Oxbow+Hams")
    expect(rep.get_by_role("link", name="Oxbow Hams, told anew")).to_have_count(0)
