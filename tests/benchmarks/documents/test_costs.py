"""Prints what a document costs, kind by kind, beside headless Chromium printing the same HTML in the same run.

Cold: nothing is loaded and nothing is known of the version, as for one command. Warm: in a server that has started, of
a version that was drawn before, with new values. Cached: the same request again. CPU is of all processes that take
part. Chromium is kept open and prints in a new window each time, since one document may see nothing of another. Ours
and Chromium's turns alternate, because a machine that others use is now faster and now slower.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import pypdfium2
import pytest

from contentlib.domain.documents import RenderRequest
from contentlib.rendering.press import Press
from contentlib.rendering.printer import Printer, practice, preload
from contentlib.sandbox.parent import Sandbox
from tests.benchmarks.documents.chromium import Chromium, printing
from tests.integration.rendering.conftest import BRAND, PERSONAL, RITA, TEMPLATES, request_for_sample
from tests.processes import descendants

pytestmark = pytest.mark.skipif("BENCH_ASSETS" not in os.environ, reason="make bench measures; the suite does not")

TICKS = os.sysconf("SC_CLK_TCK")
# Turns of each side, and documents in a turn.
TURNS, IN_TURN = 6, 3
# How long a browser clears away behind a turn, in seconds; that is a part of the turn.
AFTERMATH = 0.15
AT_ONCE, IN_ALL = 2, 60
# Kinds that are only ever rendered plain are measured by versions instead of by values.
KINDS = (*PERSONAL, "battlecard")


@dataclass(frozen=True)
class Cost:
    """Seconds of processor time and by the clock."""

    cpu: float
    wall: float

    def __str__(self) -> str:
        return f"{self.cpu * 1000:6.0f} / {self.wall * 1000:6.0f} ms"


def cpu_of_all() -> float:
    """Give the seconds of processor time of this process, all it started, and those of them that ended."""
    spent = 0.0
    for pid in (os.getpid(), *descendants(os.getpid())):
        try:
            told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile: whoever waited for it counts it
            continue
        spent += sum(map(int, told[11:15])) / TICKS
    return spent


def measure(deed: Callable[[], object], times: int, *, aftermath: float = 0) -> Cost:
    """Do something several times in a row and give the mean CPU of one and the median time."""
    begun, taken = cpu_of_all(), []
    for _ in range(times):
        started = time.perf_counter()
        deed()
        taken.append(time.perf_counter() - started)
    time.sleep(aftermath)
    return Cost((cpu_of_all() - begun) / times, median(taken))


def measure_in_turns(*deeds: Callable[[], object]) -> list[Cost]:
    """Do several things in turns and give the median cost of each over its turns."""
    turns = [[measure(deed, IN_TURN, aftermath=AFTERMATH) for deed in deeds] for _ in range(TURNS)]
    return [
        Cost(median(turn.cpu for turn in of_one), median(turn.wall for turn in of_one))
        for of_one in zip(*turns, strict=True)
    ]


def copies(kind: str) -> Callable[[], RenderRequest]:
    """Give requests of one version that differ in the prospect's name, or in the version where there is none."""
    count = iter(range(1, 1_000))
    if kind not in PERSONAL:
        return lambda: request_for_sample(kind, version=next(count))
    texts = {"prospect.greeting": "Dear Ms Larsen", "proposal.number": "P-2026-118"}
    with Sandbox(preload=()) as sandbox:
        printer = Printer(templates=TEMPLATES, brand=BRAND, cache=Path("/nonexistent"), sandbox=sandbox)
        found = printer.find_kind(kind)
    assert found is not None
    wanted = {field.name: texts[field.name] for field in found.fields if field.name in texts}

    def make() -> RenderRequest:
        values = {**wanted, "prospect.name": f"Kestrel Dairies {next(count)}"}
        return request_for_sample(kind, values=values, rep=RITA, is_personalised=True)

    return make


def measure_kind(kind: str, cache: Path, chromium: Chromium) -> tuple[int, list[Cost]]:
    """Give the pages of a kind's sample and what it costs cold, warm, cached, and in Chromium."""
    places, make = {"templates": TEMPLATES, "brand": BRAND}, copies(kind)
    with Sandbox(preload=preload(**places)) as sandbox:
        printer = Printer(**places, cache=cache / kind, sandbox=sandbox)
        cold = measure(lambda: printer.render(make()), 1)
    with Sandbox(preload=preload(**places)) as sandbox:
        sandbox.warm_up(*practice(**places))
        printer = Printer(**places, cache=cache / kind, sandbox=sandbox)
        same = make()
        pages = printer.render(same).pages
        chromium.take(same)
        assert len(pypdfium2.PdfDocument(chromium.print())) >= pages - 1, "Chromium printed something else"
        warm, peer = measure_in_turns(lambda: printer.render(make()), chromium.print)
        cached = measure(lambda: printer.render(same), 50)
    return pages, [cold, warm, cached, peer]


def test_what_a_document_costs_beside_chromium(tmp_path: Path):
    press = Press(BRAND, TEMPLATES)
    print(f"\nCPU / wall of one document, the median of {TURNS} turns with {IN_TURN} of each.")
    print("The aim: warm ≤ 0.5 × Chromium, cached ≤ 0.05 × warm.")
    titles = ("cold", "warm", "cached", "Chromium")
    print(f"{'kind':15} pages {' '.join(f'{title:>19}' for title in titles)}  warm/Chromium cached/warm")
    with printing(press) as chromium:
        for kind in KINDS:
            pages, costs = measure_kind(kind, tmp_path, chromium)
            _cold, warm, cached, peer = costs
            told = " ".join(f"{cost!s:>19}" for cost in costs)
            print(f"{kind:15} {pages:5} {told}  {warm.cpu / peer.cpu:13.2f} {cached.cpu / warm.cpu:11.3f}", flush=True)


def test_how_many_a_minute_and_how_much_memory(tmp_path: Path):
    make = copies("case-study")
    with Sandbox(preload=preload(templates=TEMPLATES, brand=BRAND), children=AT_ONCE) as sandbox:
        printer = Printer(templates=TEMPLATES, brand=BRAND, cache=tmp_path, sandbox=sandbox)
        printer.render(make())
        held = memory_of_all()
        started = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as threads:
            drawn = threads.map(printer.render, [replace(make(), version=1) for _ in range(IN_ALL)])
            peak = max((memory_of_all() for _ in drawn), default=0)
        taken = time.perf_counter() - started
    print(f"\n{IN_ALL * 60 / taken:.0f} case studies a minute, {AT_ONCE} at a time")
    print(f"the warm process holds {held / 2**20:.0f} MB, with what it draws at most {peak / 2**20:.0f} MB")


def memory_of_all() -> int:
    """Give the bytes that the processes this one started hold, what they share counted once (PSS)."""
    held = 0
    for pid in descendants(os.getpid()):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        held += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return held
