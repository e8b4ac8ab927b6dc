"""What the tests of this room share: raw hands on a library's database and files, which no deed has."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contentlib.domain.people import OPERATOR
from contentlib.services import operations
from contentlib.services.operations import Difference
from tests.factories.shops import Shop


@contextmanager
def quiet(_total: int | None, _label: str) -> Iterator[object]:
    """Show no progress."""
    yield lambda _steps: None


def execute(shop: Shop, *statements: str) -> None:
    """Change rows behind the library's back, with nothing that guards them."""
    with contextlib.closing(sqlite3.connect(shop.library.settings.data / "library.sqlite3")) as database:
        database.execute("PRAGMA foreign_keys=OFF")
        for statement in statements:
            database.execute(statement)
        database.commit()


def blob(shop: Shop, sql: str) -> Path:
    """Give the path of the stored file whose name a query finds."""
    with contextlib.closing(sqlite3.connect(shop.library.settings.data / "library.sqlite3")) as database:
        (name,) = database.execute(sql).fetchone()
    return shop.library.blobs.path(name)


def verify(shop: Shop) -> tuple[Difference, ...]:
    """Verify a library as the operator."""
    with shop.library.read(OPERATOR) as reading:
        return operations.verify(reading, quiet)


def codes(differences: tuple[Difference, ...]) -> list[str]:
    """Give the codes of differences."""
    return [difference.as_finding().code for difference in differences]


def mend(shop: Shop) -> None:
    """Mend a library as the command does, pictures left for the server."""
    differences = verify(shop)
    found = operations.find_bytes(differences, (shop.content, shop.library.settings.data / "cache"))
    with shop.library.read(OPERATOR) as reading:
        operations.make_documents_again(reading, differences, found)
    with shop.library.work(OPERATOR) as uow:
        operations.mend(uow, differences, found)
    shop.drain()
