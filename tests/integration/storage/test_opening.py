"""Processes that open a new library at the same moment all open it, and make it once."""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa

from contentlib.storage import database
from tests import postgres
from tests.processes import Processes

AT_ONCE = 3
KINDS = 13


def open_at_once(processes: Processes, *folders: Path, url: str = "") -> None:
    environment = {"CONTENTLIB_DATABASE_URL": url} if url else {}
    opening = [processes.start("--data", folder, "index", "status", environment=environment) for folder in folders]
    told = [(process.wait(), process.err) for process in opening]
    assert [code for code, _ in told] == [0] * len(told), told


def kinds_in(url: str) -> int:
    engine = database.open_engine(url)
    with engine.connect() as connection:
        kinds = connection.scalar(sa.text("SELECT count(*) FROM asset_kind"))
    engine.dispose()
    return kinds


def test_processes_that_share_a_data_folder(processes: Processes, tmp_path: Path):
    open_at_once(processes, *[tmp_path] * AT_ONCE)
    assert kinds_in(f"sqlite:///{tmp_path / 'library.sqlite3'}") == KINDS


def test_processes_with_a_data_folder_each_and_one_new_database(
    processes: Processes, postgresql_server: str, tmp_path: Path
):
    name = "test-opening-" + os.urandom(8).hex()
    with postgres.fresh_database(postgresql_server, name) as url:
        open_at_once(processes, *(tmp_path / str(number) for number in range(AT_ONCE)), url=url)
        assert kinds_in(url) == KINDS
