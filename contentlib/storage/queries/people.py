"""Questions about people and sign-ins; secrets come in and go out as hashes only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from contentlib.domain.assets import AssetStatus
from contentlib.domain.errors import NotFoundError
from contentlib.domain.people import Actor, PersonState, Role
from contentlib.storage.tables import Asset, OneTimeLink, Person, PersonRole, SignIn

_HAS_SIGNED_IN = sa.exists().where(SignIn.person_id == Person.id)
# Who has neither a password nor a sign-in was asked in and has not come yet.
_STATES = {
    PersonState.ACTIVE: sa.and_(Person.is_active, sa.or_(Person.password_hash.is_not(None), _HAS_SIGNED_IN)),
    PersonState.INVITED: sa.and_(Person.is_active, Person.password_hash.is_(None), ~_HAS_SIGNED_IN),
    PersonState.DISABLED: ~Person.is_active,
}


def find_by_email(session: Session, email: str) -> Person | None:
    """Find a person with roles by e-mail, whatever the case."""
    if "\0" in email:  # PostgreSQL refuses to compare what its texts cannot hold
        return None
    return session.scalar(
        sa.select(Person).where(Person.email == email.strip().lower()).options(selectinload(Person.roles))
    )


def get_by_email(session: Session, email: str) -> Person:
    """Give a person with roles; NotFoundError names the address."""
    person = find_by_email(session, email)
    if person is None:
        raise NotFoundError(f"Nobody here has the e-mail address {email}.")
    return person


def list_all(session: Session) -> list[Person]:
    """List everyone with roles, those who can sign in first."""
    return list(
        session.scalars(
            sa.select(Person).options(selectinload(Person.roles)).order_by(Person.is_active.desc(), Person.name)
        )
    )


def list_page(
    session: Session, *, state: PersonState | None, text: str, role: Role | None, limit: int, offset: int
) -> tuple[list[Person], int]:
    """List people with roles by name, those who may sign in first, and count all who were asked for."""
    wanted = [] if state is None else [_STATES[state]]
    if text:
        wanted.append(sa.or_(*(column.icontains(text, autoescape=True) for column in (Person.name, Person.email))))
    if role is not None:
        wanted.append(sa.exists().where(PersonRole.person_id == Person.id, PersonRole.role == role))
    query = sa.select(Person).where(*wanted).options(selectinload(Person.roles))
    query = query.order_by(Person.is_active.desc(), sa.func.lower(Person.name), Person.id)
    total = session.scalar(sa.select(sa.func.count()).select_from(Person).where(*wanted)) or 0
    return list(session.scalars(query.limit(limit).offset(offset))), total


def count_by_state(session: Session) -> dict[PersonState, int]:
    """Count people by where they stand."""
    return {
        state: session.scalar(sa.select(sa.func.count()).select_from(Person).where(wanted)) or 0
        for state, wanted in _STATES.items()
    }


def last_sign_ins(session: Session, ids: Sequence[int], *, at: datetime) -> dict[int, tuple[datetime, int]]:
    """Map people to when they last signed in and how many of their sign-ins live; nobody who never did."""
    lives = sa.and_(SignIn.revoked_at.is_(None), SignIn.expires_at > at)
    rows = session.execute(
        sa.select(SignIn.person_id, sa.func.max(SignIn.created_at), sa.func.sum(sa.case((lives, 1), else_=0)))
        .where(SignIn.person_id.in_(ids))
        .group_by(SignIn.person_id)
    )
    return {person: (last, int(living)) for person, last, living in rows}


def owned_assets(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Map people to how many assets they own that are not archived."""
    rows = session.execute(
        sa.select(Asset.owner_id, sa.func.count())
        .where(Asset.owner_id.in_(ids), Asset.status != AssetStatus.ARCHIVED)
        .group_by(Asset.owner_id)
    )
    return {person: owned for person, owned in rows if person is not None}


def count_active(session: Session) -> int:
    """Count people who may sign in."""
    return session.scalar(sa.select(sa.func.count()).where(Person.is_active)) or 0


def ids_by_email(session: Session) -> dict[str, int]:
    """Map every e-mail address to the person's id."""
    return {email: id_ for email, id_ in session.execute(sa.select(Person.email, Person.id))}  # noqa: C416


# Every page begins with this question, so it is put together once, and answered in one go by plain columns.
_LIVING = (
    sa.select(
        SignIn.id, SignIn.working_deal_id, Person.id, Person.name, Person.email, Person.is_sales_reviewer,
        PersonRole.role,
    )
    .join(Person, Person.id == SignIn.person_id)
    .outerjoin(PersonRole, PersonRole.person_id == Person.id)
    .where(
        SignIn.token_hash == sa.bindparam("token_hash"),
        SignIn.revoked_at.is_(None),
        SignIn.expires_at > sa.bindparam("at"),
        Person.is_active,
    )
)  # fmt: skip


def find_sign_in(session: Session, token_hash: str, *, at: datetime) -> tuple[int, int | None, Actor] | None:
    """Find a living sign-in of an active person: its id, the deal it works on, and who acts."""
    rows = session.execute(_LIVING, {"token_hash": token_hash, "at": at}).all()
    if not rows:
        return None
    sign_in, deal, person, name, email, is_sales_reviewer, _ = rows[0]
    roles = frozenset(role for *_, role in rows if role is not None)
    who = Actor(person_id=person, name=name, email=email, roles=roles, is_sales_reviewer=is_sales_reviewer)
    return sign_in, deal, who


def revoke_sign_ins(session: Session, person_id: int, *, at: datetime) -> None:
    """End every session of a person."""
    session.execute(
        sa.update(SignIn).where(SignIn.person_id == person_id, SignIn.revoked_at.is_(None)).values(revoked_at=at)
    )


def end_links(session: Session, person_id: int, *, at: datetime) -> None:
    """End every open one-time link of a person."""
    session.execute(
        sa.update(OneTimeLink)
        .where(OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None))
        .values(used_at=at)
    )


def find_link(session: Session, token_hash: str, *, at: datetime) -> OneTimeLink | None:
    """Find a one-time link that is neither used nor expired."""
    return session.scalar(
        sa.select(OneTimeLink).where(
            OneTimeLink.token_hash == token_hash, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > at
        )
    )
