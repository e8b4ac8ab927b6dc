"""The lines of a bar chart read as figures, and what bars cannot show of them; it draws nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from contentlib.domain.findings import Level

MOST_ROWS = 10
_FIGURE = re.compile(r"[-+−]?\d[\d  ,.’']*")
_MARK = re.compile(r"\s*(?:[-*+•●▪◦‣]|\d{1,3}[.)])\s+")
# A figure may hold a colon itself, as 10:30 does; the one before it has a space behind it.
_PARTS = (re.compile(r"(.*\S)\s*[:：]\s+(\S.*)\Z"), re.compile(r"(.*?\S)\s*[:：]\s*(\S.*)\Z"))
_ASIDE = re.compile(r"\([^)]*\)")
_SCALES = frozenset({"k", "m", "mn", "bn", "mio", "mrd", "tsd", "%"})


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of a chart: its label, its figure as written, and how long its bar is among the others'."""

    label: str
    figure: str
    size: float
    is_below_zero: bool
    unit: str


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong at a line of the block, counted from its first, or with all of it where `index` is None."""

    message: str
    mend: str
    index: int | None = None
    level: Level = Level.ERROR


def read_rows(lines: Sequence[str]) -> tuple[list[Row], list[Fault]]:
    """Read the lines of a block; with a fault of the level error there is nothing to draw."""
    rows: list[Row] = []
    faults: list[Fault] = []
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        row = _read_row(line)
        if row is None:
            message = f"“{line.strip()[:60]}” is no label with a figure in digits."
            faults.append(Fault(message=message, mend="Write it as - label: figure.", index=index))
            continue
        rows.append(row)
        if len(_FIGURE.findall(_ASIDE.sub("", row.figure))) > 1:
            message = f"“{row.figure[:40]}” holds more than one figure; its bar is as long as the first."
            mend = "Write one figure, and the others behind it in round brackets."
            faults.append(Fault(message=message, mend=mend, index=index, level=Level.WARNING))
    return rows, [*faults, *_faults_of(rows)] if not any(fault.level is Level.ERROR for fault in faults) else faults


def _faults_of(rows: list[Row]) -> list[Fault]:
    if not 2 <= len(rows) <= MOST_ROWS:
        message = f"The block “bars” holds two to ten lines “- label: figure”; this one holds {len(rows)}."
        mend = "Write another line." if len(rows) < 2 else "Put some of them into another block."
        return [Fault(message=message, mend=mend)]
    if not any(row.size for row in rows):
        return [
            Fault(message="Every figure of these bars is zero, so there is nothing to draw.", mend="Say it in words.")
        ]
    if len({row.is_below_zero for row in rows if row.size}) > 1:
        message = "Some of these figures are below zero and some above, and bars show only how large they are."
        return [Fault(message=message, mend="Write a table, or a block for each of the two.")]
    units = _differing_units(rows)
    if units:
        message = f"These figures stand in {' and '.join(units)}, and their bars are as long as the numbers alone."
        return [Fault(message=message, mend="Give all of them in the same unit.", level=Level.WARNING)]
    return []


def _read_row(line: str) -> Row | None:
    mark = _MARK.match(line)
    words = line[mark.end() if mark else 0 :].strip()
    found = next((match for pattern in _PARTS if (match := pattern.match(words))), None)
    number = _FIGURE.search(found[2]) if found else None
    size = _size(number[0]) if number else None
    if found is None or number is None or size is None:
        return None
    unit = f"{found[2][: number.start()]} {found[2][number.end() :]}".strip(" ~≈<>±.")
    is_below_zero = number[0][0] in "-−" and not found[2][: number.start()].strip()[-1:].isalnum()
    return Row(label=found[1], figure=found[2], size=size, is_below_zero=is_below_zero, unit=unit)


def _differing_units(rows: list[Row]) -> list[str]:
    """Name two units that do not go together; “day” and “days” do, and one unit may stand for all."""
    plain_ones = [row for row in rows if not any(map(str.isdigit, row.unit))]
    named = [(row.unit, _ASIDE.sub("", row.unit).strip().casefold()) for row in plain_ones]
    first = next(((unit, plain) for unit, plain in named if plain), ("", ""))
    for unit, plain in named:
        is_scaled = not plain and first[1] in _SCALES
        if is_scaled or (plain and not plain.startswith(first[1]) and not first[1].startswith(plain)):
            return [f"“{first[0]}”", f"“{unit}”" if unit else "no unit"]
    return []


def _size(figure: str) -> float | None:
    """Read a figure as its author wrote it: 1,500 and 1.234,5 hold thousands, 1,5 and 1.5 a fraction."""
    digits = re.sub(r"[\s’'+−-]", "", figure).rstrip(".,")
    if "," in digits and "." in digits:
        thousands = "," if digits.rindex(",") < digits.rindex(".") else "."
    elif digits.count(".") > 1 or re.search(r"\A[1-9]\d{0,2}(?:,\d{3})+\Z", digits):
        thousands = "." if "." in digits else ","
    else:
        thousands = ""
    try:
        size = float(digits.replace(thousands, "").replace(",", ".") if thousands else digits.replace(",", "."))
    except ValueError:
        return None
    return size if math.isfinite(size) else None
