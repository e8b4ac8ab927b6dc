"""Headless Chromium as a printer of the very HTML, styles, fonts and pictures that our documents are made of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Route, sync_playwright

from contentlib.branding import tokens
from contentlib.domain.documents import RenderRequest
from contentlib.rendering import html
from contentlib.rendering.drawing import Drawing
from contentlib.rendering.fetcher import BASE, LibraryFetcher, address_of
from contentlib.rendering.press import Listening, Press
from tests.journeys.browser import launch

PLACE = f"{BASE}document.html"


class Chromium:
    """A warm browser that prints what the library's addresses answer, each time in a window of its own."""

    def __init__(self, browser: Browser, press: Press) -> None:
        self._browser, self._press = browser, press
        self._source, self._fetcher = "", LibraryFetcher(brand=press.brand_folder, templates=press.templates)

    def take(self, request: RenderRequest) -> None:
        """Get ready what is printed next, as our own engine would be handed it."""
        drawing = Drawing(request=request, press=self._press, template_hash="", on=request.dated_on)
        filled = drawing._fill()
        with Listening():
            frozen = drawing.freeze()
        source = html.compose(
            drawing._manuscript(filled, drawing._body_for(filled)), frozen, self._press.jinja, address_of
        )
        styles = [tokens.document_css(self._press.brand)]
        styles += [
            (self._press.templates / name).read_text() for name in ("_shared/base.css", f"{request.kind}/print.css")
        ]
        style = "\n".join(styles)
        self._source = source.replace("</head>", f"<style>{style}</style></head>", 1)
        assert self._source != source, "the styles found no place"
        self._fetcher = drawing.fetcher

    def print(self) -> bytes:
        """Load what was taken and print it as tagged PDF."""
        page = self._browser.new_context().new_page()
        page.route(f"{BASE}**", self._answer)
        page.goto(PLACE, wait_until="load")
        printed: bytes = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
        page.context.close()
        return printed

    def _answer(self, route: Route) -> None:
        if route.request.url == PLACE:
            route.fulfill(body=self._source, content_type="text/html; charset=utf-8")
            return
        found = self._fetcher.fetch(route.request.url)
        route.fulfill(body=found.read(), content_type=found.headers["Content-Type"])


@contextmanager
def printing(press: Press) -> Iterator[Chromium]:
    """Open a browser for as long as the block lasts."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield Chromium(browser, press)
        browser.close()
