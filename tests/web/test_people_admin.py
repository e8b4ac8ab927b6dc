"""Looking after people in the pages: invited once, changed with a way back, never locked out by accident."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from contentlib.domain.people import OPERATOR, Role
from contentlib.library import Library
from contentlib.services import people
from tests.web.conftest import email_of
from tests.web.critic import Critic, Page

Enter = Callable[[str | None], Critic]


@pytest.fixture
def ada(as_person: Enter) -> Critic:
    return as_person("ada")


@pytest.fixture
def kim(ada: Critic) -> tuple[str, Page]:
    """Somebody new, whom nobody else in the suite knows, and the page that shows their link."""
    email = f"kim.{uuid.uuid4().hex[:8]}@tarnwell.example"
    return email, ada.post("/admin/people", {"email": email, "name": "Kim Osei", "roles": ["rep"], "reviewer": "yes"})


def undo_of(page: Page) -> tuple[str, dict[str, str]]:
    (form,) = page.tree.xpath("//div[contains(@class, 'toast')]//form")
    return form.get("action"), {name: value for name, value in form.form_values() if name != "csrf_token"}


def test_an_invited_person_gets_a_link_that_is_shown_once_and_works(ada: Critic, as_person: Enter, kim):
    email, shown = kim
    (link,) = shown.texts("//code")
    listed = ada.open(f"/admin/people?state=invited&text={email}").texts("//tbody/tr")
    assert len(listed) == 1
    assert "Reviews for sales" in listed[0]
    assert "set-password/" not in ada.open(f"/admin/people/{email}").words
    password = {"password": "four quiet pumps", "again": "four quiet pumps"}
    assert as_person(None).client.post(urlsplit(link).path, data=password).status_code == 302
    assert len(ada.open(f"/admin/people?state=active&text={email}&role=rep").texts("//tbody/tr")) == 1


def test_what_is_refused_keeps_what_was_typed(ada: Critic):
    page = ada.post("/admin/people", {"email": "no address", "name": "Kim", "title": "Account Executive"})
    assert page.response.status_code == 400
    assert "Choose at least one role." in page.words
    page = ada.post("/admin/people", {"email": "no address", "name": "Kim", "title": "Executive", "roles": ["rep"]})
    assert page.tree.xpath("//input[@name='title']/@value") == ["Executive"]
    assert page.tree.xpath("//input[@name='email']/@aria-invalid") == ["true"]
    page = ada.post("/admin/people", {"email": email_of("rita"), "name": "Rita", "roles": ["rep"]})
    assert "is already here" in page.words


def test_a_change_is_taken_back_whole(ada: Critic, kim):
    email, _ = kim
    address = f"/admin/people/{email}"

    def stands() -> dict[str, str]:
        return {name: value for name, value in ada.open(address).form(address).items() if name != "csrf_token"}

    before = stands()
    changed = ada.post(address, {"name": "Kim O. Osei", "roles": ["marketer", "content-lead"]})
    assert stands() != before
    action, fields = undo_of(changed)
    ada.post(action, fields)
    assert stands() == before


def test_who_is_disabled_is_out_and_can_be_enabled_again(ada: Critic, as_person: Enter, web_library: Library, kim):
    email, _ = kim
    with web_library.work(OPERATOR) as uow:
        token = people.open_sign_in(uow, person_id=people.get(uow, email=email).id)
    visitor = as_person(None)
    visitor.client.set_cookie("contentlib-sign-in", token)
    assert visitor.client.get("/").status_code == 200
    off = ada.post(f"/admin/people/{email}/disable", {})
    assert "Disabled" in off.words
    assert visitor.client.get("/").status_code == 302
    action, fields = undo_of(off)
    assert "is enabled again" in ada.post(action, fields).words
    assert visitor.client.get("/").status_code == 302  # what has ended stays ended


def test_sessions_end_without_disabling_anybody(ada: Critic, as_person: Enter):
    sam = as_person("sam")
    assert "signed out everywhere" in ada.post(f"/admin/people/{email_of('sam')}/end-sessions", {}).words
    assert sam.client.get("/").status_code == 302
    assert as_person("sam").client.get("/").status_code == 200


def test_nobody_locks_themselves_out(ada: Critic, web_library: Library):
    own = f"/admin/people/{email_of('ada')}"
    assert "Disable" not in ada.open(own).words
    assert ada.client.post(f"{own}/disable").status_code == 409
    page = ada.post(own, {"name": "Ada Norling", "roles": ["rep"]})
    assert "You cannot take the library away from yourself" in page.words
    with web_library.read(OPERATOR) as reading:
        held = people.get(reading, email=email_of("ada"))
        assert held.is_active
        assert [row.role for row in held.roles] == [Role.ADMIN]


def test_a_search_for_nobody_says_so(ada: Critic):
    assert "Nobody is like that" in ada.open("/admin/people?text=%25").words


def test_who_is_no_admin_sees_other_sections_only(leo: Critic):
    assert leo.client.get("/admin/people").status_code == 403
    assert "People" not in leo.open("/admin", follow_redirects=True).texts("//nav[@aria-label='Administration']/a")
