"""Reports: figures are computed from deals and usage by a job and read from rows; what is open is read live."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contentlib.domain.deals import stage_at
from contentlib.domain.people import Permission
from contentlib.domain.reports import DealBehind, ReportStatus, RowBehind, UsageToClose, UsageToCloseLine, Verdict
from contentlib.services import deals as deal_services
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.stats.report import UsageToCloseReport, UsageToCloseRow
from contentlib.stats.usage_to_close import build_report
from contentlib.storage import jobs
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import deals as deal_queries
from contentlib.storage.queries import operations as operations_queries
from contentlib.storage.queries import reports as queries
from contentlib.storage.queries import usage as usage_queries
from contentlib.storage.queries import usage_to_close as facts_queries
from contentlib.storage.tables import Asset, AssetLift

# Every report by name, with its title; cli/reports.py knows the shapes they go out in.
REPORTS = {
    "usage-to-close": "Usage-to-close",
    "search-gaps": "Searches that found nothing",
}


@dataclass(frozen=True, kw_only=True)
class RatedUsage:
    """Freshly computed figures, ready to be written."""

    as_of: datetime
    report: UsageToCloseReport
    currencies: tuple[str, ...]


def prepare_rating(reading: UnitOfWork) -> RatedUsage:
    """Compute usage-to-close from all deals and usage; writes nothing."""
    as_of = reading.now
    facts, currencies = facts_queries.read_facts(reading.session)
    return RatedUsage(as_of=as_of, report=build_report(facts), currencies=currencies)


def record_rating(uow: UnitOfWork, rated: RatedUsage) -> None:
    """Put freshly computed figures in the place of the old ones."""
    queries.replace_lifts(uow.session, as_of=rated.as_of, summary=summary_of(rated), lifts=lift_columns(rated))


def summary_of(rated: RatedUsage) -> dict[str, Any]:
    """Give the totals of a computation as they are stored."""
    report = rated.report
    return {
        "status": report.status.value,
        "deals": report.deals,
        "wins": report.wins,
        "losses": report.losses,
        "left_out": [{"reason": row.reason, "deals": row.deals} for row in report.left_out],
        "tau": report.tau,
        "tau_assets": report.tau_assets,
        "health_coverage": report.health_coverage,
    }


def lift_columns(rated: RatedUsage) -> list[dict[str, Any]]:
    """Give the figures of each asset as the columns of its stored row."""
    return [_lift_columns(row, rated.currencies) for row in rated.report.rows]


def _lift_columns(row: UsageToCloseRow, currencies: tuple[str, ...]) -> dict[str, Any]:
    raw = row.raw
    return {
        "asset_id": row.asset_id,
        "label": row.verdict.value,
        "uses": row.uses,
        "won": row.won,
        "expected": row.expected,
        "lift": row.lift,
        "lo": row.lo,
        "hi": row.hi,
        "shrunk": row.shrunk,
        "wrong_sign": row.wrong_sign,
        "smd": row.smd,
        "quality": row.quality.value if row.quality else None,
        "crossover": row.crossover,
        "health_gap": row.health_gap,
        "uses_needed": row.uses_needed,
        "evidence": row.evidence,
        "explanation": row.explanation,
        "raw": {
            "deals_with": raw.deals_with,
            "wins_with": raw.wins_with,
            "win_rate_with": raw.win_rate_with,
            "win_rate_without": raw.win_rate_without,
            "influenced_minor": {
                currencies[code] if code >= 0 else "": amount for code, amount in sorted(raw.influenced_minor.items())
            },
        },
    }


def usage_to_close(reading: UnitOfWork) -> UsageToClose:
    """Give the report: rated figures as of their run, open deals as they are now; every asset with a use has a row."""
    reading.require(Permission.SEE_REPORTS)
    lifts = queries.lifts_by_asset(reading.session)
    open_deals = usage_queries.open_deals_by_asset(reading.session)
    assets = asset_queries.list_by_ids(reading.session, sorted(set(lifts) | set(open_deals)))
    rows = [_line(asset, lifts.get(id_), open_deals.get(id_, 0)) for id_, asset in assets.items()]
    run = queries.find_run(reading.session, queries.USAGE_TO_CLOSE)
    summary = run.summary if run else {}
    return UsageToClose(
        as_of=run.as_of if run else None,
        status=ReportStatus(summary.get("status", ReportStatus.TOO_LITTLE_DATA)),
        deals=summary.get("deals", 0),
        wins=summary.get("wins", 0),
        losses=summary.get("losses", 0),
        left_out=tuple((row["reason"], row["deals"]) for row in summary.get("left_out", ())),
        tau=summary.get("tau", 0.02),
        tau_assets=summary.get("tau_assets", 0),
        health_coverage=summary.get("health_coverage", 0.0),
        rows=tuple(sorted(rows, key=_rank)),
        is_made_up=operations_queries.is_made_by_demo(reading.session),
        is_stale=jobs.is_pending(reading.session, jobs.JobKind.RATE_USAGE, 0),
    )


def _rank(line: UsageToCloseLine) -> tuple[float, int, str]:
    """Order by shrunk lift, best first; those without one last, by uses."""
    return (-line.shrunk if line.shrunk is not None else math.inf, -line.uses, line.asset)


def _line(asset: Asset, lift: AssetLift | None, open_deals: int) -> UsageToCloseLine:
    if lift is None:  # used for the first time since the last run
        return UsageToCloseLine(
            asset=asset.slug,
            title=asset.title,
            kind=asset.kind.slug,
            kind_label=asset.kind.label,
            label=Verdict.PAPERWORK if asset.kind.is_paperwork else Verdict.NOT_ENOUGH_DATA,
            uses=0,
            won=0,
            expected=None,
            lift=None,
            lo=None,
            hi=None,
            shrunk=None,
            wrong_sign=None,
            smd=None,
            quality=None,
            crossover=None,
            uses_needed=30,
            evidence="",
            explanation="Used only on open deals so far.",
            open_deals=open_deals,
            raw={"win_rate_with": None, "win_rate_without": None, "influenced_minor": {}},
        )
    return UsageToCloseLine(
        asset=asset.slug,
        title=asset.title,
        kind=asset.kind.slug,
        kind_label=asset.kind.label,
        label=Verdict(lift.label),
        uses=lift.uses,
        won=lift.won,
        expected=lift.expected,
        lift=lift.lift,
        lo=lift.lo,
        hi=lift.hi,
        shrunk=lift.shrunk,
        wrong_sign=lift.wrong_sign,
        smd=lift.smd,
        quality=lift.quality,
        crossover=lift.crossover,
        uses_needed=lift.uses_needed,
        evidence=lift.evidence,
        explanation=lift.explanation,
        open_deals=open_deals,
        raw=lift.raw,
    )


def row_behind(reading: UnitOfWork, slug: str) -> RowBehind:
    """Give the deals behind an asset's row: closed ones as rated, open ones as they are now."""
    reading.require(Permission.SEE_REPORTS)
    asset = asset_queries.get_by_slug(reading.session, slug)
    lift = queries.lifts_by_asset(reading.session, [asset.id]).get(asset.id)
    used = usage_queries.first_uses_on_asset(reading.session, asset.id)
    deals = deal_queries.list_by_ids(reading.session, [deal_id for deal_id, _, _ in used])
    behind = []
    for deal_id, first_at, uses in used:
        deal = deals[deal_id]
        then = stage_at(deal_services.stage_history(deal), first_at)
        behind.append(
            DealBehind(
                id=deal.external_id,
                account=deal.account.name if deal.account else deal.name,
                owner=deal.owner.name if deal.owner else None,
                amount_minor=deal.amount_minor,
                currency=deal.currency,
                outcome=deal.outcome.value if deal.outcome else None,
                closed_at=deal.closed_at,
                first_used_at=first_at,
                stage=then.label if then else None,
                stage_now=deal.stage.label if deal.stage else None,
                uses=uses,
            )
        )
    run = queries.find_run(reading.session, queries.USAGE_TO_CLOSE)
    open_count = sum(deal.outcome is None for deal in behind)
    return RowBehind(
        line=_line(asset, lift, open_count),
        closed=tuple(deal for deal in behind if deal.outcome is not None),
        open=tuple(deal for deal in behind if deal.outcome is None),
        as_of=run.as_of if run else None,
    )
