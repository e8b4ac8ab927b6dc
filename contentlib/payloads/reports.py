"""The shape of reports that go out: JSON values, CSV and plain text."""

from __future__ import annotations

import csv
import io
from typing import Any

from contentlib.domain.reports import VERDICT_LABELS, UsageToClose, UsageToCloseLine
from contentlib.domain.searches import SearchGap, SearchGaps
from contentlib.payloads.sheets import harmless

_COLUMNS = (
    "asset", "title", "kind", "label", "uses", "won", "expected", "lift", "lo", "hi", "shrunk", "wrong_sign", "smd",
    "quality", "crossover", "open_deals", "sentence",
)  # fmt: skip
_GAP_COLUMNS = (
    "words", "searches", "people", "nothing_found", "led_nowhere", "opened", "last_asked_at", "stages", "industries",
    "open_deals", "open_minor", "score",
)  # fmt: skip


def usage_to_close(report: UsageToClose) -> dict[str, Any]:
    """Give usage-to-close as plain values; fractions, None where nothing can be said."""
    return {
        "as_of": report.as_of.isoformat() if report.as_of else None,
        "deals": report.deals,
        "wins": report.wins,
        "losses": report.losses,
        "left_out": [{"reason": reason, "deals": deals} for reason, deals in report.left_out],
        "tau": report.tau,
        "health_coverage": report.health_coverage,
        "status": report.status.value,
        "rows": [_row(line) for line in report.rows],
    }


def _row(line: UsageToCloseLine) -> dict[str, Any]:
    row = {name: getattr(line, name) for name in _COLUMNS}
    return row | {"label": line.label.value, "raw": dict(line.raw)}


def usage_to_close_csv(report: UsageToClose) -> str:
    """Give usage-to-close as CSV, one row per asset; text that a spreadsheet would run is kept as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_COLUMNS, "win_rate_with", "win_rate_without"])
    for line in report.rows:
        row = _row(line)
        cells = [row[name] for name in _COLUMNS]
        cells += [line.raw.get("win_rate_with"), line.raw.get("win_rate_without")]
        writer.writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def usage_to_close_text(report: UsageToClose) -> str:
    """Give usage-to-close as lines for a terminal."""
    as_of = f"{report.as_of:%Y-%m-%d %H:%M} UTC" if report.as_of else "not computed yet"
    lines = [f"Usage-to-close as of {as_of}: {report.deals} closed deals with content, {report.wins} won."]
    lines += [f"Left out: {deals} deals, {reason}" for reason, deals in report.left_out]
    for line in report.rows:
        lines.append(f"\n{line.title} ({line.asset})\n  {VERDICT_LABELS[line.label]}. {line.sentence}")
    return "\n".join(lines)


def search_gaps(report: SearchGaps) -> dict[str, Any]:
    """Give the searches that failed as plain values; rates are fractions, None while nothing was asked."""
    return {
        "as_of": report.as_of.isoformat(),
        "days": report.days,
        "searches": report.searches,
        "nothing_found": report.nothing_found,
        "led_nowhere": report.led_nowhere,
        "opened": report.opened,
        "zero_result_rate": report.nothing_found / report.searches if report.searches else None,
        "rows": [_gap(gap) for gap in report.rows],
    }


def _gap(gap: SearchGap) -> dict[str, Any]:
    return {
        "words": gap.words,
        "searches": gap.searches,
        "people": gap.people,
        "nothing_found": gap.nothing_found,
        "led_nowhere": gap.led_nowhere,
        "opened": gap.opened,
        "last_asked_at": gap.last_asked_at.isoformat(),
        "stages": list(gap.stages),
        "industries": list(gap.industries),
        "open_deals": gap.open_deals,
        "open_minor": dict(gap.open_minor),
        "score": gap.score,
    }


def search_gaps_csv(report: SearchGaps) -> str:
    """Give the searches that failed as CSV, one row per words; several stages stand in one cell, parted by ";"."""
    out = io.StringIO()
    writer = csv.DictWriter(out, _GAP_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for gap in report.rows:
        row = _gap(gap)
        row["stages"], row["industries"] = "; ".join(gap.stages), "; ".join(gap.industries)
        row["open_minor"] = "; ".join(f"{currency} {amount}" for currency, amount in gap.open_minor.items())
        writer.writerow({name: harmless(cell) for name, cell in row.items()})
    return out.getvalue()


def search_gaps_text(report: SearchGaps) -> str:
    """Give the searches that failed as lines for a terminal."""
    ended = f"{report.nothing_found} found nothing, {report.led_nowhere} led nowhere"
    lines = [f"{report.searches} searches in {report.days} days: {ended}."]
    for gap in report.rows:
        failed = f"{gap.nothing_found} of {gap.searches} found nothing, {gap.led_nowhere} led nowhere"
        lines.append(f"\n{gap.words}\n  {failed}; {gap.people} people, last {gap.last_asked_at:%Y-%m-%d}.")
    return "\n".join(lines)
