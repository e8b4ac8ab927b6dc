"""Writing in a real browser: what is to mend follows the typing, leads to its line, and no word is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Served, Visit

pytestmark = pytest.mark.browser


def test_a_text_is_written_checked_at_its_lines_and_kept(drawn: Served, visit: Visit) -> None:
    visitor = visit(drawn, "Marco Bellini")
    visitor.critic.expects = {422}  # a picture without words
    page = visitor.page
    page.goto("/library/write/new/order-form")
    text = page.get_by_role("textbox", name="Text, in Markdown")
    text.fill("---\ntitle: >\n  Terms\n\n  of a journey\n---\n## Terms\n\n::: qoute\nWords.\n:::\n\n")
    finding = page.get_by_role("link", name="Line 9")
    expect(finding).to_be_visible()
    expect(page.locator(".mirror .ln").nth(8)).to_have_class(re.compile("has-error"))
    finding.click()
    chosen = "area => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert text.evaluate(chosen) == "::: qoute"
    page.keyboard.type("::: note Terms")
    expect(page.get_by_text("Nothing to mend")).to_be_visible()
    page.locator("summary", has_text="Insert").click()
    page.get_by_role("button", name="Table", exact=True).click()
    assert "| Measure | Before | After |" in text.input_value()
    page.get_by_role("checkbox", name="Decision").check()
    page.get_by_role("textbox", name="Title").fill("Terms: of a journey")
    assert text.input_value().startswith('---\ntitle: "Terms: of a journey"\nstages: [decision]\n---\n')
    text.press("Control+Home")
    for key in ("ArrowDown", "ArrowDown", "End", "Backspace"):
        page.keyboard.press(key)
    page.keyboard.type(", onboarding]")
    expect(page.get_by_role("checkbox", name="Onboarding")).to_be_checked()
    page.locator("summary", has_text="Insert").click()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><path d="M5 5H85V25Z"/></svg>'
    page.get_by_label("PNG, JPEG or SVG").set_input_files(
        {"name": "A line.svg", "mimeType": "image/svg+xml", "buffer": svg}
    )
    page.get_by_role("button", name="Put it in").click()
    expect(page.get_by_text("Say what the picture shows")).to_be_visible()
    page.get_by_label("What it shows").fill("A rising line")
    page.keyboard.press("Enter")
    expect(text).to_have_value(re.compile(r"!\[A rising line\]\(media/a-line\.svg\)"))
    expect(page.get_by_text("Nothing to mend")).to_be_visible()
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Its page").or_(page.get_by_role("link", name="Write, your drafts")).first.click()
    expect(text).to_be_visible()
    assert asked == ["beforeunload"], "leaving is asked for while words are not saved"
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Draft kept as version 1.")).to_be_visible()
    expect(page).to_have_url(re.compile("/library/write/terms-of-a-journey$"))
