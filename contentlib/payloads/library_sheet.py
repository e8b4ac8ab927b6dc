"""The library as a sheet: one CSV row per asset, out and in again; what comes back unchanged changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from contentlib.domain.errors import FieldError, InvalidInputError
from contentlib.domain.imports import RefusedRow
from contentlib.domain.library import SHEET_DAYS, SHEET_FIXED, SHEET_LISTS, SheetLine, SheetRow
from contentlib.payloads.csv_lines import decode, iter_rows, read_header
from contentlib.payloads.sheets import as_written, harmless

COLUMNS = ("slug", *SHEET_FIXED, "owner", *SHEET_LISTS, *SHEET_DAYS)
_BETWEEN = "; "
# The column that a file of refused rows has beside its own; brought in again, it says nothing.
_WHY = "refused because"
# A company's whole library is a few megabytes; what is larger is another file.
_MOST_MB = 20
_CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet as it was read: rows, those refused, columns that mean nothing here, and each row's cells by line."""

    rows: tuple[SheetRow, ...]
    refused: tuple[RefusedRow, ...]
    unknown: tuple[str, ...]
    header: tuple[str, ...]
    texts: dict[int, list[str]]

    def lines(self) -> list[SheetLine]:
        """Give each line with what it says, or why it cannot be read, in their order."""
        rows = {row.line: row for row in self.rows}
        reasons = {row.line: row.reason for row in self.refused}
        return [
            SheetLine(line=line, cells=tuple(cells), row=rows.get(line), reason=reasons.get(line, ""))
            for line, cells in self.texts.items()
        ]


def write_sheet(rows: Iterable[SheetRow]) -> Iterator[str]:
    """Give the sheet as CSV, piece by piece; text that a spreadsheet would run is kept as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number, row in enumerate(rows, start=1):
        cells = [row.slug, *(row.fixed[name] for name in SHEET_FIXED), row.owner or ""]
        cells += [_BETWEEN.join((row.words or {}).get(name, ())) for name in SHEET_LISTS]
        days = [(row.days or {}).get(name) for name in SHEET_DAYS]
        cells += [day.isoformat() if day is not None else "" for day in days]
        writer.writerow([harmless(cell) for cell in cells])
        if number % _CHUNK == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def read_sheet(data: bytes) -> Sheet:
    """Read a sheet; a row that cannot be read is refused by its line. InvalidInputError for what is no such sheet.

    A column that is missing says nothing of any asset; an empty cell says that there is none.
    """
    reader = csv.reader(io.StringIO(decode(data, most_mb=_MOST_MB), newline=""), strict=True)
    header = tuple(cell.lower() for cell in read_header(reader))
    if "slug" not in header or len(set(header)) < len(header):
        message = "The first line must name the columns, each once, “slug” among them."
        raise InvalidInputError(message, fields=(FieldError(field="file", message=message),))
    rows, refused = [], []
    texts: dict[int, list[str]] = {}
    seen: dict[str, int] = {}
    for line, cells in iter_rows(reader):
        texts[line] = [] if isinstance(cells, RefusedRow) else cells
        if isinstance(cells, RefusedRow):
            refused.append(cells)
            continue
        try:
            row = _row(dict(zip(header, map(as_written, cells), strict=True)), line)
            if (first := seen.setdefault(row.slug, line)) != line:
                raise ValueError(f"Line {first} tells of the same asset")
        except ValueError as error:
            told = str(error) if "zip()" not in str(error) else f"It has {len(cells)} cells, the header {len(header)}"
            refused.append(RefusedRow(line=line, reason=f"{told}."))
            continue
        rows.append(row)
    unknown = tuple(name for name in header if name and name not in {*COLUMNS, _WHY})
    return Sheet(rows=tuple(rows), refused=tuple(refused), unknown=unknown, header=header, texts=texts)


def refused_csv(sheet: Sheet, refused: Iterable[RefusedRow]) -> str:
    """Give the refused rows as they came, under their header, to be mended and brought in again."""
    return write_refused(sheet.header, ((sheet.texts.get(row.line, []), row.reason) for row in refused))


def write_refused(header: Sequence[str], rows: Iterable[tuple[Sequence[str], str]]) -> str:
    """Give rows, each with why it was refused, as they came under their header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*header, _WHY])
    for cells, reason in rows:
        writer.writerow([*cells, *[""] * (len(header) - len(cells)), reason])
    return out.getvalue()


def _row(cells: dict[str, str], line: int) -> SheetRow:
    given = {name: value.strip() for name, value in cells.items()}
    if not given["slug"]:
        raise ValueError("It names no asset: “slug” is empty")
    words = {
        name: tuple(dict.fromkeys(part.strip() for part in given[name].split(";") if part.strip()))
        for name in SHEET_LISTS
        if name in given
    }
    return SheetRow(
        line=line,
        slug=given["slug"],
        fixed={name: cells[name] for name in SHEET_FIXED if name in cells},
        owner=given.get("owner"),
        words=words,
        days={name: _day(name, given[name]) for name in SHEET_DAYS if name in given},
    )


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name}: “{text}” is not a day like 2027-03-01") from None
