"""An index of the small library, built once for all who only read it."""

from __future__ import annotations

import pytest

from contentlib.search.index import WhooshIndex
from tests.integration.search.shelf import shelf


@pytest.fixture(scope="session")
def library(tmp_path_factory) -> WhooshIndex:
    """An index of the forty assets. Nobody writes to it."""
    index = WhooshIndex(tmp_path_factory.mktemp("index"))
    index.rebuild(shelf())
    return index


@pytest.fixture
def index(tmp_path) -> WhooshIndex:
    """An index of one's own, built and empty."""
    index = WhooshIndex(tmp_path / "index", lock_timeout=5)
    index.rebuild([])
    return index
