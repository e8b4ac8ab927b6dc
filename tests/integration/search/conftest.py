"""An index of the small library, built once for all who only read it; every question is asked of both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from contentlib.search.answering import SearchIndex
from tests.integration.search.places import ENGINES, FolderPlace, Place, TablesPlace, database_for_indexes
from tests.integration.search.shelf import shelf


@pytest.fixture(scope="session")
def indexes(postgresql_server: str) -> Iterator[TablesPlace]:
    """A database for indexes on PostgreSQL."""
    with database_for_indexes(postgresql_server) as place:
        yield place


@pytest.fixture(scope="session")
def emptied(indexes: TablesPlace) -> TablesPlace:
    """Tables that one test after the other has to itself."""
    return indexes.make("emptied")


@pytest.fixture(scope="session")
def make_place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Place]:
    """Make a place of one's own, by engine and name."""

    def make(engine: str, name: str) -> Place:
        if engine == "whoosh":
            return FolderPlace(tmp_path_factory.mktemp(name))
        return request.getfixturevalue("indexes").make(name)

    return make


@pytest.fixture(scope="session", params=ENGINES)
def library(request: pytest.FixtureRequest, make_place: Callable[[str, str], Place]) -> SearchIndex:
    """An index of the forty assets. Nobody writes to it."""
    index = make_place(request.param, "shelf").open()
    index.rebuild(shelf())
    return index


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path) -> Place:
    """A place of one's own that holds no index yet."""
    if request.param == "whoosh":
        return FolderPlace(tmp_path / "index")
    return request.getfixturevalue("emptied").empty()


@pytest.fixture
def index(place: Place) -> SearchIndex:
    """An index of one's own, built and empty."""
    index = place.open()
    index.rebuild([])
    return index
