"""Prints the index in tables of PostgreSQL beside the one in files, and beside PostgreSQL's own full text."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

import pytest
import sqlalchemy as sa

from contentlib.domain.search import IndexEntry, SearchRequest
from contentlib.sandbox.parent import Sandbox
from contentlib.search import judging
from contentlib.search.answering import SearchIndex
from tests.benchmarks.search import corpus
from tests.benchmarks.search.engines import EVERYONE, PAGE, facets_of, text_of
from tests.integration.search.places import FolderPlace, TablesPlace, database_for_indexes
from tests.relevance.conftest import ROOT, entries_of

pytestmark = pytest.mark.skipif("BENCH_ASSETS" not in os.environ, reason="make bench measures; the suite does not")

ASSETS = int(os.environ.get("BENCH_ASSETS", "10000"))
QUESTIONS = 100


class FullText:
    """PostgreSQL's own full text: weighed vectors with an index, ts_rank, ts_headline, facets by GROUP BY."""

    def __init__(self, place: TablesPlace, entries: Sequence[IndexEntry], *, any_word: bool) -> None:
        self._engine = place.engine
        self._between = " | " if any_word else " & "
        with self._engine.connect() as connection:
            connection.exec_driver_sql(
                "CREATE TABLE piece (id int PRIMARY KEY, body text, words tsvector);"
                "CREATE TABLE facet (piece int, name text, value text, PRIMARY KEY (piece, name, value))"
            )
            vector = " || ".join(
                f"setweight(to_tsvector('english', :{name}), '{weight}')"
                for name, weight in zip(("title", "summary", "labels", "body"), "ABCD", strict=True)
            )
            connection.execute(
                sa.text(f"INSERT INTO piece VALUES (:id, :body, {vector})"),
                [{"id": entry.asset_id, **text_of(entry)} for entry in entries],
            )
            connection.execute(
                sa.text("INSERT INTO facet VALUES (:id, :name, :value)"),
                [
                    {"id": entry.asset_id, "name": name, "value": value}
                    for entry in entries
                    for name, values in facets_of(entry).items()
                    for value in dict.fromkeys(values)
                ],
            )
            connection.exec_driver_sql("CREATE INDEX ON piece USING gin (words); ANALYZE")

    def page(self, text: str) -> list[int]:
        asked = self._between.join("".join(char if char.isalnum() else " " for char in text).split())
        query = {"asked": asked, "page": PAGE}
        with self._engine.connect() as connection:
            hits = connection.execute(
                sa.text(
                    "SELECT id, ts_headline('english', body, to_tsquery('english', :asked)) FROM (SELECT * FROM piece "
                    "WHERE words @@ to_tsquery('english', :asked) "
                    "ORDER BY ts_rank(words, to_tsquery('english', :asked)) DESC, id LIMIT :page) AS found"
                ),
                query,
            ).all()
            connection.execute(
                sa.text(
                    "SELECT name, value, count(*) FROM facet JOIN piece ON piece.id = piece "
                    "WHERE words @@ to_tsquery('english', :asked) GROUP BY name, value"
                ),
                query,
            ).all()
        return [row[0] for row in hits]


def page_of(index: SearchIndex) -> Callable[[str], list[int]]:
    def page(text: str) -> list[int]:
        answer = index.answer(SearchRequest(text=text, visibility=EVERYONE, limit=PAGE))
        return [hit.asset_id for hit in answer.hits]

    return page


def engines(
    folder: Path, indexes: TablesPlace, entries: Sequence[IndexEntry]
) -> Iterator[tuple[str, Callable[[str], list[int]], float]]:
    """Build each engine; gives its name, what makes a page, and the seconds that it took to build."""
    for name, place in (("ours, in files", FolderPlace(folder)), ("ours, in PostgreSQL", indexes.make("ours"))):
        started = time.perf_counter()
        place.open().rebuild(entries)
        built = time.perf_counter() - started
        # Opened anew, as by another server.
        yield name, page_of(place.open()), built
    for name, any_word in (("its full text", False), ("its full text, any word", True)):
        started = time.perf_counter()
        full_text = FullText(indexes.make("own"), entries, any_word=any_word)
        yield name, full_text.page, time.perf_counter() - started


@pytest.fixture
def indexes(postgresql_server: str) -> Iterator[TablesPlace]:
    with database_for_indexes(postgresql_server) as place:
        yield place


def test_how_good_answers_are(tmp_path: Path, sandbox: Sandbox, indexes: TablesPlace):
    files = (ROOT / "content" / judging.FILE_NAME, ROOT / "tests" / "relevance" / "collateral.toml")
    judged = [one for path in files for one in judging.read(path.read_text(encoding="utf-8"))]
    with entries_of(tmp_path / "library", sandbox, ROOT / "tests" / "data" / "collateral") as entries:
        slugs = {entry.asset_id: entry.slug for entry in entries}
        print(f"\n{len(judged)} judged questions, {len(entries)} assets")
        for name, page, _ in engines(tmp_path / "index", indexes, entries):
            found = [(one, [slugs[asset_id] for asset_id in page(one.query)]) for one in judged]
            told = judging.Judgement(rows=tuple(judging.score(one, one.grades, hits, len(hits)) for one, hits in found))
            print(f"{name:23} nDCG@10 {told.ndcg:.3f}  MRR {told.mrr:.3f}  found nothing {told.zero_hits:.0%}")


def test_what_a_page_costs(tmp_path: Path, indexes: TablesPlace):
    entries, asked = corpus.make(ASSETS), corpus.questions(QUESTIONS)
    print(f"\n{ASSETS} assets, {len(asked)} questions; a page with 20 snippets and all facets, by the clock")
    for name, page, built in engines(tmp_path / "index", indexes, entries):
        first, cold, warm = elapsed(page, "pump"), [elapsed(page, text) for text in asked], []
        for _ in range(3):
            warm.append([elapsed(page, text) for text in asked])
        best = sorted(map(min, zip(*warm, strict=True)))
        cold.sort()
        print(
            f"{name:23} opened in {first:7.1f} ms  cold p50 {median(cold):6.2f} p95 {cold[95]:6.2f} ms  "
            f"warm p50 {median(best):6.2f} p95 {best[95]:6.2f} ms  built in {built:5.1f} s",
            flush=True,
        )


def elapsed(page: Callable[[str], list[int]], text: str) -> float:
    started = time.perf_counter()
    page(text)
    return (time.perf_counter() - started) * 1000
