"""The index in tables of PostgreSQL: as the one in files to the last digit, whole or said to be damaged, never half."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from contentlib.domain.errors import IndexUnavailableError
from contentlib.domain.search import Sort
from contentlib.search import postgresql, schema, term_blocks
from contentlib.search.index import WhooshIndex
from contentlib.search.postgresql import PostgresIndex
from tests.integration.search.places import ELSEWHERE, TablesPlace, find
from tests.integration.search.questions import questions
from tests.integration.search.shelf import KESTERVALE, ORRIN, ask, found, shelf
from tests.integration.search.test_scores import make


@pytest.fixture
def place(emptied: TablesPlace) -> TablesPlace:
    """Tables of one's own that hold no index yet."""
    return emptied.empty()


def execute(place: TablesPlace, statement: str) -> None:
    with place.engine.connect() as connection:
        assert connection.execute(sa.text(statement)).rowcount


def test_both_engines_give_the_same_answers_scores_and_reasons(place, tmp_path, monkeypatch):
    monkeypatch.setattr(term_blocks, "BLOCK", 40)
    ours, theirs = place.open(), WhooshIndex(tmp_path)
    whole = shelf()
    for index in (ours, theirs):
        index.rebuild(whole[:25])
        index.apply([replace(one, title=f"{one.title} again") for one in whole[20:]], removed=[3])
        index.apply([make(77, "pump pump crane", "night calls", "audit " * 300)])
    asked = [ask(text, limit=40) for text in ("pump failures", '"night calls"', "hospitl complience", "sec*", "audit")]
    for request in (*asked, *questions(80, seed=5)):
        answer, expected = ours.answer(request), theirs.answer(request)
        assert replace(answer, token="", hits=()) == replace(expected, token="", hits=()), request.text
        # Rare words weigh by all documents of their segments, and the engines merge at other moments.
        assert [replace(hit, score=0, why=()) for hit in answer.hits] == [
            replace(hit, score=0, why=()) for hit in expected.hits
        ], request.text
        assert [hit.score for hit in answer.hits] == pytest.approx([hit.score for hit in expected.hits])


TERMS = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=4), max_size=30)


@settings(max_examples=20)
@given(st.lists(TERMS, min_size=1, max_size=8), st.integers(1, 40))
def test_what_is_packed_is_read_back(texts, size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(term_blocks, "BLOCK", size)
        written = term_blocks.write(
            term_blocks.entries.to_document(make(number, "", "", " ".join(text))) for number, text in enumerate(texts)
        )
    inversion = term_blocks.Inversion()
    for number, text in enumerate(texts):
        document = term_blocks.entries.to_document(make(number, "", "", " ".join(text)))
        inversion.add(document.texts, document.language)
    expected = dict(inversion.fields())["body"]
    read = []
    for block in written.blocks["body"]:
        opened = term_blocks.PostingBlock(block.terms, block.postings)
        assert opened.terms[0] == block.first
        for at, term in enumerate(opened.terms):
            held, places = opened.postings(at), opened.positions(at, block.places)
            assert places.counts.tolist() == held.frequencies.tolist()
            read.append((term, held.docs.tolist(), held.frequencies.tolist(), places.places.tolist()))
            assert opened.find(term) == at
    assert [term for term, *_ in read] == list(expected.terms)
    assert [doc for _, docs, *_ in read for doc in docs] == expected.docs.tolist()
    assert [count for _, _, counts, _ in read for count in counts] == expected.counts.tolist()
    assert [one for *_, places in read for one in places] == expected.places.tolist()
    assert term_blocks.read_lengths(written.lengths, len(texts)).keys() == set(schema.PLACES)


def test_an_index_that_was_never_built_says_so_and_takes_no_batch(place):
    index = place.open()
    assert "not been built" in index.status().problem
    for deed in (lambda: index.answer(ask("dairy")), index.held, lambda: index.apply([ORRIN])):
        with pytest.raises(IndexUnavailableError):
            deed()
    assert not index.status().is_ready


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM search_document WHERE number = 3",
        "UPDATE search_document SET facts = '[1]' WHERE number = 3",
        "UPDATE search_segment SET lengths = substr(lengths, 1, 7)",
        "DELETE FROM search_index",
    ],
)
def test_damage_is_told_and_a_rebuild_heals_it(place, damage):
    place.open().rebuild(shelf())
    execute(place, damage)
    index = place.open()
    assert not index.status().is_ready
    with pytest.raises(IndexUnavailableError):
        index.apply([ORRIN])
    index.rebuild(shelf())
    assert found(index, "dairy")


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM search_block WHERE field = 'body'",
        "UPDATE search_block SET postings = substr(postings, 1, length(postings) - 9)",
        "UPDATE search_block SET terms = set_byte(terms, 20, 255 - get_byte(terms, 20))",
        "UPDATE search_document SET texts = '{'",
    ],
)
def test_damage_that_only_a_question_comes_upon_is_told_afterwards(place, damage):
    index = place.open()
    index.rebuild(shelf())
    assert index.status().is_ready
    execute(place, damage)
    with pytest.raises(IndexUnavailableError):
        index.answer(ask("dairy OR water OR uptime", limit=200))
    assert not index.status().is_ready
    index.rebuild(shelf())
    assert found(index, "dairy")


def test_an_index_of_another_format_is_built_anew(place, index, monkeypatch):
    index.apply([ORRIN])
    monkeypatch.setattr(schema, "FORMAT", schema.FORMAT + 1)
    assert "another version" in (place.open().status().problem or "")
    before = index._opened.generation
    index.rebuild([KESTERVALE])
    assert index.status().generation > before
    assert found(index) == [2]


def test_a_commit_that_fails_half_way_leaves_the_index_as_it_was(index, monkeypatch):
    index.apply([ORRIN])
    monkeypatch.setattr(PostgresIndex, "_crowded", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        index.apply([KESTERVALE], removed=[1])
    monkeypatch.undo()
    assert found(index) == [1]


def test_what_was_replaced_goes_in_time_and_who_turns_the_page_then_gets_the_newest(place, index, monkeypatch):
    index.apply([replace(ORRIN, asset_id=number) for number in range(1, 9)])
    first = index.answer(ask(sort=Sort.NEWEST, limit=4))
    index.rebuild([replace(ORRIN, asset_id=number) for number in range(11, 19)])
    following = replace(ask(sort=Sort.NEWEST, limit=4, offset=4), token=first.token)
    assert {hit.asset_id for hit in index.answer(following).hits} <= set(range(1, 9))
    monkeypatch.setattr(postgresql, "KEPT", timedelta(0))
    index.apply([replace(ORRIN, asset_id=19)])
    index._held[first.token][1].snapshot._texts.clear()
    assert {hit.asset_id for hit in index.answer(following).hits} <= set(range(11, 20))
    assert index.status().is_ready


def test_a_server_that_was_restarted_is_asked_again(place, index):
    index.apply([ORRIN])
    elsewhere = find(place.address)
    reader = elsewhere.open()
    assert found(reader) == [1]
    lost = sa.text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{ELSEWHERE}'")
    with place.engine.connect() as connection:
        assert connection.scalar(lost)
    assert found(reader) == [1]
    elsewhere.engine.dispose()
