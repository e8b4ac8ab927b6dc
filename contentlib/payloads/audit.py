"""The shape of the audit trail where it goes out: one CSV row per deed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from contentlib.domain.operations import AuditLine
from contentlib.payloads.sheets import harmless

_COLUMNS = ("at", "by", "deed", "subject", "about", "key", "detail")
_CHUNK = 500


def audit_csv(lines: Iterable[AuditLine]) -> Iterator[str]:
    """Give the trail as CSV, piece by piece; text that a spreadsheet would run is kept as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for number, line in enumerate(lines, start=1):
        cells = (line.at.isoformat(), line.by, line.deed, line.subject, line.about, line.key or "", tell(line))
        writer.writerow([harmless(cell) for cell in cells])
        if number % _CHUNK == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def tell(line: AuditLine) -> str:
    """Give what was noted beside a deed: "roles: rep, marketer; before: Decision"."""
    return "; ".join(f"{name.replace('_', ' ')}: {_value(value)}" for name, value in line.detail.items())


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_value(each)}" for name, each in value.items())
    return str(value)
