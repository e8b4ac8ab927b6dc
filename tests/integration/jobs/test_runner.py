"""The server's runner: what is saved is found within a second, what is damaged heals, and there is only one of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from contentlib.domain.errors import ConflictError
from contentlib.domain.people import OPERATOR
from contentlib.jobs import runner
from contentlib.jobs.runner import Runner
from contentlib.services import assets, operations, search
from tests.factories.shops import Shop

# Twice what the promise is, for a machine that is busy with other tests.
SOON = 10.0


def eventually(happened: Callable[[], bool], within: float = SOON) -> float:
    """Wait until something happened and give the seconds it took."""
    started = time.monotonic()
    while not happened():
        assert time.monotonic() - started < within, "it did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - started


@pytest.fixture
def running(shop: Shop) -> Iterator[Shop]:
    """The small library with its runner."""
    with Runner(shop.library).running():
        yield shop


def find(shop: Shop, text: str) -> list[str]:
    with shop.library.read(OPERATOR) as reading:
        return [hit.slug for hit in search.find(reading, text=text).hits]


def test_a_saved_asset_is_found_within_a_second(running: Shop):
    running.write("deck/new.md", "---\ntitle: The zanzibarite deck\n---\n\n# Slide\n")
    running.sync()
    assert eventually(lambda: find(running, "zanzibarite") == ["new"]) < 1


def test_a_missing_index_heals_while_search_answers_from_the_database(shop: Shop):
    shop.lose_index()
    with shop.library.read(OPERATOR) as reading:
        found = search.find(reading, text="sailings")
    assert (found.is_index_missing, [hit.slug for hit in found.hits]) == (True, ["brackwater-ferries"])
    with Runner(shop.library).running():
        eventually(lambda: shop.library.index.status().is_ready)
    with shop.library.read(OPERATOR) as reading:
        assert not search.find(reading, text="sailings").is_index_missing
        assert operations.index_status(reading)["assets"] == 9


def test_an_index_damaged_under_a_running_server_heals(running: Shop):
    (running.library.settings.data / "index").rename(running.library.settings.data / "lost")
    eventually(lambda: running.library.index.status().is_ready)
    assert find(running, "sailings") == ["brackwater-ferries"]


def test_page_pictures_are_drawn_and_their_words_are_found_by_page(running: Shop):
    running.edit("one-sheeter/round-at-a-glance.md", "every check", "each check")
    running.sync()

    def is_drawn() -> bool:
        with running.library.read(OPERATOR) as reading:
            page = assets.get_page(reading, "round-at-a-glance")
            return bool(page.pages) and not page.is_drawing

    eventually(is_drawn, within=60)
    with running.library.read(OPERATOR) as reading:
        (picture,) = assets.get_page(reading, "round-at-a-glance").pages
        assert assets.read_picture(reading, str(picture.blob))[8:12] == b"WEBP"
    assert "each check" in " ".join(picture.text.split())


def test_a_second_server_on_the_same_library_is_refused_in_a_sentence(running: Shop, monkeypatch):
    monkeypatch.setattr(runner, "LOCK_PATIENCE", 0.1)
    with pytest.raises(ConflictError, match="Another server already runs"), Runner(running.library).running():
        pass


def test_a_runner_that_ended_leaves_the_lock_to_the_next(shop: Shop):
    for _ in range(2):
        with Runner(shop.library).running():
            pass
    with runner.runner_lock(shop.library.settings.data) as got:
        assert got
