"""A server that stops puts back what it was at; what really failed is counted and tried later."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from contentlib.domain.errors import WorkBrokeOffError
from contentlib.domain.people import OPERATOR
from contentlib.jobs import kinds, runner
from contentlib.library import Library
from contentlib.settings import Settings
from contentlib.storage.jobs import JobKind
from contentlib.storage.tables import Job


@pytest.fixture
def library(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """An empty library with one job that breaks off."""

    def break_off(library: Library, subjects: Sequence[int]) -> None:
        raise WorkBrokeOffError("The library is closing.", trace="closed")

    monkeypatch.setitem(kinds.EFFECTS, JobKind.DRAW_PICTURES, break_off)
    with Library(Settings(data=data_folder)) as opened:
        with opened.work(OPERATOR) as uow:
            uow.enqueue(JobKind.DRAW_PICTURES, 1)
        yield opened


def the_job(library: Library) -> Job:
    with library.read(OPERATOR) as reading:
        (job,) = reading.session.query(Job).where(Job.kind == JobKind.DRAW_PICTURES)
        return job


def test_a_job_broken_off_by_a_stop_waits_as_if_it_had_never_been_claimed(library: Library):
    before = the_job(library)
    stopping = threading.Event()
    stopping.set()
    assert runner.run_due(library, kinds.SLOW, stopping=stopping) == 0
    after = the_job(library)
    assert (after.state, after.attempts, after.run_at, after.leased_until) == ("waiting", 0, before.run_at, None)


def test_a_job_that_fails_is_counted_and_tried_later(library: Library):
    before = the_job(library)
    assert runner.run_due(library, kinds.SLOW, stopping=threading.Event()) == 1
    after = the_job(library)
    assert (after.state, after.attempts) == ("waiting", 1)
    assert after.run_at > before.run_at


def test_a_stopped_server_leaves_the_folder_to_the_next(library: Library):
    with runner.Runner(library).running(), runner.runner_lock(library.settings.data) as got:
        assert not got
    with runner.runner_lock(library.settings.data) as got:
        assert got
