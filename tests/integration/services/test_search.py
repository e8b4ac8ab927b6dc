"""Finding: names come from the database, who asks decides what exists, and no question is an error."""

from __future__ import annotations

import pytest

from contentlib.domain.people import OPERATOR
from contentlib.domain.search import Facet, FindResult, Sort
from contentlib.services import deals, search
from tests.cast import ADA, LEO, MARCO, NILS, RITA, Member
from tests.factories.shops import Shop


def find(shop: Shop, text: str = "", *, member: Member = RITA, **more) -> FindResult:
    with shop.library.read(shop.actor(member)) as reading:
        return search.find(reading, text=text, **more)


def slugs(found: FindResult) -> list[str]:
    return [hit.slug for hit in found.hits]


def test_a_hit_carries_what_a_person_needs_to_choose(shop: Shop):
    found = find(shop, "turbocharger")
    (hit,) = found.hits
    assert (hit.title, hit.kind_label) == ("Brackwater Ferries keeps its sailings", "Case study")
    assert [stage.slug for stage in hit.stages if stage.is_on] == ["consideration", "decision"]
    assert "turbocharger" in "".join(part.text for part in hit.snippet if part.is_match).lower()
    assert (hit.trust.owner, hit.trust.version, hit.has_document) == ("Marco Bellini", 1, True)
    assert hit.plate.blob is None
    assert hit.plate.lines
    assert found.total == 1


def test_facets_are_labelled_and_stages_keep_their_order(shop: Shop):
    facets = find(shop).facets
    assert [(row.label, row.count) for row in facets[Facet.STAGE]] == [
        ("Awareness", 3),
        ("Consideration", 3),
        ("Decision", 2),
    ]
    assert {row.label for row in facets[Facet.KIND]} >= {"Case studies", "Battlecards"}
    assert [(row.value, row.label) for row in facets[Facet.INDUSTRY]] == [
        ("food-and-drink", "Food and drink"),
        ("ports-and-terminals", "Ports and terminals"),
    ]


def test_a_chosen_value_that_finds_nothing_stays_to_be_taken_away(shop: Shop):
    found = find(shop, "turbocharger", filters={Facet.KIND: ["deck"]})
    assert found.total == 0
    assert [(row.value, row.count, row.is_chosen) for row in found.facets[Facet.KIND] if row.is_chosen] == [
        ("deck", 0, True)
    ]


@pytest.mark.parametrize(("member", "sees"), [(RITA, False), (MARCO, True), (LEO, True), (ADA, True), (NILS, False)])
def test_the_status_facet_is_for_those_who_may_see_others(shop: Shop, member: Member, sees: bool):
    assert (Facet.STATUS in find(shop, member=member).facets) is sees


def test_rep_finds_no_draft_whatever_she_asks(shop: Shop):
    for filters in ({}, {Facet.STATUS: ["draft"]}, {Facet.STATUS: ["draft", "published"]}):
        assert "next-season" not in slugs(find(shop, "Zugspitze", filters=filters))
    assert find(shop, "Zugspitz").did_you_mean is None


def test_marketer_finds_drafts_when_he_asks_for_them(shop: Shop):
    assert slugs(find(shop, "Zugspitze", member=MARCO)) == []
    assert slugs(find(shop, "Zugspitze", member=MARCO, filters={Facet.STATUS: ["draft"]})) == ["next-season"]


@pytest.mark.parametrize("member", [RITA, MARCO, LEO, ADA])
def test_what_expired_or_is_not_out_yet_is_found_by_nobody(shop: Shop, member: Member):
    found = find(shop, member=member)
    assert found.total == 6
    assert not {"old-mill-paper", "spring-offer"} & set(slugs(found))


@pytest.mark.parametrize("indexed", [True, False])
def test_a_person_without_roles_finds_nothing_and_counts_nothing(shop: Shop, indexed: bool):
    if not indexed:
        shop.lose_index()
    for text in ("", "sailings", "sailngs"):
        found = find(shop, text, member=NILS)
        assert (found.total, found.hits, found.did_you_mean) == (0, (), None)
        assert not any(found.facets.values())


def test_the_working_deal_ranks_its_stage_up_and_hides_nothing(shop: Shop):
    def ranked(deal: str | None) -> list[str]:
        with shop.library.read(shop.actor(RITA)) as reading:
            deal_id = deals.get_row(reading, deal).id if deal else None
            return slugs(search.find(reading, text="machine", deal_id=deal_id))

    plain, evaluating = ranked(None), ranked("K-1")
    assert set(plain) == set(evaluating)
    stages = {"round-at-a-glance", "brackwater-ferries"}
    assert sum(evaluating.index(slug) for slug in stages & set(plain)) <= sum(
        plain.index(slug) for slug in stages & set(plain)
    )


def test_an_explained_hit_says_that_it_fits_the_deal(shop: Shop):
    with shop.library.read(shop.actor(RITA)) as reading:
        deal_id = deals.get_row(reading, "K-1").id
        found = search.find(reading, text="round", deal_id=deal_id)
    hit = next(hit for hit in found.hits if hit.slug == "round-at-a-glance")
    assert sum(part.score for part in hit.why) == pytest.approx(hit.score, abs=0.01)
    assert len(hit.why) > len(next(h for h in find(shop, "round").hits if h.slug == "round-at-a-glance").why)


def test_what_was_hidden_a_moment_ago_is_not_shown_while_the_index_still_holds_it(shop: Shop):
    (shop.content / "case-study" / "brackwater-ferries.md").unlink()
    shop.sync()
    assert slugs(find(shop, "turbocharger")) == []


# Without an index


def test_without_an_index_the_database_answers_with_a_notice(shop: Shop):
    shop.lose_index()
    found = find(shop, "ferries sailings")
    assert (found.is_index_missing, slugs(found)) == (True, ["brackwater-ferries"])
    assert find(shop).total == 6


def test_without_an_index_filters_and_order_hold(shop: Shop):
    shop.lose_index()
    assert set(slugs(find(shop, filters={Facet.STAGE: ["decision"]}))) == {"brackwater-ferries", "order-form"}
    overdue = {"order-form", "against-gridlark", "round-at-a-glance"}
    assert set(slugs(find(shop, filters={Facet.FRESHNESS: ["review-due"]}))) == overdue
    assert slugs(find(shop, sort=Sort.TITLE))[:2] == ["first-note", "short-tour"]
    assert slugs(find(shop, member=MARCO, filters={Facet.STATUS: ["draft"]})) == ["next-season"]
    assert slugs(find(shop, filters={Facet.STATUS: ["draft"]})) == []


def test_without_an_index_pages_follow_one_another(shop: Shop):
    shop.lose_index()
    pages = [find(shop, limit=4, offset=offset) for offset in (0, 4)]
    assert [page.total for page in pages] == [6, 6]
    assert len(set(slugs(pages[0])) | set(slugs(pages[1]))) == 6


NASTY = (
    "",
    " ",
    "-",
    '"',
    "(((",
    "NOT OR x",
    "title:",
    "\\",
    "*",
    "a" * 5000,
    "مرحبا",
    "\0",
    "\ud800",
    "' OR 1=1 --",
    "🦆",
)


@pytest.mark.parametrize("indexed", [True, False])
def test_no_question_is_an_error(shop: Shop, indexed: bool):
    if not indexed:
        shop.lose_index()
    for text in NASTY:
        assert find(shop, text).total >= 0
        find(shop, text, filters={Facet.STAGE: ["nowhere", text]})


def test_the_operator_finds_what_is_published(shop: Shop):
    with shop.library.read(OPERATOR) as reading:
        assert search.find(reading).total == 6
