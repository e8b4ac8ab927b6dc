"""Every address that names an asset or a deal is tried for every role on one in each state; one table says who gets in.

Where somebody may not see an asset, every method of every address answers as if there were none. Where they may, pages
are opened; what deeds then do has tests of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import flask
import pytest
from werkzeug.routing import Rule

from contentlib.domain.content_requests import Wanted
from contentlib.domain.governance import Move
from contentlib.domain.imports import DealRow
from contentlib.domain.people import OPERATOR, ROLE_PERMISSIONS, Actor, Permission, Role
from contentlib.library import Library
from contentlib.services import content_requests, deal_imports, people
from contentlib.services.governance import Order
from contentlib.storage.queries import people as people_queries
from contentlib.web import login
from tests.house.conftest import DEAL, email_of
from tests.house.test_doors import doors, path_of

REVIEWER = "reviewer"
WHO = (*(role.value for role in Role), REVIEWER)
KEEPERS = {Role.MARKETER.value, Role.CONTENT_LEAD.value, Role.ADMIN.value}
EVERYBODY = set(WHO)

# Who sees an asset in a state, and whether it may be used on deals.
STATES = {
    "live": (EVERYBODY, True),
    "internal": (EVERYBODY, True),
    "draft": (KEEPERS, False),
    "in-review": (KEEPERS | {REVIEWER}, False),
    "embargoed": (KEEPERS, False),
    "expired": (KEEPERS, False),
    "archived": (KEEPERS, False),
}
# By how many see it: as whom it is opened.
OPENING = {len(EVERYBODY): {"rep"}, len(KEEPERS): {"marketer"}, len(KEEPERS) + 1: {REVIEWER}}
# What is for deals alone; what is not seen as used is not found there, by whoever keeps the library neither.
FOR_DEALS = {"documents.personalise", "usage.download", "usage.present", "usage.sent"}
# An upload, a picture, a review or a move that this asset does not have is not found either.
MAY_LACK = {"assets.file", "assets.media", "governance.review", "governance.move", "uploads.ask_replacement"}
FOREIGN_DEAL = "D-9"


@pytest.fixture(scope="module")
def states(house_library: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The library with an asset in each state, a sales reviewer, and a deal of theirs."""
    content = tmp_path_factory.mktemp("states")
    today = datetime.now(UTC).date()
    dates = {
        "embargoed": f"publish_on: {today + timedelta(days=30)}",
        "expired": f"expires_on: {today - timedelta(days=30)}",
        "draft": "status: draft",
        "in-review": "status: draft",
    }
    for state in STATES:
        _write(content, state, dates.get(state, ""))
    with house_library.work(OPERATOR) as uow:
        people.add(uow, email=f"{REVIEWER}@tarnwell.example", name="Ines", roles=[Role.REP], is_sales_reviewer=True)
    assert house_library.sync_content(OPERATOR, content).created == len(STATES)
    house_library.govern(OPERATOR, Order(move=Move.SUBMIT, slug="in-review"))
    house_library.govern(OPERATOR, Order(move=Move.ARCHIVE, slug="archived", reason="Not used"))
    row = DealRow(line=2, deal=FOREIGN_DEAL, account="Far Away", owner=f"{REVIEWER}@tarnwell.example")
    assert house_library.import_rows(OPERATOR, deal_imports.import_deals, [row]).created == 1
    return house_library


def _write(content: Path, state: str, line: str) -> None:
    kind = "battlecard" if state == "internal" else "order-form"
    (content / kind).mkdir(exist_ok=True)
    head = f"title: An asset that is {state}\nslug: {state}\nstages: [decision]"
    (content / kind / f"{state}.md").write_text(
        "\n".join(("---", *filter(None, (head, line)), "---", "## A", "", "b", ""))
    )


@pytest.fixture(scope="module")
def clients(app: flask.Flask, states: Library) -> dict[str, flask.testing.FlaskClient]:
    """Everybody, signed in."""
    found = {}
    for who in WHO:
        found[who] = app.test_client()
        email = f"{REVIEWER}@tarnwell.example" if who == REVIEWER else email_of(Role(who))
        with states.work(OPERATOR) as uow:
            token = people.open_sign_in(uow, person_id=people_queries.get_by_email(uow.session, email).id)
        with app.app_context():
            found[who].set_cookie(login.cookie_name(), token)
    return found


def about(app: flask.Flask, part: str) -> Iterator[tuple[Rule, str]]:
    """The doors whose address names something by this part."""
    return ((rule, method) for rule, method in doors(app) if part in rule.arguments)


def may(who: str, permission: Permission) -> bool:
    if who == REVIEWER:
        return permission in ROLE_PERMISSIONS[Role.REP] | {Permission.SEE_REVIEWS}
    return permission in ROLE_PERMISSIONS[Role(who)]


def expected(who: str, state: str, rule: Rule, permission: Permission) -> str:
    """The class of answer: refused for the role, not there for the person or the day, or open."""
    seers, is_live = STATES[state]
    if not may(who, permission):
        return "refused"
    if who not in seers or (rule.endpoint in FOR_DEALS and not is_live):
        return "not there"
    return "open"


def answer_of(status: int) -> str:
    return {403: "refused", 404: "not there"}.get(status, "open" if status < 500 else "broken")


@pytest.mark.parametrize("state", STATES)
def test_an_asset_is_there_for_who_may_see_it_and_for_nobody_else(app: flask.Flask, clients, state: str):
    wrong = []
    for rule, method in about(app, "slug"):
        permission = app.view_functions[rule.endpoint].permission
        path = path_of(app, rule).replace("quartz-harbour", state)
        for who in WHO:
            wanted = expected(who, state, rule, permission)
            if wanted == "open" and (method != "GET" or who not in OPENING[len(STATES[state][0])]):
                continue  # deeds have their own tests, and one of those who get in is enough to see that it opens
            with clients[who].open(path, method=method) as answer:
                got = answer_of(answer.status_code)
            if got != wanted and not (rule.endpoint in MAY_LACK and (wanted, got) == ("open", "not there")):
                wrong.append(f"{who}: {method} {path}: {answer.status_code}, should be {wanted}")
    assert not wrong


def test_a_deal_is_there_for_its_owner_and_who_sees_all(app: flask.Flask, clients):
    owners = {DEAL: {Role.REP.value}, FOREIGN_DEAL: {REVIEWER}}
    see_all = {Role.CONTENT_LEAD.value, Role.ADMIN.value}
    wrong = []
    for rule, method in about(app, "deal"):
        for deal, own in owners.items():
            path = path_of(app, rule).replace(DEAL, deal)
            for who in WHO:
                with clients[who].open(path, method=method) as answer:
                    got = answer_of(answer.status_code)
                if got != ("open" if who in own | see_all else "not there"):
                    wrong.append(f"{who}: {method} {path}: {answer.status_code}")
    assert not wrong


def test_a_request_is_there_for_everybody_until_its_author_takes_it_back(app: flask.Flask, states: Library, clients):
    with states.work(_actor(states, Role.REP)) as uow:
        asked = content_requests.ask(uow, Wanted(title="Quartz, told again", deal=DEAL)).id
    wrong = []
    for is_there in (True, False):
        if not is_there:
            with states.work(_actor(states, Role.REP)) as uow:
                content_requests.withdraw(uow, asked)
        for rule, method in about(app, "request_id"):
            permission = app.view_functions[rule.endpoint].permission
            for who in WHO:
                wanted = "open" if is_there else "not there"
                wanted = wanted if may(who, permission) else "refused"
                if (wanted == "open" and method != "GET") or (who, rule.endpoint) == ("rep", "requests.bring_back"):
                    continue  # deeds have their own tests
                with clients[who].open(path_of(app, rule).replace("/1", f"/{asked}"), method=method) as answer:
                    if answer_of(answer.status_code) != wanted:
                        wrong.append(f"{who}: {method} {rule}: {answer.status_code}, should be {wanted}")
    assert not wrong


def _actor(library: Library, role: Role) -> Actor:
    with library.read(OPERATOR) as reading:
        return people.act_as(reading, email_of(role))


def test_what_may_not_be_seen_is_not_counted_or_offered_either(app: flask.Flask, states: Library, clients):
    states.rebuild_index()
    hidden = {state for state, (seers, _) in STATES.items() if Role.REP.value not in seers}
    for address in ("/?q=asset", "/?q=asset&status=draft&status=archived", "/searches/complete?q=An+asset"):
        for who in (Role.REP.value, REVIEWER):
            told = clients[who].get(address).get_data(as_text=True)
            assert not [state for state in hidden if f"An asset that is {state}" in told], (who, address)
    assert "An asset that is live" in clients[REVIEWER].get("/?q=asset").get_data(as_text=True)
