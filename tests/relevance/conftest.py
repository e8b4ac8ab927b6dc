"""The demo library's content and the real pieces in one index, made once for all who ask."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.domain.people import OPERATOR
from contentlib.domain.search import IndexEntry, Visibility
from contentlib.search.index import WhooshIndex

if TYPE_CHECKING:
    from contentlib.sandbox.parent import Sandbox

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 10, 5)
EVERYONE = Visibility(statuses=frozenset({AssetStatus.PUBLISHED}), audiences=frozenset(Audience), on=TODAY)
# Brought in first, so these are the first ids.
SHIPPED = len(list((ROOT / "content").glob("*/*.md")))
HOUSES = {
    "kubernetes": "kubernetes-case-studies",
    "jenkins": "jenkins-stories",
    "go": "go-solutions",
    "handbook": "sourcegraph-handbook",
}


@dataclass(frozen=True)
class Shelf:
    """An index, the assets it holds, and their ids by slug."""

    index: WhooshIndex
    entries: tuple[IndexEntry, ...]

    @property
    def ids(self) -> dict[str, int]:
        return {entry.slug: entry.asset_id for entry in self.entries}


@contextmanager
def entries_of(folder: Path, sandbox: Sandbox, collateral: Path) -> Iterator[tuple[IndexEntry, ...]]:
    """Bring the shipped content and the pieces of a folder of collateral into a library, as anyone does."""
    from contentlib.library import Library
    from contentlib.services import index_entries
    from contentlib.settings import Settings

    clock = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
    with Library(Settings(data=folder), clock=lambda: clock, sandbox=sandbox) as library:
        library.sync_content(OPERATOR, ROOT / "content")
        for layout, name in HOUSES.items():
            library.import_content(OPERATOR, collateral / name, layout=layout)
        with library.read(OPERATOR) as reading:
            yield tuple(index_entries.iter_entries(reading))


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Shelf:
    collateral = ROOT / "tests" / "data" / "collateral"
    with entries_of(tmp_path_factory.mktemp("library"), sandbox, collateral) as entries:
        index = WhooshIndex(tmp_path_factory.mktemp("index"))
        index.rebuild(entries)
        return Shelf(index, entries)
