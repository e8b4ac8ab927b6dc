"""The shape of the audit trail where it goes out: one CSV row per deed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

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
    return _join(line.detail)


def tell_apart(line: AuditLine) -> tuple[str, str]:
    """Give what a person reads of what was noted, and what is kept to take the deed back: states before, rows by id."""
    kept = {name: value for name, value in line.detail.items() if _is_kept(value)}
    return _join({name: value for name, value in line.detail.items() if name not in kept}), _join(kept)


def _is_kept(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, int) for each in value))


def _join(detail: Mapping[str, object]) -> str:
    return "; ".join(f"{name.replace('_', ' ')}: {_value(value)}" for name, value in detail.items())


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    if isinstance(value, dict):
        named = ((name, each) for name, each in value.items() if each not in (None, "", []))
        return ", ".join(f"{name.replace('_', ' ')} {_value(each)}" for name, each in named)
    return str(value)
