"""One demo library, one server, one browser for all journeys of a worker; every test has sessions of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.browser import Critic, bring_token, launch, open_session
from tests.journeys.served import contentlib, draw_alone, open_sign_in, serve, wait_for_pictures
from tests.processes import Processes

# Good for a dairy's decision, and for one that is looking around; neither stands on the deals that Rita works on.
CASE_STUDY, OTHER_CASE_STUDY = "vallis-bakeries-compliance", "pellworth-brewery-energy"
DECK = "business-case-deck"


@dataclass(frozen=True)
class Served:
    """A library that is being served."""

    url: str
    data: Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what needs drawn pages last, so that the server draws them meanwhile."""
    here = Path(__file__).parent
    places = [place for place, item in enumerate(items) if here in item.path.parents]
    ordered = sorted((items[place] for place in places), key=lambda item: "drawn" in getattr(item, "fixturenames", ()))
    for place, item in zip(places, ordered, strict=True):
        items[place] = item


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, processes: Processes) -> Iterator[Served]:
    """The demo library; its pictures may still be missing."""
    data = tmp_path_factory.mktemp("demo")
    contentlib(processes, data, "demo")
    draw_alone(data, CASE_STUDY, OTHER_CASE_STUDY, DECK)
    with serve(processes, data) as url:
        yield Served(url, data)


@pytest.fixture(scope="session")
def drawn(demo: Served) -> Served:
    """The demo library with the page pictures of the assets that journeys open."""
    wait_for_pictures(demo.data, CASE_STUDY, OTHER_CASE_STUDY, DECK)
    return demo


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory, processes: Processes) -> Iterator[Served]:
    """A new library that holds nothing and knows nobody."""
    data = tmp_path_factory.mktemp("bare")
    with serve(processes, data) as url:
        yield Served(url, data)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@dataclass
class Visitor:
    """A browser window and what the browser complained about in it."""

    page: Page
    critic: Critic


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open windows, signed in as somebody of the demo where one is named; complaints fail the test at its end."""
    with ExitStack() as stack:

        def open_window(served: Served, name: str | None = None, **options: object) -> Visitor:
            page, critic = stack.enter_context(open_session(browser, served.url, **options))
            if name is not None:
                email = f"{name.lower().replace(' ', '.')}@tarnwell.example"
                bring_token(page, served.url, open_sign_in(served.data, email))
            return Visitor(page, critic)

        yield open_window
