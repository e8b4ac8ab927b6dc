"""What docs/numbers.md says is what the statistics do: thresholds, sentences, and how far off plain rates are."""

from __future__ import annotations

import importlib
import re

import numpy as np
import pytest

from contentlib.domain.reports import VERDICT_LABELS
from contentlib.stats.moments import (
    CLOSED_BEFORE_OPENED,
    LAST_WEEK_ONLY,
    NO_CLOSING_DATE,
    NO_OPENING_DATE,
    NO_STAGE_HISTORY,
    NO_USE,
    STILL_OPEN,
)
from contentlib.stats.sentences import describe_evidence
from contentlib.stats.usage_to_close import build_report
from tests.factories.facts import recorded_world
from tests.house.guide import page

PAGE = page("docs/numbers.md")
PROSE = " ".join(PAGE.prose.replace("\n> ", "\n").split())
THRESHOLDS = re.findall(r"^\| .* \| ([\d.]+) \| `(contentlib\.stats\.\w+)\.([A-Z_]+)` \|$", PAGE.prose, re.MULTILINE)


def test_the_thresholds_are_listed():
    assert len(THRESHOLDS) == 14


@pytest.mark.parametrize(("value", "module", "name"), THRESHOLDS, ids=lambda value: value)
def test_a_threshold_is_as_the_page_says(value: str, module: str, name: str):
    found = getattr(importlib.import_module(module), name)
    assert float(value) == found, f"{PAGE.name}: {module}.{name} is {found}"


def test_the_row_that_is_explained_is_one_the_report_would_print():
    said = describe_evidence(uses=118, won=46, expected=38.2, lift=0.066, lo=-0.01, hi=0.14)
    assert said in PROSE


@pytest.mark.parametrize("label", VERDICT_LABELS.values())
def test_every_label_is_explained(label: str):
    assert PAGE.rows(f"{label} |"), f"{PAGE.name} lacks a row for “{label}”"


@pytest.mark.parametrize(
    "reason",
    [CLOSED_BEFORE_OPENED, LAST_WEEK_ONLY, NO_CLOSING_DATE, NO_OPENING_DATE, NO_STAGE_HISTORY, NO_USE, STILL_OPEN],
)
def test_every_reason_to_leave_deals_out_is_told(reason: str):
    assert f"*{reason}*" in PROSE


def test_plain_rates_are_as_wrong_as_the_page_says():
    facts, true_lift, kind = recorded_world()
    rows = [row for row in build_report(facts).rows if kind[row.asset_id] != "paper"]
    truth = np.array([true_lift[row.asset_id] for row in rows])
    plain = np.array([row.raw.win_rate_with - row.raw.win_rate_without for row in rows])
    shown = np.array([row.lift for row in rows])
    holds = sum(row.lo <= true_lift[row.asset_id] <= row.hi for row in rows)

    def points_off(found: np.ndarray) -> float:
        return float(100 * np.sqrt(np.mean((found - truth) ** 2)))

    assert f"plain rates are wrong by {points_off(plain):.1f} points" in PROSE
    assert f"is wrong by {points_off(shown):.1f}, and" in PROSE
    assert f"the likely range holds the truth for {holds} of {len(rows)} assets" in PROSE
