"""Who sees which asset: everybody the live ones, keepers all of them, and a person without roles nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contentlib.domain.assets import AssetStatus
from contentlib.domain.errors import ForbiddenError, NotFoundError
from contentlib.domain.usage import Channel
from contentlib.services import assets, documents, governance, reports, usage
from tests.cast import ADA, LEO, MARCO, NILS, RITA, Member
from tests.factories.shops import Shop

LIVE = {
    "brackwater-ferries", "round-at-a-glance", "short-tour", "against-gridlark", "first-note", "order-form",
}  # fmt: skip
HIDDEN = {"old-mill-paper": "expired", "spring-offer": "not yet published", "next-season": "a draft"}


def sees(shop: Shop, member: Member) -> set[str]:
    seen = set()
    with shop.library.read(shop.actor(member)) as reading:
        for slug in LIVE | set(HIDDEN):
            try:
                seen.add(assets.get_page(reading, slug).slug)
            except NotFoundError as error:
                assert error.message == f"There is no asset “{slug}”."  # noqa: PT017 - the same for what is not there
    return seen


@pytest.mark.parametrize(
    ("member", "expected"),
    [(RITA, LIVE), (MARCO, LIVE | set(HIDDEN)), (LEO, LIVE | set(HIDDEN)), (ADA, LIVE | set(HIDDEN)), (NILS, set())],
)
def test_each_role_sees_what_it_may(shop: Shop, member: Member, expected: set[str]):
    assert sees(shop, member) == expected


def test_rep_sees_no_archived_asset(shop: Shop):
    (shop.content / "case-study" / "brackwater-ferries.md").unlink()
    shop.sync()
    assert "brackwater-ferries" not in sees(shop, RITA)
    assert "brackwater-ferries" in sees(shop, MARCO)


def test_an_asset_is_seen_from_its_publish_day_to_the_day_before_its_expiry(shop: Shop):
    shop.clock.move(days=180)  # the 28th of February
    assert "spring-offer" not in sees(shop, RITA)
    shop.clock.move(days=1)
    assert "spring-offer" in sees(shop, RITA)


DEEDS: dict[str, Callable[[Any, str], Any]] = {
    "download": lambda reading, slug: documents.prepare(
        reading, asset=slug, deal=None, filling=documents.Filling(), personalise=False
    ),
    "personalise": documents.open_fields,
    "share": lambda reading, slug: usage.record(reading, asset=slug, channel=Channel.SHARED, deal=None, key="k"),
    "present": lambda reading, slug: usage.record(reading, asset=slug, channel=Channel.PRESENTED, deal=None, key="k"),
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("slug", HIDDEN)
@pytest.mark.parametrize("member", [RITA, MARCO, LEO])
def test_nobody_can_use_what_is_not_published_today(shop: Shop, member: Member, slug: str, deed: str):
    with shop.library.rehearse(shop.actor(member)) as uow, pytest.raises(NotFoundError):
        DEEDS[deed](uow, slug)


@pytest.mark.parametrize("deed", DEEDS)
def test_a_person_without_roles_can_use_nothing(shop: Shop, deed: str):
    with shop.library.rehearse(shop.actor(NILS)) as uow, pytest.raises(ForbiddenError):
        DEEDS[deed](uow, "round-at-a-glance")


@pytest.mark.parametrize(("member", "may"), [(RITA, False), (MARCO, True), (LEO, True), (ADA, True), (NILS, False)])
def test_the_library_is_listed_for_those_who_keep_it(shop: Shop, member: Member, may: bool):
    with shop.library.read(shop.actor(member)) as reading:
        if not may:
            with pytest.raises(ForbiddenError):
                assets.list_library(reading)
            return
        rows = {row.slug: row for row in assets.list_library(reading)}
    assert set(rows) == LIVE | set(HIDDEN)
    assert rows["next-season"].status is AssetStatus.DRAFT
    assert rows["round-at-a-glance"].is_review_due


@pytest.mark.parametrize(("member", "may"), [(RITA, False), (MARCO, False), (LEO, True), (ADA, True), (NILS, False)])
def test_reports_are_for_content_leads_and_admins(shop: Shop, member: Member, may: bool):
    with shop.library.read(shop.actor(member)) as reading:
        for ask in (reports.usage_to_close, lambda uow: reports.row_behind(uow, "order-form")):
            if may:
                ask(reading)
            else:
                with pytest.raises(ForbiddenError):
                    ask(reading)


def test_rep_sees_that_an_asset_was_used_and_not_by_which_colleague(shop: Shop):
    shop.use(RITA, deal="K-1", key="hers")
    shop.use(LEO, deal="K-3", key="his")
    with shop.library.read(shop.actor(RITA)) as reading:
        page = assets.get_page(reading, "round-at-a-glance")
    assert [(line.by, line.deal_id, line.account) for line in page.used] == [
        (None, None, None),
        ("Rita Vance", "K-1", "Kite & Co"),
    ]
    assert "Leo" not in repr(page.history)
    with shop.library.read(shop.actor(LEO)) as reading:
        assert [line.by for line in assets.get_page(reading, "round-at-a-glance").used] == [
            "Leo Castellan",
            "Rita Vance",
        ]


def test_rep_is_not_told_of_a_version_that_waits(shop: Shop):
    shop.edit("one-sheeter/round-at-a-glance.md", "hero: media/harbour.svg", "hero: media/nowhere.svg")
    shop.sync()
    numbers = {}
    for member in (RITA, MARCO):
        with shop.library.read(shop.actor(member)) as reading:
            numbers[member.name] = [line.number for line in assets.get_page(reading, "round-at-a-glance").versions]
    assert numbers == {"Rita Vance": [1], "Marco Bellini": [2, 1]}


def test_rep_cannot_say_that_an_asset_is_still_right(shop: Shop):
    with shop.library.work(shop.actor(RITA)) as uow, pytest.raises(ForbiddenError):
        governance.verify(uow, slug="order-form")


def test_marketer_says_that_an_asset_is_still_right_until_the_next_review(shop: Shop):
    with shop.library.work(shop.actor(MARCO)) as uow:
        governance.verify(uow, slug="order-form")
    with shop.library.read(shop.actor(RITA)) as reading:
        page = assets.get_page(reading, "order-form")
    assert page.trust.verified_on == shop.clock.now.date()
    assert page.dates.review_by_on is not None
    assert (page.dates.review_by_on - shop.clock.now.date()).days == 91  # prices are looked at every three months
