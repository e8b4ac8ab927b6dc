"""Who may sign in, with what, for how long; and who may say so."""

from __future__ import annotations

from collections.abc import Iterator

import argon2
import pytest
import sqlalchemy as sa

from contentlib.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from contentlib.domain.people import OPERATOR, Role
from contentlib.services import operations, people, people_admin
from contentlib.services.people import SignedIn
from contentlib.storage.tables import AuditEntry, Person
from tests.cast import ADA, LEO, MARCO, NILS, OTTO, RITA, Member
from tests.factories.shops import Shop

PASSWORD = "three quiet machines"
WRONG = "E-mail address and password do not belong together."


@pytest.fixture(autouse=True, scope="module")
def quick_hashes() -> Iterator[None]:
    """The same algorithm at its cheapest, so that a test takes no tenth of a second for each password."""
    with pytest.MonkeyPatch.context() as patch:
        quick = argon2.PasswordHasher(memory_cost=8, time_cost=1, parallelism=1)
        patch.setattr(people, "_HASHER", quick)
        patch.setattr(people, "_hash_of_nobody", lambda: quick.hash("nobody"))
        yield


def invite(shop: Shop, member: Member = RITA) -> str:
    with shop.library.work(shop.actor(ADA)) as uow:
        return people.invite(uow, email=member.email)


def set_password(shop: Shop, token: str, password: str = PASSWORD) -> None:
    with shop.library.work(OPERATOR) as uow:
        people.set_password(uow, token=token, password=password)


def sign_in(shop: Shop, member: Member = RITA, password: str = PASSWORD) -> str:
    return shop.library.sign_in(email=member.email, password=password)


def find(shop: Shop, token: str) -> SignedIn | None:
    with shop.library.read(OPERATOR) as reading:
        return people.find_sign_in(reading, token=token)


@pytest.fixture
def rita(shop: Shop) -> str:
    """Rita has a password; gives the token of a session of hers."""
    set_password(shop, invite(shop))
    return sign_in(shop)


# Signing in


def test_rep_signs_in_with_the_password_she_set_whatever_the_case_of_her_address(shop: Shop, rita: str):
    found = find(shop, shop.library.sign_in(email="  Rita@TARNWELL.example ", password=PASSWORD))
    assert found is not None
    assert (found.actor.name, found.actor.roles) == ("Rita Vance", frozenset({Role.REP}))


def test_the_trail_names_who_signed_in(shop: Shop, rita: str):
    with shop.library.read(OPERATOR) as reading:
        entry = reading.session.scalars(
            sa.select(AuditEntry).where(AuditEntry.deed == "sign in").order_by(AuditEntry.id.desc())
        ).first()
    assert entry is not None
    assert (entry.by_name, entry.by_id) == (RITA.name, entry.subject_id)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (RITA.email, "three quiet machine"),
        (RITA.email, ""),
        ("nobody@tarnwell.example", PASSWORD),
        (MARCO.email, PASSWORD),
        (OTTO.email, PASSWORD),
        ("", ""),
        ("\0", "\0"),
    ],
)
def test_whoever_cannot_sign_in_hears_the_same_answer(shop: Shop, rita: str, email: str, password: str):
    with pytest.raises(InvalidInputError, match=WRONG) as refused:
        shop.library.sign_in(email=email, password=password)
    assert [fault.field for fault in refused.value.fields] == ["password"]


def test_a_password_is_kept_as_an_argon2id_hash_only(shop: Shop, rita: str):
    with shop.library.read(OPERATOR) as reading:
        kept = reading.session.scalar(sa.select(Person.password_hash).where(Person.email == RITA.email))
    assert str(kept).startswith("$argon2id$")


def test_a_session_ends_after_fourteen_days(shop: Shop, rita: str):
    shop.clock.move(days=13, hours=23)
    assert find(shop, rita)
    shop.clock.move(hours=2)
    assert find(shop, rita) is None


def test_signing_out_ends_this_session_alone_and_everywhere_ends_all(shop: Shop, rita: str):
    other = sign_in(shop)
    found = find(shop, rita)
    assert found is not None
    with shop.library.work(found.actor) as uow:
        people.sign_out(uow, sign_in_id=found.sign_in_id)
    assert find(shop, rita) is None
    assert find(shop, other)
    with shop.library.work(found.actor) as uow:
        people.sign_out_everywhere(uow)
    assert find(shop, other) is None


def test_a_disabled_person_is_out_at_once_and_cannot_return(shop: Shop, rita: str):
    token = invite(shop)
    with shop.library.work(shop.actor(ADA)) as uow:
        people.disable(uow, email=RITA.email)
    assert find(shop, rita) is None
    with pytest.raises(InvalidInputError, match=WRONG):
        sign_in(shop)
    with pytest.raises(NotFoundError, match="used or has expired"):
        set_password(shop, token)
    with pytest.raises(ConflictError, match="disabled"):
        shop.actor(RITA)


def test_a_token_that_was_never_given_out_is_nobodys(shop: Shop, rita: str):
    assert find(shop, "x" * 43) is None


# One-time links


def test_a_link_works_once(shop: Shop):
    token = invite(shop)
    set_password(shop, token)
    with pytest.raises(NotFoundError, match="used or has expired"):
        set_password(shop, token, "another quiet password")


def test_a_link_works_for_a_day(shop: Shop):
    token = invite(shop)
    shop.clock.move(hours=23, minutes=59)
    with shop.library.read(OPERATOR) as reading:
        assert people.find_invited(reading, token=token).email == RITA.email
    shop.clock.move(minutes=1)
    with pytest.raises(NotFoundError, match="used or has expired"):
        set_password(shop, token)


def test_a_new_link_ends_the_older_ones(shop: Shop):
    older, newer = invite(shop), invite(shop)
    with pytest.raises(NotFoundError):
        set_password(shop, older)
    set_password(shop, newer)


def test_setting_a_password_ends_every_session(shop: Shop, rita: str):
    set_password(shop, invite(shop))
    assert find(shop, rita) is None


@pytest.mark.parametrize(("password", "told"), [("short", "at least 12"), ("x" * 1001, "at most 1,000")])
def test_a_password_of_a_wrong_length_is_refused_and_the_link_still_works(shop: Shop, password: str, told: str):
    token = invite(shop)
    with pytest.raises(InvalidInputError, match=told):
        set_password(shop, token, password)
    set_password(shop, token)


# Adding people and giving roles


def add(shop: Shop, email: str = "greta@tarnwell.example", name: str = "Greta", **more: str) -> None:
    with shop.library.work(shop.actor(ADA)) as uow:
        people.add(uow, email=email, name=name, roles=[Role.MARKETER], **more)


def test_admin_adds_a_person_once(shop: Shop):
    add(shop, "Greta@Tarnwell.example")
    with pytest.raises(ConflictError, match="already here"):
        add(shop)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("email", {"email": "greta"}),
        ("email", {"email": "greta@nowhere"}),
        ("email", {"email": "a@b.c@d.e"}),
        ("email", {"email": "greta\0@tarnwell.example"}),
        ("email", {"email": "x" * 250 + "@b.example"}),
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 121}),
        ("name", {"name": "Gr\udcffta"}),
        ("phone", {"phone": "0" * 41}),
    ],
)
def test_a_person_without_a_real_address_or_name_is_refused_with_the_field(shop: Shop, field: str, given):
    with pytest.raises(InvalidInputError) as refused:
        add(shop, **given)
    assert [fault.field for fault in refused.value.fields] == [field]


def test_a_rep_known_only_from_deals_can_be_added_and_keeps_the_deals(shop: Shop):
    add(shop, OTTO.email, "Ötto Brandt")
    with shop.library.read(OPERATOR) as reading:
        found = people.get(reading, email=OTTO.email)
        assert [line.email for line in people_admin.survey(reading, text="ÖTTO b").people] == [OTTO.email]
    assert (found.is_active, [row.role for row in found.roles]) == (True, [Role.MARKETER])


def test_admin_gives_exactly_the_roles_named(shop: Shop):
    for roles in ([Role.REP, Role.CONTENT_LEAD], [Role.CONTENT_LEAD], [Role.CONTENT_LEAD, Role.MARKETER]):
        with shop.library.work(shop.actor(ADA)) as uow:
            people.set_roles(uow, email=RITA.email, roles=roles)
        assert shop.actor(RITA).roles == frozenset(roles)


def test_the_last_admin_stays_admin(shop: Shop):
    with shop.library.work(OPERATOR) as uow:
        with pytest.raises(ConflictError, match="only admin"):
            people.disable(uow, email=ADA.email)
        with pytest.raises(ConflictError, match="only admin"):
            people.set_roles(uow, email=ADA.email, roles=[Role.REP])
        people.set_roles(uow, email=LEO.email, roles=[Role.ADMIN])
        people.disable(uow, email=ADA.email)


@pytest.mark.parametrize("member", [RITA, MARCO, LEO, NILS])
def test_nobody_but_admin_looks_after_people(shop: Shop, member: Member):
    actor = shop.actor(member)
    with shop.library.work(actor) as uow:
        for deed in (
            lambda: people.add(uow, email="x@y.example", name="X", roles=[]),
            lambda: people.invite(uow, email=RITA.email),
            lambda: people.set_roles(uow, email=RITA.email, roles=[Role.ADMIN]),
            lambda: people.disable(uow, email=RITA.email),
            lambda: people.list_people(uow),
            lambda: people.get(uow, email=RITA.email),
        ):
            with pytest.raises(ForbiddenError, match="manage people"):
                deed()


# The demo's door


def test_signing_in_without_a_password_takes_a_demo_library(shop: Shop):
    with shop.library.read(OPERATOR) as reading:
        assert people.list_demo_people(reading) == []
        with pytest.raises(NotFoundError, match="demo library only"):
            people.find_demo_person(reading, email=RITA.email)
    with shop.library.work(OPERATOR) as uow:
        operations.mark_as_demo(uow, anchor="2026-09-01")
    with shop.library.read(OPERATOR) as reading:
        assert {person.email for person in people.list_demo_people(reading)} == {
            member.email for member in (RITA, MARCO, LEO, ADA, NILS)
        } | {"sam@tarnwell.example"}
        assert people.find_demo_person(reading, email=RITA.email)
        with pytest.raises(NotFoundError):
            people.find_demo_person(reading, email=OTTO.email)
