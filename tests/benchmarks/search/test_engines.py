"""Prints our search beside stock Whoosh, SQLite FTS5 and tantivy: how good the answers are, and what a page costs."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from statistics import median

import pytest

from contentlib.sandbox.parent import Sandbox
from contentlib.search import judging
from tests.benchmarks.search import corpus, engines
from tests.relevance.conftest import ROOT, entries_of

pytestmark = pytest.mark.skipif("BENCH_ASSETS" not in os.environ, reason="make bench measures; the suite does not")

ENGINES = {
    "ours": engines.Ours,
    "stock Whoosh": engines.StockWhoosh,
    "SQLite FTS5": engines.Fts5,
    "tantivy": engines.Tantivy,
}
ASSETS = int(os.environ.get("BENCH_ASSETS", "10000"))
QUESTIONS, FEW = 100, 15


def ways(name: str, engine: engines.Engine) -> Iterator[tuple[str, engines.Engine]]:
    """Give an engine, and where it asks for all words, itself again asking for any."""
    yield name, engine
    if isinstance(engine, engines.Fts5 | engines.Tantivy):
        yield f"{name}, any word", engines.AnyWord(engine)


def test_how_good_answers_are(tmp_path: Path, sandbox: Sandbox):
    files = (ROOT / "content" / judging.FILE_NAME, ROOT / "tests" / "relevance" / "collateral.toml")
    judged = [one for path in files for one in judging.read(path.read_text(encoding="utf-8"))]
    with entries_of(tmp_path / "library", sandbox, ROOT / "tests" / "data" / "collateral") as entries:
        slugs = {entry.asset_id: entry.slug for entry in entries}
        print(f"\n{len(judged)} judged questions, {len(entries)} assets")
        built = (ways(name, make(tmp_path / name, entries)) for name, make in ENGINES.items())
        for name, engine in chain.from_iterable(built):
            rows = []
            for one in judged:
                found = [slugs[asset_id] for asset_id in engine.page(one.query)]
                rows.append(judging.score(one, one.grades, found, len(found)))
            told = judging.Judgement(rows=tuple(rows))
            print(f"{name:21} nDCG@10 {told.ndcg:.3f}  MRR {told.mrr:.3f}  found nothing {told.zero_hits:.0%}")


def test_what_a_page_costs(tmp_path: Path):
    entries, asked = corpus.make(ASSETS), corpus.questions(QUESTIONS)
    costs: dict[str, tuple[float, float]] = {}
    print(f"\n{ASSETS} assets, {len(asked)} questions; CPU of a page with 20 snippets and 6 facets")
    for name, make in ENGINES.items():
        started = time.process_time()
        engine = make(tmp_path / name, entries)
        built = time.process_time() - started
        for called, way in ways(name, engine):
            # A page of stock Whoosh takes as long as dozens of others; a few tell enough.
            some = asked[:FEW] if name == "stock Whoosh" else asked
            cold = sorted(cost_of(way, text) for text in some)
            warm = sorted(cost_of(way, text) for text in some)
            costs[called] = median(warm), built
            print(
                f"{called:21} cold p50 {median(cold):7.2f} ms  warm p50 {median(warm):7.2f} ms  "
                f"p95 {warm[len(warm) * 95 // 100]:7.2f} ms  built in {built:6.1f} s",
                flush=True,
            )
    page, built = costs["ours"]
    for name, (other, other_built) in costs.items():
        print(f"ours / {name:21} page {page / other:6.2f}   build {built / other_built:6.2f}")


def cost_of(engine: engines.Engine, text: str) -> float:
    """Make a page; gives its milliseconds of CPU."""
    started = time.process_time()
    engine.page(text)
    return (time.process_time() - started) * 1000
