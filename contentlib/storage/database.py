"""Opens the database and brings it to this version's schema; it holds no session and no rule.

SQLite runs in WAL with full synchronisation. Writing units of work begin IMMEDIATE: a deferred transaction that reads
and then writes fails as soon as another process wrote in between, an immediate one waits its turn.
"""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from contentlib.domain.errors import LibraryRefusedError

# How long a writer waits for another before it gives up; long imports hold the lock for a few seconds at most.
BUSY_MS = 30_000

_MIGRATIONS = Path(__file__).parent / "migrations"

__all__ = ["Session", "downgrade", "for_writing", "known_revisions", "migrate", "open_engine", "sessions"]


def open_engine(url: str) -> sa.Engine:
    """Give the engine of a database URL; SQLite connections get the pragmas that the promises rest on."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed, pool_pre_ping=True)
    # isolation_level None hands transactions to us; Python's own would begin them late and deferred.
    engine = sa.create_engine(parsed, connect_args={"isolation_level": None, "timeout": BUSY_MS / 1000})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def sessions(engine: sa.Engine) -> sessionmaker[Session]:
    """Give what opens sessions on an engine; rows stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


def for_writing(engine: sa.Engine) -> sa.Engine:
    """Give the same engine for units of work that write."""
    return engine.execution_options(contentlib_begin="IMMEDIATE")


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('contentlib_begin', 'DEFERRED')}")


def migrate(engine: sa.Engine, *, backups: Path | None, at: datetime) -> None:
    """Bring the schema to this version; an embedded library that must change is copied into `backups` first.

    Raises LibraryRefusedError for what is no library, and for one that a newer version made.
    """
    known = known_revisions()
    current = _revision(engine)
    if current == known[-1]:  # the usual case, and not worth loading the tool that migrates
        return
    if current is not None:
        if current not in known:
            raise LibraryRefusedError(
                "This library was made by a newer contentlib. Install that version, or restore an older backup."
            )
        if backups is not None:
            _copy(engine, backups / f"before-{known[-1]}-{at:%Y%m%dT%H%M%S}.sqlite3")
    _run(engine, "upgrade", "head")


def known_revisions() -> list[str]:
    """List the revisions of the schema that this version knows, oldest first."""
    return sorted(path.stem.split("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Take the schema back to a revision, `base` for none."""
    _run(engine, "downgrade", revision)


def _revision(engine: sa.Engine) -> str | None:
    """Give the revision a database stands at, None for an empty one; LibraryRefusedError for one that is no library."""
    try:
        with engine.connect() as connection:
            tables = sa.inspect(connection).get_table_names()
            if "alembic_version" in tables:
                revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
                return revision
    except sa.exc.DBAPIError as error:
        raise LibraryRefusedError(
            f"The library's database cannot be opened ({error.orig}). Restore it from a backup."
        ) from error
    if tables:
        raise LibraryRefusedError("This database belongs to another program: it holds tables, but no library.")
    return None


def _run(engine: sa.Engine, move: str, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = engine
    getattr(command, move)(config, revision)


def _copy(engine: sa.Engine, target: Path) -> None:
    """Copy a SQLite database while others may read and write it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with engine.connect() as connection, contextlib.closing(sqlite3.connect(target)) as copy:
        source = connection.connection.driver_connection
        if isinstance(source, sqlite3.Connection):
            source.backup(copy)
