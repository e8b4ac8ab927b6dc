"""Prints what meaning adds to words on the judged questions, and what it costs, where the extra is installed."""

from __future__ import annotations

import os
import time
import tracemalloc
from pathlib import Path

import pytest

from contentlib.domain.search import SearchRequest
from contentlib.sandbox.parent import Sandbox
from contentlib.search import judging, sentences
from contentlib.search.index import WhooshIndex
from contentlib.search.meaning import Meanings, pack, texts_of
from tests.benchmarks.search import corpus, engines
from tests.relevance import known_item
from tests.relevance.conftest import EVERYONE, ROOT, entries_of

pytestmark = pytest.mark.skipif("BENCH_ASSETS" not in os.environ, reason="make bench measures; the suite does not")


def test_what_meaning_adds(tmp_path: Path, sandbox: Sandbox):
    model = sentences.find()
    if model is None:
        pytest.skip("the extra contentlib[semantic] is not installed")
    files = (ROOT / "content" / judging.FILE_NAME, ROOT / "tests" / "relevance" / "collateral.toml")
    judged = [one for path in files for one in judging.read(path.read_text(encoding="utf-8"))]
    with entries_of(tmp_path / "library", sandbox, ROOT / "tests" / "data" / "collateral") as entries:
        pass
    ids, index, held = {entry.slug: entry.asset_id for entry in entries}, WhooshIndex(tmp_path / "index"), {}
    index.rebuild(entries)
    started = time.process_time()
    for entry in entries:
        told = texts_of(entry)
        vectors = model.encode(list(told.values()))
        held[entry.version_id] = pack(entry.version_id, "", tuple(told), vectors)
    count = sum(len(one.pages) for one in held.values())
    cost = (time.process_time() - started) / count
    print(f"\n{len(judged)} judged questions, {len(entries)} assets, {count} vectors, {cost * 1000:.0f} ms of CPU each")
    found = {}
    for name, meanings in (("words", None), ("words and meaning", Meanings(model, held))):
        index.use_meanings(meanings)
        started = time.process_time()
        found[name] = told_by = judging.judge(index, judged, ids, EVERYONE)
        cost = (time.process_time() - started) / len(judged)
        unseen = known_item.share([row.ndcg for row in told_by.rows if known_item.is_held_out(row.query)])
        print(
            f"{name:18} nDCG@10 {told_by.ndcg:.3f} ({unseen:.3f} where no weight was chosen)  MRR {told_by.mrr:.3f}  "
            f"found nothing {told_by.zero_hits:.0%}  {cost * 1000:.1f} ms of CPU a question"
        )
    gains = [
        after.ndcg - before.ndcg
        for before, after in zip(found["words"].rows, found["words and meaning"].rows, strict=True)
    ]
    better, worse = (sum(gain * sign >= judging.SAME for gain in gains) for sign in (1, -1))
    print(f"answered better: {better}, worse: {worse}")
    assert found["words and meaning"].ndcg >= found["words"].ndcg


def test_what_meaning_costs_in_a_large_library(tmp_path: Path):
    """Vectors are made up here, for they cost the same whatever they say; six pages and the whole of each asset."""
    import numpy as np  # after contentlib, which keeps it to one core

    model = sentences.find()
    if model is None:
        pytest.skip("the extra contentlib[semantic] is not installed")
    count = int(os.environ["BENCH_ASSETS"])
    index, chance = WhooshIndex(tmp_path / "index"), np.random.default_rng(1)
    index.rebuild(corpus.make(count))
    requests = [
        SearchRequest(text=text, visibility=engines.EVERYONE, limit=engines.PAGE)
        for text in corpus.questions(100, seed=5)
    ]

    def cost() -> float:
        began = time.process_time()
        for request in requests:
            index.answer(request)
        return (time.process_time() - began) / len(requests) * 1000

    cost()
    by_words = cost()
    held = {}
    for version in range(1, count + 1):
        vectors = chance.standard_normal((7, sentences.DIMENSIONS), dtype=np.float32)
        held[version] = pack(version, "", range(7), vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    tracemalloc.start()
    index.use_meanings(Meanings(model, held))
    size = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    stored = count * 7 * sentences.DIMENSIONS * 2 / 2**20
    print(f"\n{count} assets, {count * 7} vectors: {size:.0f} MB of memory, {stored:.0f} MB in the database")
    print(
        f"by words {by_words:.1f} ms of CPU a question; with meaning {cost():.1f} for a new one, {cost():.1f} for one "
        "asked before"
    )
