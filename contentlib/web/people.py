"""Signing in and out, and setting a password; who may sign in is decided by the service."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from contentlib.domain.errors import ContentlibError, InvalidInputError, NotFoundError
from contentlib.domain.people import OPERATOR, ROLE_LABELS
from contentlib.services import people
from contentlib.web.login import forget, keep, know, known_browser, may_sign_in_without_password, public, signed_in
from contentlib.web.requests import library, local_path
from contentlib.web.throttle import Throttle

room = Blueprint("people", __name__)

# Ten wrong passwords for one address in a quarter of an hour are no typing errors any more. A browser that the person
# has signed in with is counted by itself, so that who guesses holds up other guessers alone.
_guesses = Throttle(limit=10, seconds=900)
# As many for whatever addresses come from one machine, or from all people behind one proxy.
_guessers = Throttle(limit=200, seconds=900)


@room.get("/sign-in")
@public
def sign_in() -> str | Response:
    """Show the sign-in page; who is signed in already goes on."""
    wanted = local_path(request.args.get("next")) or url_for("search.find")
    if current_user.is_authenticated:
        return redirect(wanted)
    return _sign_in_page(wanted)


def _sign_in_page(wanted: str, *, email: str = "", error: ContentlibError | None = None) -> str:
    with library().read(OPERATOR) as reading:
        demo = people.list_demo_people(reading) if may_sign_in_without_password() else []
        has_people = people.has_people(reading)
    offered = [
        {"email": p.email, "name": p.name, "title": p.title, "roles": [ROLE_LABELS[r.role] for r in p.roles]}
        for p in demo
    ]
    return render_template(
        "people/sign_in.html", next=wanted, email=email, error=error, demo_people=offered, has_people=has_people
    )


@room.post("/sign-in")
@public
def enter() -> Response | tuple[str, int]:
    """Sign in with a password."""
    wanted = local_path(request.form.get("next")) or url_for("search.find")
    email = request.form.get("email", "")
    browser = known_browser(email)
    tried = [(_guesses, browser)] if browser else [(_guesses, email.strip().lower()), (_guessers, request.remote_addr)]
    try:
        for throttle, name in tried:
            throttle.check(name or "")
        token = library().sign_in(email=email, password=request.form.get("password", ""))
    except InvalidInputError as error:
        for throttle, name in tried:
            throttle.count(name or "")
        return _sign_in_page(wanted, email=email, error=error), 400
    return know(keep(redirect(wanted), token), email)


@room.post("/sign-in/demo")
@public
def enter_demo() -> Response:
    """Sign in as somebody of the demo with one click, on this machine only."""
    if not may_sign_in_without_password():
        raise NotFoundError("Signing in without a password works on the demo's own machine only.")
    with library().read(OPERATOR) as reading:
        person_id = people.find_demo_person(reading, email=request.form.get("email", ""))
    with library().work(OPERATOR) as uow:
        token = people.open_sign_in(uow, person_id=person_id)
    return keep(redirect(local_path(request.form.get("next")) or url_for("search.find")), token)


@room.post("/sign-out")
@public
def sign_out() -> Response:
    """End this session, or all of this person's."""
    if current_user.is_authenticated:
        session = signed_in()
        with library().work(session.actor) as uow:
            if request.form.get("everywhere"):
                people.sign_out_everywhere(uow)
            else:
                people.sign_out(uow, sign_in_id=session.sign_in_id)
    flash("You are signed out.", "note")
    return forget(redirect(url_for("people.sign_in")))


@room.get("/set-password/<token>")
@public
def show_set_password(token: str) -> str:
    """Show the page of a one-time link."""
    with library().read(OPERATOR) as reading:
        person = people.find_invited(reading, token=token)
    return render_template("people/set_password.html", name=person.name, email=person.email, token=token, error=None)


@room.post("/set-password/<token>")
@public
def set_password(token: str) -> Response | tuple[str, int]:
    """Set a password with a one-time link and sign in."""
    password, again = request.form.get("password", ""), request.form.get("again", "")
    try:
        if password != again:
            raise InvalidInputError("The two passwords are not the same. Type them again.")
        with library().work(OPERATOR) as uow:
            person = people.find_invited(uow, token=token)
            person_id = people.set_password(uow, token=token, password=password)
            sign_in_token = people.open_sign_in(uow, person_id=person_id)
    except InvalidInputError as error:
        with library().read(OPERATOR) as reading:
            person = people.find_invited(reading, token=token)
        page = render_template(
            "people/set_password.html", name=person.name, email=person.email, token=token, error=error
        )
        return page, 400
    return know(keep(redirect(url_for("search.find")), sign_in_token), person.email)
