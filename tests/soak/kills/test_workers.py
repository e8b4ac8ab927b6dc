"""Workers on PostgreSQL that are killed at work: the next one does what they left, once, and everything agrees."""

from __future__ import annotations

import os
import random
import time
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from contentlib.domain.people import OPERATOR
from contentlib.jobs import kinds, runner
from contentlib.storage.tables import Asset, Job
from tests.cast import RITA
from tests.factories.shops import Shop
from tests.integration.operations.damage import verify
from tests.processes import Processes, Running
from tests.soak.kills.harness import Figures

ROUNDS = int(os.environ.get("SOAK_ROUNDS", "20")) // 10
SEED = int(os.environ.get("SOAK_SEED", "1"))
AT_ONCE = 3
SAVED = ("one-sheeter/round-at-a-glance.md", "deck/short-tour.md", "outreach-email/first-note.md")


@pytest.fixture(params=["postgresql"], scope="session")
def database(request: pytest.FixtureRequest) -> str:
    """Workers are for PostgreSQL alone."""
    return str(request.param)


def waiting(shop: Shop) -> list[tuple[str, str]]:
    """List the quick jobs that are left; pictures take seconds each and are drawn as long as a worker lives."""
    with shop.library.read(shop.actor(RITA)) as reading:
        found = reading.session.execute(sa.select(Job.kind, Job.state).where(Job.kind.in_(kinds.QUICK)))
        return [(kind, state) for kind, state in found]


@pytest.mark.slow
def test_what_killed_workers_left_is_done_by_the_next(shop: Shop, processes: Processes):
    settings, figures = shop.library.settings, Figures()
    assert settings.database_url is not None
    environment = {"CONTENTLIB_DATABASE_URL": settings.database_url.get_secret_value()}
    shop.library.clock = lambda: datetime.now(UTC)  # the workers' own

    def start() -> Running:
        return processes.start("--data", settings.data, "worker", environment=environment)

    for number in range(ROUNDS):
        print(f"SOAK_SEED={SEED}, round {number}")
        chance = random.Random(f"{SEED}:{number}")
        workers = [start() for _ in range(AT_ONCE)]
        deadline = time.monotonic() + 60
        while not all("a worker runs on" in worker.out for worker in workers):
            assert time.monotonic() < deadline, workers[0].err
            time.sleep(0.01)
        for path in SAVED:
            shop.edit(path, "\ntitle: ", f"\ntitle: R{number} ")
        assert shop.sync().changed == len(SAVED)
        shop.use(RITA, key=f"once-{number}", deal="K-4")
        time.sleep(chance.uniform(0, 1.5))
        figures.counts["workers killed"] += sum(worker.kill(with_all=chance.random() < 0.5) for worker in workers)
        figures.counts["jobs left behind"] += len(waiting(shop))
        figures.counts["of them at work"] += sum(state == "running" for _, state in waiting(shop))
        # Pictures that were begun five times and never finished would be given up, which is right and not the question.
        with shop.library.work(OPERATOR) as uow:
            uow.session.execute(sa.delete(Job).where(Job.kind.not_in(kinds.QUICK)))
        # The first of the next ones frees what nobody alive can be doing.
        runner.take_over(shop.library)
        runner.drain(shop.library)
        assert waiting(shop) == []
        with shop.library.read(shop.actor(RITA)) as reading:
            current = reading.session.execute(sa.select(Asset.id, Asset.current_version_id)).all()
        assert shop.library.index.held() == dict(current)
        assert verify(shop) == ()
        figures.counts["rounds"] += 1
    figures.print("workers")
