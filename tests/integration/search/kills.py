"""Writers that are killed at any moment, and a look at what they left: nothing lost, nothing doubled, all readable."""

from __future__ import annotations

import os
import random
import signal
import time
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from contentlib.domain.search import IndexEntry
from contentlib.search import rebuilding
from contentlib.search.answering import SearchIndex
from tests.integration.search.places import Place, find
from tests.integration.search.shelf import SEES_ALL, ask, shelf

SHELF = shelf()[:12]


def assets(version: int) -> list[IndexEntry]:
    """All assets in one version, with a word that only this version has."""
    return [replace(one, version_id=version, summary=f"zz{'abcdefghij'[version % 10]}zz") for one in SHELF]


def write(address: str, version: int, tell: Callable[[int], object]) -> None:
    """Write version after version, as batches or as a whole index built beside in several commits; tell of each."""
    rebuilding.REBUILD_BATCH = 4
    index = find(address).open()
    while True:
        if version % 2:
            index.apply(assets(version))
        else:
            index.rebuild(assets(version))
        tell(version)
        version += 1


def fork(work: Callable[[Callable[[int], object]], None]) -> tuple[int, int]:
    """Let a copy of this process work that tells numbers; gives its id and where the numbers can be read."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Python warns of copies of processes with threads; this one takes no lock that another thread may hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            work(lambda number: os.write(writing, f"{number}\n".encode()))
        finally:
            os._exit(1)
    os.close(writing)
    return child, reading


def kill_writers(place: Place, rounds: int, *, seed: int) -> Counter[str]:
    """Kill a writer in each round, look at what it left, and let the next go on; gives what was counted.

    Chance may let all rounds miss the moment in which a rebuild stands half done: then some more follow.
    """
    chance, counts = random.Random(seed), Counter[str]()
    place.open().rebuild(assets(0))
    reader, version = place.open(), 0
    took = 0.1
    for number in range(10 * rounds):
        if number >= rounds and counts["rebuilds left half done"]:
            break
        child, told = fork(lambda tell: write(place.address, version + 1, tell))  # noqa: B023 - runs before the next round
        with os.fdopen(told) as lines:
            # Between any two commits alike, however slow the machine is.
            committed = version
            for _ in range(chance.choice((0, 1, 1, 2))):
                started = time.monotonic()
                committed = int(lines.readline())
                took = time.monotonic() - started
            time.sleep(chance.uniform(0.0, 1.2 * took))
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            assert os.WIFSIGNALED(status), "it was at work until it was killed"
            committed = max((int(line) for line in lines), default=committed)
        counts["writers killed"] += 1
        counts["commits and swaps told"] += committed - version
        place.settle()
        counts["rebuilds left half done"] += bool(place.count_built())
        # What was told of stands; one more may, whose telling was cut off. An open reader and a new one agree.
        version = next(iter(reader.held().values()))
        assert version in {committed, committed + 1}
        for index in (reader, place.open()):
            look_at(index, version)
    place.open().rebuild(assets(version + 1))
    look_at(reader, version + 1)
    assert not place.count_built(), "nothing is left of those that were killed"
    return counts


def look_at(index: SearchIndex, version: int) -> None:
    """Look that an index holds every asset once, in one version, in its facts and in its words."""
    wanted = assets(version)
    assert index.status().is_ready
    assert index.held() == {one.asset_id: version for one in wanted}
    assert index.list_outdated(wanted) == set()
    answer = index.answer(ask(wanted[0].summary, visibility=SEES_ALL, limit=200))
    assert sorted(hit.asset_id for hit in answer.hits) == [one.asset_id for one in wanted]
