"""Prints what a whole page of results costs over HTTP, alone and among eight people, and how soon a save is found."""

from __future__ import annotations

import os
import time
import urllib.parse
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import inf
from pathlib import Path
from statistics import mean, median

import pytest

from contentlib.domain.search import CompletionRequest, SearchRequest
from contentlib.search.index import WhooshIndex
from tests.benchmarks.search import corpus, engines, served

pytestmark = pytest.mark.skipif("BENCH_ASSETS" not in os.environ, reason="make bench measures; the suite does not")

ASSETS = int(os.environ.get("BENCH_ASSETS", "10000"))
PAGES, PEOPLE = 100, 8
# Page, empty page and evaluator take turns, since a machine is not equally quick from one minute to the next.
TURNS = 7


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


def visit(server: served.Server, name: str, paths: Sequence[str], people: int = 1) -> None:
    """Open pages as so many people at once, and tell what they took."""
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
    tell(name, taken, server.cpu() - began)


def test_what_a_page_costs_over_http(tmp_path: Path):
    entries = corpus.make(ASSETS)
    asked = corpus.questions(PAGES + 20, seed=5)
    built = served.fill(tmp_path, entries)
    print(f"\n{ASSETS} assets; index read from the database and built in {built:.1f} s of CPU")
    paths = [address(text) for text in asked]
    with served.serving(tmp_path) as server:
        visit(server, "results, cold", paths[PAGES:])
        visit(server, "results, asked for the first time", paths[:PAGES])
        visit(server, "results, one person", paths[:PAGES])
        # Signing in takes much memory for a moment, on purpose; so what search needs is told before the crowd comes.
        print(f"the server holds {server.memory():.0f} MB")
        visit(server, f"results, {PEOPLE} people", paths[:PAGES], PEOPLE)
        visit(server, "a page that found nothing", [address(text) for text in unknown()])
        visit(server, "completions", [f"/complete?q={text[:4]}" for text in asked[:PAGES]])
        index = WhooshIndex(tmp_path / "index")
        take_turns(server, index, asked[:PAGES])
        completing = [CompletionRequest(text=text[:4], visibility=engines.EVERYONE) for text in asked[:PAGES]]
        tell("completions, the index alone", timed([lambda one=one: index.complete(one) for one in completing]))
        see_a_save(server)
        print(f"the server holds {server.memory():.0f} MB after {PEOPLE} people and ten texts")


def take_turns(server: served.Server, index: WhooshIndex, asked: Sequence[str]) -> None:
    """Tell what a page costs beyond one that found nothing and the evaluator, which answers without a server.

    Each has answered every question once before; of the times taken for each the least counts, which is the one that
    nobody disturbed.
    """
    visitor = server.visitor()

    def open_page(text: str) -> float:
        began = server.cpu()
        assert visitor.get(address(text))[0] == 200, text
        return server.cpu() - began

    def answer(text: str) -> float:
        request = SearchRequest(text=text, visibility=engines.EVERYONE, limit=engines.PAGE)
        began = time.process_time()
        index.answer(request)
        return time.process_time() - began

    index.warm()
    least = [[inf] * 3 for _ in asked]
    for _ in range(TURNS):
        for times, text, nothing in zip(least, asked, unknown(), strict=True):
            taken = (open_page(text), open_page(nothing), answer(text))
            times[:] = map(min, times, taken)
    page, empty, own = (1000 * mean(times) for times in zip(*least, strict=True))
    over = page - empty - own
    print(f"a page {page:.1f} ms = one that found nothing {empty:.1f} + the evaluator {own:.1f} + {over:.1f}; "
          f"that is {over / own:.1f} of the evaluator's own")  # fmt: skip


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
