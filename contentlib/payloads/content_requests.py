"""Requests as rows of a CSV file; amounts stand there only where the list has them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from contentlib.domain.content_requests import RequestLine
from contentlib.payloads.sheets import harmless

_COLUMNS = ("request", "title", "status", "votes", "open_deals", "open_minor", "for", "by", "asked_at")


def requests_csv(lines: Sequence[RequestLine]) -> str:
    """Give requests as CSV, one row each; several amounts or words stand in one cell, parted by ";"."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for line in lines:
        amounts = "; ".join(f"{currency} {minor}" for minor, currency in line.amounts or ())
        row = (
            line.id, line.title, line.status.value, line.votes, line.deals, amounts, "; ".join(line.words), line.by,
            line.at.isoformat(),
        )  # fmt: skip
        writer.writerow([harmless(cell) for cell in row])
    return out.getvalue()
