"""The scores are BM25F: on any index, with deletions and several segments, they equal Whoosh's own."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query, scoring
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from contentlib.domain.search import PageText
from contentlib.search import folders as index_module
from contentlib.search import matching, queries, schema, snapshots, tuning
from contentlib.search.index import WhooshIndex
from tests.integration.search.shelf import SHELF_ROWS, entry

VOCABULARY = ("pump", "crane", "dairi", "audit", "night", "call", "zebra")
TEXT = st.lists(st.sampled_from(VOCABULARY), max_size=12).map(" ".join)
ASSET = st.tuples(st.integers(1, 12), TEXT, TEXT, TEXT)
BATCH = st.lists(ASSET, max_size=6)


def make(number: int, title: str, summary: str, body: str):
    return replace(
        entry(SHELF_ROWS[0], number), title=title, summary=summary, company="", labels=(), tags=(),
        pages=(PageText(number=1, title="", text=body),),
    )  # fmt: skip


def whoosh_scores(folder: Path, wanted: list[query.Query]) -> dict[int, float]:
    """Ask Whoosh itself, document by document number."""
    (generation,) = folder.glob("generation-*")
    index = FileIndex(FileStorage(str(generation)), schema=schema.build(), indexname=index_module.NAME)
    with index.searcher(weighting=scoring.BM25F(B=snapshots.B, K1=snapshots.K1)) as searcher:
        return {hit.docnum: hit.score for hit in searcher.search(query.Or(wanted), limit=None, optimize=False)}


def our_scores(index: WhooshIndex, text: str) -> dict[int, float]:
    snapshot = index._snapshot()
    matcher = matching.Matcher(snapshot, tuning.shipped())
    found = [matcher.find(clause) for clause in queries.parse(text).clauses]
    total = sum(one.scores for one in found)
    return {doc: float(total[doc]) for doc in range(snapshot.size) if total[doc]}


@settings(max_examples=25)
@given(
    first=st.lists(ASSET, max_size=12),
    batches=st.lists(st.tuples(BATCH, st.lists(st.integers(1, 12), max_size=4)), max_size=4),
    asked=st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3, unique=True),
)
def test_scores_equal_those_of_whoosh(first, batches, asked):
    with tempfile.TemporaryDirectory() as folder:
        index = WhooshIndex(Path(folder))
        index.rebuild(make(*one) for one in first)
        for changed, removed in batches:
            index.apply([make(*one) for one in changed], removed)
        boosted = [
            query.Term(name, word, boost=boost) for word in asked for name, boost in tuning.shipped().places.items()
        ]
        assert our_scores(index, " ".join(asked)) == pytest.approx(whoosh_scores(Path(folder), boosted), rel=1e-6)


@pytest.mark.parametrize("library", ["whoosh"], indirect=True)
def test_a_phrase_is_found_where_whoosh_finds_it(library):
    (generation,) = Path(library._folder).glob("generation-*")
    index = FileIndex(FileStorage(str(generation)), schema=schema.build(), indexname=index_module.NAME)
    for field, words in (("body", ["night", "shift"]), ("title", ["pump", "failur"]), ("body", ["shift", "night"])):
        with index.searcher() as searcher:
            expected = {hit.docnum for hit in searcher.search(query.Phrase(field, words), limit=None)}
        phrase = queries.InField(field, queries.Phrase(tuple(queries.Term(word, 0, 0) for word in words)))
        found = matching.Matcher(library._snapshot(), tuning.shipped()).find(phrase).docs
        assert set(found.nonzero()[0].tolist()) == expected, words
