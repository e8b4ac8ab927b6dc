"""The demo library: made whole, made once, made again identical, and never in the place of another."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from contentlib.demo import loading
from contentlib.demo.searches import QUESTIONS
from tests.cli.invoke import Shell

TODAY = "2026-09-01"
# What is random or tells when the machine did it: hashes of passwords and links, and when figures were computed.
OF_THE_MOMENT = {"one_time_link", "sign_in", "report_run"}


def rows_of(data: Path) -> dict[str, tuple[int, str]]:
    """Give each table's number of rows and a hash of all that they hold."""
    with closing(sqlite3.connect(data / "library.sqlite3")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {}
        for table in sorted(set(tables) - OF_THE_MOMENT):
            rows = sorted(map(repr, database.execute(f'SELECT * FROM "{table}"')))
            found[table] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


def test_the_demo_is_whole_and_made_once(empty_shell: Shell, demo_template: Path):
    demo = empty_shell
    shutil.copytree(demo_template, demo.data)
    before = rows_of(demo.data)
    made = demo.json("demo").told
    assert made == {"assets": 49, "deals": 2400, "usage_events": made["usage_events"], "people": 48}
    assert 13_000 < made["usage_events"] < 17_000
    assert rows_of(demo.data) == before
    with closing(sqlite3.connect(demo.data / "library.sqlite3")) as database:
        times = [("audit_entry", "at"), ("sign_in", "created_at"), ("usage_event", "recorded_at")]
        latest = [database.execute(f"SELECT max({column}) FROM {table}").fetchone()[0] for table, column in times]
    assert max(latest) <= f"{TODAY} 00:00:00.000000", "nothing of the demo is still to come"

    told = demo.json("reports", "usage-to-close").told
    assert {row["label"] for row in told["rows"]} >= {"helps", "paperwork", "not enough data"}
    assert told["deals"] + sum(row["deals"] for row in told["left_out"]) == 2400
    assert told["wins"] + told["losses"] == told["deals"]
    assert demo.json("search", "night stops in a dairy", acting_as="rita.vance@tarnwell.example").told["hits"]
    for asked in QUESTIONS:
        assert (demo.json("search", asked.words).told["total"] > 0) == (asked.hits > 0), asked.words
    gaps = demo.json("reports", "search-gaps").told
    failed = {question.words for question in QUESTIONS if question.opened is None}
    assert {row["words"] for row in gaps["rows"]} & failed
    assert {row["words"] for row in gaps["rows"]} <= {question.words for question in QUESTIONS}
    synced = demo.json("content", "sync").told
    assert (synced["unchanged"], [found for found in synced["warnings"] if found["level"] != "note"]) == (49, [])


def test_a_demo_that_was_broken_off_is_made_anew_and_made_again_it_is_identical(
    empty_shell: Shell, monkeypatch: pytest.MonkeyPatch
):
    rows, verify = loading.make_rows(date.fromisoformat(TODAY)), loading._verify
    deals = rows.deals[:200]
    kept = {row.deal for row in deals}
    few = replace(
        rows,
        deals=deals,
        stages=tuple(row for row in rows.stages if row.deal in kept),
        healths=tuple(row for row in rows.healths if row.deal in kept),
        usages=tuple(row for row in rows.usages if row.deal in kept),
    )

    def break_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "make_rows", lambda _: few)  # the thousands would tell no more
    monkeypatch.setattr(loading, "_verify", break_off)
    assert empty_shell.json("demo", "--today", TODAY).code == 1
    monkeypatch.setattr(loading, "_verify", verify)
    made = empty_shell.json("demo", "--today", TODAY).told
    assert (made["assets"], made["deals"], made["usage_events"]) == (49, 200, len(few.usages))
    before = rows_of(empty_shell.data)

    empty_shell.json("people", "add", "new@tarnwell.example", "--name", "New", "--role", "rep")
    assert empty_shell.json("demo", "--reset", "--today", TODAY).told == made
    assert rows_of(empty_shell.data) == before
    assert empty_shell.json("index", "status").told["assets"] == 49


@pytest.mark.parametrize("words", [("demo",), ("demo", "--reset")])
def test_the_demo_refuses_a_library_that_it_did_not_make(shell: Shell, words: tuple[str, ...]):
    before = rows_of(shell.data)
    refused = shell.json(*words).error
    assert (refused["code"], "did not make" in refused["message"]) == ("conflict", True)
    assert rows_of(shell.data) == before
