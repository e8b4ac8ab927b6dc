"""Prints what a whole page of results costs over HTTP, alone and among eight people, and how soon a save is found."""

from __future__ import annotations

import os
import time
import urllib.parse
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import pytest

from contentlib.domain.search import CompletionRequest, SearchRequest
from contentlib.search.index import WhooshIndex
from tests.benchmarks.search import corpus, engines, served

pytestmark = pytest.mark.skipif("BENCH_ASSETS" not in os.environ, reason="make bench measures; the suite does not")

ASSETS = int(os.environ.get("BENCH_ASSETS", "10000"))
PAGES, PEOPLE = 100, 8


def address(text: str) -> str:
    return "/?" + urllib.parse.urlencode({"q": text})


def unknown() -> list[str]:
    """Make words that no asset holds, nor any that is spelt almost like them."""
    return [f"xqz{chr(97 + number % 26)}{chr(97 + number // 26)}jvvqx" for number in range(PAGES)]


def timed(deeds: Sequence[Callable[[], object]]) -> list[float]:
    """Do some things one after the other; gives the milliseconds that each took, in order of size."""
    taken = []
    for deed in deeds:
        started = time.perf_counter()
        deed()
        taken.append((time.perf_counter() - started) * 1000)
    return sorted(taken)


def tell(name: str, taken: Sequence[float], cpu: float | None = None) -> None:
    told = f"{name:34} p50 {median(taken):7.1f} ms  p95 {taken[len(taken) * 95 // 100]:7.1f} ms"
    print(told + (f"  CPU {cpu * 1000 / len(taken):6.1f} ms" if cpu is not None else ""), flush=True)


def visit(server: served.Server, name: str, paths: Sequence[str], people: int = 1) -> float:
    """Open pages as so many people at once; gives the seconds of the server's CPU for one."""
    visitors = [server.visitor() for _ in range(people)]

    def open_page(visitor: served.Visitor, path: str) -> None:
        status, _ = visitor.get(path)
        assert status == 200, path

    def walk(number: int) -> list[float]:
        visitor = visitors[number]
        return timed([lambda path=path: open_page(visitor, path) for path in paths[number::people]])

    began = server.cpu()
    with ThreadPoolExecutor(people) as crowd:
        taken = sorted(one for each in crowd.map(walk, range(people)) for one in each)
    cpu = server.cpu() - began
    tell(name, taken, cpu)
    return cpu / len(taken)


def test_what_a_page_costs_over_http(tmp_path: Path):
    entries = corpus.make(ASSETS)
    asked = corpus.questions(PAGES + 20, seed=5)
    built = served.fill(tmp_path, entries)
    print(f"\n{ASSETS} assets; index read from the database and built in {built:.1f} s of CPU")
    paths = [address(text) for text in asked]
    with served.serving(tmp_path) as server:
        visit(server, "results, cold", paths[PAGES:])
        visit(server, "results, asked for the first time", paths[:PAGES])
        # As the evaluator below: it answers each question once before its time is taken.
        page = visit(server, "results, one person", paths[:PAGES])
        # Signing in takes much memory for a moment, on purpose; so what search needs is told before the crowd comes.
        print(f"the server holds {server.memory():.0f} MB")
        visit(server, f"results, {PEOPLE} people", paths[:PAGES], PEOPLE)
        empty = visit(server, "a page that found nothing", [address(text) for text in unknown()])
        visit(server, "completions", [f"/complete?q={text[:4]}" for text in asked[:PAGES]])
        see_a_save(server)
        print(f"the server holds {server.memory():.0f} MB after {PEOPLE} people and ten texts")
    own = evaluator(tmp_path / "index", asked[:PAGES])
    over = page - empty - own
    print(f"a page {page * 1000:.1f} ms = one that found nothing {empty * 1000:.1f} + the evaluator {own * 1000:.1f} + "
          f"{over * 1000:.1f}; that is {over / own:.1f} of the evaluator's own")  # fmt: skip


def see_a_save(server: served.Server) -> None:
    """Save texts as people do, and look until each is found."""
    leo = server.visitor()
    waits = []
    for number in range(10):
        word = f"quetzal{number}"
        text = f"---\ntitle: About {word}\nsummary: A text about {word}.\n---\n\n## Why\n\nIt is about {word}.\n"
        status, page = leo.send("/library/write/new/nda", {"text": text, "base": "0", "note": "", "do": "publish"})
        assert status == 302, page
        saved = time.perf_counter()
        while f"About {word}" not in leo.get(address(word))[1].replace("<mark>", "").replace("</mark>", ""):
            assert time.perf_counter() < saved + 30, f"{word} is not found"
            time.sleep(0.01)
        waits.append((time.perf_counter() - saved) * 1000)
    tell("from a save to its being found", sorted(waits))


def evaluator(folder: Path, asked: Sequence[str]) -> float:
    """Answer the same questions without a server; gives the seconds of CPU for one."""
    index = WhooshIndex(folder)
    index.warm()
    requests = [SearchRequest(text=text, visibility=engines.EVERYONE, limit=engines.PAGE) for text in asked]
    for request in requests:
        index.answer(request)
    started = time.process_time()
    for request in requests:
        index.answer(request)
    own = (time.process_time() - started) / len(requests)
    completing = [CompletionRequest(text=text[:4], visibility=engines.EVERYONE) for text in asked]
    tell("completions, the index alone", timed([lambda one=one: index.complete(one) for one in completing]))
    return own
