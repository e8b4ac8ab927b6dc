"""Counts are exact: what a facet promises is what choosing it gives, under every combination of filters."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentlib.domain.assets import AssetDates, AssetStatus, Audience, expires_within, is_review_due
from contentlib.domain.search import Facet, Freshness, IndexEntry, Sort, Visibility
from contentlib.search.answering import SearchIndex
from tests.integration.search.places import ENGINES
from tests.integration.search.shelf import EVERYONE, SHELF_ROWS, TODAY, ask, entry

COUNT = 120
WORDS = ("pump", "crane", "dairy")


def assorted() -> list[IndexEntry]:
    """Assets with every mixture of facets, the same every time."""
    chance = random.Random(20260316)

    def some(*values: str) -> tuple[str, ...]:
        return tuple(value for value in values if chance.random() < 0.4)

    def day(span: int) -> object:
        return chance.choice([None, TODAY + timedelta(days=chance.randint(-span, span))])

    return [
        replace(
            entry(SHELF_ROWS[0], number),
            slug=f"asset-{number}",
            title=" ".join(some(*WORDS)) or "nothing",
            summary="",
            company="",
            pages=(),
            labels=(),
            tags=(),
            kind=chance.choice(["deck", "case-study", "nda"]),
            kind_label="",
            stages=some("awareness", "decision", "onboarding"),
            industries=some("hospitals", "rail"),
            personas=some("finance", "it-and-security"),
            products=some("rounds", "signal"),
            regions=some("benelux", "dach"),
            language=chance.choice(["en", "en-GB", "de"]),
            status=chance.choice([*AssetStatus, AssetStatus.PUBLISHED, AssetStatus.PUBLISHED]),
            audience=chance.choice([*Audience]),
            publish_on=day(20),
            expires_on=day(40),
            review_by_on=day(40),
        )
        for number in range(1, COUNT + 1)
    ]


ENTRIES = assorted()


@pytest.fixture(scope="module", params=ENGINES)
def mixed(request, make_place) -> SearchIndex:
    """The assorted assets in several segments, with replaced and removed ones between."""
    index = make_place(request.param, "mixed").open()
    index.rebuild(ENTRIES[:50])
    index.apply([replace(one, title="to be replaced", kind="old-kind") for one in ENTRIES[40:80]])
    index.apply([replace(ENTRIES[0], asset_id=999)])
    index.apply(ENTRIES[40:], removed=[999])
    return index


def is_visible(one: IndexEntry, visibility: Visibility) -> bool:
    if one.status not in visibility.statuses or one.audience not in visibility.audiences:
        return False
    if one.status is not AssetStatus.PUBLISHED:
        return True
    begun = one.publish_on is None or one.publish_on <= visibility.on
    return begun and (one.expires_on is None or one.expires_on > visibility.on)


def values_of(one: IndexEntry, facet: Facet) -> set[str]:
    dates = AssetDates(expires_on=one.expires_on, review_by_on=one.review_by_on)
    freshness = {
        Freshness.VERIFIED: one.review_by_on is not None and not is_review_due(dates, TODAY),
        Freshness.REVIEW_DUE: is_review_due(dates, TODAY),
        Freshness.EXPIRING: expires_within(dates, TODAY) is not None,
    }
    held = {
        Facet.KIND: {one.kind}, Facet.STAGE: set(one.stages), Facet.INDUSTRY: set(one.industries),
        Facet.PERSONA: set(one.personas), Facet.PRODUCT: set(one.products), Facet.REGION: set(one.regions),
        Facet.LANGUAGE: {one.language}, Facet.AUDIENCE: {one.audience.value}, Facet.STATUS: {one.status.value},
        Facet.FRESHNESS: {state.value for state, applies in freshness.items() if applies},
    }  # fmt: skip
    return held[facet]


FILTERS = st.dictionaries(
    st.sampled_from(Facet),
    st.frozensets(
        st.sampled_from(["deck", "case-study", "decision", "awareness", "hospitals", "finance", "rounds", "dach", "en",
                         "en-GB", "internal", "external", "published", "draft", "verified", "review-due", "expiring",
                         "never-heard-of"]),
        max_size=3,
    ),
    max_size=4,
)  # fmt: skip


@settings(max_examples=75)
@given(
    word=st.sampled_from(["", *WORDS]),
    filters=FILTERS,
    statuses=st.frozensets(st.sampled_from(AssetStatus)),
    audiences=st.frozensets(st.sampled_from(Audience)),
)
def test_counts_are_those_of_a_plain_loop(mixed, word, filters, statuses, audiences):
    visibility = Visibility(statuses=statuses, audiences=audiences, on=TODAY)
    answer = mixed.answer(ask(word, visibility=visibility, filters=filters, limit=200))
    matched = [one for one in ENTRIES if is_visible(one, visibility) and word in one.title]

    def passes(one: IndexEntry, but: Facet | None = None) -> bool:
        return all(not names or facet is but or values_of(one, facet) & names for facet, names in filters.items())

    expected = {one.asset_id for one in matched if passes(one)}
    assert {hit.asset_id for hit in answer.hits} == expected
    assert answer.total == len(expected)
    for facet in Facet:
        counted = Counter(value for one in matched if passes(one, but=facet) for value in values_of(one, facet))
        assert {count.value: count.count for count in answer.facets[facet]} == counted, facet


def test_a_count_is_what_choosing_the_value_gives(mixed):
    for word in ("", "pump", "pump crane"):
        for facet, counts in mixed.answer(ask(word, visibility=EVERYONE)).facets.items():
            for one in counts:
                chosen = mixed.answer(ask(word, filters={facet: frozenset({one.value})}))
                assert chosen.total == one.count, (word, facet, one)


def test_values_come_most_frequent_first(mixed):
    counts = mixed.answer(ask("")).facets[Facet.KIND]
    assert [one.count for one in counts] == sorted((one.count for one in counts), reverse=True)
    assert all(one.count for one in counts)


def test_all_that_answers_is_listed_whatever_the_limit(mixed: SearchIndex):
    request = replace(ask("pump OR dairy", sort=Sort.NEWEST, limit=3), filters={Facet.KIND: frozenset({"deck"})})
    answer = mixed.answer(request)
    listed = mixed.list_ids(request)
    assert len(listed) == answer.total > len(answer.hits) == 3
    assert {hit.asset_id for hit in answer.hits} < set(listed)
    assert mixed.list_ids(replace(request, visibility=replace(EVERYONE, audiences=frozenset()))) == ()
