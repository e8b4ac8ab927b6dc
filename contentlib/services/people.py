"""People and their sign-ins; a password or token never leaves here in clear but for the one-time link itself."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import argon2
from argon2 import exceptions as argon2_errors

from contentlib.domain.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from contentlib.domain.people import Actor, Permission, Role, is_address
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import operations as operations_queries
from contentlib.storage.queries import people as queries
from contentlib.storage.tables import OneTimeLink, Person, PersonRole, SignIn

# OWASP's argon2id setting: 19 MiB, two passes, one lane.
_HASHER = argon2.PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)

SIGN_IN_LASTS = timedelta(days=14)
LINK_LASTS = timedelta(hours=24)
MIN_PASSWORD = 12
_WRONG = "E-mail address and password do not belong together."


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A living sign-in: who, and the row id of the deal being worked on."""

    actor: Actor
    sign_in_id: int
    working_deal_id: int | None


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def to_actor(person: Person) -> Actor:
    """Give a person, loaded with roles, as the one who acts."""
    return Actor(
        person_id=person.id,
        name=person.name,
        email=person.email,
        roles=frozenset(r.role for r in person.roles),
        is_sales_reviewer=person.is_sales_reviewer,
    )


def act_as(reading: UnitOfWork, email: str) -> Actor:
    """Give the actor behind an e-mail address; NotFoundError or ConflictError says why not."""
    person = queries.get_by_email(reading.session, email)
    if not person.is_active:
        raise ConflictError(f"{person.name} is disabled and cannot do anything here.")
    return to_actor(person)


def add(
    uow: UnitOfWork,
    *,
    email: str,
    name: str,
    roles: Sequence[Role],
    title: str = "",
    phone: str = "",
    is_active: bool = True,
    is_sales_reviewer: bool = False,
) -> Person:
    """Add a person who may sign in once a password is set; one who is inactive so far, known from deals, is activated.

    Refuses an address that is taken or is none.
    """
    uow.require(Permission.MANAGE_PEOPLE)
    address = email.strip().lower()
    faults = []
    if not is_address(address) or not _is_writing(address):
        faults.append(FieldError(field="email", message=f"“{email}” is not an e-mail address."))
    try:
        name, title, phone = check_profile(name=name, title=title, phone=phone)
    except InvalidInputError as error:
        faults += error.fields
    if faults:
        raise InvalidInputError("This person cannot be added.", fields=tuple(faults))
    person = queries.find_by_email(uow.session, address)
    if person is not None and (person.is_active or not is_active):
        raise ConflictError(f"{address} is already here.")
    if person is None:
        person = Person(email=address, name=name, created_at=uow.now)
        person.roles = []
        uow.session.add(person)
    person.name, person.title, person.phone = name, title, phone
    person.is_active, person.is_sales_reviewer = is_active, is_sales_reviewer
    person.password_hash = None  # who comes back sets a new one with the link
    _give_roles(person, roles)
    uow.session.flush()
    uow.audit("add person", "person", person.id, email=address, roles=[role.value for role in roles])
    return person


def check_profile(*, name: str, title: str, phone: str) -> tuple[str, str, str]:
    """Give what stands of a person with single spaces; InvalidInputError names what is missing or too long."""
    name, title, phone = (" ".join(text.split()) for text in (name, title, phone))
    faults = tuple(
        FieldError(field=field, message=f"Give a {field} of at most {most} characters.")
        for field, text, most in (("name", name, 120), ("title", title, 120), ("phone", phone, 40))
        if len(text) > most or not _is_writing(text) or (field == "name" and not text)
    )
    if faults:
        raise InvalidInputError("This cannot be saved yet.", fields=faults)
    return name, title, phone


def _is_writing(text: str) -> bool:
    """Tell whether a text holds no control characters, and none that UTF-8 cannot hold."""
    return all(unicodedata.category(character) not in {"Cc", "Cs"} for character in text)


def _give_roles(person: Person, roles: Sequence[Role]) -> None:
    held = {row.role: row for row in person.roles}
    person.roles = [held.get(role) or PersonRole(role=role) for role in dict.fromkeys(roles)]


def invite(uow: UnitOfWork, *, email: str) -> str:
    """Give a one-time token to set a password with, valid 24 hours; older links of the person end."""
    uow.require(Permission.MANAGE_PEOPLE)
    person = queries.get_by_email(uow.session, email)
    if not person.is_active:
        raise ConflictError(f"{person.name} is disabled: enable before inviting.")
    token = secrets.token_urlsafe(32)
    queries.end_links(uow.session, person.id, at=uow.now)
    uow.session.add(OneTimeLink(person_id=person.id, token_hash=_hash_token(token), expires_at=uow.now + LINK_LASTS))
    uow.session.flush()
    uow.audit("invite", "person", person.id)
    return token


def set_roles(uow: UnitOfWork, *, email: str, roles: Sequence[Role]) -> Person:
    """Give a person exactly these roles; the last admin keeps that role."""
    uow.require(Permission.MANAGE_PEOPLE)
    person = queries.get_by_email(uow.session, email)
    refuse_to_lock_out(uow, person, roles=roles)
    _give_roles(person, roles)
    person.is_sales_reviewer = person.is_sales_reviewer and Role.REP in roles
    uow.session.flush()
    uow.audit("set roles", "person", person.id, roles=[role.value for role in roles])
    return person


def disable(uow: UnitOfWork, *, email: str) -> Person:
    """Disable a person and end every session; what they did stays theirs."""
    uow.require(Permission.MANAGE_PEOPLE)
    person = queries.get_by_email(uow.session, email)
    refuse_to_lock_out(uow, person, roles=())
    person.is_active = False
    queries.revoke_sign_ins(uow.session, person.id, at=uow.now)
    queries.end_links(uow.session, person.id, at=uow.now)
    uow.audit("disable", "person", person.id)
    return person


def refuse_to_lock_out(uow: UnitOfWork, person: Person, *, roles: Sequence[Role]) -> None:
    """Raise ConflictError where leaving a person only `roles` would leave no admin, or take it from who does it."""
    if Role.ADMIN in roles or Role.ADMIN not in {held.role for held in person.roles}:
        return
    if person.id == uow.actor.person_id:
        raise ConflictError("You cannot take the library away from yourself. Ask another admin to do it.")
    admins = [p for p in queries.list_all(uow.session) if p.is_active and Role.ADMIN in {r.role for r in p.roles}]
    if [p.id for p in admins] == [person.id]:
        raise ConflictError(f"{person.name} is the only admin. Make somebody else admin first.")


def list_people(reading: UnitOfWork) -> list[Person]:
    """List everyone with roles."""
    reading.require(Permission.MANAGE_PEOPLE)
    return queries.list_all(reading.session)


def get(reading: UnitOfWork, *, email: str) -> Person:
    """Give a person with roles; NotFoundError names the address."""
    reading.require(Permission.MANAGE_PEOPLE)
    return queries.get_by_email(reading.session, email)


def has_people(reading: UnitOfWork) -> bool:
    """Tell whether anybody can sign in yet."""
    return queries.count_active(reading.session) > 0


def check_password(reading: UnitOfWork, *, email: str, password: str) -> int:
    """Give the id of the person whose password this is; InvalidInputError, always the same sentence, otherwise."""
    person = queries.find_by_email(reading.session, email)
    known = person.password_hash if person is not None and person.is_active and person.password_hash else None
    try:
        _HASHER.verify(known or _hash_of_nobody(), password)
    except (argon2_errors.VerificationError, argon2_errors.InvalidHashError) as error:
        raise InvalidInputError(_WRONG, fields=(FieldError(field="password", message=_WRONG),)) from error
    if person is None or known is None:
        raise InvalidInputError(_WRONG, fields=(FieldError(field="password", message=_WRONG),))
    return person.id


@cache
def _hash_of_nobody() -> str:
    """Give what is compared against when nobody has the address: the answer takes as long as for a wrong password."""
    return _HASHER.hash(secrets.token_urlsafe(16))


def open_sign_in(uow: UnitOfWork, *, person_id: int) -> str:
    """Begin a session for a person who has proved who they are, and give its token."""
    token = secrets.token_urlsafe(32)
    uow.session.add(
        SignIn(
            token_hash=_hash_token(token),
            person_id=person_id,
            created_at=uow.now,
            expires_at=uow.now + SIGN_IN_LASTS,
        )
    )
    uow.session.flush()
    entry = uow.audit("sign in", "person", person_id)
    # Nobody is signed in while this is done, yet it is the person's own deed.
    entry.by_id, entry.by_name = person_id, uow.session.get_one(Person, person_id).name
    return token


def list_demo_people(reading: UnitOfWork) -> list[Person]:
    """List who can be signed in as with one click; empty unless the demo made this library."""
    if not operations_queries.is_made_by_demo(reading.session):
        return []
    found = [person for person in queries.list_all(reading.session) if person.is_active]
    return sorted(found, key=lambda person: person.id)  # as the demo tells them: who begins the story comes first


def find_demo_person(reading: UnitOfWork, *, email: str) -> int:
    """Give the id of a person of the demo; NotFoundError in any other library."""
    for person in list_demo_people(reading):
        if person.email == email.strip().lower():
            return person.id
    raise NotFoundError("Signing in without a password works in a demo library only.")


def find_sign_in(reading: UnitOfWork, *, token: str) -> SignedIn | None:
    """Find the living sign-in of a token."""
    found = queries.find_sign_in(reading.session, _hash_token(token), at=reading.now)
    if found is None:
        return None
    sign_in, deal, who = found
    return SignedIn(actor=who, sign_in_id=sign_in, working_deal_id=deal)


def sign_out(uow: UnitOfWork, *, sign_in_id: int) -> None:
    """End a session."""
    sign_in = uow.session.get(SignIn, sign_in_id)
    if sign_in is not None:
        sign_in.revoked_at = uow.now


def sign_out_everywhere(uow: UnitOfWork) -> None:
    """End every session of the actor."""
    if uow.actor.person_id is not None:
        queries.revoke_sign_ins(uow.session, uow.actor.person_id, at=uow.now)
        uow.audit("sign out everywhere", "person", uow.actor.person_id)


def find_invited(reading: UnitOfWork, *, token: str) -> Person:
    """Give the person a one-time link belongs to; NotFoundError, one sentence for unknown, used and expired."""
    link = queries.find_link(reading.session, _hash_token(token), at=reading.now)
    person = reading.session.get(Person, link.person_id) if link else None
    if person is None or not person.is_active:
        raise NotFoundError("This link has been used or has expired. Ask your admin for a new one.")
    return person


def set_password(uow: UnitOfWork, *, token: str, password: str) -> int:
    """Set a password with a one-time link, which ends, as do all sessions; gives the person's id."""
    person = find_invited(uow, token=token)
    if len(password) < MIN_PASSWORD:
        message = f"Use at least {MIN_PASSWORD} characters; a few words in a row are easy to remember."
        raise InvalidInputError(message, fields=(FieldError(field="password", message=message),))
    if len(password) > 1000:
        message = "Use at most 1,000 characters."
        raise InvalidInputError(message, fields=(FieldError(field="password", message=message),))
    queries.end_links(uow.session, person.id, at=uow.now)
    person.password_hash = _HASHER.hash(password)
    queries.revoke_sign_ins(uow.session, person.id, at=uow.now)
    uow.audit("set password", "person", person.id)
    return person.id


def set_working_deal(uow: UnitOfWork, *, sign_in_id: int, deal_id: int | None) -> None:
    """Set or clear the deal that this session works on."""
    sign_in = uow.session.get(SignIn, sign_in_id)
    if sign_in is not None:
        sign_in.working_deal_id = deal_id


def contact_of(reading: UnitOfWork, person_id: int) -> Person:
    """Give the profile of a person, for the contact block of documents."""
    person = reading.session.get(Person, person_id)
    if person is None:
        raise NotFoundError("This person is gone.")
    return person


class Reps:
    """People that the rows of an import name, by e-mail; an address that is new becomes an inactive rep."""

    def __init__(self, uow: UnitOfWork) -> None:
        """Look everybody up once."""
        self._uow = uow
        self._ids = queries.ids_by_email(uow.session)

    def get_id(self, email: str) -> int:
        """Give the row of a person, added if need be."""
        address = email.strip().lower()
        if address not in self._ids:
            self._ids[address] = self._add(address)
        return self._ids[address]

    def _add(self, address: str) -> int:
        name = address.split("@", maxsplit=1)[0].replace(".", " ").replace("_", " ").title()[:120]
        person = Person(email=address, name=name, is_active=False, created_at=self._uow.now)
        person.roles = [PersonRole(role=Role.REP)]
        self._uow.session.add(person)
        self._uow.session.flush()
        return person.id
