"""The whole report: on a world whose truth is known, on nothing, and on histories with holes."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from contentlib.domain.reports import ReportStatus, Verdict
from contentlib.stats.facts import MISSING
from contentlib.stats.usage_to_close import build_report
from tests.factories.facts import Deal, facts_of, lost, recorded_world, won


@pytest.fixture(scope="module")
def world():
    facts, true_lift, kind = recorded_world()
    return facts, true_lift, kind, build_report(facts)


def by_asset(report):
    return {row.asset_id: row for row in report.rows}


def test_naive_rates_are_wrong_and_the_default_is_right(world):
    _, true_lift, kind, report = world
    rows = by_asset(report)
    rated = [asset for asset in rows if kind[asset] != "paper"]
    truth = np.array([true_lift[asset] for asset in rated])
    naive = np.array([rows[a].raw.win_rate_with - rows[a].raw.win_rate_without for a in rated])
    default = np.array([rows[a].lift for a in rated])

    def error(found):
        return np.sqrt(np.mean((found - truth) ** 2))

    assert error(naive) > 0.25
    assert error(default) < 0.04
    covered = [rows[a].lo <= true_lift[a] <= rows[a].hi for a in rated]
    assert np.mean(covered) >= 0.85
    # The spread between two independent shares; every other asset "works" by this measure.
    errors = [1.96 * np.sqrt(0.25 / rows[a].raw.deals_with + 0.25 / report.deals) for a in rated]
    assert np.mean(np.abs(naive - truth) <= errors) < 0.2


def test_naive_ranking_puts_paperwork_first_and_ours_puts_what_works_first(world):
    _, _, kind, report = world
    naive_best = sorted(report.rows, key=lambda row: -(row.raw.win_rate_with - row.raw.win_rate_without))[:2]
    assert {kind[row.asset_id] for row in naive_best} == {"paper"}
    assert {kind[row.asset_id] for row in report.rows[:2]} == {"pos"}


def test_labels_of_the_world(world):
    _, true_lift, kind, report = world
    for row in report.rows:
        assert (row.verdict is Verdict.PAPERWORK) == (kind[row.asset_id] == "paper")
        if row.verdict is Verdict.HELPS:
            assert true_lift[row.asset_id] > 0.05
    assert any(row.verdict is Verdict.HELPS for row in report.rows)


def test_deals_add_up(world):
    facts, _, _, report = world
    assert report.deals == report.wins + report.losses
    assert report.deals + sum(left.deals for left in report.left_out) == len(facts.deal_id)
    assert report.status is ReportStatus.OK
    assert report.health_coverage == 1.0
    assert report.tau_assets == 18


def test_rows_are_sorted_by_what_is_known_then_by_use(world):
    _, _, _, report = world
    shrunk = [row.shrunk for row in report.rows]
    known = [value for value in shrunk if value is not None]
    assert shrunk == sorted(known, reverse=True) + [None] * (len(shrunk) - len(known))
    uses = [row.uses for row in report.rows if row.shrunk is None]
    assert uses == sorted(uses, reverse=True)


def test_the_order_of_rows_does_not_matter(world):
    facts, _, _, report = world
    rng = np.random.default_rng(1)
    shuffled = facts
    for prefix in ("stage", "health", "usage"):
        columns = [name for name in facts.__dataclass_fields__ if name.startswith(f"{prefix}_")]
        order = rng.permutation(len(getattr(facts, columns[0])))
        shuffled = replace(shuffled, **{name: getattr(facts, name)[order] for name in columns})
    again = build_report(shuffled)
    assert [asdict(row) for row in again.rows] == [asdict(row) for row in report.rows]


def test_nothing_in_a_row_is_ever_nan(world):
    _, _, _, report = world
    assert {row.verdict for row in report.rows} > {Verdict.PAPERWORK}
    assert {row.shrunk is None for row in report.rows} == {True, False}
    for row in report.rows:
        json.dumps({key: value for key, value in asdict(row).items() if key != "raw"}, allow_nan=False)


def test_paperwork_has_counts_and_no_figures(world):
    row = next(row for row in world[3].rows if row.verdict is Verdict.PAPERWORK)
    assert row.uses > 0
    figures = ("expected", "lift", "lo", "hi", "shrunk", "wrong_sign", "smd", "quality", "crossover")
    assert all(getattr(row, name) is None for name in figures)
    assert row.sentence == (
        f"Used on {row.raw.deals_with} closed deals, {row.raw.wins_with} won. "
        "Sent when the customer has already decided. A high win rate says nothing."
    )


def test_tagged_paperwork_is_never_rated(world):
    facts = world[0]
    tagged = replace(facts, asset_is_paperwork=np.arange(20) == world[3].rows[0].asset_id)
    assert by_asset(build_report(tagged))[world[3].rows[0].asset_id].verdict is Verdict.PAPERWORK


def test_a_world_without_health_is_rated_without_a_quality(world):
    facts = world[0]
    empty = np.empty(0, np.int64)
    report = build_report(replace(facts, health_deal=empty, health_at=empty, health_level=empty))
    assert report.health_coverage == 0.0
    assert report.status is ReportStatus.OK
    assert all(row.smd is None and row.quality is None and row.health_gap is None for row in report.rows)
    assert any(row.lift is not None for row in report.rows)


def test_deals_of_two_pipelines_stand_side_by_side(world):
    facts = world[0]
    pipeline = np.arange(len(facts.deal_id)) % 2
    report = build_report(replace(facts, deal_pipeline=pipeline, pipeline_open_stages=np.array([5, 5])))
    assert report.deals == world[3].deals
    assert report.score.cuts.shape == (10, 4)


def test_rare_assets_keep_their_row_without_figures(world):
    facts, _, _, report = world
    # The first five uses of asset 4 only; a sixth asset is used on no deal at all.
    keep = (facts.usage_asset != 4) | (np.cumsum(facts.usage_asset == 4) <= 5)
    columns = {name: getattr(facts, name)[keep] for name in ("usage_deal", "usage_asset", "usage_at", "usage_is_use")}
    found = by_asset(build_report(replace(facts, **columns)))[4]
    assert found.uses <= 5
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert found.expected is None
    assert found.uses_needed >= 25
    assert len(report.rows) == 20


NOTHING = facts_of([], assets=0)
LONE = facts_of([won(40, uses=[(0, 1)], healths=[(0, 2)], amount=500, currency=3)])


def test_an_empty_library_has_an_empty_report():
    report = build_report(NOTHING)
    assert (report.deals, report.rows, report.left_out) == (0, (), ())
    assert report.status is ReportStatus.TOO_LITTLE_DATA
    assert (report.tau, report.health_coverage, report.score) == (0.02, 0.0, None)


def test_one_deal_is_too_little():
    report = build_report(LONE)
    assert (report.deals, report.wins, report.losses) == (1, 1, 0)
    (row,) = report.rows
    assert (row.asset_id, row.uses, row.won, row.lift) == (100, 1, 1, None)
    assert row.verdict is Verdict.NOT_ENOUGH_DATA
    assert row.explanation.startswith("Nothing can be said before 100 closed deals")


def test_every_asset_with_a_use_has_a_row_and_no_other():
    facts = facts_of([Deal(uses=[(1, 3)])], assets=4, loose_uses=[2], paperwork=[2])
    rows = by_asset(build_report(facts))
    assert set(rows) == {101, 102}
    assert rows[101].uses == 0
    assert rows[102].verdict is Verdict.PAPERWORK


def test_left_out_deals_are_told_apart():
    report = build_report(
        facts_of(
            [
                Deal(),
                won(30),
                won(30, uses=[(0, 29)]),
                won(30, uses=[(0, 31)]),
                won(30, stages=[], uses=[(0, 1)]),
                lost(30, uses=[(0, 1)]),
            ]
        )
    )
    assert {left.reason: left.deals for left in report.left_out} == {
        "still open": 1,
        "nothing used before it closed": 2,
        "used only in the week it closed": 1,
        "no stage history": 1,
    }
    assert (report.deals, report.losses) == (1, 1)


def test_raw_numbers_on_paper():
    report = build_report(
        facts_of(
            [
                won(30, uses=[(0, 1), (0, 5), (1, 2)], amount=10_000, currency=7),
                won(30, uses=[(0, 2)], amount=2_500, currency=8),
                won(30, stages=[], uses=[(0, 2)], amount=400, currency=7),  # left out of lift, not of plain counts
                won(None, opened=None, uses=[(0, 2)], amount=MISSING),
                lost(30, uses=[(0, 1)], amount=999, currency=7),
                won(30, uses=[(0, 33)], amount=50, currency=7),  # after the close
                lost(30),
                Deal(uses=[(0, 1)], amount=70, currency=7),
            ]
        )
    )
    raw = by_asset(report)[100].raw
    assert (raw.deals_with, raw.wins_with) == (5, 4)
    assert raw.win_rate_with == 0.8
    assert raw.win_rate_without == 0.5
    assert raw.influenced_minor == {7: 10_400, 8: 2_500}
    assert by_asset(report)[101].raw.win_rate_without == pytest.approx(4 / 6)


def test_hundreds_of_deals_without_any_attribute_are_rated():
    rng = np.random.default_rng(4)
    deals = []
    for _ in range(400):
        uses = [(int(asset), float(rng.uniform(0, 40))) for asset in rng.integers(0, 12, 4)]
        kind = won if rng.random() < 0.4 else lost
        deals.append(kind(float(rng.integers(45, 90)), uses=uses))
    report = build_report(facts_of(deals, assets=12))
    assert report.status is ReportStatus.OK
    assert all(row.lift is not None for row in report.rows)
