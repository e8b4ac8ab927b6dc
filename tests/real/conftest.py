"""Whole folders of foreign files: those of `make test-real DATA=DIR`, else the samples of the suite."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from contentlib.library import Library
    from contentlib.sandbox.parent import Sandbox

SAMPLES = Path(__file__).parents[1] / "data"
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder that holds `collateral/` and `deals/`."""
    return Path(os.environ.get("TEST_REAL_DATA") or SAMPLES)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Iterator[Library]:
    """An empty library on the first of September 2026."""
    from contentlib.library import Library
    from contentlib.settings import Settings

    settings = Settings(data=tmp_path_factory.mktemp("real"))
    with Library(settings, clock=lambda: NOW, sandbox=sandbox) as opened:
        yield opened
