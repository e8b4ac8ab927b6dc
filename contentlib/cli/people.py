"""`contentlib people …`: who may sign in, and as what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from contentlib.cli.door import Door, answer, answers, as_json, pass_door
from contentlib.domain.people import Role
from contentlib.services import people as services

if TYPE_CHECKING:
    from contentlib.storage.tables import Person

_role = click.Choice([role.value for role in Role])


@click.group()
def people() -> None:
    """Add people, invite them, give them roles."""


@people.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", "roles", multiple=True, required=True, type=_role, help="May be given several times.")
@click.option("--title", default="", help="What stands under the name in documents.")
@click.option("--phone", default="", help="What customers may call.")
@as_json
@pass_door
@answers
def add(door: Door, email: str, name: str, roles: tuple[str, ...], title: str, phone: str, as_json: bool) -> None:
    """Add a person; send and print a one-time link to set a password, valid 24 hours."""
    library = door.library
    with library.work(door.actor) as uow:
        person = services.add(
            uow, email=email, name=name, roles=[Role(role) for role in roles], title=title, phone=phone
        )
        token = services.invite(uow, email=person.email)
        told = _told(person, _link(door, token))
    _answer(told, as_json=as_json, said=_send(door, email, token))


@people.command()
@click.argument("email")
@as_json
@pass_door
@answers
def invite(door: Door, email: str, as_json: bool) -> None:
    """Send and print a new one-time link to set a password, valid 24 hours."""
    with door.library.work(door.actor) as uow:
        token = services.invite(uow, email=email)
        told = _told(services.get(uow, email=email), _link(door, token))
    _answer(told, as_json=as_json, said=_send(door, email, token))


@people.command()
@click.argument("email")
@click.argument("roles", nargs=-1, required=True, type=_role)
@as_json
@pass_door
@answers
def role(door: Door, email: str, roles: tuple[str, ...], as_json: bool) -> None:
    """Give a person exactly these roles."""
    with door.library.work(door.actor) as uow:
        told = _told(services.set_roles(uow, email=email, roles=[Role(name) for name in roles]))
    _answer(told, as_json=as_json)


@people.command()
@click.argument("email")
@as_json
@pass_door
@answers
def disable(door: Door, email: str, as_json: bool) -> None:
    """Disable a person and end every session of theirs."""
    with door.library.work(door.actor) as uow:
        told = _told(services.disable(uow, email=email))
    _answer(told, as_json=as_json)


@people.command("list")
@as_json
@pass_door
@answers
def list_people(door: Door, as_json: bool) -> None:
    """List everyone."""
    with door.library.read(door.actor) as reading:
        told = [_told(person) for person in services.list_people(reading)]
    answer({"people": told}, as_json=as_json, text=lambda: "\n".join(map(_text, told)))


def _link(door: Door, token: str) -> str:
    return f"{door.library.settings.url.rstrip('/')}/set-password/{token}"


def _send(door: Door, email: str, token: str) -> str:
    """Send the link where a mail server is named, and say in a sentence whether it left; nothing where none is."""
    sent = door.library.letters.invite(door.actor, email=email, token=token)
    if sent.is_sent:
        return f"A letter with the link is on its way to {sent.email}."
    return f"No letter went out. {sent.why_not}" if sent.why_not else ""


def _told(person: Person, link: str | None = None) -> dict[str, object]:
    roles = [held.role.value for held in person.roles]
    return {"email": person.email, "name": person.name, "roles": roles, "active": person.is_active, "link": link}


def _text(told: dict[str, object]) -> str:
    roles = ", ".join(map(str, told["roles"])) if isinstance(told["roles"], list) else ""
    state = "" if told["active"] else " (disabled)"
    return f"{told['email']}: {told['name']}, {roles}{state}"


def _answer(told: dict[str, object], *, as_json: bool, said: str = "") -> None:
    link = f"\nSet a password within 24 hours: {told['link']}" if told["link"] else ""
    answer(told, as_json=as_json, text=lambda: _text(told) + link)
    if said:  # beside the answer, which scripts read
        click.echo(said, err=True)
