"""Opens the database and brings it to this version's schema; it holds no session and no rule.

Both databases promise the same: a reading unit of work sees one moment, writing ones take turns. SQLite runs in WAL
with full synchronisation and begins writing IMMEDIATE: a deferred transaction that reads and then writes fails as soon
as another process wrote in between, an immediate one waits. PostgreSQL reads in REPEATABLE READ; who writes there first
takes a lock that ends with the transaction, so that what a deed looks up before it writes still holds when it does.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from contentlib.domain.errors import InvalidInputError, LibraryRefusedError, SetupMissingError

# How long a writer waits for another before it gives up; long imports hold the lock for a few seconds at most.
BUSY_MS = 30_000

# What writers on PostgreSQL take turns on; any number would do, but every process must use the same.
_TURN = 0x636F6E74656E74  # "content"
# And what runners of quick jobs do.
_ONE_BY_ONE = 0x717569636B  # "quick"

# PostgreSQL's code for insufficient privilege.
_NOT_ALLOWED = "42501"

# What SQLite cannot mend by itself, by its own codes, and what a person can do.
_SQLITE_SENTENCES = {
    sqlite3.SQLITE_FULL: "The disk of the library is full. Nothing of this was kept; make room, then try again.",
    sqlite3.SQLITE_BUSY: "Another program holds the library's database. Nothing of this was kept; try again.",
    sqlite3.SQLITE_LOCKED: "Another program holds the library's database. Nothing of this was kept; try again.",
    sqlite3.SQLITE_READONLY: "The library's database takes no writes. contentlib doctor says what is in the way.",
    sqlite3.SQLITE_CANTOPEN: "The library's database cannot be opened. contentlib doctor says what is in the way.",
    sqlite3.SQLITE_IOERR: "The disk of the library reports a fault. Nothing of this was kept; look at the disk.",
    sqlite3.SQLITE_CORRUPT: "The library's database is damaged. contentlib verify says where; restore a backup.",
    sqlite3.SQLITE_NOTADB: "The library's database is damaged. contentlib verify says where; restore a backup.",
}
# Where there is not even room for the memory that SQLite's processes share, it speaks of a faulty disk.
_NO_ROOM_TO_OPEN = sqlite3.SQLITE_IOERR_SHMSIZE
# What keeps a database from being opened without its being damaged.
_PASSES = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY}
# The same for PostgreSQL: a full disk, and a turn to write that did not come.
_POSTGRESQL_SENTENCES = {
    "53100": _SQLITE_SENTENCES[sqlite3.SQLITE_FULL],
    "55P03": _SQLITE_SENTENCES[sqlite3.SQLITE_BUSY],
}
# What PostgreSQL does not keep where SQLite would: too long for its column, and the character that ends C's texts.
_TOO_LONG, _NO_TEXT = "22001", "22021"

_POSTGRESQL_LINE = "pip install 'contentlib[postgresql]'"

_MIGRATIONS = Path(__file__).parent / "migrations"

__all__ = [
    "Session",
    "downgrade",
    "for_queueing",
    "for_writing",
    "in_sentences",
    "is_embedded",
    "known_revisions",
    "migrate",
    "open_engine",
    "open_index_engine",
    "sessions",
    "try_turn",
]


def open_engine(url: str) -> sa.Engine:
    """Give the engine of a database URL, set up as the promises need it.

    Raises InvalidInputError for a URL of neither database, SetupMissingError where PostgreSQL's driver is missing.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        # isolation_level None hands transactions to us; Python's own would begin them late and deferred.
        engine = sa.create_engine(parsed, connect_args={"isolation_level": None, "timeout": BUSY_MS / 1000})
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        engine = sa.create_engine(parsed, pool_pre_ping=True, isolation_level="REPEATABLE READ")
    except ImportError as error:  # the package itself, or the library that its pure Python form needs
        raise SetupMissingError(f"The driver for PostgreSQL is not installed. Run: {_POSTGRESQL_LINE}") from error
    sa.event.listen(engine, "begin", _begin_postgresql)
    return engine


def _parse(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise InvalidInputError("CONTENTLIB_DATABASE_URL cannot be read as a database URL.") from error
    if parsed.drivername in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        return parsed
    if parsed.drivername in {"postgresql", "postgres"}:  # as the server's own tools write it
        return parsed.set(drivername="postgresql+psycopg")
    raise InvalidInputError(
        f"CONTENTLIB_DATABASE_URL names {parsed.drivername}. Give sqlite:///PATH or postgresql://USER@HOST/DATABASE."
    )


def is_embedded(engine: sa.Engine) -> bool:
    """Tell whether the database is a file of this machine, which one server has to itself."""
    return engine.dialect.name == "sqlite"


def sessions(engine: sa.Engine, *, is_reading: bool = False) -> sessionmaker[Session]:
    """Give what opens sessions on an engine; rows stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False, info={"is_reading": is_reading})


def for_writing(engine: sa.Engine) -> sa.Engine:
    """Give the same engine for units of work that write; they take turns."""
    if is_embedded(engine):
        return engine.execution_options(contentlib_begin="IMMEDIATE")
    # Having waited for its turn, a writer must see what the one before it wrote.
    return engine.execution_options(contentlib_begin="IMMEDIATE", isolation_level="READ COMMITTED")


def for_queueing(engine: sa.Engine) -> sa.Engine:
    """Give the same engine for claiming and closing jobs, which on PostgreSQL need not wait for those who write."""
    if is_embedded(engine):
        return for_writing(engine)
    return engine.execution_options(isolation_level="READ COMMITTED")


@contextlib.contextmanager
def try_turn(engine: sa.Engine) -> Iterator[bool]:
    """Hold a server's one turn to do what machines must not do side by side; tells whether it was free.

    Whoever dies gives it back.
    """
    with for_queueing(engine).connect() as connection:
        yield bool(connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_ONE_BY_ONE))))


def open_index_engine(url: str) -> sa.Engine:
    """Give an engine of its own to the search index of a library on PostgreSQL, which begins its own transactions.

    Whoever asks a question may hold a connection already: with one pool for both, as many people as it has connections
    would wait for each other. The index itself asks again where a connection turns out to be dead.
    """
    return sa.create_engine(_parse(url), pool_size=2, max_overflow=6, isolation_level="AUTOCOMMIT")


@contextlib.contextmanager
def in_sentences() -> Iterator[None]:
    """Tell what keeps a database from working as LibraryRefusedError: a full disk, missing rights, another's lock.

    What it cannot keep is InvalidInputError. The transaction is for the caller to roll back, as for any exception.
    """
    try:
        yield
    except sa.exc.DBAPIError as error:
        if isinstance(error, sa.exc.DataError) and getattr(error.orig, "sqlstate", None) in {_TOO_LONG, _NO_TEXT, None}:
            raise InvalidInputError(
                "Something in this is longer than is kept, or holds a character that no text has. Nothing was kept."
            ) from error
        told = _sentence(error)
        if told is None:
            raise
        raise LibraryRefusedError(told) from error


def _sentence(error: sa.exc.DBAPIError) -> str | None:
    if error.connection_invalidated:
        return "The database server does not answer. Nothing of this was kept; try again when it does."
    if (told := _POSTGRESQL_SENTENCES.get(getattr(error.orig, "sqlstate", None) or "")) is not None:
        return told
    return _SQLITE_SENTENCES.get(_sqlite_kind(error))


def _sqlite_kind(error: sa.exc.DBAPIError) -> int:
    """Give SQLite's own code for what went wrong, 0 for another database."""
    code: int = getattr(error.orig, "sqlite_errorcode", 0)
    # Of an extended code, the last byte says what kind it is.
    return sqlite3.SQLITE_FULL if code == _NO_ROOM_TO_OPEN else code & 0xFF


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")
    # SQLite's own knows the letters of English alone.
    connection.create_function(
        "lower", 1, lambda text: text.lower() if isinstance(text, str) else text, deterministic=True
    )


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('contentlib_begin', 'DEFERRED')}")


def _begin_postgresql(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("contentlib_begin") == "IMMEDIATE":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_MS}; SELECT pg_advisory_xact_lock({_TURN})")


def migrate(engine: sa.Engine, *, backups: Path | None, at: datetime) -> None:
    """Bring the schema to this version; an embedded library that must change is copied into `backups` first.

    Processes that open one database at the same moment do so one after the other. Raises LibraryRefusedError for what
    is no library, and for one that a newer version made.
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
    try:
        _run(engine, "upgrade", "head")
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") != _NOT_ALLOWED:
            raise
        raise LibraryRefusedError(
            f"The database user may not make tables there. As the database's owner run: "
            f'GRANT CREATE ON SCHEMA public TO "{engine.url.username}"'
        ) from error


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
            if not is_embedded(engine) and (encoding := connection.scalar(sa.text("SHOW server_encoding"))) != "UTF8":
                raise LibraryRefusedError(f"The database is encoded in {encoding}. Create one with ENCODING 'UTF8'.")
    except sa.exc.DBAPIError as error:
        raise LibraryRefusedError(_unopened(engine, error)) from error
    if tables:
        raise LibraryRefusedError("This database belongs to another program: it holds tables, but no library.")
    return None


def _unopened(engine: sa.Engine, error: sa.exc.DBAPIError) -> str:
    if is_embedded(engine):
        if (kind := _sqlite_kind(error)) in _PASSES:
            return _SQLITE_SENTENCES[kind]
        return f"The library's database cannot be opened ({error.orig}). Restore it from a backup."
    said = " ".join(str(error.orig).split())
    return f"The library's database does not answer ({said}). Look whether the server of CONTENTLIB_DATABASE_URL runs."


def _run(engine: sa.Engine, move: str, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = for_writing(engine)
    getattr(command, move)(config, revision)


def _copy(engine: sa.Engine, target: Path) -> None:
    """Copy a SQLite database while others may read and write it; the copy is there whole or not at all."""
    passing = target.with_name(f".{target.name}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        passing.unlink(missing_ok=True)
        with engine.connect() as connection, contextlib.closing(sqlite3.connect(passing)) as copy:
            source = connection.connection.driver_connection
            if isinstance(source, sqlite3.Connection):
                source.backup(copy)
        passing.replace(target)
    except (OSError, sqlite3.Error) as error:
        passing.unlink(missing_ok=True)
        raise LibraryRefusedError(
            f"The library must be changed for this version, and {target}, its copy, could not be written first "
            f"({error}). Nothing was changed; make room, then try again."
        ) from error
