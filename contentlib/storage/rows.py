"""Writes every table as lines of JSON that any database can take in again, and takes them in; it moves no files.

Tables that are derived from the others stay out. One line per row, ordered by primary key, so that the same rows give
the same bytes whichever database they come from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.domain.errors import ConflictError
from contentlib.storage.manifest import Part
from contentlib.storage.tables import Base
from contentlib.storage.tables.base import DERIVED
from contentlib.storage.types import Instant

# Rows in memory at a time; a row is some hundred bytes, an asset version a few thousand.
_BATCH = 1000

TABLES: Sequence[sa.Table] = [table for table in Base.metadata.sorted_tables if DERIVED not in table.info]


def hold_still(session: Session) -> None:
    """See the database as it is now until the session ends, whatever others write; first thing in a session."""
    session.execute(sa.text("SELECT count(*) FROM alembic_version"))  # the view is fixed by the first thing it reads


def count(session: Session) -> dict[str, int]:
    """Count the rows of every table."""
    return {table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in TABLES}


def path_of(table: str) -> str:
    """Name the file that holds the rows of a table."""
    return f"tables/{table}.jsonl"


def dump(session: Session, folder: Path, on_rows: Callable[[int], None]) -> dict[str, Part]:
    """Write one file per table into a folder, and give what each holds by its name."""
    parts = {}
    for table in TABLES:
        name = path_of(table.name)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        digest, rows, size = hashlib.sha256(), 0, 0
        with path.open("wb") as file:
            for line in _lines(session, table):
                file.write(line)
                digest.update(line)
                rows, size = rows + 1, size + len(line)
                on_rows(1)
        parts[name] = Part(rows=rows, bytes=size, sha256=digest.hexdigest())
    return parts


def load(session: Session, folder: Path, on_rows: Callable[[int], None]) -> None:
    """Put the rows of such files in the place of all that a database holds."""
    for table in reversed(TABLES):
        session.execute(sa.delete(table))
    for table in TABLES:
        later = _pointing_ahead(table)
        with (folder / path_of(table.name)).open("rb") as file:
            while batch := [_read(table, line) for line in islice(file, _BATCH)]:
                session.execute(sa.insert(table), [{**row, **dict.fromkeys(later)} for row in batch])
                on_rows(len(batch))
    for table in TABLES:
        _point_ahead(session, table, folder)
        _continue_numbers(session, table)


def compare(session: Session, parts: Mapping[str, Part]) -> None:
    """Read every table back and compare it with what was written; ConflictError names the first that differs."""
    for table in TABLES:
        digest, rows = hashlib.sha256(), 0
        for line in _lines(session, table):
            digest.update(line)
            rows += 1
        part = parts[path_of(table.name)]
        if (rows, digest.hexdigest()) != (part.rows, part.sha256):
            raise ConflictError(
                f"The rows of {table.name} did not arrive as they were sent: {rows} of {part.rows}. Nothing was kept."
            )


def _lines(session: Session, table: sa.Table) -> Iterator[bytes]:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    # By code point everywhere: a server's own order of letters depends on where it was set up.
    order = [
        sa.cast(column, sa.Text).collate("C") if isinstance(column.type, sa.String) and not is_sqlite else column
        for column in table.primary_key
    ]
    names = [column.name for column in table.columns]
    for row in session.execute(sa.select(table).order_by(*order).execution_options(yield_per=_BATCH)):
        told = dict(zip(names, map(_plain, row), strict=True))
        yield json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, date) else value


def _read(table: sa.Table, line: bytes) -> dict[str, Any]:
    told = json.loads(line)
    return {column.name: _value(column, told[column.name]) for column in table.columns}


def _value(column: sa.Column[Any], value: Any) -> Any:
    if isinstance(value, str):
        if isinstance(column.type, Instant):
            return datetime.fromisoformat(value)
        if isinstance(column.type, sa.Date):
            return date.fromisoformat(value)
        if isinstance(column.type, sa.LargeBinary):
            return bytes.fromhex(value)
    return value


def _pointing_ahead(table: sa.Table) -> list[str]:
    """Name the columns that point to tables which are filled later."""
    return [name for key in table.foreign_key_constraints if key.use_alter for name in key.column_keys]


def _point_ahead(session: Session, table: sa.Table, folder: Path) -> None:
    later = _pointing_ahead(table)
    if not later:
        return
    keys = [column.name for column in table.primary_key]
    update = (
        sa.update(table)
        .where(*(table.c[key] == sa.bindparam(f"key_{key}") for key in keys))
        .values({name: sa.bindparam(f"new_{name}") for name in later})
    )
    with (folder / path_of(table.name)).open("rb") as file:
        while batch := [_read(table, line) for line in islice(file, _BATCH)]:
            session.connection().execute(
                update,
                [{**{f"key_{key}": row[key] for key in keys}, **{f"new_{n}": row[n] for n in later}} for row in batch],
            )


def _continue_numbers(session: Session, table: sa.Table) -> None:
    """Have a server count on from the highest number; SQLite does so by itself."""
    column = table.autoincrement_column
    if column is None or session.get_bind().dialect.name == "sqlite":
        return
    highest = session.scalar(sa.select(sa.func.max(column)))
    if highest is not None:
        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
        session.execute(sa.select(sa.func.setval(sequence, highest)))
