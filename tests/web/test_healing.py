"""An index that is lost under a running server: pages answer with a notice, and it comes back by itself."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from contentlib.app import create_app
from contentlib.domain.people import OPERATOR
from contentlib.jobs.runner import Runner
from contentlib.services import people
from contentlib.storage.queries import people as people_queries
from tests.cast import RITA
from tests.factories.shops import Shop
from tests.web.critic import Critic

NOTICE = "The search index is being made again."


@pytest.fixture
def rita(shop: Shop) -> Critic:
    app = create_app(shop.library, is_on_loopback=True)
    app.config.update(TESTING=True)
    with shop.library.work(OPERATOR) as uow:
        person = people_queries.get_by_email(uow.session, RITA.email)
        token = people.open_sign_in(uow, person_id=person.id)
    client = app.test_client()
    client.set_cookie("contentlib-sign-in", token)
    return Critic(client)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("how", ["deleted", "damaged"])
def test_a_lost_index_heals_while_pages_answer(shop: Shop, rita: Critic, how: str):
    assert NOTICE not in rita.open("/?q=turbocharger").words
    shop.lose_index(how=how)
    page = rita.open("/?q=ferries")
    assert NOTICE in page.words
    assert page.texts("//article//h2") == ["Brackwater Ferries keeps its sailings"]
    with Runner(shop.library).running():
        wait_for(lambda: NOTICE not in rita.open("/?q=turbocharger").words)
    assert rita.open("/?q=turbocharger").texts("//article//h2") == ["Brackwater Ferries keeps its sailings"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_database_that_cannot_be_read_is_told_on_a_page_of_its_own(shop: Shop, rita: Critic):
    rita.open("/")
    shop.library.close()
    for path in shop.library.settings.data.glob("library.sqlite3*"):
        path.write_bytes(b"not a database" * 1000)
    for address in ("/", "/sign-in", "/assets/round-at-a-glance"):
        assert "The library's database is damaged" in rita.open(address, status=503).words
    assert "The address may be mistyped" in rita.open("/nowhere", status=404).words
    watched = rita.client.get("/readyz")
    assert (watched.status_code, watched.json) == (503, {"status": "database does not answer"})
    assert rita.client.get("/healthz").status_code == 200


def test_a_saved_asset_is_found_within_a_second(shop: Shop, rita: Critic):
    with Runner(shop.library).running():
        rita.open("/")
        shop.write("outreach-email/narwhals.md", "---\ntitle: Narwhals\n---\n\nNarwhals everywhere.\n")
        shop.sync()
        began = time.monotonic()
        wait_for(lambda: rita.open("/?q=narwhals").texts("//article//h2") == ["Narwhals"])
        # The promise is a second; a busy machine gets five.
        assert time.monotonic() - began < 5
