"""What is kept of questions: once each, nobody's but their own, forgotten in time; and which words failed whom."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
import sqlalchemy as sa

from contentlib.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from contentlib.domain.people import OPERATOR
from contentlib.domain.searches import NotedLook, NotedOpening, NotedSearch, SearchGaps
from contentlib.services import deals, saved_searches, search_log
from contentlib.storage.tables import LoggedSearch, SearchCount
from tests.cast import ADA, LEO, MARCO, RITA, SAM, Member
from tests.factories.shops import Shop


def ask(shop: Shop, words: str, *, member: Member = RITA, hits: int = 3, deal: str | None = None, **filters) -> None:
    actor = shop.actor(member)
    with shop.library.read(actor) as reading:
        deal_id = deals.get_row(reading, deal).id if deal else None
    shop.library.note_search(
        NotedSearch(
            at=shop.clock.now, person_id=actor.person_id, role=search_log.main_role(actor), words=words,
            filters=filters, hits=hits, deal_id=deal_id,
        )
    )  # fmt: skip
    shop.library.write_searches()


def open_asset(shop: Shop, words: str, slug: str, *, member: Member = RITA) -> None:
    person = shop.actor(member).person_id
    shop.library.note_search(NotedOpening(at=shop.clock.now, person_id=person, words=words, asset=slug))
    shop.library.write_searches()


def own(shop: Shop, member: Member = RITA):
    with shop.library.read(shop.actor(member)) as reading:
        return search_log.list_own(reading)


def gaps(shop: Shop, member: Member = LEO) -> SearchGaps:
    with shop.library.read(shop.actor(member)) as reading:
        return search_log.gaps(reading)


def test_a_question_is_kept_with_what_was_opened(shop: Shop):
    ask(shop, "Crâne  hours", deal="K-1", kind=("case-study",))
    open_asset(shop, "crane HOURS", "brackwater-ferries")
    total, (kept,) = own(shop)
    assert (total, kept.words, kept.filters, kept.hits) == (1, "Crâne  hours", {"kind": ("case-study",)}, 3)
    assert (kept.opened_title, kept.deal) == ("Brackwater Ferries keeps its sailings", "Kite & Co")
    with shop.library.read(OPERATOR) as reading:
        row = reading.session.scalars(sa.select(LoggedSearch)).one()
    assert (row.key, row.role) == ("crane hours", "rep")
    assert row.stage_id is not None


def test_words_that_failed_are_told_with_those_that_people_found_something_by_then(shop: Shop):
    for member, then, minutes, opens in (
        (RITA, "ferries", 1, True), (SAM, "Ferries", 2, True), (MARCO, "sailing", 3, True), (ADA, "boat", 30, True),
        (LEO, "vessel", 1, False),
    ):  # fmt: skip
        ask(shop, "Catamaran", member=member, hits=0)
        shop.clock.move(minutes=minutes)
        ask(shop, then, member=member)
        if opens:
            open_asset(shop, then, "brackwater-ferries", member=member)
    told = {row.words.casefold(): row.instead for row in gaps(shop).rows}
    assert [one.casefold() for one in told["catamaran"]] == ["ferries", "sailing"]


def test_nobody_is_shown_what_another_asked(shop: Shop):
    ask(shop, "salaries")
    assert own(shop, SAM) == (0, ())
    assert own(shop, ADA) == (0, ())


def test_the_same_question_within_minutes_is_one_search(shop: Shop):
    ask(shop, "pump", hits=0)
    shop.clock.move(minutes=9)
    ask(shop, "Pump", hits=2)
    shop.clock.move(minutes=11)
    ask(shop, "pump")
    assert [kept.hits for kept in own(shop)[1]] == [3, 2]


@pytest.mark.parametrize("words", ["\0", "a\0b", "\ud800", "x" * 3000, "🦆", "' OR 1=1 --"])
def test_any_words_can_be_kept(shop: Shop, words: str):
    ask(shop, words, kind=(words,))
    assert own(shop)[0] == 1


def test_words_that_failed_are_ranked_by_people_and_open_amounts(shop: Shop):
    """By hand: "robots" failed Rita on K-1 (12,000.50) and Sam on K-3 (no amount), score 2 x ln(1 + 12000.5)."""
    ask(shop, "robots", hits=0, deal="K-1")
    ask(shop, "robots", hits=0, member=SAM, deal="K-3")
    shop.clock.move(minutes=20)
    ask(shop, "drones", hits=0)
    shop.clock.move(minutes=20)
    ask(shop, "opened", hits=1)
    open_asset(shop, "opened", "brackwater-ferries")
    shop.clock.move(minutes=20)
    report = gaps(shop)
    assert [row.words for row in report.rows] == ["robots", "drones"]
    robots = report.rows[0]
    assert (robots.searches, robots.people, robots.nothing_found, robots.led_nowhere) == (2, 2, 2, 0)
    assert (robots.open_deals, dict(robots.open_minor)) == (2, {"EUR": 1_200_050})
    assert (robots.stages, robots.industries) == (("Discovery", "Evaluation"), ("Food and drink",))
    assert robots.score == pytest.approx(2 * math.log1p(12_000.5), abs=0.001)
    assert (report.searches, report.nothing_found, report.led_nowhere, report.opened) == (4, 3, 0, 1)


def test_an_answer_that_nobody_opened_led_nowhere_unless_it_was_refined(shop: Shop):
    ask(shop, "refined")
    shop.clock.move(minutes=5)
    ask(shop, "given up")
    assert gaps(shop).rows == ()  # there is still time
    shop.clock.move(minutes=11)
    (row,) = gaps(shop).rows
    assert (row.words, row.led_nowhere, row.nothing_found) == ("given up", 1, 0)


def test_a_closed_deal_weighs_nothing(shop: Shop):
    ask(shop, "robots", hits=0, deal="K-4")
    (row,) = gaps(shop).rows
    assert (row.open_deals, row.score) == (0, 0.0)


@pytest.mark.parametrize("member", [RITA, MARCO])
def test_the_report_is_for_content_leads(shop: Shop, member: Member):
    with pytest.raises(ForbiddenError):
        gaps(shop, member)


def test_words_are_forgotten_after_thirteen_months_and_counted(shop: Shop):
    ask(shop, "old", hits=0)
    shop.clock.move(days=3)
    ask(shop, "old too")
    open_asset(shop, "old too", "brackwater-ferries")
    shop.clock.move(days=13 * 31 + 30)
    ask(shop, "new")
    with shop.library.work(OPERATOR) as uow:
        assert search_log.forget_old(uow) == 2
        assert search_log.forget_old(uow) == 0
        assert [row.words for row in uow.session.scalars(sa.select(LoggedSearch))] == ["new"]
        (month,) = uow.session.scalars(sa.select(SearchCount))
    assert (month.month, month.searches, month.nothing_found, month.opened) == ("2026-09", 2, 1, 1)


# Saved searches


def keep(shop: Shop, name: str = "Ferries", words: str = "sailings", *, member: Member = RITA, **filters) -> int:
    with shop.library.work(shop.actor(member)) as uow:
        return saved_searches.save(uow, name=name, words=words, filters=filters).id


def kept(shop: Shop, member: Member = RITA):
    with shop.library.read(shop.actor(member)) as reading:
        return saved_searches.list_own(reading)


def test_a_saved_search_tells_what_was_published_since_the_last_look(shop: Shop):
    saved = keep(shop)
    assert [(one.name, one.total, one.fresh) for one in kept(shop)] == [("Ferries", 1, 0)]
    shop.clock.move(hours=1)
    shop.write("outreach-email/more-sailings.md", "---\ntitle: More sailings\n---\n\nSailings every hour.\n")
    shop.sync()
    shop.drain()
    assert [(one.total, one.fresh) for one in kept(shop)] == [(2, 1)]
    shop.clock.move(hours=1)
    shop.library.note_search(NotedLook(at=shop.clock.now, person_id=shop.actor(RITA).person_id, saved_id=saved))
    shop.library.write_searches()
    assert [(one.total, one.fresh) for one in kept(shop)] == [(2, 0)]


def test_a_saved_search_is_removed_and_comes_back(shop: Shop):
    saved = keep(shop)
    with shop.library.work(shop.actor(RITA)) as uow:
        saved_searches.rename(uow, saved_id=saved, name="Boats")
        saved_searches.remove(uow, saved_id=saved)
    assert kept(shop) == ()
    with shop.library.work(shop.actor(RITA)) as uow:
        saved_searches.bring_back(uow, saved_id=saved)
    assert [one.name for one in kept(shop)] == ["Boats"]


def test_what_was_removed_is_gone_after_a_day(shop: Shop):
    saved = keep(shop)
    with shop.library.work(shop.actor(RITA)) as uow:
        saved_searches.remove(uow, saved_id=saved)
    shop.clock.now += timedelta(days=2)
    with shop.library.work(OPERATOR) as uow:
        search_log.forget_old(uow)
    with pytest.raises(NotFoundError), shop.library.work(shop.actor(RITA)) as uow:
        saved_searches.bring_back(uow, saved_id=saved)


def test_nobody_reaches_another_persons_saved_search(shop: Shop):
    saved = keep(shop)
    assert kept(shop, SAM) == ()
    for deed in (saved_searches.remove, saved_searches.bring_back):
        with pytest.raises(NotFoundError), shop.library.work(shop.actor(SAM)) as uow:
            deed(uow, saved_id=saved)


def test_a_search_without_a_question_or_a_name_is_refused(shop: Shop):
    with pytest.raises(InvalidInputError):
        keep(shop, words=" ")
    with pytest.raises(InvalidInputError):
        keep(shop, name="x" * 81)


def test_twenty_searches_are_enough(shop: Shop):
    for number in range(saved_searches.MOST):
        keep(shop, name=f"No {number}")
    with pytest.raises(ConflictError):
        keep(shop, name="One more")
