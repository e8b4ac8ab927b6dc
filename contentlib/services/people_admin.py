"""Looking after people: who is here, and what an admin changes about them; signing in itself is done elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from contentlib.domain.errors import ConflictError, FieldError, InvalidInputError
from contentlib.domain.people import PeoplePage, Permission, PersonLine, PersonState, Role
from contentlib.services import people
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import people as queries
from contentlib.storage.tables import Person


def survey(
    reading: UnitOfWork,
    *,
    state: PersonState | None = None,
    text: str = "",
    role: Role | None = None,
    limit: int = 100,
    offset: int = 0,
) -> PeoplePage:
    """List the people asked for, by name, with when they last signed in and what they own."""
    reading.require(Permission.MANAGE_PEOPLE)
    found, total = queries.list_page(
        reading.session, state=state, text=text.strip(), role=role, limit=limit, offset=offset
    )
    return PeoplePage(people=_lines(reading, found), total=total, counts=queries.count_by_state(reading.session))


def look_at(reading: UnitOfWork, *, email: str) -> PersonLine:
    """Give one person; NotFoundError names the address."""
    reading.require(Permission.MANAGE_PEOPLE)
    return _lines(reading, [queries.get_by_email(reading.session, email)])[0]


def _lines(reading: UnitOfWork, found: Sequence[Person]) -> tuple[PersonLine, ...]:
    ids = [person.id for person in found]
    sign_ins = queries.last_sign_ins(reading.session, ids, at=reading.now)
    owned = queries.owned_assets(reading.session, ids)
    lines = []
    for person in found:
        last, living = sign_ins.get(person.id, (None, 0))
        is_known = person.password_hash is not None or last is not None
        state = PersonState.ACTIVE if is_known else PersonState.INVITED
        held = {row.role for row in person.roles}
        lines.append(
            PersonLine(
                email=person.email,
                name=person.name,
                title=person.title,
                phone=person.phone,
                roles=tuple(role for role in Role if role in held),
                is_sales_reviewer=person.is_sales_reviewer,
                state=state if person.is_active else PersonState.DISABLED,
                has_password=person.password_hash is not None,
                last_sign_in_at=last,
                sessions=living if person.is_active else 0,
                owned=owned.get(person.id, 0),
                is_self=person.id == reading.actor.person_id,
            )
        )
    return tuple(lines)


def invite_new(
    uow: UnitOfWork, *, email: str, name: str, roles: Sequence[Role], title: str, phone: str, is_sales_reviewer: bool
) -> str:
    """Add a person and give the one-time token to set a password with; InvalidInputError names the fields."""
    _check_roles(roles, is_sales_reviewer=is_sales_reviewer)
    person = people.add(
        uow, email=email, name=name, roles=roles, title=title, phone=phone, is_sales_reviewer=is_sales_reviewer
    )
    return people.invite(uow, email=person.email)


def change(
    uow: UnitOfWork, *, email: str, name: str, roles: Sequence[Role], title: str, phone: str, is_sales_reviewer: bool
) -> bool:
    """Change what stands of a person; gives whether anything did. The e-mail address is who they are and stays."""
    uow.require(Permission.MANAGE_PEOPLE)
    person = queries.get_by_email(uow.session, email)
    _check_roles(roles, is_sales_reviewer=is_sales_reviewer)
    name, title, phone = people.check_profile(name=name, title=title, phone=phone)
    if set(roles) != {row.role for row in person.roles}:
        people.set_roles(uow, email=email, roles=roles)
        is_changed = True
    else:
        is_changed = False
    told = {"name": name, "title": title, "phone": phone, "is_sales_reviewer": is_sales_reviewer}
    changed = {field: value for field, value in told.items() if getattr(person, field) != value}
    for field, value in changed.items():
        setattr(person, field, value)
    uow.session.flush()
    if changed:
        uow.audit("change person", "person", person.id, **changed)
    return is_changed or bool(changed)


def _check_roles(roles: Sequence[Role], *, is_sales_reviewer: bool) -> None:
    faults = []
    if not roles:
        faults.append(FieldError(field="roles", message="Choose at least one role."))
    elif is_sales_reviewer and Role.REP not in roles:
        faults.append(FieldError(field="roles", message="Only reps can review for sales. Make this person a rep too."))
    if faults:
        raise InvalidInputError("This cannot be saved yet.", fields=tuple(faults))


def enable(uow: UnitOfWork, *, email: str) -> Person:
    """Let a person in again, with the password and the roles they had."""
    uow.require(Permission.MANAGE_PEOPLE)
    person = queries.get_by_email(uow.session, email)
    if person.is_active:
        raise ConflictError(f"{person.name} may sign in already.")
    person.is_active = True
    uow.session.flush()
    uow.audit("enable", "person", person.id)
    return person


def end_sessions(uow: UnitOfWork, *, email: str) -> Person:
    """End every session of a person; they sign in again with the password they have."""
    uow.require(Permission.MANAGE_PEOPLE)
    person = queries.get_by_email(uow.session, email)
    queries.revoke_sign_ins(uow.session, person.id, at=uow.now)
    uow.audit("end sessions", "person", person.id)
    return person
