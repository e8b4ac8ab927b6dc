"""Who sees which asset: everybody the live ones, keepers all of them, and a person without roles nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from contentlib.domain.assets import AssetStatus, GoneAsset
from contentlib.domain.errors import ForbiddenError, NotFoundError
from contentlib.domain.search import Facet
from contentlib.domain.usage import Channel
from contentlib.services import (
    asset_rights,
    assets,
    completions,
    documents,
    gone_assets,
    governance,
    library_table,
    reports,
    search,
    usage,
)
from tests.cast import ADA, LEO, MARCO, NILS, RITA, Member
from tests.factories.shops import Shop
from tests.integration.services.authored import asset_of

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
    told = gone_of(shop, RITA, "brackwater-ferries")
    assert told is not None
    assert (told.has_expired, told.on) == (False, shop.clock.now.date())
    # The other of its kind is not live, and a battlecard for colleagues replaces nothing that is sent.
    assert [(other.slug, other.shared) for other in told.successors] == [("short-tour", 1), ("round-at-a-glance", 1)]
    # Nothing is told to who still sees it, nor of what was never out, such as a draft or an embargo.
    assert gone_of(shop, MARCO, "brackwater-ferries") is None
    others = LIVE | set(HIDDEN) | {"nothing"}
    assert {slug for slug in others if gone_of(shop, RITA, slug)} == {"brackwater-ferries", "old-mill-paper"}
    with shop.library.read(shop.actor(NILS)) as reading, pytest.raises(ForbiddenError):
        gone_assets.get_gone(reading, "brackwater-ferries")


def gone_of(shop: Shop, member: Member, slug: str) -> GoneAsset | None:
    with shop.library.read(shop.actor(member)) as reading:
        try:
            return gone_assets.get_gone(reading, slug)
        except NotFoundError as error:
            assert error.message == f"There is no asset “{slug}”."  # noqa: PT017
            return None


def where_it_is(shop: Shop, slug: str, title: str) -> list[bool]:
    """Ask every surface on which a rep may meet an asset: page, search, counts, offers, use and document."""
    with shop.library.rehearse(shop.actor(RITA)) as uow:
        found = search.find(uow, text=title)
        counted = sum(value.count for value in found.facets.get(Facet.KIND, ()))
        asset = asset_of(shop, slug)
        places = [
            asset_rights.may_see(uow, asset),
            slug in {hit.slug for hit in found.hits},
            counted == len(found.hits) == found.total,
            slug in {offer.slug for offer in completions.complete(uow, title[:9])},
            asset_rights.may_be_sent(uow, asset),
        ]
        for deed in ("download", "present"):
            try:
                DEEDS[deed](uow, slug)
                places.append(True)
            except NotFoundError:
                places.append(False)
    return places


def test_on_its_day_an_asset_is_live_or_gone_everywhere_without_anybody_doing_anything(shop: Shop):
    slug, title = "round-at-a-glance", "One round, one record"
    with shop.library.work(shop.actor(MARCO)) as uow:
        governance.set_dates(
            uow, slug=slug, publish_on=date(2027, 3, 1), expires_on=date(2027, 3, 3), review_by_on=None
        )
    shop.drain()  # nothing runs from here on
    gone, live = [False, False, True, False, False, False, False], [True] * 7
    shop.clock.now = datetime(2027, 2, 28, 23, 59, tzinfo=UTC)
    for state in (gone, live, live, gone):
        assert where_it_is(shop, slug, title) == state, shop.clock.now
        told = gone_of(shop, RITA, slug)
        shop.clock.move(days=1)
    assert told is not None
    assert (told.has_expired, told.on) == (True, date(2027, 3, 3))


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
                library_table.list_page(reading)
            with pytest.raises(ForbiddenError):
                library_table.list_latest(reading, {AssetStatus.DRAFT}, limit=1)
            return
        rows = {row.slug: row for row in library_table.list_page(reading).rows}
        (latest,), total = library_table.list_latest(reading, {AssetStatus.PUBLISHED}, limit=1)
        assert (latest, total) == (rows[latest.slug], sum(row.status is AssetStatus.PUBLISHED for row in rows.values()))
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
