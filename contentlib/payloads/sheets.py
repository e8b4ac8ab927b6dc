"""Cells of CSV files that people open in a spreadsheet: what it would run as a formula is kept as text, and back."""

from __future__ import annotations

import re
from typing import Any

# A spreadsheet takes a cell that begins with one of these as a formula; an apostrophe before it keeps it text.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_KEPT = re.compile(r"'+[=+\-@\t\r]")


def harmless(cell: Any) -> Any:
    """Give a cell as no spreadsheet runs it."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def as_written(cell: str) -> str:
    """Give a cell as it was before it was made harmless."""
    return cell[1:] if _KEPT.match(cell) else cell
