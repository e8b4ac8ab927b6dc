"""Chromium as a critic: what it complains about while somebody uses a page is a fault of the page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zlib import crc32

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Response, expect

AXE = Path(__file__).resolve().parent.parent / "vendor" / "axe" / "axe.min.js"

# The first that is there; the headless shell is the same engine without a window's cost.
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")

# The machine that tests run on is the sandbox; the rest keeps Chromium from asking for addresses elsewhere.
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A busy machine is not a fault of the page.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)

PHONE, DESKTOP = 390, 1440
HEIGHTS = {PHONE: 844, DESKTOP: 900}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
VIEWS: tuple[tuple[int, Scheme], ...] = ((DESKTOP, "dark"), (PHONE, "light"), (DESKTOP, "light"), (PHONE, "dark"))


def launch(playwright: Playwright) -> Browser:
    """Start the Chromium that this machine has."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path is not None, "No Chromium on this machine; `.ci/set-up chromium` installs it."
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)


@dataclass
class Critic:
    """What a browser complained about; `expects` names the answers that a test provokes on purpose."""

    origin: str
    expects: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Listen to every page of a browser session."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)

    def _console(self, message: ConsoleMessage) -> None:
        # An answer that is refused is judged by its status, so that a test can expect it.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console: {message.text} ({message.location.get('url')})")

    def _failed(self, request: Request) -> None:
        # Aborted is what the page itself gave up: a download takes over, a later keystroke replaces an earlier one.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"request: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        address = urlsplit(response.url)
        if address.scheme != "data" and f"{address.scheme}://{address.netloc}" != self.origin:
            self.faults.append(f"foreign: {response.url}")
        if response.status >= 400 and response.status not in self.expects:
            self.faults.append(f"answer: {response.status} {response.url}")

    def check(self) -> None:
        """Fail when there was a complaint."""
        assert not self.faults, "\n".join(self.faults)


@contextmanager
def open_session(browser: Browser, url: str, **options: Any) -> Iterator[tuple[Page, Critic]]:
    """Open a browser session of its own; what its critic heard fails the block when it ends well."""
    options = {"viewport": {"width": DESKTOP, "height": HEIGHTS[DESKTOP]}, "reduced_motion": "reduce"} | options
    context = browser.new_context(base_url=url, locale="en-GB", timezone_id="UTC", **options)
    context.set_default_timeout(PATIENCE_MS)
    critic = Critic(origin=url)
    critic.watch(context)
    try:
        yield context.new_page(), critic
        critic.check()
    finally:
        context.close()


def sign_in(page: Page, name: str, *, then: str = "/") -> None:
    """Sign in as somebody of the demo with one click."""
    page.goto(f"/sign-in?next={then}")
    page.get_by_role("button", name=name).click()
    page.get_by_role("navigation", name="Main").wait_for()


def bring_token(page: Page, url: str, token: str) -> None:
    """Come in with the token of a session that is open already."""
    page.context.add_cookies([{"name": "contentlib-sign-in", "value": token, "url": url}])


def glance(page: Page) -> None:
    """Look at the page as it stands: axe finds nothing in one of the four views, nothing is cut in either size.

    Whose turn it is the address decides. Pages are made of the same parts, so that each part is seen in every view on
    one page or another. The session must let scripts run, since axe is one.
    """
    where = _address(page)
    width, scheme = VIEWS[crc32(where.encode()) % len(VIEWS)]
    fit(page, last=width)
    page.emulate_media(color_scheme=scheme)
    found = violations(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": DESKTOP, "height": HEIGHTS[DESKTOP]})
    assert not found, "\n".join([f"{where} at {width} px, {scheme}:", *found])


def fit(page: Page, *, last: int = DESKTOP) -> None:
    """Look whether the page fits a small and a large window, and leave it in the one that is looked at last."""
    found = []
    for width in sorted((PHONE, DESKTOP), key=lambda width: width == last):
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        found += [f"{_address(page)} at {width} px: {fault}" for fault in sideways(page)]
    assert not found, "\n".join(found)


def _address(page: Page) -> str:
    return urlsplit(page.url)._replace(scheme="", netloc="", fragment="").geturl()


def violations(page: Page) -> list[str]:
    """Let axe judge the page by every rule that is on."""
    if not page.evaluate("() => typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    # Colours on their way from one scheme to the other are nobody's colours.
    page.evaluate("() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished))")
    # Nothing is loaded beforehand: it would be for rules on sound and on turned screens, and no page has either.
    options = {"resultTypes": ["violations"], "preload": False}
    answer = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:160]} ({node['failureSummary']})"
        for rule in answer["violations"]
        for node in rule["nodes"][:3]
    ]


def sideways(page: Page) -> list[str]:
    """Tell whether the page scrolls sideways, and which elements reach out of it."""
    page.wait_for_load_state()
    found: list[str] = page.evaluate(
        """() => {
            const root = document.documentElement;
            if (root.scrollWidth <= root.clientWidth) return [];
            const describe = (element) =>
                `${element.tagName}.${element.className} "${element.textContent.trim().slice(0, 30)}"`;
            const out = [...document.querySelectorAll("body *")].filter(
                (element) => element.getBoundingClientRect().right > root.clientWidth + 1);
            return [`scrolls sideways by ${root.scrollWidth - root.clientWidth} px: `
                + out.slice(0, 4).map(describe).join(", ")];
        }"""
    )
    return found
