"""Copies a SQLite database as a file, from one that is being written and into one's place; it knows no rows."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy.orm import Session

from contentlib.domain.errors import FileRefusedError, LibraryRefusedError


def is_embedded(session: Session) -> bool:
    """Tell whether the database is a file that can be copied as one."""
    return session.get_bind().dialect.name == "sqlite"


def copy_database(session: Session, target: Path) -> None:
    """Copy the database as this session sees it into one file, while others read and write it."""
    source = session.connection().connection.driver_connection
    if not isinstance(source, sqlite3.Connection):
        raise LibraryRefusedError("Only a SQLite database can be copied as a file.")
    try:
        with contextlib.closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            # One file that stands alone: a journal beside it would be left behind.
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as fault:
        raise LibraryRefusedError(f"The database could not be copied to {target.parent}: {fault}.") from fault


def check_database(file: Path, *, rows: dict[str, int], revisions: list[str]) -> None:
    """Look whether a copied database is whole, of a known revision, and holds the rows it should by table.

    Raises FileRefusedError.
    """
    try:
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as database:
            (state,) = database.execute("PRAGMA integrity_check(1)").fetchone()
            (revision,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
            held = {
                table: database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 - quoted names
                for table in rows
                if table.replace("_", "").isalnum()
            }
    except (sqlite3.Error, TypeError) as fault:
        raise FileRefusedError(f"The database in this backup cannot be read ({fault}).") from fault
    if revision not in revisions:
        raise FileRefusedError("This backup was made by a newer contentlib. Install that version, then restore it.")
    if state != "ok":
        raise FileRefusedError(f"The database in this backup is damaged: {state}.")
    differing = sorted(table for table in rows if held.get(table) != rows[table])
    if differing:
        table = differing[0]
        raise FileRefusedError(
            f"The database in this backup holds {held.get(table, 0)} rows of {table}, its list says {rows[table]}."
        )
