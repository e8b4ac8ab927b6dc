"""Workers are processes that share the work on PostgreSQL: nothing twice at once, nothing lost with one of them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from contentlib.domain.errors import IndexBusyError, LibraryRefusedError
from contentlib.domain.people import OPERATOR
from contentlib.jobs import kinds, runner
from contentlib.jobs.runner import Runner
from contentlib.library import Library
from contentlib.services import assets, search
from contentlib.storage import jobs as queue
from contentlib.storage.jobs import LEASE, JobKind
from contentlib.storage.tables import Asset, Job
from tests.factories.shops import Shop
from tests.processes import Processes, Running

PICTURES, INDEX = JobKind.DRAW_PICTURES, JobKind.INDEX_ASSET
SOON = 60.0


@pytest.fixture(params=["postgresql"], scope="session")
def database(request: pytest.FixtureRequest) -> str:
    """Workers are for PostgreSQL alone."""
    return str(request.param)


def add(shop: Shop, *subjects: int, kind: JobKind = PICTURES) -> None:
    with shop.library.work(OPERATOR) as uow:
        for subject in subjects:
            uow.enqueue(kind, subject)


def jobs_of(library: Library) -> list[tuple[int, str, int]]:
    with library.read(OPERATOR) as reading:
        jobs = reading.session.scalars(sa.select(Job).order_by(Job.id))
        return [(job.subject, job.state, job.attempts) for job in jobs]


def eventually(happened: Callable[[], bool]) -> None:
    started = time.monotonic()
    while not happened():
        assert time.monotonic() - started < SOON, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def start_worker(shop: Shop, processes: Processes) -> Iterator[Callable[[], Running]]:
    """Start real workers on the small library; those that still run are killed."""
    settings = shop.library.settings
    url = settings.database_url
    assert url is not None
    environment = {"CONTENTLIB_DATABASE_URL": url.get_secret_value()}
    started: list[Running] = []

    def start() -> Running:
        worker = processes.start("--data", settings.data, "worker", environment=environment)
        started.append(worker)
        eventually(lambda: worker.out.startswith("a worker runs on"))
        return worker

    yield start
    for worker in started:
        worker.kill()


def test_two_workers_do_everything_and_stop_when_they_are_told_to(shop: Shop, start_worker):
    workers = [start_worker(), start_worker()]
    shop.edit("one-sheeter/round-at-a-glance.md", "every check", "each zanzibarite")
    shop.edit("deck/short-tour.md", "title:", "title: Zanzibarite of")
    shop.library.clock = lambda: datetime.now(UTC)
    assert shop.sync().changed == 2
    eventually(lambda: not [job for job in jobs_of(shop.library) if job[1] != "dead"])
    assert jobs_of(shop.library) == []
    with shop.library.read(OPERATOR) as reading:
        held = shop.library.index.held()
        assert held == dict(reading.session.execute(sa.select(Asset.id, Asset.current_version_id)).all())
        pages = [assets.get_page(reading, slug).pages for slug in ("round-at-a-glance", "short-tour")]
        assert all(page.blob for shown in pages for page in shown)
        assert all(pages)
    for worker in workers:
        os.kill(worker.pid, signal.SIGTERM)
    assert [worker.wait(20) for worker in workers] == [0, 0], [worker.err for worker in workers]


def test_no_job_is_taken_by_two_who_claim_at_once(shop: Shop):
    add(shop, *range(1, 201))

    def claim_all(_: int) -> list[int]:
        taken: list[int] = []
        while True:
            with shop.library.queueing() as uow:
                found = queue.claim(uow.session, kind=PICTURES, limit=3, now=uow.now)
                taken += [job.subject for job in found]
            if not found:
                return taken

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(claim_all, range(4)))
    assert Counter(subject for each in taken for subject in each) == Counter(range(1, 201))
    assert sum(map(bool, taken)) > 1


def test_whoever_claims_waits_for_no_deed_and_no_other_claim(shop: Shop):
    add(shop, 1, 2)
    with shop.library.work(OPERATOR) as deed, shop.library.queueing() as other:
        deed.audit("holds its turn", "library", 0)
        deed.session.flush()
        assert [job.subject for job in queue.claim(other.session, kind=PICTURES, limit=1, now=other.now)] == [1]
        with shop.library.queueing() as uow:
            assert [job.subject for job in queue.claim(uow.session, kind=PICTURES, limit=5, now=uow.now)] == [2]


def test_a_deed_that_finds_its_job_waiting_holds_it_until_it_commits(shop: Shop):
    add(shop, 1)
    with shop.library.work(OPERATOR) as deed:
        deed.enqueue(PICTURES, 1)
        with shop.library.queueing() as uow:
            assert queue.claim(uow.session, kind=PICTURES, limit=5, now=uow.now) == []
    with shop.library.queueing() as uow:
        assert len(queue.claim(uow.session, kind=PICTURES, limit=5, now=uow.now)) == 1


def test_a_deed_whose_job_is_just_being_taken_writes_another(shop: Shop):
    add(shop, 1)
    with shop.library.queueing() as uow:
        queue.claim(uow.session, kind=PICTURES, limit=5, now=uow.now)
        add(shop, 1)
    assert sorted(jobs_of(shop.library)) == [(1, "running", 1), (1, "waiting", 0)]


@pytest.fixture
def elsewhere(shop: Shop, tmp_path: Path) -> Iterator[Library]:
    """The library as another machine opens it, which shares no folder with this one."""
    settings = shop.library.settings.model_copy(update={"data": tmp_path / "elsewhere"})
    with Library(settings, clock=shop.clock, sandbox=shop.library.sandbox) as library:
        yield library


def test_another_machine_finds_what_was_saved_on_this_one_without_a_shared_folder(shop: Shop, elsewhere: Library):
    def finds(text: str) -> list[str]:
        with elsewhere.read(OPERATOR) as reading:
            found = search.find(reading, text=text)
        assert not found.is_index_missing
        return [hit.slug for hit in found.hits]

    assert finds("turbocharger") == ["brackwater-ferries"]
    shop.write("deck/new.md", "---\ntitle: The zanzibarite deck\n---\n\n# Slide\n")
    shop.sync()
    assert finds("zanzibarite") == []
    shop.drain()
    assert finds("zanzibarite") == ["new"]
    elsewhere.rebuild_index()
    assert elsewhere.index.held() == shop.library.index.held()
    assert not list(elsewhere.settings.data.glob("index*"))


def test_quick_jobs_are_left_to_whoever_runs_some_already(shop: Shop, elsewhere: Library, monkeypatch):
    """Of two who index one asset, the one that read it first must not write last."""
    reached, go_on = threading.Event(), threading.Event()
    done: list[Sequence[int]] = []

    def effect(_: Library, subjects: Sequence[int]) -> None:
        reached.set()
        assert go_on.wait(SOON)
        done.append(subjects)

    monkeypatch.setitem(kinds.EFFECTS, INDEX, effect)
    add(shop, 1, kind=INDEX)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(runner.run_due, shop.library, kinds.QUICK)
        assert reached.wait(SOON)
        add(shop, 1, kind=INDEX)
        assert runner.run_due(shop.library, kinds.QUICK) == 0
        assert runner.run_due(elsewhere, kinds.QUICK) == 0
        assert sorted(jobs_of(shop.library)) == [(1, "running", 1), (1, "waiting", 0)]
        go_on.set()
        assert first.result() == 1
    assert runner.run_due(shop.library, kinds.QUICK) == 1
    assert done == [[1], [1]]


def test_a_busy_index_costs_no_attempt(shop: Shop, monkeypatch):
    def busy(_: Library, subjects: Sequence[int]) -> None:
        raise IndexBusyError("Another process is writing.")

    monkeypatch.setitem(kinds.EFFECTS, INDEX, busy)
    add(shop, 1, 2, kind=INDEX)
    for _ in range(8):
        assert runner.run_due(shop.library, kinds.QUICK, ahead=True) == 0
        assert runner.run_due(shop.library, kinds.QUICK) == 0
        shop.clock.move(seconds=1)
    assert jobs_of(shop.library) == [(1, "waiting", 0), (2, "waiting", 0)]


def test_the_jobs_of_a_killed_worker_are_taken_over_when_their_lease_ends(shop: Shop, start_worker):
    shop.library.clock = lambda: datetime.now(UTC)
    worker = start_worker()
    shop.edit("one-sheeter/round-at-a-glance.md", "every check", "each check")
    shop.sync()
    eventually(lambda: any(state == "running" for _, state, _ in jobs_of(shop.library)))
    worker.kill()
    left = [job for job in jobs_of(shop.library) if job[1] == "running"]
    with runner.worker_lock(shop.library.settings.data):  # another worker lives: nobody can tell whose the jobs are
        runner.take_over(shop.library)
        assert not runner.run_due(shop.library, kinds.SLOW) or left[0][0] not in {s for s, *_ in jobs_of(shop.library)}
    shop.library.clock = lambda: datetime.now(UTC) + LEASE + timedelta(seconds=5)
    while runner.run_due(shop.library, (*kinds.QUICK, *kinds.SLOW), ahead=True):
        pass
    assert jobs_of(shop.library) == []


def test_a_server_frees_lost_jobs_at_once_only_when_no_worker_runs(shop: Shop):
    add(shop, 1)

    def claim() -> int:
        with shop.library.queueing() as uow:
            return len(queue.claim(uow.session, kind=PICTURES, limit=5, now=uow.now))

    assert claim() == 1
    with runner.worker_lock(shop.library.settings.data):
        runner.take_over(shop.library)
        assert claim() == 0
    runner.take_over(shop.library)
    assert claim() == 1


def test_a_worker_on_sqlite_is_refused_with_a_sentence(shop_template: Path, tmp_path: Path, sandbox, processes):
    from tests.factories import shops

    with shops.open_copy(shop_template, tmp_path, sandbox) as shop:
        with (
            pytest.raises(LibraryRefusedError, match="the server does this work itself"),
            Runner(shop.library).helping(),
        ):
            pass
        data = shop.library.settings.data
    told = processes.run("--data", data, "worker")
    assert (told.code, told.out) == (1, "")
    assert told.err.startswith("Refused: On SQLite the server does this work itself.")
