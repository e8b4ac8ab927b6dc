"""Roles are data: each may what the table says, and more roles never take anything away."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from contentlib.domain.people import OPERATOR, ROLE_LABELS, ROLE_PERMISSIONS, Actor, Permission, Role, is_address

# What each role may beyond the one before it.
STEPS = [
    (Role.REP, {Permission.FIND_ASSETS, Permission.USE_ASSETS, Permission.SEE_OWN_DEALS, Permission.SEE_ASSET_NUMBERS}),
    (Role.MARKETER, {Permission.SEE_UNPUBLISHED, Permission.EDIT_ASSETS, Permission.SEE_REVIEWS}),
    (
        Role.CONTENT_LEAD,
        {
            Permission.APPROVE_ASSETS,
            Permission.EDIT_TAXONOMY,
            Permission.SEE_ALL_DEALS,
            Permission.IMPORT_DEALS,
            Permission.SEE_REPORTS,
        },
    ),
    (Role.ADMIN, {Permission.MANAGE_PEOPLE, Permission.OPERATE}),
]


def actor(*roles: Role) -> Actor:
    return Actor(person_id=1, name="Somebody", email="somebody@tarnwell.example", roles=frozenset(roles))


def may(who: Actor) -> set[Permission]:
    return {permission for permission in Permission if who.may(permission)}


def test_each_role_may_what_the_one_before_may_and_a_little_more():
    expected: set[Permission] = set()
    for role, more in STEPS:
        expected |= more
        assert may(actor(role)) == expected


def test_a_sales_reviewer_may_see_reviews_as_well_and_nothing_else():
    reviewer = replace(actor(Role.REP), is_sales_reviewer=True)
    assert may(reviewer) == may(actor(Role.REP)) | {Permission.SEE_REVIEWS}


def test_a_person_without_roles_may_nothing():
    assert may(actor()) == set()


@pytest.mark.parametrize("roles", list(itertools.combinations(Role, 2)))
def test_several_roles_may_what_any_of_them_may(roles: tuple[Role, ...]):
    assert may(actor(*roles)) == set().union(*(may(actor(role)) for role in roles))


def test_the_operator_may_everything_and_is_nobody():
    assert may(OPERATOR) == set(Permission)
    assert OPERATOR.person_id is None


def test_every_role_has_its_permissions_and_a_label():
    assert set(ROLE_PERMISSIONS) == set(ROLE_LABELS) == set(Role)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("rita.vance@tarnwell.example", True),
        ("http://tarnwell.example", False),
        ("rita@tarnwell", False),
        ("rita vance@tarnwell.example", False),
        ("rita@" + "t" * 250 + ".example", False),
    ],
)
def test_an_address_has_a_name_a_host_and_no_space(text: str, is_one: bool):
    assert is_address(text) is is_one
