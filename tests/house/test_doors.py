"""Every address says who may come in, and every role is tried at every address."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import flask
import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter, Rule

from contentlib.domain.errors import ContentlibError
from contentlib.domain.people import OPERATOR, ROLE_PERMISSIONS, Permission, Role
from contentlib.library import Library
from contentlib.services import people
from contentlib.storage.queries import people as people_queries
from contentlib.web import errors, login
from tests.house.conftest import ASSET, DEAL, email_of

# What stands in an address, by the name of the part.
PARTS = {
    "slug": ASSET, "asset": ASSET, "deal": DEAL, "name": "usage-to-close", "report": "usage-to-close",
    "move": "submit", "token": "x", "blob": "0" * 64, "ground": "light", "kind": "case-study", "path": "logos/mark.svg",
    "email": "nobody@tarnwell.example", "words": "tags", "word": "no-such-word",
}  # fmt: skip
# Leaving is done when one stands at the sign-in page; readiness may be denied by a library without a runner.
LEADS_TO_SIGN_IN = {"people.sign_out"}
MAY_BE_UNREADY = {"operations.readyz"}


def doors(app: flask.Flask) -> Iterator[tuple[Rule, str]]:
    """Every address with each method that it takes."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield rule, method


def path_of(app: flask.Flask, rule: Rule) -> str:
    """A path that the rule takes, filled with what stands in the library."""
    numbers = {name: 1 for name, converter in rule._converters.items() if isinstance(converter, IntegerConverter)}
    parts = {name: numbers.get(name, PARTS.get(name)) for name in rule.arguments}
    assert None not in parts.values(), f"say in PARTS what stands for {parts} in {rule}"
    with app.test_request_context():
        return flask.url_for(rule.endpoint, **parts)


def knock(app: flask.Flask, library: Library, role: Role | None, path: str, method: str) -> tuple[int, bool]:
    """Ask for an address as a role, freshly signed in; gives the status and whether it leads to the sign-in page."""
    client = app.test_client()
    if role is not None:
        with library.work(OPERATOR) as uow:
            person = people_queries.get_by_email(uow.session, email_of(role))
            token = people.open_sign_in(uow, person_id=person.id)
        with app.app_context():
            client.set_cookie(login.cookie_name(), token)
    with client.open(path, method=method) as answer:
        with app.test_request_context():
            sign_in = flask.url_for("people.sign_in")
        return answer.status_code, urlsplit(answer.location or "").path == sign_in


def test_every_view_says_who_may_come_in(app: flask.Flask):
    unsaid = []
    for rule, _ in doors(app):
        view = app.view_functions[rule.endpoint]
        permission, is_public = getattr(view, "permission", None), getattr(view, "is_public", False)
        if isinstance(permission, Permission) == bool(is_public):
            unsaid.append(f"{rule} ({rule.endpoint})")
    assert not unsaid, "decorate each with @requires(Permission.…) or @public"


@pytest.mark.parametrize("role", [*Role, None], ids=lambda role: role.value if role else "signed out")
def test_a_role_gets_in_where_it_may_and_nowhere_else(app: flask.Flask, house_library: Library, role: Role | None):
    wrong = []
    for rule, method in doors(app):
        view = app.view_functions[rule.endpoint]
        status, is_sent_away = knock(app, house_library, role, path_of(app, rule), method)
        if status >= 500 and rule.endpoint not in MAY_BE_UNREADY:
            wrong.append(f"{method} {rule}: {status}")
        elif view.is_public or (role is not None and view.permission in ROLE_PERMISSIONS[role]):
            if status in (401, 403) or (is_sent_away and rule.endpoint not in LEADS_TO_SIGN_IN):
                wrong.append(f"{method} {rule}: should let in, answered {status}")
        elif role is None and not is_sent_away and status != 401:  # a form that waits for its sender
            wrong.append(f"{method} {rule}: should send to the sign-in page, answered {status}")
        elif role is not None and status != 403:
            wrong.append(f"{method} {rule}: should refuse, answered {status}")
    assert not wrong


def test_a_form_without_its_token_is_refused_everywhere(app: flask.Flask, house_library: Library):
    """Whoever is signed in: a form that another site has made changes nothing."""
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        taken = [
            f"{method} {rule}"
            for rule, method in doors(app)
            if method != "GET"
            and knock(app, house_library, Role.ADMIN, path_of(app, rule), method)[0] not in (400, 405)
        ]
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert not taken


def test_whatever_a_deal_or_a_person_is_called_has_a_page(app: flask.Flask):
    words = [rule.rule.removeprefix("/deals/") for rule, _ in doors(app) if rule.rule.startswith("/deals/")]
    names = ["D-1", "2026/113", "a b", "Ünï#c?d%2F", "=D", "/x", "x/", "a//b", "..", "a/./b", "a\nb", *words]
    named = {
        "deals.show": ("GET", "deal"),
        "people_admin.show": ("GET", "email"),
        "people_admin.invite": ("POST", "email"),
    }
    with app.test_request_context():
        for endpoint, (method, part) in named.items():
            for name in names:
                address = urlsplit(flask.url_for(endpoint, **{part: name})).path
                found = app.url_map.bind("localhost").match(unquote(address), method=method)
                assert found == (endpoint, {part: name}), address
        assert flask.url_for("deals.show", deal="2026/113") == "/deals/2026/113"
        assert flask.url_for("people_admin.show", email="ada@a.example") == "/admin/people/ada@a.example"


def test_a_number_longer_than_any_row_has_is_no_address(app: flask.Flask):
    numbered = [
        (path_of(app, rule).replace("/1", "/" + "9" * 25), method)
        for rule, method in doors(app)
        if any(isinstance(converter, IntegerConverter) for converter in rule._converters.values())
    ]
    assert len(numbered) > 20
    for address, method in numbered:
        with pytest.raises(NotFound):
            app.url_map.bind("localhost").match(address, method=method)


def test_every_refusal_has_a_status():
    def family(cls: type[ContentlibError]) -> Iterator[type[ContentlibError]]:
        for child in cls.__subclasses__():
            if child.__module__.startswith("contentlib."):
                yield child
                yield from family(child)

    assert not [cls.__name__ for cls in family(ContentlibError) if not set(cls.__mro__) & set(errors.STATUSES)]
