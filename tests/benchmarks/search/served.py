"""A made-up library of any size in a real database, served by a real server in a process of its own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from contentlib.domain.assets import AssetStatus, Audience, Vocabulary
from contentlib.domain.people import OPERATOR
from contentlib.domain.search import IndexEntry
from contentlib.library import Library
from contentlib.services import people, taxonomy
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.settings import Settings
from contentlib.storage.tables import Asset, AssetStage, AssetTerm, AssetVersion, Term
from tests.cast import LEO
from tests.soak.kills.harness import PASSWORD, Visitor

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)
# What the entries call terms, by vocabulary.
_TERMS = {
    Vocabulary.INDUSTRY: "industries",
    Vocabulary.PERSONA: "personas",
    Vocabulary.PRODUCT: "products",
    Vocabulary.REGION: "regions",
}
_BATCH = 1_000


def fill(folder: Path, entries: Sequence[IndexEntry]) -> float:
    """Make a library of these assets in which Leo can sign in; gives the CPU seconds that its index took."""
    with Library(Settings(data=folder), clock=lambda: NOW) as library:
        with library.work(OPERATOR) as uow:
            people.add(uow, email=LEO.email, name=LEO.name, roles=LEO.roles)
            people.set_password(uow, token=people.invite(uow, email=LEO.email), password=PASSWORD)
            for vocabulary, name in _TERMS.items():
                slugs = sorted({slug for entry in entries for slug in getattr(entry, name)})
                taxonomy.set_terms(uow, vocabulary, [(slug, slug.capitalize()) for slug in slugs])
        for start in range(0, len(entries), _BATCH):
            with library.work(OPERATOR) as uow:
                _write(uow, entries[start : start + _BATCH])
        started = time.process_time()
        library.rebuild_index()
        return time.process_time() - started


def _write(uow: UnitOfWork, entries: Sequence[IndexEntry]) -> None:
    kinds = {kind.slug: kind.id for kind in taxonomy.list_kinds(uow)}
    stages = {stage.slug: stage.id for stage in taxonomy.list_funnel_stages(uow)}
    terms = {(term.vocabulary, term.slug): term.id for term in uow.session.scalars(sa.select(Term))}
    ids = [entry.asset_id for entry in entries]
    uow.session.execute(
        sa.insert(Asset),
        [
            {
                "id": entry.asset_id, "slug": entry.slug, "title": entry.title, "summary": entry.summary,
                "company": entry.company, "kind_id": kinds[entry.kind], "language": entry.language,
                "status": AssetStatus.PUBLISHED, "audience": Audience.EXTERNAL, "review_by_on": entry.review_by_on,
                "created_at": NOW, "updated_at": datetime.fromtimestamp(entry.updated_at, UTC), "published_at": NOW,
            }
            for entry in entries
        ],
    )  # fmt: skip
    uow.session.execute(
        sa.insert(AssetVersion),
        [
            {
                "id": entry.asset_id, "asset_id": entry.asset_id, "number": 1, "title": entry.title, "source": "",
                "source_hash": f"{entry.asset_id:064x}", "source_path": f"{entry.slug}.md", "html": "", "facts": {},
                "pages": [{"number": page.number, "title": page.title, "text": page.text} for page in entry.pages],
                "media": {}, "findings": [], "made_at": NOW, "published_at": NOW,
            }
            for entry in entries
        ],
    )  # fmt: skip
    uow.session.execute(sa.update(Asset).where(Asset.id.in_(ids)).values(current_version_id=Asset.id))
    served = [{"asset_id": entry.asset_id, "stage_id": stages[slug]} for entry in entries for slug in entry.stages]
    carried = [
        {"asset_id": entry.asset_id, "term_id": terms[vocabulary, slug]}
        for entry in entries
        for vocabulary, name in _TERMS.items()
        for slug in getattr(entry, name)
    ]
    uow.session.execute(sa.insert(AssetStage), served)
    uow.session.execute(sa.insert(AssetTerm), carried)


class Server:
    """The program at work on a library; tells what it took of the machine."""

    def __init__(self, pid: int, port: int) -> None:
        self._status, self.port = Path(f"/proc/{pid}/status"), port
        # Linux's name for the clock of a process's CPU, as clock_getcpuclockid(3) makes it: to the nanosecond.
        self._clock = (~pid << 3) | 2

    def cpu(self) -> float:
        """Give the seconds of CPU that it has taken so far."""
        return time.clock_gettime(self._clock)

    def memory(self) -> float:
        """Give the megabytes that it holds now."""
        line = next(line for line in self._status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def visitor(self) -> Visitor:
        """Give somebody who is signed in."""
        found = Visitor(self.port)
        found.sign_in(LEO.email)
        return found


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Serve a library until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "contentlib", "--data", str(folder), "serve", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (
        (folder / "served.log").open("w") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and process.poll() is None:
                with contextlib.suppress(OSError):
                    if Visitor(port).get("/readyz")[0] == 200:
                        break
                time.sleep(0.05)
            assert process.poll() is None, (folder / "served.log").read_text()
            yield Server(process.pid, port)
        finally:
            process.terminate()
