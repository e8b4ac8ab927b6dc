"""Each command prints one JSON document of the promised shape, ends as promised, and never with a traceback."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cast import ADA, LEO, MARCO, NILS, OTTO, RITA
from tests.cli.invoke import Shell
from tests.factories.shops import AUTHORED

SYNC = {"total", "created", "changed", "unchanged", "vanished", "refused", "warnings"}
IMPORT = {"total", "created", "changed", "unchanged", "refused", "refused_file"}
NEW = "---\ntitle: The zanzibarite deck\n---\n\n# Slide\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# content


def test_content_sync_brings_files_in_and_has_them_found(shell: Shell, tmp_path: Path):
    write(tmp_path, "mine/deck/new.md", NEW)
    done = shell.json("content", "sync", str(tmp_path / "mine"))
    assert (done.code, set(done.told) >= SYNC, done.told["created"]) == (0, True, 1)
    assert [hit["slug"] for hit in shell.json("search", "zanzibarite").told["hits"]] == ["new"]
    assert shell.json("index", "status").told["pending_jobs"] == 0


def test_content_sync_that_refuses_a_file_ends_with_1_and_answers_as_ever(shell: Shell, tmp_path: Path):
    write(tmp_path, "mine/deck/new.md", NEW)
    write(tmp_path, "mine/deck/broken.md", "---\ntitle: [unclosed\n---\n")
    done = shell.json("content", "sync", str(tmp_path / "mine"))
    assert (done.code, done.told["created"]) == (1, 1)
    (refused,) = done.told["refused"]
    assert set(refused) == {"path", "line", "reason"}


def test_content_sync_without_a_folder_wants_one_named_outside_the_demo(shell: Shell, monkeypatch):
    assert "CONTENTLIB_CONTENT" in shell.json("content", "sync").error["message"]
    monkeypatch.setenv("CONTENTLIB_CONTENT", str(AUTHORED))
    assert shell.json("content", "sync").told["total"] == 9


def test_content_sync_draws_the_pictures_too_where_it_is_to_wait(shell: Shell, tmp_path: Path):
    write(tmp_path, "mine/deck/new.md", NEW)
    shell.json("content", "sync", str(tmp_path / "mine"), "--wait")
    with closing(sqlite3.connect(shell.data / "library.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM asset_picture").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM job").fetchone() == (0,)


def test_content_lint_ends_with_1_for_an_error_and_with_0_for_warnings(shell: Shell, tmp_path: Path):
    warned = write(tmp_path, "deck/warned.md", "---\ntitle: A\ncolour: red\n---\n\n# Slide\n")
    broken = write(tmp_path, "deck/broken.md", "no front matter")
    done = shell.json("content", "lint", str(warned))
    assert (done.code, done.told["files"], {f["level"] for f in done.told["findings"]}) == (0, 1, {"warning"})
    done = shell.json("content", "lint", str(tmp_path / "deck"))
    assert (done.code, done.told["files"]) == (1, 2)
    assert {"level", "code", "message", "path", "line"} <= set(done.told["findings"][-1])
    assert shell.json("content", "lint", str(broken)).code == 1
    assert "does not exist" in shell.json("content", "lint", str(tmp_path / "nowhere")).error["message"]


def test_content_lint_finds_nothing_wrong_with_what_is_shipped(empty_shell: Shell):
    """Laying out the rest takes half a minute more: `make soak` draws it all, and the demo reads every text."""
    kinds = ("battlecard", "proposal-cover", "outreach-email", "order-form", "dpa")
    done = empty_shell.json("content", "lint", *(str(AUTHORED.parents[2] / "content" / kind) for kind in kinds))
    assert done.code == 0
    assert done.told["files"] >= 15


# search and index


def test_search_answers_with_hits_and_facets(shell: Shell):
    done = shell.json("search", "sailings", "--explain")
    assert set(done.told) >= {"query", "total", "took_ms", "hits", "facets", "did_you_mean", "relaxed"}
    (hit,) = done.told["hits"]
    assert set(hit) >= {
        "slug", "title", "kind", "stages", "summary", "snippet", "page", "score", "audience", "status", "why",
    }  # fmt: skip
    assert "<mark>sailings</mark>" in hit["snippet"].lower()
    assert {"value", "label", "count"} <= set(done.told["facets"]["kind"][0])


def test_an_empty_search_lists_all_that_is_published_newest_first(shell: Shell):
    assert shell.json("search").told["total"] == 6
    assert shell.json("search", "").told["total"] == 6
    assert len(shell.json("search", "--limit", "2").told["hits"]) == 2


def test_search_filters_by_slug_and_by_label_and_ranks_for_a_deal(shell: Shell):
    for stage in ("decision", "Decision"):
        assert shell.json("search", "--stage", stage).told["total"] == 2
    assert shell.json("search", "--kind", "deck", "--kind", "order-form").told["total"] == 2
    assert shell.json("search", "--status", "draft").told["total"] == 1
    assert shell.json("search", "rounds", "--deal", "K-1").code == 0
    assert shell.json("search", "--deal", "K-99").error["code"] == "not_found"


@pytest.mark.parametrize(
    "query",
    ["NOT OR x", '"', "(((", "title:", "-", "-x", "\\", "x" * 5000, "مرحبا", "🦆", "a\udcffb", "' OR 1=1", "%"],
)
def test_no_search_whatever_is_an_error(shell: Shell, query: str):
    done = shell.json("search", query)
    assert done.code == 0
    assert set(done.told) >= {"hits", "total"}
    assert shell.run("search", query).code == 0


def test_index_rebuild_and_status_tell_the_same(shell: Shell):
    rebuilt, status = shell.json("index", "rebuild").told, shell.json("index", "status").told
    assert rebuilt == status
    assert (status["assets"], status["pending_jobs"]) == (9, 0)


# documents


def test_documents_render_writes_a_plain_pdf_that_is_no_use(shell: Shell, tmp_path: Path):
    out = tmp_path / "one.pdf"
    done = shell.json("documents", "render", "round-at-a-glance", "--out", str(out))
    assert set(done.told) == {"out", "pages", "bytes", "sha256", "cached", "certificate", "findings"}
    assert out.read_bytes().startswith(b"%PDF-")
    assert (done.told["pages"], done.told["bytes"]) == (1, out.stat().st_size)
    again = shell.json("documents", "render", "round-at-a-glance", "--out", str(out), "--paper", "A4").told
    assert (again["cached"], again["sha256"]) == (True, done.told["sha256"])
    with closing(sqlite3.connect(shell.data / "library.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM usage_event").fetchone() == (0,)


def test_documents_render_for_a_deal_is_recorded_for_the_person_named(shell: Shell, tmp_path: Path):
    words = ("documents", "render", "round-at-a-glance", "--deal", "K-1", "--out", str(tmp_path / "one.pdf"))
    assert shell.json(*words, acting_as=RITA.email).code == 0
    with closing(sqlite3.connect(shell.data / "library.sqlite3")) as database:
        assert database.execute("SELECT channel FROM usage_event").fetchall() == [("personalised",)]
        ((values,),) = database.execute('SELECT "values" FROM document').fetchall()
    assert json.loads(values) == {"prospect.name": "Kite & Co"}


def test_documents_render_that_cannot_be_done_cleanly_is_refused_and_writes_no_file(shell: Shell, tmp_path: Path):
    out = tmp_path / "no.pdf"
    words = ("documents", "render", "round-at-a-glance", "--out", str(out), "--set")
    refused = shell.json(*words, "prospect.name=" + "W" * 300).error
    assert (refused["code"], [fault["field"] for fault in refused["fields"]]) == ("document_refused", ["prospect.name"])
    assert shell.json(*words, "no equals sign").error["fields"][0]["field"] == "no equals sign"
    assert not out.exists()


def test_documents_render_to_a_place_that_is_not_there_records_nothing(shell: Shell, tmp_path: Path):
    out = tmp_path / "nowhere" / "one.pdf"
    words = ("documents", "render", "round-at-a-glance", "--deal", "K-1", "--out", str(out))
    assert "no folder" in shell.json(*words, acting_as=RITA.email).error["message"]
    with closing(sqlite3.connect(shell.data / "library.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM usage_event").fetchone() == (0,)


def test_documents_kinds_lists_fields(shell: Shell):
    kinds = {kind["slug"]: kind for kind in shell.json("documents", "kinds").told["kinds"]}
    assert set(kinds) >= {"case-study", "deck", "one-sheeter"}
    assert set(kinds["deck"]) == {"slug", "title", "page", "fields"}
    assert all(set(f) == {"name", "type", "limit", "required"} for f in kinds["deck"]["fields"])


# deals, usage, reports


DEALS = "deal,account,amount,currency,opened_at,closed_at,outcome\nN-1,Nightjar,12.50,EUR,2026-01-05,2026-03-01,won\n"


def test_deals_import_takes_good_rows_and_keeps_the_refused_as_a_file(shell: Shell, tmp_path: Path):
    file = write(tmp_path, "deals.csv", DEALS + "N-2,Owl,no,EUR,,,\nK-1,,,,2026-01-01,2025-01-01,\n")
    trial = shell.json("deals", "import", str(file), "--mapping", "contentlib", "--dry-run")
    assert (trial.code, trial.told["created"], trial.told["refused_file"]) == (1, 1, None)
    done = shell.json("deals", "import", str(file), "--mapping", "contentlib")
    assert set(done.told) >= IMPORT
    assert (done.code, done.told["created"], [row["line"] for row in done.told["refused"]]) == (1, 1, [3, 4])
    kept = Path(done.told["refused_file"]).read_text().splitlines()
    assert len(kept) == 3
    again = shell.json("deals", "import", str(file), "--mapping", "contentlib").told
    assert (again["created"], again["unchanged"], again["refused_file"]) == (0, 1, done.told["refused_file"])


def test_deal_history_and_usage_are_imported_once(shell: Shell, tmp_path: Path):
    stages = write(tmp_path, "s.csv", "deal,stage,entered_at\nK-1,Proposal,2026-08-30\n")
    health = write(tmp_path, "h.csv", "deal,at,health\nK-1,2026-08-30,3\n")
    usage = write(
        tmp_path,
        "u.csv",
        "asset,deal,rep,occurred_at,channel\nshort-tour,K-1,rita@tarnwell.example,2026-08-30,shared\n",
    )
    for words in (
        ("deals", "import-stages", str(stages)),
        ("deals", "import-health", str(health)),
        ("usage", "import", str(usage)),
    ):
        assert set(shell.json(*words, "--dry-run").told) >= IMPORT
        assert [shell.json(*words).told["created"] for _ in range(2)] == [1, 0]
    rows = shell.json("reports", "usage-to-close").told["rows"]
    assert [told["open_deals"] for told in rows if told["asset"] == "short-tour"] == [1]


def test_an_unknown_mapping_and_a_file_that_is_none_are_refused(shell: Shell, tmp_path: Path):
    file = write(tmp_path, "deals.csv", DEALS)
    assert "salesforce" in shell.json("deals", "import", str(file), "--mapping", "salesforce").error["message"]
    for words in (("usage", "import"), ("deals", "import-stages"), ("deals", "import-health")):
        assert shell.json(*words, str(tmp_path / "nowhere.csv")).error["code"] == "invalid_input"
        assert "Missing: " in shell.json(*words, str(write(tmp_path, "x.csv", "colour\nred\n"))).error["message"]


def test_reports_are_listed_and_printed_as_json_csv_and_text(shell: Shell):
    assert {"name": "usage-to-close", "title": "Usage-to-close"} in shell.json("reports").told["reports"]
    told = shell.json("reports", "usage-to-close").told
    assert set(told) >= {
        "as_of", "deals", "wins", "losses", "left_out", "tau", "health_coverage", "status", "rows",
    }  # fmt: skip
    assert shell.run("reports", "usage-to-close", "--csv").out.startswith("asset,title,kind,label")
    assert "Usage-to-close as of" in shell.run("reports", "usage-to-close").out
    assert "Known: usage-to-close" in shell.json("reports", "weather").error["message"]


# people, settings, who acts


def test_people_are_added_invited_given_roles_and_disabled(shell: Shell):
    added = shell.json("people", "add", "greta@tarnwell.example", "--name", "Greta", "--role", "rep").told
    assert (set(added), added["roles"], added["active"]) == (
        {"email", "name", "roles", "active", "link"}, ["rep"], True,
    )  # fmt: skip
    assert added["link"].startswith("http://127.0.0.1:8000/set-password/")
    assert shell.json("people", "invite", "greta@tarnwell.example").told["link"] != added["link"]
    told = shell.json("people", "role", "greta@tarnwell.example", "marketer", "content-lead").told
    assert (sorted(told["roles"]), told["link"]) == (["content-lead", "marketer"], None)
    assert shell.json("people", "disable", "greta@tarnwell.example").told["active"] is False
    listed = {person["email"]: person for person in shell.json("people", "list").told["people"]}
    assert (len(listed), listed["greta@tarnwell.example"]["active"]) == (8, False)
    assert "only admin" in shell.json("people", "disable", ADA.email).error["message"]


@pytest.mark.parametrize(
    ("words", "member", "code"),
    [
        (("people", "list"), RITA, "forbidden"),
        (("people", "list"), LEO, "forbidden"),
        (("reports", "usage-to-close"), MARCO, "forbidden"),
        (("documents", "render", "round-at-a-glance", "--deal", "K-3", "--out", "never.pdf"), RITA, "not_found"),
        (("content", "sync", "."), RITA, "forbidden"),
        (("search", "--deal", "K-3"), RITA, "not_found"),
        (("search",), OTTO, "conflict"),
    ],
)
def test_a_command_for_a_person_does_what_that_person_may(shell: Shell, words, member, code: str):
    assert shell.json(*words, acting_as=member.email).error["code"] == code


def test_what_has_expired_is_rendered_for_nobody(shell: Shell, tmp_path: Path):
    out = tmp_path / "old.pdf"
    refused = shell.json("documents", "render", "old-mill-paper", "--out", str(out))
    assert (refused.error["code"], out.exists()) == ("not_found", False)
    assert "expired on 30 June 2026" in refused.error["message"]
    assert "a later day, or none" in refused.error["message"]


def test_a_person_without_roles_searches_and_nothing_is_counted(shell: Shell):
    told = shell.json("search", acting_as=NILS.email).told
    assert (told["total"], told["hits"], [values for values in told["facets"].values() if values]) == (0, [], [])


def test_nobody_by_that_name_is_refused(shell: Shell):
    assert shell.json("search", acting_as="nobody@tarnwell.example").error["code"] == "not_found"


def test_settings_tell_value_and_origin_and_mask_secrets(empty_shell: Shell, monkeypatch):
    monkeypatch.setenv("CONTENTLIB_DATABASE_URL", "postgresql://me:s3cr3t@db/lib?password=s3cr3t")
    monkeypatch.setenv("CONTENTLIB_SECRET_KEY", "s3cr3t")
    write(empty_shell.data, "contentlib.toml", 'url = "https://library.tarnwell.example"\n')
    done = empty_shell.json("settings")
    rows = {row["name"]: row for row in done.told["settings"]}
    assert "s3cr3t" not in done.out
    assert rows["CONTENTLIB_DATABASE_URL"]["value"] == "postgresql://me:********@db/lib?password=********"
    assert {name: rows[f"CONTENTLIB_{name}"]["from"] for name in ("URL", "SECRET_KEY", "SEARCH")} == {
        "URL": "contentlib.toml",
        "SECRET_KEY": "environment",
        "SEARCH": "default",
    }
    assert not (empty_shell.data / "library.sqlite3").exists()


def test_settings_that_cannot_be_used_are_refused_by_name(empty_shell: Shell, monkeypatch):
    write(empty_shell.data, "contentlib.toml", 'colour = "red"\n')
    assert [fault["field"] for fault in empty_shell.json("search").error["fields"]] == ["CONTENTLIB_COLOUR"]
    write(empty_shell.data, "contentlib.toml", "not toml")
    assert "not readable TOML" in empty_shell.json("search").error["message"]


# Wrong usage and faults


@pytest.mark.parametrize(
    "words",
    [
        ("serch",),
        ("content",),
        ("search", "--limit", "0"),
        ("search", "--limit", "many"),
        ("documents", "render", "round-at-a-glance"),
        ("documents", "render", "x", "--out", "x.pdf", "--paper", "A5"),
        ("people", "add", "a@b.example"),
        ("people", "add", "a@b.example", "--name", "A", "--role", "king"),
        ("demo", "--today", "tomorrow"),
        ("serve", "--port", "70000"),
    ],
)
def test_wrong_usage_ends_with_2(empty_shell: Shell, words):
    done = empty_shell.json(*words)
    assert (done.code, done.out) == (2, "")
    assert "Usage: " in done.err
    assert not empty_shell.data.exists()


def test_refusals_for_people_stand_on_stderr(shell: Shell):
    done = shell.run("people", "add", "greta", "--name", "", "--role", "rep")
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[0] == "Refused: This person cannot be added."


def test_an_unexpected_fault_is_one_sentence_and_an_id_that_stands_in_the_log(shell: Shell, monkeypatch):
    def break_down(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the till is empty")

    monkeypatch.setattr("contentlib.services.search.find", break_down)
    fault = shell.json("search", "round").error
    assert (fault["code"], "the till" in fault["message"]) == ("fault", False)
    reference = fault["message"].rstrip(".").split()[-1]
    log = (shell.data / "contentlib.log").read_text()
    assert reference in log
    assert "the till is empty" in log


def test_a_database_that_lost_a_table_is_told_without_a_traceback(shell: Shell):
    with closing(sqlite3.connect(shell.data / "library.sqlite3")) as database:
        database.execute("DROP TABLE asset")
    assert shell.json("search", "round").error["message"]


def test_arguments_that_are_not_utf8_are_told_and_not_a_fault(shell: Shell, tmp_path: Path):
    bad = "caf\udce9"
    for words in (
        ("documents", "render", bad, "--out", str(tmp_path / "x.pdf")),
        ("deals", "import", bad, "--mapping", "contentlib"),
        ("content", "sync", bad),
        ("people", "invite", bad),
        ("reports", bad),
        ("search", "--deal", bad),
        ("people", "add", f"{bad}@x.example", "--name", bad, "--role", "rep"),
    ):
        assert shell.json(*words).error["code"] in {"not_found", "invalid_input"}, words
        assert shell.run(*words).code == 1
