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


def test_what_is_put_in_has_a_name_of_its_own_and_a_long_text_keeps_its_lines(drawn: Served, visit: Visit) -> None:
    page = visit(drawn, "Marco Bellini").page
    page.goto("/library/write/new/case-study")
    text = page.get_by_role("textbox", name="Text, in Markdown")
    text.fill("---\ntitle: Terms\n---\nOne claim[^7] and\nanother.\n\n::: note\nBelow.\n:::\n\n[^7]: The log.\n")
    expect(page.locator("[data-words]")).to_have_text("9 words")
    at_another = "area => area.setSelectionRange(...Array(2).fill(area.value.indexOf('another') + 7))"
    for name in ("Footnote", "Quote", "Quote"):
        text.evaluate(at_another)
        page.locator("summary", has_text="Insert").click()
        page.get_by_role("button", name=name, exact=True).click()
    assert "another[^8].\n\n[^8]: Where it comes from.\n\n::: note" in text.input_value()
    assert re.findall(r"- id: (.+)", text.input_value()) == ["name", "name-2"]
    rows = page.locator(".mirror .ln")
    text.evaluate("area => { area.value += 'line\\n'.repeat(2000); area.dispatchEvent(new Event('input')) }")
    rows.nth(1000).evaluate("row => { row.isKept = true }")
    text.press("Control+Home")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("summary: Typed on at once")
    assert rows.nth(1001).evaluate("row => row.isKept"), "only the lines that changed are made anew"
    assert rows.all_text_contents()[:3] == ["---", "summary: Typed on at once", "title: Terms"]
    assert rows.count() == len(text.input_value().split("\n"))
