"""People for who manages them: the list, one person, and the one-time link, which is shown once and kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from contentlib.domain.errors import ConflictError, InvalidInputError
from contentlib.domain.people import ROLE_LABELS, Permission, PersonLine, PersonState, Role
from contentlib.services import people, people_admin
from contentlib.web.lists import neighbours
from contentlib.web.login import actor, requires
from contentlib.web.requests import address_with, flash_with_undo, library, page_number

room = Blueprint("people_admin", __name__)

PER_PAGE = 100
_STATE_LABELS = {PersonState.ACTIVE: "Active", PersonState.INVITED: "Invited", PersonState.DISABLED: "Disabled"}
_FIELDS = ("name", "title", "phone")


@room.get("/admin/people")
@requires(Permission.MANAGE_PEOPLE)
def index() -> str:
    """List people, by state, role, name and address."""
    state, role = request.args.get("state", ""), request.args.get("role", "")
    text = request.args.get("text", "").strip()[:200]
    with library().read(actor()) as reading:
        found = people_admin.survey(
            reading,
            state=PersonState(state) if state in set(PersonState) else None,
            role=Role(role) if role in set(Role) else None,
            text=text,
            limit=PER_PAGE,
            offset=(page_number() - 1) * PER_PAGE,
        )
    page = neighbours(found.people, total=found.total, size=PER_PAGE)
    everybody = sum(found.counts.values())
    states = [("", f"All {everybody:,}")]
    states += [(each.value, f"{label} {found.counts[each]:,}") for each, label in _STATE_LABELS.items()]
    return render_template(
        "admin/people.html",
        page=page,
        total=found.total,
        everybody=everybody,
        states=[(label, address_with(state=each or None, page=None), each == state) for each, label in states],
        state=state,
        role=role,
        roles=[("", "Any role"), *((each.value, label) for each, label in ROLE_LABELS.items())],
        role_labels=ROLE_LABELS,
        text=text,
    )


@room.get("/admin/people/new")
@requires(Permission.MANAGE_PEOPLE)
def ask() -> str:
    """Ask whom to invite."""
    return _person_page(None, {"roles": [Role.REP.value]})


@room.post("/admin/people")
@requires(Permission.MANAGE_PEOPLE)
def add() -> str | tuple[str, int]:
    """Add a person, and send them the link or show it, this once."""
    email = request.form.get("email", "")
    try:
        with library().work(actor()) as uow:
            token = people_admin.invite_new(uow, email=email, **_sent())
    except (InvalidInputError, ConflictError) as error:
        return _person_page(None, _typed(), error=error), 400
    return _link_page(email, token, is_new=True)


@room.get("/admin/people/<named:email>")
@requires(Permission.MANAGE_PEOPLE)
def show(email: str) -> str:
    """Show a person: roles, sign-ins, assets."""
    with library().read(actor()) as reading:
        person = people_admin.look_at(reading, email=email)
    return _person_page(person, _stored(person))


@room.post("/admin/people/<named:email>")
@requires(Permission.MANAGE_PEOPLE)
def change(email: str) -> Response | tuple[str, int]:
    """Keep what was changed of a person."""
    with library().read(actor()) as reading:
        before = people_admin.look_at(reading, email=email)
    try:
        with library().work(actor()) as uow:
            is_changed = people_admin.change(uow, email=email, **_sent())
    except (InvalidInputError, ConflictError) as error:
        return _person_page(before, _typed(), error=error), 400
    if is_changed:
        flash_with_undo(f"{before.name} is changed.", url_for("people_admin.change", email=email), **_undo(before))
    else:
        flash("Nothing was changed.", "note")
    return redirect(url_for("people_admin.show", email=before.email))


@room.post("/admin/people/<named:email>/invite")
@requires(Permission.MANAGE_PEOPLE)
def invite(email: str) -> str:
    """Make a new one-time link, and send it or show it, this once; older ones end."""
    with library().work(actor()) as uow:
        token = people.invite(uow, email=email)
    return _link_page(email, token, is_new=False)


@room.post("/admin/people/<named:email>/disable")
@requires(Permission.MANAGE_PEOPLE)
def disable(email: str) -> Response:
    """Disable a person and end their sessions."""
    with library().work(actor()) as uow:
        person = people.disable(uow, email=email)
    flash_with_undo(
        f"{person.name} is disabled; every session has ended.",
        url_for("people_admin.enable", email=person.email),
    )
    return redirect(url_for("people_admin.show", email=person.email))


@room.post("/admin/people/<named:email>/enable")
@requires(Permission.MANAGE_PEOPLE)
def enable(email: str) -> Response:
    """Enable a person again."""
    with library().work(actor()) as uow:
        person = people_admin.enable(uow, email=email)
    flash_with_undo(f"{person.name} is enabled again.", url_for("people_admin.disable", email=person.email))
    return redirect(url_for("people_admin.show", email=person.email))


@room.post("/admin/people/<named:email>/end-sessions")
@requires(Permission.MANAGE_PEOPLE)
def end_sessions(email: str) -> Response:
    """Sign a person out everywhere."""
    with library().work(actor()) as uow:
        person = people_admin.end_sessions(uow, email=email)
    flash(f"{person.name} is signed out everywhere.", "good")
    return redirect(url_for("people_admin.show", email=person.email))


def _sent() -> dict[str, Any]:
    """Give what a form says of a person, as the service takes it."""
    roles = [Role(value) for value in request.form.getlist("roles") if value in set(Role)]
    if "all_roles" in request.form:  # the undo's form has one field for all of them
        roles = [Role(value) for value in request.form["all_roles"].split() if value in set(Role)]
    return {name: request.form.get(name, "") for name in _FIELDS} | {
        "roles": roles,
        "is_sales_reviewer": request.form.get("reviewer") == "yes",
    }


def _typed() -> dict[str, Any]:
    """Give what was typed, to stand in the form again."""
    return {name: request.form.get(name, "") for name in ("email", *_FIELDS)} | {
        "roles": request.form.getlist("roles"),
        "reviewer": request.form.get("reviewer") == "yes",
    }


def _stored(person: PersonLine) -> dict[str, Any]:
    return {name: getattr(person, name) for name in _FIELDS} | {
        "roles": [role.value for role in person.roles],
        "reviewer": person.is_sales_reviewer,
    }


def _undo(person: PersonLine) -> dict[str, str]:
    return {name: str(getattr(person, name)) for name in _FIELDS} | {
        "all_roles": " ".join(person.roles),
        "reviewer": "yes" if person.is_sales_reviewer else "",
    }


def _person_page(
    person: PersonLine | None,
    values: Mapping[str, Any],
    *,
    error: InvalidInputError | ConflictError | None = None,
) -> str:
    return render_template(
        "admin/person.html",
        shown=person,
        values=values,
        roles=[(role.value, label, _MEANINGS[role]) for role, label in ROLE_LABELS.items()],
        error=error,
        errors={each.field: each.message for each in error.fields} if error else {},
    )


_MEANINGS = {
    Role.REP: "Finds, personalises and sends; sees their own deals",
    Role.MARKETER: "Also writes, uploads and tags, and sees drafts",
    Role.CONTENT_LEAD: "Also approves, keeps the taxonomy, sees all deals and reports",
    Role.ADMIN: "Also people, jobs and the audit trail",
}


def _link_page(email: str, token: str, *, is_new: bool) -> str:
    """Send the link, and show it where it could not be sent, or is asked for."""
    sent = None
    if request.form.get("show") != "yes":
        sent = library().letters.invite(actor(), email=email, token=token)
    with library().read(actor()) as reading:
        person = people_admin.look_at(reading, email=email)
    link = f"{current_app.config['PUBLIC_URL']}/set-password/{token}"
    is_sent = sent is not None and sent.is_sent
    return render_template("admin/invited.html", shown=person, link=None if is_sent else link, sent=sent, is_new=is_new)
