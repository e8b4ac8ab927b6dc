"""Reports on their way out: JSON without NaN, CSV that no spreadsheet runs, and a text for people."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

from contentlib.domain.reports import ReportStatus, UsageToClose, UsageToCloseLine, Verdict
from contentlib.payloads import reports

LINE = UsageToCloseLine(
    asset="short-tour", title="A short tour", kind="deck", kind_label="Deck", label=Verdict.HELPS, uses=40, won=20,
    expected=17.2, lift=0.07, lo=0.01, hi=0.13, shrunk=0.05, wrong_sign=0.02, smd=0.04, quality="good",
    crossover=0.0, uses_needed=None, evidence="It helps.", explanation="On 40 deals.", open_deals=2,
    raw={"win_rate_with": 0.5, "win_rate_without": 0.4, "influenced_minor": {"EUR": 100}},
)  # fmt: skip
UNRATED = replace(
    LINE, asset="=cmd", title="@SUM(A1)", label=Verdict.PAPERWORK, expected=None, lift=None, lo=None, hi=None,
    shrunk=None, wrong_sign=None, smd=None, quality=None, crossover=None,
)  # fmt: skip
REPORT = UsageToClose(
    as_of=datetime(2026, 9, 1, 9, tzinfo=UTC), status=ReportStatus.OK, deals=100, wins=40, losses=60,
    left_out=(("no stage history", 3),), tau=0.02, tau_assets=8, health_coverage=0.5, rows=(LINE, UNRATED),
    is_made_up=False, is_stale=False,
)  # fmt: skip


def test_the_answer_has_the_keys_that_scripts_rely_on():
    told = json.loads(json.dumps(reports.usage_to_close(REPORT), allow_nan=False))
    assert set(told) == {
        "as_of", "deals", "wins", "losses", "left_out", "tau", "health_coverage", "status", "rows",
    }  # fmt: skip
    assert set(told["rows"][0]) == {
        "asset", "title", "kind", "label", "uses", "won", "expected", "lift", "lo", "hi", "shrunk", "wrong_sign", "smd",
        "quality", "crossover", "open_deals", "sentence", "raw",
    }  # fmt: skip
    assert told["rows"][0]["sentence"] == "It helps. On 40 deals."
    assert told["left_out"] == [{"reason": "no stage history", "deals": 3}]


def test_a_cell_that_a_spreadsheet_would_run_is_kept_as_text():
    rows = list(csv.DictReader(io.StringIO(reports.usage_to_close_csv(REPORT))))
    assert [(row["asset"], row["title"]) for row in rows] == [("short-tour", "A short tour"), ("'=cmd", "'@SUM(A1)")]
    assert (rows[0]["lift"], rows[1]["lift"]) == ("0.07", "")


def test_a_report_that_was_never_computed_says_so():
    told = reports.usage_to_close_text(replace(REPORT, as_of=None, rows=()))
    assert "not computed yet" in told
