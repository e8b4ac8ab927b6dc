"""Two hundred writers of either index are killed; nothing is lost, doubled or unreadable, and nothing needs mending."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.integration.search.kills import kill_writers
from tests.integration.search.places import FolderPlace, database_for_indexes

pytestmark = pytest.mark.skipif("SOAK_ROUNDS" not in os.environ, reason="twenty are killed in the suite")


def tell(counts: dict[str, int]) -> None:
    print("\n" + ", ".join(f"{number:,} {name}" for name, number in counts.items()))


def test_two_hundred_killed_writers_of_files_lose_nothing(tmp_path: Path):
    tell(kill_writers(FolderPlace(tmp_path), int(os.environ["SOAK_ROUNDS"]), seed=20261122))


def test_two_hundred_killed_writers_of_tables_lose_nothing(postgresql_server: str):
    with database_for_indexes(postgresql_server) as indexes:
        tell(kill_writers(indexes.make("killed"), int(os.environ["SOAK_ROUNDS"]), seed=20261122))
