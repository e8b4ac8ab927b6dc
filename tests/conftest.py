"""What every test stands on: an environment of its own, sockets to this machine only, and repeatable properties."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from contentlib.sandbox.parent import Sandbox
    from tests.factories.shops import Shop

ROOT = Path(__file__).resolve().parent.parent

# No deadline: a busy machine is not a bug. In CI the same examples every time, so that a red run can be repeated.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True)


def pytest_configure() -> None:
    """Load the profile and forget what the person who runs the tests has configured for a library of their own."""
    settings.load_profile("ci" if os.environ.get("CI") else "dev")
    for name in [name for name in os.environ if name.startswith("CONTENTLIB_")]:
        del os.environ[name]


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

    given = settings_module.Settings()
    with Sandbox(preload=preload(templates=given.templates_folder / "documents", brand=given.brand_folder)) as shared:
        yield shared


@pytest.fixture(scope="session")
def shop_template(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Path:
    """The data folder of the small library that `shop` copies; nobody writes to it."""
    from tests.factories import shops

    return shops.make_template(tmp_path_factory.mktemp("shop"), sandbox)


@pytest.fixture
def shop(shop_template: Path, tmp_path: Path, sandbox: Sandbox) -> Iterator[Shop]:
    """A small library of one's own: nine assets, the cast, five deals, everything indexed and rated."""
    from tests.factories import shops

    with shops.open_copy(shop_template, tmp_path, sandbox) as opened:
        yield opened
