"""What every test stands on: an environment of its own, sockets to this machine only, and repeatable properties."""

from __future__ import annotations

import gc
import ipaddress
import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests import postgres
from tests.once import once
from tests.typist import AS_TESTED

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

    from contentlib.sandbox.parent import Sandbox
    from tests.factories.shops import Shop
    from tests.processes import Processes

ROOT = Path(__file__).resolve().parent.parent

# The tests of deeds, of what they keep, and of their pages: each runs on both databases.
ON_BOTH = (
    "tests/integration/jobs/test_queue.py",
    "tests/integration/services/",
    "tests/integration/storage/",
    "tests/web/",
)

# What shares a browser, what starts others or a large index stays in one of xdist's processes, so that it is made once.
TOGETHER = {
    "tests/cli/test_faults.py": "processes",
    "tests/cli/test_operations.py": "processes",
    "tests/cli/test_serving.py": "processes",
    "tests/integration/jobs/test_worker.py": "processes",
    "tests/integration/storage/test_opening.py": "processes",
    "tests/journeys/": "processes",
    "tests/real/": "real",
    "tests/relevance/": "relevance",
    "tests/soak/kills/": "processes",
}

# What the folders of a run hold at most, twice over.
ROOM = 4 << 30

# No deadline: a busy machine is not a bug. In CI the same examples every time, so that a red run can be repeated.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True)


def pytest_configure(config: pytest.Config) -> None:
    """Load the profile and forget what the person who runs the tests has configured for a library of their own."""
    settings.load_profile("ci" if os.environ.get("CI") else "dev")
    for name in [name for name in os.environ if name.startswith("CONTENTLIB_")]:
        del os.environ[name]
    os.environ.update(AS_TESTED)  # those of meaning hand in a model themselves
    if hasattr(config, "workerinput"):
        gc.disable()  # until everything is read that lasts as long as the run
    else:  # xdist's processes share what the first one made
        memory = _find_memory()
        if memory is not None:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
        postgres.prepare(memory)


def _find_memory() -> Path | None:
    """Give a folder in memory where there is room for the tests': they make and remove a hundred thousand files."""
    memory = Path("/dev/shm")
    has_room = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= ROOM
    return memory if has_room else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """Deal tests out one by one, but what stays together as a whole; any other way that was asked for is left alone."""
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((name for place, name in TOGETHER.items() if nodeid.startswith(place)), nodeid)

    return Together(config, log)


def pytest_collection_finish() -> None:
    """Let garbage be looked for among what tests make, not in the many modules and items that last as long as a run.

    It saves a tenth of the CPU that tests of pages take.
    """
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that at the end no process waits half a minute for another."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the PostgreSQL server, if a test started one, and look for garbage once where pytest would five times."""
    gc.collect()
    gc.freeze()
    if not hasattr(config, "workerinput"):
        postgres.stop()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests of a library on both databases where that is meaningful."""
    path = metafunc.definition.path.relative_to(ROOT).as_posix()
    is_told = any("database" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "database" in metafunc.fixturenames and path.startswith(ON_BOTH) and not is_told:
        # What is read of files and drawn takes long and is the same on either database; what rows decide is not.
        of_files = metafunc.definition.get_closest_marker("files") and "SOAK_ROUNDS" not in os.environ
        databases = ["sqlite"] if of_files else ["sqlite", "postgresql"]
        metafunc.parametrize("database", databases, indirect=True, scope="session")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case of bytes by its place: a ZIP made at import carries the time, and differs between two processes."""
    return argname if isinstance(val, bytes) else None


def is_on_this_machine(address: Any) -> bool:
    """Tell whether a socket address is a Unix path or a loopback address."""
    if not isinstance(address, tuple):
        return True
    host = address[0]
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def loopback_only() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def refuse(address: Any) -> None:
        if not is_on_this_machine(address):
            raise AssertionError(f"A test tried to reach {address!r}; only this machine may be asked.")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        refuse(address)
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        refuse(address)
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield


@pytest.fixture(autouse=True, scope="session")
def shared_engines() -> Iterator[None]:
    """Spare each test's library the tenth of a second in which it would compile and learn what others know."""
    from contentlib.storage import database
    from tests.engines import sharing

    with pytest.MonkeyPatch.context() as patch:
        for opens in (database.open_engine, database.open_index_engine):
            patch.setattr(database, opens.__name__, sharing(opens))
        yield


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """An empty place for one library's data."""
    folder = tmp_path / "library"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The limited child process that reads files and draws documents, shared because its start takes seconds."""
    from contentlib import settings as settings_module
    from contentlib.rendering.printer import preload
    from contentlib.sandbox.parent import Sandbox
    from contentlib.services.files import READERS

    given = settings_module.Settings()
    ready = preload(templates=given.templates_folder / "documents", brand=given.brand_folder)
    with Sandbox(preload=(*ready, *READERS)) as shared:
        yield shared


@pytest.fixture(scope="session")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """What starts servers, workers and commands in a moment, for tests that need processes of their own."""
    from tests.processes import Processes

    with Processes(tmp_path_factory.mktemp("processes")) as started:
        yield started


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> str:
    """Name the database that this test runs on."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The URL of a real PostgreSQL server, with DATABASE where the name of one stands."""
    return postgres.server()


@pytest.fixture
def database_url(database: str, request: pytest.FixtureRequest) -> Iterator[str | None]:
    """An empty PostgreSQL database, or None for SQLite in the data folder."""
    if database == "sqlite":
        yield None
        return
    with postgres.fresh_database(request.getfixturevalue("postgresql_server"), f"test-{uuid.uuid4().hex}") as url:
        yield url


@pytest.fixture(scope="session")
def shop_template(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Path:
    """The data folder of the small library that `shop` copies; nobody writes to it."""
    from tests.factories import shops

    return once(tmp_path_factory, "shop", lambda folder: shops.make_template(folder, sandbox)) / "data"


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Path:
    """The data folder of the demo library on the day of `demos.NOW`; nobody writes to it."""
    from tests.factories import demos

    return once(tmp_path_factory, "demo", lambda folder: demos.make(folder / "data", sandbox)) / "data"


@pytest.fixture(scope="session")
def postgresql_shop(
    shop_template: Path, postgresql_server: str, tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox
) -> Iterator[postgres.LentDatabase]:
    """The rows of the small library on PostgreSQL, lent to one test after the other."""
    from tests.factories import shops

    def make(folder: Path) -> None:
        url = postgres.create_database(postgresql_server, "shop")
        shops.carry_over(shop_template, folder, sandbox, url)
        postgres.keep_rows(url)

    once(tmp_path_factory, "shop-on-postgresql", make)
    with postgres.lent_database(postgresql_server, f"shop-{uuid.uuid4().hex}", template="shop") as lent:
        yield lent


@pytest.fixture
def shop(
    shop_template: Path, tmp_path: Path, sandbox: Sandbox, database: str, request: pytest.FixtureRequest
) -> Iterator[Shop]:
    """A small library of one's own: nine assets, the cast, five deals, everything indexed and rated."""
    from tests.factories import shops

    if database == "sqlite":
        with shops.open_copy(shop_template, tmp_path, sandbox) as opened:
            yield opened
        return
    lent: postgres.LentDatabase = request.getfixturevalue("postgresql_shop")
    with lent.lend() as url, shops.open_copy(shop_template, tmp_path, sandbox, database_url=url) as opened:
        yield opened
