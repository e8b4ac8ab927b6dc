"""Who is at work and what they may do; roles are data, never asked for by name outside this table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# What a mail program takes; whether somebody reads there shows when the first letter arrives.
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LONGEST_ADDRESS = 254


class Role(StrEnum):
    """What a person is to the library; a person may hold several."""

    REP = "rep"
    MARKETER = "marketer"
    CONTENT_LEAD = "content-lead"
    ADMIN = "admin"


ROLE_LABELS = {
    Role.REP: "Rep",
    Role.MARKETER: "Marketer",
    Role.CONTENT_LEAD: "Content lead",
    Role.ADMIN: "Admin",
}


class Permission(StrEnum):
    """One thing a person may do; every door names the one it needs."""

    FIND_ASSETS = "find assets"
    USE_ASSETS = "use assets"
    SEE_OWN_DEALS = "see own deals"
    SEE_ASSET_NUMBERS = "see asset numbers"
    SEE_UNPUBLISHED = "see unpublished"
    EDIT_ASSETS = "edit assets"
    SEE_REVIEWS = "see reviews"
    APPROVE_ASSETS = "approve assets"
    EDIT_TAXONOMY = "edit taxonomy"
    SEE_ALL_DEALS = "see all deals"
    IMPORT_DEALS = "import deals"
    SEE_REPORTS = "see reports"
    MANAGE_PEOPLE = "manage people"
    OPERATE = "operate"


_REP = frozenset(
    {
        Permission.FIND_ASSETS,
        Permission.USE_ASSETS,
        Permission.SEE_OWN_DEALS,
        Permission.SEE_ASSET_NUMBERS,
    }
)
_MARKETER = _REP | {Permission.SEE_UNPUBLISHED, Permission.EDIT_ASSETS, Permission.SEE_REVIEWS}
_CONTENT_LEAD = _MARKETER | {
    Permission.APPROVE_ASSETS,
    Permission.EDIT_TAXONOMY,
    Permission.SEE_ALL_DEALS,
    Permission.IMPORT_DEALS,
    Permission.SEE_REPORTS,
}
_ADMIN = _CONTENT_LEAD | {Permission.MANAGE_PEOPLE, Permission.OPERATE}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.REP: _REP,
    Role.MARKETER: _MARKETER,
    Role.CONTENT_LEAD: _CONTENT_LEAD,
    Role.ADMIN: _ADMIN,
}


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The person a deed is done by; the operator at the machine's own command line has no person row.

    `is_sales_reviewer` marks a rep who also speaks for sales on what is submitted.
    """

    person_id: int | None
    name: str
    email: str
    roles: frozenset[Role]
    is_operator: bool = False
    is_sales_reviewer: bool = False

    def may(self, permission: Permission) -> bool:
        """Tell whether any of the actor's roles carries `permission`; sales reviewers see reviews as well."""
        if self.is_operator or (self.is_sales_reviewer and permission is Permission.SEE_REVIEWS):
            return True
        return any(permission in ROLE_PERMISSIONS[role] for role in self.roles)


class PersonState(StrEnum):
    """Where a person stands: signs in, was asked to and has not yet, or may not any more."""

    ACTIVE = "active"
    INVITED = "invited"
    DISABLED = "disabled"


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """One person as an admin sees them; `owned` counts assets that are not archived, `sessions` living sign-ins."""

    email: str
    name: str
    title: str
    phone: str
    roles: tuple[Role, ...]
    is_sales_reviewer: bool
    state: PersonState
    has_password: bool
    last_sign_in_at: datetime | None
    sessions: int
    owned: int
    is_self: bool


@dataclass(frozen=True, kw_only=True)
class PeoplePage:
    """One page of the people here: those asked for, how many there are of them, and how many of each state."""

    people: tuple[PersonLine, ...]
    total: int
    counts: Mapping[PersonState, int]


# How long whoever did something may take it back with one click.
UNDO_WITHIN = timedelta(hours=24)

OPERATOR = Actor(person_id=None, name="Operator", email="", roles=frozenset(Role), is_operator=True)
# Who does what was agreed to for a day, once the day has come.
CALENDAR = Actor(person_id=None, name="The calendar", email="", roles=frozenset(Role), is_operator=True)


def is_address(text: str) -> bool:
    """Tell whether a text can be an e-mail address."""
    return len(text) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None
