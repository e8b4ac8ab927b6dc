"""Reports for content leads: usage-to-close with the deals behind each row, and the searches that found nothing."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for

from contentlib.domain.counting import count
from contentlib.domain.people import Permission
from contentlib.domain.reports import UsageToClose, UsageToCloseLine, Verdict
from contentlib.payloads import reports as payloads
from contentlib.services import assets, reports, search_log
from contentlib.web.files import send_table
from contentlib.web.login import actor, requires
from contentlib.web.requests import library

room = Blueprint("reports", __name__)

CLOSED_SHOWN = 50
_TOP = 5


@room.get("/reports/usage-to-close")
@requires(Permission.SEE_REPORTS)
def usage_to_close() -> str:
    """Show the report, like for like or as raw counts."""
    with library().read(actor()) as reading:
        report = reports.usage_to_close(reading)
    head = {
        "report": report,
        "summary": _summary(report),
        "csv": url_for("reports.usage_to_close_csv"),
    }
    if request.args.get("tab") == "raw":
        closed = report.deals
        overall = report.wins / closed if closed else None
        by_title = sorted(report.rows, key=lambda row: row.title.casefold())
        return render_template("reports/raw.html", tab="raw", rows=by_title, overall=overall, **head)
    return render_template(
        "reports/usage_to_close.html",
        tab="like for like",
        label_counts=list(report.counts.items()),
        bands=_bands(report),
        left_out_total=sum(deals for _, deals in report.left_out),
        **head,
    )


def _summary(report: UsageToClose) -> list[tuple[str, bool]]:
    """Say in a sentence what the report found, in runs of plain and strong words; nothing where nothing was used."""
    if not report.rows:
        return []
    found = report.counts
    helps, review = found[Verdict.HELPS], found[Verdict.REVIEW]
    verb = "helps" if helps == 1 else "help"
    were = "was" if len(report.rows) == 1 else "were"
    runs = [("Of ", False), (count(len(report.rows), "asset"), True), (f" that {were} used on deals, ", False)]
    runs += [(f"{helps} {verb}", True) if helps else ("none can be said to help yet", True)]
    if review:
        runs += [(", ", False), (f"{review} should be looked at", True)]
    thin = found[Verdict.NOT_ENOUGH_DATA]
    need = "needs" if thin == 1 else "need"
    runs += [(f"; {thin} {need} more uses before anything can be said." if thin else ".", False)]
    return runs


def _bands(report: UsageToClose) -> list[tuple[str, list[UsageToCloseLine]]]:
    """Group the rows: ranks are bands, not places."""
    ranked = [row for row in report.rows if row.is_ranked]
    thin = [row for row in report.rows if not row.is_ranked and row.label is not Verdict.PAPERWORK]
    paperwork = [row for row in report.rows if row.label is Verdict.PAPERWORK]
    bands = [
        (f"Top {_TOP} of {len(ranked)}", ranked[:_TOP]),
        ("The others that can be compared", ranked[_TOP:]),
        ("Not enough data yet", thin),
        ("Paperwork, not rated", paperwork),
    ]
    return [(title, rows) for title, rows in bands if rows]


@room.get("/reports/usage-to-close.csv")
@requires(Permission.SEE_REPORTS)
def usage_to_close_csv() -> Response:
    """Serve the report as CSV."""
    with library().read(actor()) as reading:
        report = reports.usage_to_close(reading)
    return send_table(payloads.usage_to_close_csv(report), "usage-to-close.csv")


@room.get("/reports/usage-to-close/<asset>")
@requires(Permission.SEE_REPORTS)
def usage_to_close_row(asset: str) -> str:
    """Show the deals behind one row: closed ones, and open ones as they are now."""
    with library().read(actor()) as reading:
        behind = reports.row_behind(reading, asset)
        evidence = assets.get_page(reading, asset).evidence
    shown = len(behind.closed) if request.args.get("all") else CLOSED_SHOWN
    return render_template("reports/usage_to_close_row.html", behind=behind, evidence=evidence, shown=shown)


_ENDS = {"nothing": "nothing_found", "nowhere": "led_nowhere"}


@room.get("/reports/search-gaps")
@requires(Permission.SEE_REPORTS)
def search_gaps() -> str:
    """Show the words that found nothing or led nowhere, by how they ended and by stage."""
    with library().read(actor()) as reading:
        report = search_log.gaps(reading)
    end, stage = request.args.get("end", ""), request.args.get("stage", "")
    rows = [row for row in report.rows if not stage or stage in row.stages]
    if end in _ENDS:
        rows = [row for row in rows if getattr(row, _ENDS[end])]
    stages = sorted({name for row in report.rows for name in row.stages})
    return render_template(
        "reports/search_gaps.html",
        report=report,
        rows=rows,
        end=end if end in _ENDS else "",
        stages=[("", "Every stage"), *((name, name) for name in stages)],
        stage=stage,
    )


@room.get("/reports/search-gaps.csv")
@requires(Permission.SEE_REPORTS)
def search_gaps_csv() -> Response:
    """Serve the words that failed as CSV."""
    with library().read(actor()) as reading:
        report = search_log.gaps(reading)
    return send_table(payloads.search_gaps_csv(report), "search-gaps.csv")
