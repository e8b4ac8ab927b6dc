"""The demo's own numbers through the real report: they have to show what the product is about, on any day."""

from collections import Counter
from datetime import date

import pytest

from contentlib.demo.deals import make_rows
from contentlib.demo.effects import ASSETS, PAPERWORK
from contentlib.domain.reports import ReportStatus, Verdict
from contentlib.stats.usage_to_close import build_report
from tests.factories.facts import facts_of_rows

ANCHORS = (
    date(2024, 2, 29),
    date(2024, 12, 31),
    date(2025, 1, 1),
    date(2025, 3, 31),
    date(2025, 6, 14),
    date(2025, 10, 1),
    date(2026, 5, 17),
    date(2028, 2, 29),
)
PAPERWORK_SLUGS = [paper.slug for paper in PAPERWORK]
EFFECTS = {asset.slug: asset.effect for asset in ASSETS}


def report_of(today):
    rows = make_rows(today)
    facts, slugs = facts_of_rows(rows.deals, rows.stages, rows.healths, rows.usages, paperwork=PAPERWORK_SLUGS)
    return build_report(facts), slugs


@pytest.mark.parametrize("today", ANCHORS, ids=str)
def test_report_shows_what_the_demo_promises(today):
    report, slugs = report_of(today)
    counted = Counter(row.verdict for row in report.rows)
    assert report.status is ReportStatus.OK
    assert counted[Verdict.HELPS] >= 1
    assert counted[Verdict.PAPERWORK] == len(PAPERWORK)
    assert counted[Verdict.NOT_ENOUGH_DATA] >= 5
    assert len(report.rows) == len(slugs) == len(ASSETS) + len(PAPERWORK)
    for row in report.rows:
        if row.verdict is Verdict.HELPS:
            assert EFFECTS[slugs[row.asset_id]] > 0


def test_some_deals_are_left_out_and_the_report_says_why():
    report, _ = report_of(ANCHORS[0])
    reasons = {left.reason: left.deals for left in report.left_out}
    assert reasons["no stage history"] >= 10
    assert report.deals + sum(reasons.values()) == 2400
    assert 0.9 < report.health_coverage < 1
