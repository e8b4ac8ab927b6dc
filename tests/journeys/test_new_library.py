"""A library on its first day: nobody is known, nothing is there, and every page says what to do next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from contentlib.domain.people import Role
from tests.journeys.browser import bring_token, fit, glance
from tests.journeys.conftest import Served, Visit
from tests.journeys.served import add_person, contentlib, open_sign_in
from tests.processes import Processes

pytestmark = pytest.mark.browser

PASSWORD = "orange kettle under the bridge"

# Words as long as they come: a title without a blank, a customer with four surnames.
LONG_WORD = "Instandhaltungsvertragsverlängerungsvereinbarung"
LONG_TITLE = f"{LONG_WORD} for {'a very long story about maintenance that nobody saw coming, ' * 3}and its end"
LONG_ACCOUNT = f"Wetherington, Okonkwo-Hargreaves and {LONG_WORD} Holdings (Northern Territories) Ltd"


def test_first_day(bare: Served, visit: Visit, processes: Processes) -> None:
    visitor = visit(bare)
    page = visitor.page
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.locator("main")).to_contain_text("contentlib people add")
    glance(page)

    added = json.loads(
        contentlib(
            processes, bare.data, "people", "add", "ada@example.example", "--name", "Ada First",
            "--role", "admin", "--role", "rep", "--json",
        )
    )  # fmt: skip
    invited = json.loads(contentlib(processes, bare.data, "people", "invite", added["email"], "--json"))
    page.goto(invited["link"][invited["link"].index("/set-password") :])
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Ada")
    glance(page)
    visitor.critic.expects = {400}
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill("something else entirely")
    page.get_by_role("button", name="Set it and go in").click()
    expect(page.get_by_role("alert")).to_contain_text("not the same")
    glance(page)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Set it and go in").click()

    # Nothing is there, and each page says how it comes in.
    expect(page.locator("main")).to_contain_text("contentlib content sync")
    glance(page)
    for address, told in (
        ("/library", "contentlib content sync"),
        ("/deals?whose=all", "contentlib deals import"),
        ("/deals/choose", "You have no open deals"),
        ("/reports/usage-to-close", "Nothing was used on a deal yet"),
    ):
        page.goto(address)
        expect(page.locator("main")).to_contain_text(told)
        glance(page)

    page.locator("details[data-menu] summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    page.get_by_label("E-mail").fill(added["email"])
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(added["email"])
    glance(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


def test_long_words_stay_on_the_page(bare: Served, visit: Visit, processes: Processes, tmp_path: Path) -> None:
    stories = tmp_path / "case-study"
    stories.mkdir()
    (stories / "long.md").write_text(
        f"---\ntitle: {json.dumps(LONG_TITLE)}\nsummary: {LONG_WORD} {'word ' * 60}\n"
        f"tags: [{LONG_WORD.lower()}]\nowner: grete.{LONG_WORD.lower()}@example.example\nstatus: draft\n---\n\n"
        f"## {LONG_WORD * 2}\n\n{LONG_WORD * 4}\n\n| {LONG_WORD} | {LONG_WORD} |\n|---|---|\n| {LONG_WORD} | 1 |\n",
        encoding="utf-8",
    )
    contentlib(processes, bare.data, "content", "sync", str(tmp_path))
    rows = tmp_path / "deals.csv"
    rows.write_text(
        "deal,account,name,amount,currency,industry,size,region,owner,opened_at,stage\n"
        f'L-{"9" * 40},"{LONG_ACCOUNT}",{LONG_WORD} {LONG_WORD},123456789012.50,JPY,{LONG_WORD},Large,{LONG_WORD},'
        "lena@example.example,2026-10-01,Discovery\n",
        encoding="utf-8",
    )
    contentlib(processes, bare.data, "deals", "import", str(rows), "--mapping", "contentlib")
    add_person(bare.data, "lena@example.example", f"Lena {LONG_WORD}", Role.CONTENT_LEAD)

    page = visit(bare).page
    bring_token(page, bare.url, open_sign_in(bare.data, "lena@example.example"))
    page.goto("/")
    page.get_by_role("button", name="Work on it").click()
    for address in (
        "/?status=draft",
        f"/?q={LONG_WORD}&status=draft",
        f"/?q={'x' * 300}",
        "/assets/long",
        "/preview/long",
        "/library",
        "/deals",
        f"/deals/L-{'9' * 40}",
        "/deals/choose",
    ):
        page.goto(address)
        fit(page)
