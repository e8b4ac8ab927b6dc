"""The outbox: written with the deed, taken by one runner at a time, tried again, and given up in the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa

from contentlib.domain.errors import LibraryRefusedError
from contentlib.domain.people import OPERATOR
from contentlib.jobs import kinds, runner
from contentlib.library import Library
from contentlib.services import asset_rights, governance
from contentlib.storage import jobs as queue
from contentlib.storage.jobs import JobKind
from contentlib.storage.tables import Job
from tests.factories.shops import Shop

INDEX = JobKind.INDEX_ASSET


@pytest.fixture(autouse=True)
def quiet_log(monkeypatch):
    """Failures are made on purpose here, and their traces are no news."""
    monkeypatch.setattr(runner._log, "exception", lambda *_, **__: None, raising=False)


def add(shop: Shop, subject: int = 1, *, kind: JobKind = INDEX, later: timedelta = timedelta()) -> None:
    with shop.library.work(OPERATOR) as uow:
        uow.enqueue(kind, subject, at=uow.now + later)


def claim(shop: Shop, *, limit: int = 10, ahead: bool = False) -> list[int]:
    with shop.library.work(OPERATOR) as uow:
        return [job.subject for job in queue.claim(uow.session, kind=INDEX, limit=limit, now=uow.now, ahead=ahead)]


def jobs_of(shop: Shop) -> list[tuple[int, str, int]]:
    with shop.library.read(OPERATOR) as reading:
        jobs = reading.session.scalars(sa.select(Job).order_by(Job.id))
        return [(job.subject, job.state, job.attempts) for job in jobs]


@pytest.fixture
def effects(monkeypatch) -> Callable[..., list[list[int]]]:
    """Put effects in place of the real ones; gives what they were called with."""

    def put(failing: Sequence[int] = ()) -> list[list[int]]:
        called: list[list[int]] = []

        def effect(_: Library, subjects: Sequence[int]) -> None:
            called.append(list(subjects))
            if set(subjects) & set(failing):
                raise OSError("the disk is full")

        monkeypatch.setattr(runner, "EFFECTS", dict.fromkeys(JobKind, effect))
        return called

    return put


def test_a_job_is_written_with_its_deed_and_taken_back_with_it(shop: Shop):
    def break_off() -> None:
        with shop.library.work(OPERATOR) as uow:
            governance.verify(uow, slug="order-form")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert jobs_of(shop) == []
    with shop.library.work(OPERATOR) as uow:
        governance.verify(uow, slug="order-form")
    assert [(state, attempts) for _, state, attempts in jobs_of(shop)] == [("waiting", 0)]


def test_a_second_job_on_the_same_subject_is_the_first_one_and_takes_the_earlier_time(shop: Shop):
    add(shop, later=timedelta(minutes=5))
    add(shop, later=timedelta(minutes=1))
    add(shop, later=timedelta(minutes=9))
    add(shop, 2)
    assert jobs_of(shop) == [(1, "waiting", 0), (2, "waiting", 0)]
    shop.clock.move(minutes=1)
    assert claim(shop) == [1, 2]


def test_a_job_from_before_the_clock_was_set_back_does_not_wait_for_that_time_again(shop: Shop):
    add(shop)
    add(shop, 2)
    claim(shop, limit=1)
    shop.clock.move(days=-2)
    assert claim(shop) == [1, 2]


def test_a_full_disk_costs_a_job_no_attempt_and_draining_does_not_wait_for_room(shop: Shop, monkeypatch):
    def full(*_: object) -> None:
        raise LibraryRefusedError("The disk is full.")

    monkeypatch.setitem(kinds.EFFECTS, INDEX, full)
    add(shop)
    for _ in range(7):
        runner.drain(shop.library)
        assert jobs_of(shop) == [(1, "waiting", 0)]
        shop.clock.move(minutes=1)


def test_a_change_while_a_job_runs_is_a_job_of_its_own(shop: Shop):
    add(shop)
    claim(shop)
    add(shop)
    assert jobs_of(shop) == [(1, "running", 1), (1, "waiting", 0)]


def test_a_job_that_runs_is_not_taken_twice_until_its_lease_ends(shop: Shop):
    add(shop)
    assert claim(shop) == [1]
    shop.clock.move(minutes=4, seconds=59)
    assert claim(shop) == []
    shop.clock.move(seconds=2)
    assert claim(shop) == [1]
    assert jobs_of(shop) == [(1, "running", 2)]


def test_a_new_runner_takes_the_jobs_of_a_lost_one_at_once(shop: Shop):
    add(shop)
    claim(shop)
    runner.take_over(shop.library)
    assert claim(shop) == [1]


def test_a_job_that_no_runner_survives_is_dead_after_five(shop: Shop):
    add(shop)
    for _ in range(5):
        assert claim(shop) == [1]
        runner.take_over(shop.library)
    assert claim(shop) == []
    assert jobs_of(shop) == [(1, "dead", 5)]


def test_a_failing_job_is_tried_again_later_each_time_and_is_dead_after_five(shop: Shop, effects):
    called = effects(failing=[1])
    add(shop)
    waited = []
    while any(state == "waiting" for _, state, _ in jobs_of(shop)):
        if not runner.run_due(shop.library, [INDEX]):
            shop.clock.move(seconds=1)
            waited.append(len(called))
    assert jobs_of(shop) == [(1, "dead", 5)]
    assert len(called) == 5
    assert [waited.count(tries) for tries in range(1, 5)] == [2, 4, 8, 16]
    with shop.library.read(OPERATOR) as reading:
        assert reading.session.scalar(sa.select(Job.error)) == "OSError: the disk is full"


def test_one_failing_job_costs_the_others_nothing(shop: Shop, effects):
    called = effects(failing=[2])
    for subject in (1, 2, 3):
        add(shop, subject)
    runner.run_due(shop.library, [INDEX])
    assert called == [[1, 2, 3], [1], [2], [3]]
    assert jobs_of(shop) == [(2, "waiting", 1)]


def test_draining_does_what_is_meant_for_later_and_lets_what_failed_rest(shop: Shop, effects):
    called = effects(failing=[2])
    add(shop, 1, later=timedelta(minutes=1))
    add(shop, 2)
    runner.drain(shop.library)
    assert jobs_of(shop) == [(2, "waiting", 1)]
    assert called == [[1, 2], [1], [2]]


def test_draining_leaves_pictures_to_the_server(shop: Shop, effects):
    effects()
    add(shop, 1, kind=JobKind.DRAW_PICTURES)
    runner.drain(shop.library, kinds.QUICK)
    assert jobs_of(shop) == [(1, "waiting", 0)]


def test_a_dead_job_is_not_counted_and_can_be_revived(shop: Shop, effects):
    effects(failing=[1])
    add(shop)
    for _ in range(5):
        runner.run_due(shop.library, [INDEX])
        shop.clock.move(minutes=1)
    assert runner.count_due(shop.library, [INDEX]) == 0
    with shop.library.work(OPERATOR) as uow:
        queue.revive(uow.session, uow.session.scalar(sa.select(Job.id)), at=uow.now)
    assert claim(shop) == [1]


def test_looking_for_jobs_takes_no_write_lock_while_another_runner_holds_one(shop: Shop):
    add(shop)
    claim(shop)
    commits = []
    shop.library.notify_commits(lambda: commits.append(1))
    assert runner.run_due(shop.library, [INDEX]) == 0
    assert commits == []


def test_doing_a_job_twice_changes_nothing(shop: Shop):
    with shop.library.read(OPERATOR) as reading:
        slug = asset_rights.get_seen(reading, "order-form")
    held = shop.library.index.held()
    for _ in range(2):
        kinds.index_assets(shop.library, [slug.id])
        kinds.rate_usage(shop.library, [0])
    assert shop.library.index.held() == held


def test_an_asset_that_is_gone_is_taken_out_of_the_index(shop: Shop):
    kinds.index_assets(shop.library, [4711])
    assert 4711 not in shop.library.index.held()
