"""What a person may not see is not returned, not counted, not suggested and not hinted at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from contentlib.domain.assets import AssetDates, AssetStatus, Audience, is_live
from contentlib.domain.search import CompletionRequest, Facet, SearchAnswer, Sort, Visibility
from contentlib.search.answering import SearchIndex
from tests.integration.search.places import ENGINES
from tests.integration.search.shelf import EVERYONE, SEES_ALL, SEES_NOTHING, SHELF_ROWS, TODAY, ask, entry, shelf
from tests.unit.search.nasties import NASTIES

NOTHING = SearchAnswer(total=0, hits=(), facets=dict.fromkeys(Facet, ()))

SECRET = replace(
    entry(SHELF_ROWS[0], 900), title="Project Wolverine zirconium", summary="Unheard-of zirconiumplating for a dary",
    tags=("hush",), industries=("asteroid-mining",), pages=(), company="Wolverine", labels=("Hush",),
)  # fmt: skip


@pytest.mark.parametrize(
    "visibility",
    [
        SEES_NOTHING,
        replace(EVERYONE, statuses=frozenset()),
        replace(EVERYONE, audiences=frozenset()),
        replace(SEES_NOTHING, statuses=frozenset({AssetStatus.DRAFT}), audiences=frozenset(Audience)),
    ],
    ids=["nothing", "no status", "no audience", "drafts, of which there are none"],
)
@pytest.mark.parametrize("text", ["", "dairy", "dary", "kind:deck", "-dairy", '"pump failures"', "pum*"])
def test_a_person_who_may_see_nothing_is_told_nothing(library, visibility, text):
    for sort in Sort:
        assert library.answer(ask(text, visibility=visibility, sort=sort)) == NOTHING
    assert library.complete(CompletionRequest(text=text or "d", visibility=visibility)) == ()


def test_a_person_who_may_see_nothing_is_told_nothing_under_any_question(library):
    for text in NASTIES:
        answer = library.answer(ask(text, visibility=SEES_NOTHING, filters={Facet.KIND: frozenset({"deck"})}))
        assert replace(answer, ignored_words=()) == NOTHING


HIDING = {
    "draft": {"status": AssetStatus.DRAFT},
    "in review": {"status": AssetStatus.IN_REVIEW},
    "archived": {"status": AssetStatus.ARCHIVED},
    "not yet": {"publish_on": TODAY + timedelta(days=1)},
    "expired today": {"expires_on": TODAY},
    "expired long ago": {"expires_on": date(2020, 1, 1)},
    "internal": {"audience": Audience.INTERNAL},
}
OUTSIDE = Visibility(statuses=frozenset({AssetStatus.PUBLISHED}), audiences=frozenset({Audience.EXTERNAL}), on=TODAY)


@pytest.mark.parametrize(
    ("library", "place", "changes"),
    [
        pytest.param(engine, engine, changes, id=f"{engine}-{name}")
        for engine in ENGINES
        for name, changes in HIDING.items()
        # Of tables are asked one that hides by its status, one by a date, one by its audience: the rest is the same.
        if engine == "whoosh" or name in {"draft", "expired today", "internal"}
    ],
    indirect=["library", "place"],
)
def test_nothing_hints_at_a_hidden_asset(library, index, changes):
    without, with_it = library, index
    with_it.rebuild([*shelf(), replace(SECRET, **changes)])
    questions = ["", "zirconium", "zirconum", "wolverine", "zirconiumplatin", "zirc*", '"project wolverine"',
                 "title:wolverine", "tag:hush", "industry:asteroid-mining", "project dairy", "-zirconium", "dary",
                 "zirconium dairy brewery", "dary pump failures"]  # fmt: skip
    for text in questions:
        for sort in (Sort.RELEVANCE, Sort.MOST_USED):
            answered = with_it.answer(ask(text, visibility=OUTSIDE, sort=sort, limit=200))
            assert bare(answered) == told_without(without, text, sort), (text, sort)
    filtered = ask("", visibility=OUTSIDE, filters={Facet.INDUSTRY: frozenset({"asteroid-mining"})})
    assert with_it.answer(filtered).total == 0


@cache
def told_without(library: SearchIndex, text: str, sort: Sort) -> tuple[object, ...]:
    """Everything that the library, which nobody writes to, tells of a question."""
    return bare(library.answer(ask(text, visibility=OUTSIDE, sort=sort, limit=200)))


def bare(answer: SearchAnswer) -> tuple[object, ...]:
    """Everything an answer tells but the scores: how rare a word is counts hidden assets, faintly, as in any engine."""
    hits = [(hit.asset_id, hit.snippet, hit.page, hit.missing) for hit in answer.hits]
    facets = dict(answer.facets)
    return (answer.total, sorted(hits, key=lambda hit: hit[0]), facets, answer.did_you_mean, answer.is_corrected,
            answer.relaxed, answer.ignored_words)  # fmt: skip


@pytest.mark.parametrize("changes", HIDING.values(), ids=HIDING)
def test_who_may_see_it_finds_it(index, changes):
    hidden = replace(SECRET, **changes)
    index.apply([hidden])
    dates = AssetDates(publish_on=hidden.publish_on, expires_on=hidden.expires_on)
    is_over = hidden.status is AssetStatus.PUBLISHED and not is_live(hidden.status, dates, TODAY)
    assert index.answer(ask("zirconium", visibility=SEES_ALL)).total == (0 if is_over else 1)
    # On a day when it is out, everyone sees it.
    day = {"not yet": TODAY + timedelta(days=1), "expired today": TODAY - timedelta(days=1)}
    for name, on in day.items():
        if changes is HIDING[name]:
            assert index.answer(ask("zirconium", visibility=replace(EVERYONE, on=on))).total == 1


DATES = [None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)]


def test_visibility_by_day_agrees_with_the_rules_of_the_trade(index):
    entries = [
        entry(SHELF_ROWS[0], number, status=status, publish_on=publish_on, expires_on=expires_on)
        for number, (status, publish_on, expires_on) in enumerate(
            ((status, begin, end) for status in AssetStatus for begin in DATES for end in DATES), 1
        )
    ]
    index.apply(entries)
    for on in (TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)):
        found = index.answer(ask("", visibility=replace(EVERYONE, on=on), limit=200)).hits
        assert {hit.asset_id for hit in found} == {
            one.asset_id
            for one in entries
            if is_live(one.status, AssetDates(publish_on=one.publish_on, expires_on=one.expires_on), on)
        }


def test_a_rep_finds_no_drafts_and_a_marketer_does(index):
    index.apply([entry(SHELF_ROWS[0], 1), entry(SHELF_ROWS[0], 2, status=AssetStatus.DRAFT)])
    assert [hit.asset_id for hit in index.answer(ask("dairy")).hits] == [1]
    assert {hit.asset_id for hit in index.answer(ask("dairy", visibility=SEES_ALL)).hits} == {1, 2}


def test_only_words_of_visible_assets_are_offered(index):
    index.apply([entry(SHELF_ROWS[0], 1), replace(SECRET, audience=Audience.INTERNAL)])
    assert index.answer(ask("zirconum", visibility=OUTSIDE)).did_you_mean is None
    assert index.answer(ask("zirconum")).did_you_mean == "zirconium"
