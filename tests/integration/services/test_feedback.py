"""Feedback on assets: who may say and read what, how it is settled, taken back, and what a newer version does to it."""

from __future__ import annotations

import pytest

from contentlib.domain.assets import AssetStatus
from contentlib.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from contentlib.domain.feedback import FeedbackPanel
from contentlib.services import feedback, notices
from contentlib.services.feedback import FeedbackDone
from contentlib.storage.queries import assets as queries
from tests.cast import LEO, MARCO, RITA, SAM, Member
from tests.factories.shops import Shop
from tests.integration.services.authored import asset_of

SLUG = "round-at-a-glance"


def give(shop: Shop, who: Member, sort: str, slug: str = SLUG, **said: str) -> FeedbackDone:
    with shop.library.work(shop.actor(who)) as uow:
        return feedback.give(uow, slug=slug, sort=sort, **said)


def do(shop: Shop, who: Member, deed, given: FeedbackDone, **said: str) -> FeedbackDone:
    with shop.library.work(shop.actor(who)) as uow:
        return deed(uow, slug=given.slug, feedback_id=given.id, **said)


def look(shop: Shop, who: Member, slug: str = SLUG) -> FeedbackPanel:
    with shop.library.read(shop.actor(who)) as reading:
        return feedback.look(reading, slug)


def told(shop: Shop, who: Member) -> list[str]:
    with shop.library.read(shop.actor(who)) as reading:
        return [line.sentence for line in notices.list_mine(reading)[0]]


def set_owner(shop: Shop, who: Member | None) -> None:
    with shop.library.work(shop.actor(LEO)) as uow:
        queries.get_by_slug(uow.session, SLUG).owner_id = shop.actor(who).person_id if who else None


def test_the_owner_reads_who_said_what_and_answers_and_reps_see_counts(shop: Shop):
    set_owner(shop, MARCO)
    given = give(shop, RITA, "outdated", page="1", comment="The price is\nlast year's.")
    give(shop, RITA, "helpful")
    give(shop, SAM, "helpful")
    assert "Rita Vance says of “One round, one record”: Outdated, page 1: The price is last year's." in told(
        shop, MARCO
    )
    assert told(shop, LEO) == []
    seen = look(shop, SAM)
    assert (seen.counted, seen.lines, len(seen.mine)) == ("2 found it helpful, 1 found it outdated", (), 1)
    kept = look(shop, MARCO)
    assert [(line.by, line.label, line.page) for line in kept.lines][-1] == ("Rita Vance", "Outdated", 1)
    assert (kept.waiting, kept.may_settle, seen.may_settle) == (1, True, False)
    do(shop, MARCO, feedback.settle, given, answer="The new price comes on Monday.")
    assert told(shop, RITA) == [
        "Marco Bellini answers what you said of “One round, one record”: The new price comes on Monday."
    ]
    (mine,) = [line for line in look(shop, RITA).mine if line.is_settled]
    assert (mine.answer, mine.by) == ("The new price comes on Monday.", None)
    with pytest.raises(ConflictError, match="settled this already"):
        do(shop, LEO, feedback.settle, given)
    do(shop, MARCO, feedback.reopen, given)
    assert told(shop, RITA) == []
    do(shop, MARCO, feedback.settle, given)
    assert told(shop, RITA) == []


def test_one_opinion_of_a_sort_stands_and_may_be_taken_back(shop: Shop):
    set_owner(shop, MARCO)
    first = give(shop, RITA, "wrong", comment="Once.")
    again = give(shop, RITA, "wrong", page="1", comment="Twice.")
    assert (again.id, again.before) == (first.id, ("", "Once."))
    assert told(shop, MARCO) == ["Rita Vance says of “One round, one record”: Wrong, page 1: Twice."]
    assert look(shop, RITA).counted == "1 found something wrong"
    with pytest.raises(NotFoundError):
        do(shop, SAM, feedback.take_back, again)
    do(shop, RITA, feedback.take_back, again)
    assert (look(shop, RITA).counted, told(shop, MARCO)) == ("", [])
    do(shop, RITA, feedback.stand_again, again)
    assert look(shop, RITA).mine[0].comment == "Twice."
    assert len(told(shop, MARCO)) == 1


def test_without_an_owner_content_leads_read_it(shop: Shop):
    set_owner(shop, None)
    given = give(shop, RITA, "does not fit my market")
    assert told(shop, LEO) == ["Rita Vance says of “One round, one record”: Does not fit my market."]
    assert told(shop, MARCO) == []
    with pytest.raises(ForbiddenError):
        do(shop, MARCO, feedback.settle, given)
    for somebody in (RITA, SAM):  # who cannot read it finds nothing there
        with pytest.raises(NotFoundError):
            do(shop, somebody, feedback.settle, given)
    do(shop, LEO, feedback.settle, given)


def test_nobody_speaks_of_what_they_may_not_see(shop: Shop):
    with shop.library.work(shop.actor(LEO)) as uow:
        queries.get_by_slug(uow.session, SLUG).status = AssetStatus.DRAFT
    with pytest.raises(NotFoundError):
        give(shop, RITA, "helpful")
    give(shop, MARCO, "helpful")


def test_what_cannot_be_taken_is_named(shop: Shop):
    with pytest.raises(InvalidInputError) as refused:
        give(shop, RITA, "lovely", page="99", comment="a" * 1001)
    assert [fault.field for fault in refused.value.fields] == ["sort", "page", "comment"]


def test_a_newer_version_leaves_feedback_behind_it(shop: Shop):
    give(shop, RITA, "outdated")
    shop.edit("one-sheeter/round-at-a-glance.md", "One round, one record", "One round and one record")
    shop.sync()
    assert asset_of(shop, SLUG).current_version.number == 2
    seen = look(shop, RITA)
    assert (seen.counted, seen.earlier, seen.mine[0].is_older, seen.mine[0].version) == ("", 1, True, 1)
    give(shop, RITA, "outdated")
    assert look(shop, RITA).counted == "1 found it outdated"
