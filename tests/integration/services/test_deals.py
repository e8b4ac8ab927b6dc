"""Deals: whose they are decides who sees them, and what happened to them stands in order."""

from __future__ import annotations

import pytest

from contentlib.domain.deals import DealView, Outcome
from contentlib.domain.errors import ConflictError, ForbiddenError, NotFoundError
from contentlib.domain.imports import DealRow, StageRow
from contentlib.domain.people import OPERATOR
from contentlib.domain.usage import Channel
from contentlib.services import deals, people, usage
from tests.cast import ADA, LEO, MARCO, NILS, RITA, SAM, Member
from tests.factories.shops import Shop, on


def get(shop: Shop, member: Member, deal: str) -> DealView:
    with shop.library.read(shop.actor(member)) as reading:
        return deals.get(reading, deal)


def listed(shop: Shop, member: Member, **more) -> tuple[list[str], int]:
    with shop.library.read(shop.actor(member)) as reading:
        found, total = deals.list_deals(reading, **({"is_mine": True} | more))
    return [deal.id for deal in found], total


# Who sees which


def test_rep_sees_her_own_deals_and_nobody_elses(shop: Shop):
    assert listed(shop, RITA) == (["K-2", "K-1"], 2)
    assert listed(shop, SAM) == (["K-3"], 1)
    with pytest.raises(NotFoundError, match="no deal “K-3” among yours"):
        get(shop, RITA, "K-3")
    with pytest.raises(NotFoundError, match="no deal “K-99” among yours"):
        get(shop, RITA, "K-99")


@pytest.mark.parametrize("member", [RITA, MARCO, NILS])
def test_who_may_not_see_all_deals_cannot_list_them(shop: Shop, member: Member):
    with pytest.raises(ForbiddenError):
        listed(shop, member, is_mine=False)


@pytest.mark.parametrize("member", [LEO, ADA])
def test_content_lead_and_admin_see_all_deals(shop: Shop, member: Member):
    assert listed(shop, member, is_mine=False, is_open=None)[1] == 5
    assert get(shop, member, "K-3").account == "Merle AG"


def test_a_person_without_roles_has_no_deals_at_all(shop: Shop):
    with pytest.raises(ForbiddenError):
        listed(shop, NILS)
    with pytest.raises(NotFoundError):
        get(shop, NILS, "K-1")


def test_the_operator_owns_no_deals_and_sees_all(shop: Shop):
    with shop.library.read(OPERATOR) as reading:
        assert deals.list_deals(reading, is_mine=True)[1] == 0
        assert deals.list_deals(reading, is_mine=False)[1] == 3


@pytest.mark.parametrize(
    ("text", "found"),
    [("kite", ["K-1"]), ("k-1", ["K-1"]), ("RITA", ["K-2", "K-1"]), ("%", []), ("_", []), ("!", []), ("'; --", [])],
)
def test_deals_are_found_by_account_name_id_and_owner(shop: Shop, text: str, found: list[str]):
    assert listed(shop, LEO, is_mine=False, text=text)[0] == found


def test_deals_are_listed_by_page_and_stage_and_outcome(shop: Shop):
    assert listed(shop, LEO, is_mine=False, limit=1, offset=1) == (["K-3"], 3)
    assert listed(shop, LEO, is_mine=False, stage="evaluation") == (["K-1"], 1)
    assert listed(shop, LEO, is_mine=False, is_open=False) == (["K-4", "K-5"], 2)


# One deal


def test_an_open_deal_tells_its_stage_days_health_and_price(shop: Shop):
    deal = get(shop, RITA, "K-1")
    assert (deal.stage, deal.funnel_stage, deal.days_in_stage) == ("Evaluation", "consideration", 30)
    assert (deal.health, deal.forecast_category) == (2, "Best case")
    assert (deal.amount_minor, deal.currency, deal.industry) == (1_200_050, "EUR", "Food and drink")
    assert [(mark.slug, mark.is_past, mark.is_current) for mark in deal.thread] == [
        ("discovery", True, False),
        ("qualification", True, False),
        ("evaluation", False, True),
        ("proposal", False, False),
        ("negotiation", False, False),
    ]


def test_a_closed_deal_tells_its_outcome_and_no_days(shop: Shop):
    won, lost = get(shop, LEO, "K-4"), get(shop, LEO, "K-5")
    assert (won.outcome, won.funnel_stage, won.days_in_stage) == (Outcome.WON, "onboarding", None)
    assert (lost.outcome, lost.lost_reason) == (Outcome.LOST, "Price")


def test_a_deal_of_which_nothing_is_known_has_a_name_all_the_same(shop: Shop):
    shop.import_deals(DealRow(line=2, deal="K-9"))
    deal = get(shop, LEO, "K-9")
    assert (deal.name, deal.account, deal.stage, deal.amount_minor) == ("K-9", "K-9", None, None)
    with shop.library.read(shop.actor(LEO)) as reading:
        (stay,) = deals.timeline(reading, "K-9")
    assert (stay.stage, stay.used) == ("No stage yet", ())
    shop.import_deals(DealRow(line=2, deal="K-9", name="Ölmühle"))
    for text in ("ÖLMÜHLE", "öl"):
        assert listed(shop, LEO, is_mine=False, text=text) == (["K-9"], 1)


def test_the_timeline_tells_what_was_used_in_which_stage(shop: Shop):
    shop.clock.now = on("2026-06-01", 10)
    shop.use(RITA, "short-tour", key="a")
    shop.clock.now = on("2026-06-20")
    shop.use(RITA, "round-at-a-glance", key="b", channel=Channel.PRESENTED)
    shop.clock.now = on("2026-08-05")
    shop.use(LEO, "brackwater-ferries", key="c")
    undone = shop.use(RITA, "order-form", key="d")
    with shop.library.work(shop.actor(RITA)) as uow:
        usage.undo(uow, event_id=undone)
        stays = deals.timeline(uow, "K-1")
    told = [(stay.stage, [(use.asset_slug, use.channel, use.rep) for use in stay.used]) for stay in stays]
    assert told == [
        ("Discovery", [("short-tour", "shared", "Rita Vance")]),
        ("Qualification", [("round-at-a-glance", "presented", "Rita Vance")]),
        ("Evaluation", [("brackwater-ferries", "shared", "Leo Castellan")]),
    ]
    assert [stay.left_at for stay in stays] == [on("2026-06-20"), on("2026-08-02"), None]


def test_a_use_after_the_close_stands_in_the_last_stage(shop: Shop):
    shop.use(RITA, deal="K-4")
    with shop.library.read(shop.actor(RITA)) as reading:
        last = deals.timeline(reading, "K-4")[-1]
    assert (last.stage, last.left_at, len(last.used)) == ("Negotiation", on("2026-04-01"), 1)


# The working deal


def session_of(shop: Shop, member: Member) -> int:
    with shop.library.work(OPERATOR) as uow:
        token = people.open_sign_in(uow, person_id=shop.actor(member).person_id or 0)
        found = people.find_sign_in(uow, token=token)
    assert found is not None
    return found.sign_in_id


def working(shop: Shop, sign_in: int, member: Member) -> DealView | None:
    with shop.library.read(shop.actor(member)) as reading:
        row = reading.session.get(people.SignIn, sign_in)
        return deals.find_working(reading, row.working_deal_id if row else None)


def test_rep_works_on_an_open_deal_of_hers_until_she_stops(shop: Shop):
    sign_in = session_of(shop, RITA)
    assert working(shop, sign_in, RITA) is None
    with shop.library.work(shop.actor(RITA)) as uow:
        assert deals.work_on(uow, sign_in_id=sign_in, deal="K-1") == "Kite & Co"
    found = working(shop, sign_in, RITA)
    assert found is not None
    assert found.id == "K-1"
    with shop.library.work(shop.actor(RITA)) as uow:
        deals.stop_work(uow, sign_in_id=sign_in)
    assert working(shop, sign_in, RITA) is None


@pytest.mark.parametrize(("deal", "error"), [("K-3", NotFoundError), ("K-99", NotFoundError), ("K-4", ConflictError)])
def test_rep_cannot_work_on_anothers_deal_nor_on_a_closed_one(shop: Shop, deal: str, error: type[Exception]):
    with shop.library.work(shop.actor(RITA)) as uow, pytest.raises(error):
        deals.work_on(uow, sign_in_id=session_of_now(uow), deal=deal)


def session_of_now(uow) -> int:
    token = people.open_sign_in(uow, person_id=uow.actor.person_id)
    found = people.find_sign_in(uow, token=token)
    return found.sign_in_id if found else 0


def test_a_working_deal_that_closes_or_changes_hands_is_one_no_more(shop: Shop):
    sign_in = session_of(shop, RITA)
    for deal, row in (
        ("K-1", DealRow(line=2, deal="K-1", owner=SAM.email)),
        ("K-2", DealRow(line=3, deal="K-2", outcome=Outcome.LOST, closed_at=on("2026-09-01"))),
    ):
        with shop.library.work(shop.actor(RITA)) as uow:
            deals.work_on(uow, sign_in_id=sign_in, deal=deal)
        shop.import_deals(row)
        assert working(shop, sign_in, RITA) is None


def suggested(shop: Shop, member: Member) -> str | None:
    with shop.library.read(shop.actor(member)) as reading:
        found = deals.suggest_working(reading)
    return found.id if found else None


def offered(shop: Shop, member: Member, **more) -> tuple[list[str], int]:
    with shop.library.read(shop.actor(member)) as reading:
        found, total = deals.offer(reading, **more)
    return [deal.id for deal in found], total


def test_the_deal_on_which_something_happened_last_is_suggested(shop: Shop):
    assert suggested(shop, RITA) == "K-2"
    many = [(line, f"M-{line}") for line in range(2, 52)]
    shop.import_deals(*(DealRow(line=line, deal=deal, owner=RITA.email) for line, deal in many))
    shop.import_stages(
        *(StageRow(line=line, deal=deal, stage="Discovery", entered_at=on("2026-08-31")) for line, deal in many)
    )
    shop.use(RITA, deal="K-1")
    assert suggested(shop, RITA) == "K-1"
    shop.import_stages(StageRow(line=2, deal="K-2", stage="Negotiation", entered_at=on("2026-09-02")))
    assert suggested(shop, RITA) == "K-2"
    # To choose from, it comes before those that were used last, however few are shown.
    assert [offered(shop, RITA, limit=limit) for limit in (1, 2)] == [(["K-2"], 52), (["K-2", "K-1"], 52)]
    assert offered(shop, RITA, text="kite") == (["K-1"], 1)


def test_nothing_is_suggested_to_who_has_no_open_deal(shop: Shop):
    assert suggested(shop, LEO) is None
