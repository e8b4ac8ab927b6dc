"""People, what they may do, and their sign-ins; passwords and tokens stand here only as hashes."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contentlib.domain.people import Role
from contentlib.storage.tables.base import Base
from contentlib.storage.types import Instant, choice


class Person(Base, kw_only=True):
    """Someone who signs in, or a rep known only from deals (inactive, without a password).

    `letter_at` is when the last letter about what is new was due to them.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200), default=None)
    is_active: Mapped[bool] = mapped_column(default=True)
    is_sales_reviewer: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    gets_letters: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    letter_at: Mapped[datetime | None] = mapped_column(Instant, default=None)

    roles: Mapped[list[PersonRole]] = relationship(
        init=False, repr=False, lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )


class PersonRole(Base, kw_only=True):
    """A person holds a role."""

    __tablename__ = "person_role"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, init=False)
    role: Mapped[Role] = mapped_column(choice(Role), primary_key=True)


class SignIn(Base, kw_only=True):
    """A server-side session: the cookie holds a random token, the row its hash; revoking it ends the session."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    working_deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id", ondelete="SET NULL"), default=None)


class OneTimeLink(Base, kw_only=True):
    """A link that lets a person set a password once."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
