"""The door: who gets in, who is sent back where, and what a session's end ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.services import people
from contentlib.web import people as people_pages
from contentlib.web.throttle import Throttle
from tests.web.conftest import ONE_SHEETER, PASSWORD, email_of
from tests.web.critic import Critic

Enter = Callable[[str | None], Critic]


def sign_in(stranger: Critic, password: str = PASSWORD, who: str = "rita", **more: str):
    """Send the sign-in form."""
    return stranger.client.post("/sign-in", data={"email": email_of(who), "password": password, **more})


def test_the_right_password_opens(as_person: Enter):
    stranger = as_person(None)
    answer = sign_in(stranger, next="/deals")
    assert answer.location == "/deals"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Rita Vance" in stranger.open("/deals").words


@pytest.mark.parametrize(("who", "password"), [("rita", "wrong"), ("nobody", PASSWORD), ("marco", "")])
def test_a_wrong_one_says_the_same_sentence_whatever_is_wrong(as_person: Enter, who: str, password: str):
    answer = sign_in(as_person(None), password, who)
    assert answer.status_code == 400
    assert "do not belong together" in answer.get_data(as_text=True)


def test_who_guesses_locks_out_guessers_and_not_the_person(as_person: Enter, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(people_pages, "_guesses", Throttle(limit=2, seconds=900))
    known, stranger, other = as_person(None), as_person(None), as_person(None)
    assert sign_in(known).location == "/"
    known.client.post("/sign-out")
    told = [sign_in(stranger, "wrong").get_data(as_text=True) for _ in range(3)]
    assert ["Too many tries" in page for page in told] == [False, False, True]
    assert "Too many tries" in sign_in(other).get_data(as_text=True)
    assert sign_in(known).location == "/"
    assert sign_in(known, who="leo").status_code == 400  # it is known as one person's
    monkeypatch.setattr(people_pages, "_guessers", Throttle(limit=1, seconds=900))
    told = [sign_in(other, "wrong", who=f"nobody-{number}").get_data(as_text=True) for number in range(2)]
    assert ["Too many tries" in page for page in told] == [False, True]


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_signing_in_never_leads_to_another_site(as_person: Enter, wanted: str):
    assert sign_in(as_person(None), next=wanted).location == "/"


def test_a_stranger_is_sent_to_the_door_and_back(as_person: Enter):
    answer = as_person(None).client.get("/deals/D-1")
    assert answer.location == "/sign-in?next=/deals/D-1"


def test_htmx_is_told_to_go_to_the_door(as_person: Enter):
    client = as_person(None).client
    answer = client.get("/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/sign-in")
    # Whoever is typing is not taken away from it.
    answer = client.post(f"/assets/{ONE_SHEETER}/personalise", headers={"HX-Request": "true"})
    assert (answer.status_code, "HX-Redirect" in answer.headers) == (401, False)
    assert "What you typed stands as it was." in answer.text


def test_signing_out_ends_the_session_even_with_the_cookie_kept(rita: Critic):
    kept = rita.client.get_cookie("contentlib-sign-in")
    assert kept is not None
    rita.client.post("/sign-out")
    rita.client.set_cookie("contentlib-sign-in", kept.value)
    assert rita.client.get("/").status_code == 302


def test_signing_out_everywhere_ends_every_session(as_person: Enter):
    here, there = as_person("sam"), as_person("sam")
    here.client.post("/sign-out", data={"everywhere": "yes"})
    assert there.client.get("/").status_code == 302


def test_a_one_time_link_sets_a_password_once(as_person: Enter, web_library: Library):
    with web_library.work(OPERATOR) as uow:
        token = people.invite(uow, email=email_of("marco"))
    stranger = as_person(None)
    page = stranger.open(f"/set-password/{token}")
    assert page.title == "Welcome, Marco"
    short = stranger.client.post(f"/set-password/{token}", data={"password": "short", "again": "short"})
    assert short.status_code == 400
    done = stranger.client.post(f"/set-password/{token}", data={"password": PASSWORD, "again": PASSWORD})
    assert done.location == "/"
    stranger.client.delete_cookie("contentlib-sign-in")
    stranger.open(f"/set-password/{token}", status=404)


def test_one_click_sign_in_needs_a_library_that_the_demo_made(as_person: Enter):
    stranger = as_person(None)
    assert not stranger.open("/sign-in").tree.xpath("//form[contains(@action, 'demo')]")
    assert stranger.client.post("/sign-in/demo", data={"email": email_of("ada")}).status_code == 404


def test_a_host_that_is_not_ours_is_refused(as_person: Enter):
    assert as_person(None).client.get("/sign-in", headers={"Host": "evil.example"}).status_code == 400
