"""Opens the database and brings it to this version's schema; it holds no session and no rule.

SQLite runs in WAL with full synchronisation. Writing units of work begin IMMEDIATE: a deferred transaction that reads
and then writes fails as soon as another process wrote in between, an immediate one waits its turn.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session, sessionmaker

from contentlib.domain.errors import LibraryRefusedError

# How long a writer waits for another before it gives up; long imports hold the lock for a few seconds at most.
BUSY_MS = 30_000

__all__ = ["Session", "downgrade", "for_writing", "migrate", "open_engine", "sessions"]


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

    Raises LibraryRefusedError when the library was made by a newer version.
    """
    config = _config(engine)
    head = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == head:
        return
    if current is not None:
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if current not in known:
            raise LibraryRefusedError(
                "This library was made by a newer contentlib. Install that version, or restore an older backup."
            )
        if backups is not None:
            _copy(engine, backups / f"before-{head}-{at:%Y%m%dT%H%M%S}.sqlite3")
    command.upgrade(config, "head")


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Take the schema back to a revision, `base` for none."""
    command.downgrade(_config(engine), revision)


def _config(engine: sa.Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    return config


def _copy(engine: sa.Engine, target: Path) -> None:
    """Copy a SQLite database while others may read and write it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with engine.connect() as connection, sqlite3.connect(target) as copy:
        source = connection.connection.driver_connection
        if isinstance(source, sqlite3.Connection):
            source.backup(copy)
