"""CSV files as people send them: decoded, and their rows one by one with the line each begins on; it reads no meaning.

A row that cannot be read stops none of the others.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING

from contentlib.domain.errors import InvalidInputError
from contentlib.domain.imports import RefusedRow

if TYPE_CHECKING:
    from _csv import Reader

_MARK = b"\xef\xbb\xbf"


def decode(data: bytes, *, most_mb: int, encoding: str = "utf-8") -> str:
    """Give the text of a file of at most `most_mb` megabytes; a mark at its beginning says more than `encoding`.

    Raises InvalidInputError, naming the line that is not of the encoding.
    """
    if len(data) > most_mb * 1_000_000:
        raise InvalidInputError(f"The file is larger than {most_mb} MB. Split it and import the parts.")
    if data.startswith(_MARK):
        data, encoding = data[len(_MARK) :], "utf-8"
    if b"\0" in data and "16" not in encoding and "32" not in encoding:
        raise InvalidInputError("This is not a text file. Export it as CSV (UTF-8).")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        mend = "Export the file as CSV (UTF-8)." if encoding == "utf-8" else "Correct “encoding” in the mapping."
        raise InvalidInputError(f"Line {line} is not {encoding.upper()}. {mend}") from error


def read_header(reader: Reader) -> list[str]:
    """Give the cells of the first line; InvalidInputError when it cannot be read."""
    try:
        return [cell.strip() for cell in next(reader, [])]
    except csv.Error as error:
        raise InvalidInputError(f"The first line cannot be read: {error}.") from error


def iter_rows(reader: Reader, *, skipped: int = 0) -> Iterator[tuple[int, list[str] | RefusedRow]]:
    """Give the rows after the header, each with its line, counted with `skipped` lines before; empty ones are left out.

    In the place of a row that cannot be read stands its refusal.
    """
    while True:
        line = skipped + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield line, RefusedRow(line=line, reason=f"The row cannot be read: {error}.")
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells
