"""Questions about people and sign-ins; secrets come in and go out as hashes only."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from contentlib.domain.errors import NotFoundError
from contentlib.storage.tables import OneTimeLink, Person, SignIn


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


def count_active(session: Session) -> int:
    """Count people who may sign in."""
    return session.scalar(sa.select(sa.func.count()).where(Person.is_active)) or 0


def ids_by_email(session: Session) -> dict[str, int]:
    """Map every e-mail address to the person's id."""
    return {email: id_ for email, id_ in session.execute(sa.select(Person.email, Person.id))}  # noqa: C416


def find_sign_in(session: Session, token_hash: str, *, at: datetime) -> tuple[SignIn, Person] | None:
    """Find a living sign-in and its active person with roles."""
    row = session.execute(
        sa.select(SignIn, Person)
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.token_hash == token_hash, SignIn.revoked_at.is_(None), SignIn.expires_at > at, Person.is_active)
        .options(selectinload(Person.roles))
    ).first()
    return (row[0], row[1]) if row else None


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
