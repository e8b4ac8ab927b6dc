"""What the index offers beyond words: dates, orders by use, pages that hold, meaning, completions, other languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from contentlib.domain.search import CompletionKind, CompletionRequest, Facet, Figures, PageText, Sort
from contentlib.search import tuning
from tests.integration.search.shelf import EVERYONE, SEES_NOTHING, SHELF_ROWS, ask, entry

ORRIN = entry(SHELF_ROWS[0], 1)


def changed_on(number: int, day: str, **changes: object):
    moment = datetime.fromisoformat(day).replace(hour=23, minute=59, tzinfo=UTC)
    return replace(ORRIN, asset_id=number, updated_at=moment.timestamp(), **changes)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("updated:2026-01..2026-03", {2, 3}),
        ("updated:2026-01", {2}),
        ("updated:2026-03-31", {3}),
        ("updated:2026", {2, 3, 4}),
        ("updated:2026-03..", {3, 4}),
        ("after:2026-03-31 dairy", {3, 4}),
        ("before:2026-01", {1}),
        ("dairy -updated:2026", {1}),
        ("updated:1999", set()),
    ],
)
def test_assets_are_found_by_when_they_changed(index, asked, expected):
    days = ("2025-12-31", "2026-01-31", "2026-03-31", "2026-04-01")
    index.apply([changed_on(number, day) for number, day in enumerate(days, 1)])
    assert {hit.asset_id for hit in index.answer(ask(asked)).hits} == expected


def test_the_most_used_come_first_and_what_helps_close_ranks_a_little_higher(index):
    index.apply([changed_on(number, "2026-01-01") for number in (1, 2, 3)])
    assert not index.figures_known
    index.use_figures({2: Figures(uses=9), 3: Figures(uses=40, lift=-0.2), 1: Figures(lift=0.05), 99: Figures(uses=7)})
    assert [hit.asset_id for hit in index.answer(ask("dairy", sort=Sort.MOST_USED)).hits] == [3, 2, 1]
    best = index.answer(ask("dairy")).hits
    assert {hit.asset_id: {part.where for part in hit.why} & {"usage", "usage-to-close"} for hit in best} == {
        1: {"usage-to-close"}, 2: {"usage"}, 3: {"usage", "usage-to-close"},
    }  # fmt: skip
    for hit in best:
        assert sum(part.score for part in hit.why) == pytest.approx(hit.score)


def test_the_longest_vouched_for_come_first(index):
    until = {1: date(2026, 4, 1), 2: None, 3: date(2027, 1, 1), 4: date(2025, 1, 1)}
    index.apply([changed_on(number, "2026-01-01", review_by_on=day) for number, day in until.items()])
    assert [hit.asset_id for hit in index.answer(ask(sort=Sort.VERIFIED)).hits] == [3, 1, 2, 4]


def test_the_next_page_continues_the_first_while_the_library_changes(index):
    index.apply([changed_on(number, f"2026-01-{number:02}") for number in range(1, 10)])
    first = index.answer(ask(sort=Sort.NEWEST, limit=4))
    index.apply([changed_on(10, "2026-02-01")], removed=[7])
    index.rebuild([changed_on(11, "2026-02-01")])
    rest = index.answer(replace(ask(sort=Sort.NEWEST, limit=9, offset=4), token=first.token))
    assert [hit.asset_id for hit in (*first.hits, *rest.hits)] == [*range(9, 0, -1)]
    assert [hit.asset_id for hit in index.answer(ask(sort=Sort.NEWEST)).hits] == [11]
    unknown = replace(ask(), token="never heard of")
    assert index.answer(unknown).total == 1


def test_where_filters_leave_nothing_it_is_told_which_to_drop(library):
    asked = ask("dairy", filters={Facet.KIND: frozenset({"nda"}), Facet.STAGE: frozenset({"decision"})})
    answer = library.answer(asked)
    assert answer.total == 0
    for facet, count in answer.without.items():
        kept = {other: names for other, names in asked.filters.items() if other is not facet}
        assert library.answer(replace(asked, filters=kept)).total == count > 0
    assert Facet.KIND in answer.without


def test_a_candidate_tuning_is_tried_for_one_answer(library):
    silent = tuning.parse("[finds]\nsynonym = 0\n[synonyms]\ngroups = []\n")
    assert library.answer(ask("poc")).total > library.answer(ask("poc"), tuning=silent).total


COMPLETED = [
    ("orr", {"Orrin Dairy", "Orrin Dairy halves its unplanned stops"}),
    ("dairy orrin unpl", {"Orrin Dairy halves its unplanned stops"}),
    ("kestrevale", {"Kestervale Water", "Kestervale Water sees pump failures coming"}),
    ("offl", {"Offline use"}),
    ("zzz", set()),
    ("", set()),
]


@pytest.mark.parametrize(("typed", "expected"), COMPLETED)
def test_what_is_typed_may_become(library, typed, expected):
    found = library.complete(CompletionRequest(text=typed, visibility=EVERYONE))
    assert expected <= {one.text for one in found}
    assert bool(found) is bool(expected)
    for one in found:
        assert "".join(fragment.text for fragment in one.fragments) == one.text
        assert (one.asset_id is not None) is (one.kind is CompletionKind.ASSET)


def test_own_searches_are_offered_first_and_nothing_that_may_not_be_seen(library):
    asked = CompletionRequest(text="pump", visibility=EVERYONE, recent=("pump stops", "night calls", "pump stops"))
    found = library.complete(asked)
    assert (found[0].kind, found[0].text) == (CompletionKind.RECENT, "pump stops")
    assert [one.text for one in found].count("pump stops") == 1
    assert library.complete(replace(asked, visibility=SEES_NOTHING)) == ()


@pytest.mark.parametrize(
    ("language", "text", "asked"),
    [
        ("fr", "Les pannes des réseaux ont été évitées.", ("panne", "RESEAU", "réseaux")),
        ("es", "Las averías de las bombas bajaron.", ("averia", "bomba", "AVERÍAS")),
        ("pt", "As manutenções nos hospitais.", ("manutenção", "hospital", "manutencoes")),
        ("it", "I guasti delle pompe negli ospedali.", ("guasto", "pompa", "ospedale")),
        ("nl", "De huizen en bedrijven zonder storingen.", ("huis", "bedrijf", "storing")),
        (
            "de",
            "Die Störungen in neuen Krankenhäusern, sagt der Instandhaltungsleiter.",
            ("Störung", "stoerungen", "STOERUNG", "krankenhaeuser", "neue", "Instandhaltung"),
        ),
    ],
)
def test_each_language_folds_its_own_endings(index, language, text, asked):
    foreign = replace(
        ORRIN, asset_id=2, language=language, title="X", summary="", pages=(PageText(number=1, title="", text=text),)
    )
    index.rebuild([entry(SHELF_ROWS[1], 1), foreign])
    for question in asked:
        assert 2 in {hit.asset_id for hit in index.answer(ask(question)).hits}, question


def test_words_are_found_joined_parted_and_misspelt(index):
    rows = {1: "The datasheet of the pump", 2: "A data sheet of the crane", 3: "Write an e-mail", 4: "Write an email"}
    index.apply(
        [
            replace(ORRIN, asset_id=number, title=title, company="", summary="", labels=(), tags=(), pages=())
            for number, title in rows.items()
        ]
    )
    for asked, expected in (
        ("datasheet", {1, 2}), ("data sheet", {1, 2}), ("data-sheet", {1, 2}), ("email", {3, 4}), ("e-mail", {3, 4}),
        ("e mail", {3, 4}), ("crane datashet", {2}),
    ):  # fmt: skip
        found = index.answer(ask(asked)).hits
        assert expected <= {hit.asset_id for hit in found if not hit.missing}, asked
    misspelt = index.answer(ask("crane wriet email"))
    assert misspelt.did_you_mean == "crane write email"
    assert "wriet \u2248 write" in {part.what for hit in misspelt.hits for part in hit.why}
