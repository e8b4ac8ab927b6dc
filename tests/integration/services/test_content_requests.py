"""Requests for what is missing: asked, voted on, weighed by deals, answered, taken back; and who may see what of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from contentlib.domain.content_requests import RequestLine, RequestSort, RequestStatus, Wanted
from contentlib.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from contentlib.domain.people import OPERATOR
from contentlib.domain.taxonomy import WordList
from contentlib.services import content_requests, notices, word_lists
from contentlib.storage.tables import AuditEntry
from tests.cast import LEO, MARCO, RITA, SAM, Member
from tests.factories.shops import Shop

SHEET = Wanted(
    title="A sheet for breweries", industry="food-and-drink", stage="decision", kind="one-sheeter", deal="K-1"
)


def do(shop: Shop, who: Member, deed, *given, **named):
    with shop.library.work(shop.actor(who)) as uow:
        return deed(uow, *given, **named)


def ask(shop: Shop, who: Member, wanted: Wanted = SHEET) -> int:
    return do(shop, who, content_requests.ask, wanted).id


def answer(shop: Shop, who: Member, request: int, status: str, **named):
    return do(shop, who, content_requests.answer, request, status=status, **{"seen": 0, **named})


def see(shop: Shop, who: Member, **how) -> list[RequestLine]:
    with shop.library.read(shop.actor(who)) as reading:
        return list(content_requests.list_some(reading, **how)[0])


def told(shop: Shop, who: Member) -> list[str]:
    with shop.library.read(shop.actor(who)) as reading:
        return [line.sentence for line in notices.list_mine(reading)[0]]


def test_amounts_behind_a_request_are_for_who_sees_all_deals(shop: Shop):
    few = ask(shop, RITA)
    many = ask(shop, SAM, Wanted(title="Crane uptime in ports", deal="K-3"))
    ask(shop, SAM, Wanted(title="Something for nobody's deal"))
    do(shop, LEO, content_requests.vote, many, deal="K-2")
    do(shop, MARCO, content_requests.vote, many)
    (first, second, third) = see(shop, LEO)  # by votes, then newest
    assert [(line.id, line.votes, line.deals) for line in (first, third)] == [(many, 3, 2), (few, 1, 1)]
    assert (first.amounts, second.amounts, third.amounts) == (((400_000, "GBP"),), (), ((1_200_050, "EUR"),))
    assert third.words == ("One-sheeter", "Decision", "Food and drink")
    # By amount for the lead; by their number, which tells no amount, for a rep.
    assert [line.id for line in see(shop, LEO, sort=RequestSort.DEALS)][:2] == [few, many]
    assert [line.id for line in see(shop, RITA, sort=RequestSort.DEALS)][:2] == [many, few]
    assert {line.amounts for line in see(shop, RITA)} == {None}
    assert see(shop, RITA, sort=RequestSort.NEWEST)[0].title == "Something for nobody's deal"
    # A deal that two people name counts once, a closed one not at all.
    do(shop, LEO, content_requests.vote, few, deal="K-1")
    assert [line.amounts for line in see(shop, LEO) if line.id == few] == [((1_200_050, "EUR"),)]
    with pytest.raises(InvalidInputError, match="closed"):
        do(shop, RITA, content_requests.vote, many, deal="K-4")
    with pytest.raises(InvalidInputError, match="among yours"):
        do(shop, RITA, content_requests.vote, many, deal="K-3")


def test_a_vote_is_one_and_may_be_taken_back(shop: Shop):
    request = ask(shop, RITA)
    for _ in range(2):
        do(shop, SAM, content_requests.vote, request, deal="K-3")
    assert [line.votes for line in see(shop, SAM)] == [2]
    assert do(shop, SAM, content_requests.unvote, request).deal == "K-3"
    assert [(line.votes, line.has_my_vote) for line in see(shop, SAM)] == [(1, False)]


def test_who_asked_hears_what_becomes_of_it_until_it_is_delivered(shop: Shop):
    request = ask(shop, RITA)
    assert told(shop, LEO) == ["Rita Vance misses something in the library: “A sheet for breweries”."]
    do(shop, SAM, content_requests.vote, request)
    with pytest.raises(ForbiddenError):
        answer(shop, RITA, request, "planned")
    answer(shop, MARCO, request, "planned", text="For the\nautumn fair.")
    assert told(shop, LEO) == []
    said = "“A sheet for breweries”, which you asked for, is planned. For the autumn fair."
    assert (told(shop, RITA), told(shop, SAM)) == ([said], [said])
    with pytest.raises(ConflictError, match="Marco Bellini answered in the meantime"):
        answer(shop, LEO, request, "declined", text="No.")
    for lacking, field in ({"status": "declined"}, "answer"), ({"status": "delivered"}, "asset"):
        with pytest.raises(InvalidInputError) as refused:
            answer(shop, LEO, request, lacking["status"], seen=1)
        assert [fault.field for fault in refused.value.fields] == [field]
    for hidden in ("next-season", "no-such-asset"):  # nobody who asked could use it
        with pytest.raises(InvalidInputError):
            answer(shop, LEO, request, "delivered", asset=hidden, seen=1)
    done = answer(shop, LEO, request, "delivered", asset="/assets/round-at-a-glance", seen=1)
    assert told(shop, SAM)[0] == "“A sheet for breweries”, which you asked for, is here: “One round, one record”."
    with shop.library.read(shop.actor(RITA)) as reading:
        view = content_requests.get(reading, request)
        assert (view.asset, view.may_answer) == (("round-at-a-glance", "One round, one record"), False)
    with pytest.raises(ConflictError):
        do(shop, MARCO, content_requests.vote, request)
    status, text, asset = done.before
    answer(shop, LEO, request, status, text=text, asset=asset, seen=done.revision, is_undo=True)
    assert told(shop, SAM) == [said]
    with shop.library.read(OPERATOR) as reading:
        of_requests = sa.select(AuditEntry.deed).where(AuditEntry.subject_kind == "request")
        deeds = list(reading.session.scalars(of_requests.order_by(AuditEntry.id)))
        assert deeds == ["ask for content", "vote for request", *["answer request"] * 3]


def test_its_author_takes_a_request_back_while_nobody_else_wants_it(shop: Shop):
    request = ask(shop, RITA)
    with pytest.raises(NotFoundError):
        do(shop, SAM, content_requests.withdraw, request)
    do(shop, RITA, content_requests.withdraw, request)
    assert (see(shop, RITA), told(shop, LEO)) == ([], [])
    with pytest.raises(NotFoundError):
        do(shop, SAM, content_requests.vote, request)
    do(shop, RITA, content_requests.bring_back, request)
    do(shop, SAM, content_requests.vote, request)
    with pytest.raises(ConflictError):
        do(shop, RITA, content_requests.withdraw, request)


def test_what_is_asked_for_already_is_found_by_its_words(shop: Shop):
    request = ask(shop, RITA)
    ask(shop, RITA, Wanted(title="Security answers for hospitals"))
    with shop.library.read(shop.actor(SAM)) as reading:

        def found(title: str) -> list[int]:
            return [one.id for one in content_requests.find_alike(reading, title)]

        assert found("brewery one-sheeter") == [request]
        assert found("A case study about cranes") == []
        assert found("") == []


def test_a_merged_word_takes_requests_along_and_a_wrong_one_is_named(shop: Shop):
    ask(shop, RITA)
    do(shop, LEO, word_lists.merge, WordList.INDUSTRIES, "food-and-drink", into="packaging")
    assert see(shop, RITA)[0].words == ("One-sheeter", "Decision", "Packaging")
    assert see(shop, RITA, status=RequestStatus.PLANNED) == []
    with pytest.raises(InvalidInputError) as refused:
        ask(shop, RITA, Wanted(title=" ", stage="nowhere", deal="K-3"))
    assert [fault.field for fault in refused.value.fields] == ["title", "stage", "deal"]
