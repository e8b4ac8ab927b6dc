"""Pages without a mouse and at double size: every control is reached, seen while it has the focus, and works."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import sideways
from tests.journeys.conftest import CASE_STUDY, Served, Visit

pytestmark = pytest.mark.browser

TITLE = "Vallis Bakeries answers an auditor in six minutes"

# What Tab should stop at: every control that is drawn, one of each group of radio buttons, numbered for the walk.
COUNT_STOPS = """() => {
    const groups = new Set();
    const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
        .filter((element) => {
            if (element.disabled || element.type === "hidden" || element.tabIndex < 0) return false;
            if (!element.checkVisibility({visibilityProperty: true})) return false;
            if (element.type !== "radio") return true;
            const first = !groups.has(element.name);
            groups.add(element.name);
            return first;
        });
    window.stops = stops.map((element) => (element.type === "radio" ? element.name : element));
    return stops.map((element) => element.outerHTML.slice(0, 120));
}"""

# Where the focus is, whether it is drawn on the control or on the part around it, and whether it is in view.
DESCRIBE_STOP = """() => {
    const at = document.activeElement;
    if (at === document.body) return null;
    const isDrawn = (element) => {
        const style = getComputedStyle(element);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    };
    const around = [at, at.parentElement, at.closest("label, .drop, .seek")].filter(Boolean);
    const box = at.getBoundingClientRect();
    const spot = document.elementFromPoint(
        Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 2),
        Math.min(Math.max(box.top + Math.min(box.height, 40) / 2, 1), innerHeight - 2));
    return {
        number: window.stops.indexOf(at.type === "radio" ? at.name : at),
        html: at.outerHTML.slice(0, 120),
        isSeen: around.some(isDrawn),
        isCovered: !(spot && (at.contains(spot) || spot.contains(at) || spot.closest("label") === at.closest("label"))),
    };
}"""


def walk(page: Page) -> None:
    """Press Tab until the page ends; fail for a control that was left out, not seen or covered."""
    page.wait_for_load_state()
    names: list[str] = page.evaluate(COUNT_STOPS)
    order: list[int] = []
    faults: list[str] = []
    for _ in range(len(names) + 20):
        page.keyboard.press("Tab")
        stop: dict[str, Any] | None = page.evaluate(DESCRIBE_STOP)
        if stop is None or (order and stop["number"] == order[0]):
            break
        order.append(stop["number"])
        if not stop["isSeen"]:
            faults.append(f"focus is not seen: {stop['html']}")
        if stop["isCovered"]:
            faults.append(f"focus is covered: {stop['html']}")
    faults += [f"not reached: {name}" for number, name in enumerate(names) if number not in order]
    reached = [number for number in order if number >= 0]
    assert reached == sorted(reached), "Tab goes another way than the page is written"
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "address",
    [
        "/?q=audit&stage=decision",
        f"/assets/{CASE_STUDY}/personalise",
        "/deals/choose",
        "/deals/TW-22142",
    ],
)
def test_tab_reaches_and_shows_every_control_of_a_rep(drawn: Served, visit: Visit, address: str) -> None:
    page = visit(drawn, "Rita Vance").page
    page.goto(address)
    walk(page)


@pytest.mark.parametrize("address", ["/reports/usage-to-close", "/library?kind=Deck"])
def test_tab_reaches_and_shows_every_control_of_a_lead(drawn: Served, visit: Visit, address: str) -> None:
    page = visit(drawn, "Leo Castellan").page
    page.goto(address)
    walk(page)


def test_keys_lead_to_the_search_box_and_out_of_what_is_open(drawn: Served, visit: Visit) -> None:
    page = visit(drawn, "Rita Vance").page
    page.goto("/?q=audit")
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search the library")
    expect(box).to_be_focused()
    # In the box the sign is a letter like others.
    page.keyboard.type("and/or")
    expect(box).to_have_value("and/or")

    eye = page.get_by_role("link", name=f"Preview: {TITLE}")
    eye.focus()
    page.keyboard.press("Enter")
    peek = page.get_by_role("dialog", name="Preview")
    expect(peek).to_be_visible()
    page.keyboard.press("Escape")
    expect(peek).to_be_hidden()
    expect(eye).to_be_focused()

    menu = page.locator("details[data-menu]", has_text="Rita Vance")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("button", name="Sign out", exact=True)).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


def test_first_tab_offers_to_skip_to_the_content(drawn: Served, visit: Visit) -> None:
    page = visit(drawn, "Rita Vance").page
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


# 1440 px at 200 % and 1280 px at 400 %: what a zoomed window leaves for the page.
ZOOMED = (720, 320)


def test_nothing_runs_out_of_a_zoomed_window(drawn: Served, visit: Visit) -> None:
    page = visit(drawn, "Leo Castellan").page
    addresses = [
        "/", "/?q=audit", f"/assets/{CASE_STUDY}", f"/assets/{CASE_STUDY}/personalise", "/deals", "/deals/TW-22142",
        "/deals/import", "/library", "/reports/usage-to-close", f"/reports/usage-to-close/{CASE_STUDY}",
    ]  # fmt: skip
    found = []
    for address in addresses:
        page.goto(address)
        for width in ZOOMED:
            page.set_viewport_size({"width": width, "height": 512})
            found += [f"{address} at {width} px: {fault}" for fault in sideways(page)]
    assert not found, "\n".join(found)
