"""Files of rows, UTF-8 CSV, read into typed rows; a bad row is refused by its line and costs no other row."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from contentlib.domain.deals import Outcome, minor_units
from contentlib.domain.errors import FieldError, InvalidInputError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.imports import DealRow, HealthRow, RefusedRow, StageRow, UsageRow
from contentlib.domain.usage import Channel

Row = TypeVar("Row")

# A file larger than this is no export of a CRM that a page should hold in memory.
LARGEST_FILE = 200_000_000
# SQLite and PostgreSQL both hold amounts up to 9.2e18 minor units.
_LARGEST_MINOR = 9 * 10**18


def _instant(value: Any) -> Any:
    """Read ISO 8601; without a zone it is UTC, a day alone is its midnight."""
    if not isinstance(value, str):
        return value
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError:
        raise ValueError(f"“{value}” is not a time like 2026-03-01T12:00:00Z") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _amount(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        amount = Decimal(value.strip())
    except InvalidOperation:
        raise ValueError(f"“{value}” is not a number like 12000.50") from None
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"“{value}” is not an amount of 0 or more")
    return amount


Text = Annotated[str, Field(max_length=300)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Amount = Annotated[Decimal, BeforeValidator(_amount)]


class _Payload(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class DealPayload(_Payload):
    """One row of a file of deals."""

    deal: Name
    account: Annotated[str, Field(max_length=200)] | None = None
    name: Text | None = None
    amount: Amount | None = None
    currency: Annotated[str, Field(pattern="^[A-Za-z]{3}$")] | None = None
    industry: Annotated[str, Field(max_length=120)] | None = None
    size: Annotated[str, Field(max_length=120)] | None = None
    region: Annotated[str, Field(max_length=120)] | None = None
    owner: Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    opened_at: Instant | None = None
    closed_at: Instant | None = None
    outcome: Outcome | None = None
    lost_reason: Text | None = None
    stage: Text | None = None

    @model_validator(mode="after")
    def _check(self) -> DealPayload:
        if self.closed_at and self.opened_at and self.closed_at < self.opened_at:
            raise ValueError("closed_at lies before opened_at")
        if self.amount is not None and minor_units(self.amount, self.currency or "") > _LARGEST_MINOR:
            raise ValueError("amount is too large")
        return self

    def to_row(self, line: int) -> DealRow:
        """Give the plain row."""
        values = self.model_dump(exclude={"amount", "currency"})
        currency = self.currency.upper() if self.currency else None
        minor = minor_units(self.amount, currency or "") if self.amount is not None else None
        return DealRow(line=line, amount_minor=minor, currency=currency, **values)


class StagePayload(_Payload):
    """One row of a file of deal stages."""

    deal: Name
    stage: Name
    entered_at: Instant

    def to_row(self, line: int) -> StageRow:
        """Give the plain row."""
        return StageRow(line=line, **self.model_dump())


class HealthPayload(_Payload):
    """One row of a file of deal health."""

    deal: Name
    at: Instant
    health: Annotated[int, Field(ge=0, le=3)]
    forecast_category: Text | None = None

    def to_row(self, line: int) -> HealthRow:
        """Give the plain row."""
        return HealthRow(line=line, **self.model_dump())


class UsagePayload(_Payload):
    """One row of a file of usage."""

    asset: Name
    deal: Text | None = None
    rep: Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
    occurred_at: Instant
    channel: Channel
    version: Annotated[int, Field(ge=1)] | None = None

    def to_row(self, line: int) -> UsageRow:
        """Give the plain row."""
        return UsageRow(line=line, **self.model_dump())


@dataclass(frozen=True, kw_only=True)
class RowFile(Generic[Row]):
    """A file of rows, read: good rows, refused ones by line, warnings, and each row's text by its line."""

    rows: tuple[Row, ...]
    refused: tuple[RefusedRow, ...]
    warnings: tuple[Finding, ...]
    header: tuple[str, ...]
    texts: Mapping[int, Sequence[str]]

    @property
    def total(self) -> int:
        """How many rows the file has."""
        return len(self.texts)

    def refused_csv(self, refused: Sequence[RefusedRow]) -> str:
        """Give the refused rows as CSV with the reason in a last column, to mend and import again."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*self.header, "refused because"])
        for row in sorted(refused, key=lambda r: r.line):
            cells = list(self.texts.get(row.line, ()))
            writer.writerow([*cells, *[""] * (len(self.header) - len(cells)), row.reason])
        return out.getvalue()


def read_deals(data: bytes) -> RowFile[DealRow]:
    """Read a file of deals in the neutral shape."""
    return _read(data, DealPayload, DealPayload.to_row)


def read_stages(data: bytes) -> RowFile[StageRow]:
    """Read a file of deal stages."""
    return _read(data, StagePayload, StagePayload.to_row)


def read_health(data: bytes) -> RowFile[HealthRow]:
    """Read a file of deal health."""
    return _read(data, HealthPayload, HealthPayload.to_row)


def read_usage(data: bytes) -> RowFile[UsageRow]:
    """Read a file of usage."""
    return _read(data, UsagePayload, UsagePayload.to_row)


_Model = TypeVar("_Model", bound=BaseModel)


def _read(data: bytes, model: type[_Model], to_row: Callable[[_Model, int], Row]) -> RowFile[Row]:
    """Read CSV bytes; raises InvalidInputError when it is no UTF-8 CSV with the columns that are needed."""
    reader = csv.reader(io.StringIO(_decode(data), newline=""), strict=True)
    header, warnings = _header(reader, model)
    rows, refused = [], []
    texts: dict[int, list[str]] = {}
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            texts[line] = []
            refused.append(RefusedRow(line=line, reason=f"The row cannot be read: {error}."))
            continue
        if cells is None:
            break
        if not any(cell.strip() for cell in cells):
            continue
        texts[line] = cells
        if len(cells) > len(header):
            refused.append(RefusedRow(line=line, reason=f"The row has {len(cells)} cells, the header {len(header)}."))
            continue
        try:
            filled = {name: cell for name, cell in zip(header, cells, strict=False) if cell.strip()}
            payload = model.model_validate(filled)
            rows.append(to_row(payload, line))
        except ValidationError as error:
            refused.append(RefusedRow(line=line, reason=explain(error)))
    return RowFile(
        rows=tuple(rows), refused=tuple(refused), warnings=tuple(warnings), header=tuple(header), texts=texts
    )


def _decode(data: bytes) -> str:
    if len(data) > LARGEST_FILE:
        raise InvalidInputError("The file is larger than 200 MB. Split it and import the parts.")
    if b"\0" in data:
        raise InvalidInputError("This is not a text file. Export it as CSV (UTF-8).")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InvalidInputError(f"Line {line} is not UTF-8. Export the file as CSV (UTF-8).") from error


def _header(reader: Any, model: type[BaseModel]) -> tuple[list[str], list[Finding]]:
    try:
        header = [cell.strip() for cell in next(reader, [])]
    except csv.Error as error:
        raise InvalidInputError(f"The first line cannot be read: {error}.") from error
    known = model.model_fields
    missing = [name for name, field in known.items() if field.is_required() and name not in header]
    if missing:
        raise InvalidInputError(
            f"The first line must name the columns. Missing: {', '.join(missing)}. Expected: {','.join(known)}.",
            fields=tuple(FieldError(field=name, message="This column is missing.") for name in missing),
        )
    twice = sorted({name for name in header if name in known and header.count(name) > 1})
    if twice:
        raise InvalidInputError(f"The first line names {', '.join(twice)} twice.")
    warnings = []
    for name in header:
        if name not in known:
            near = difflib.get_close_matches(name.lower(), known, n=1)
            warnings.append(
                Finding(
                    level=Level.WARNING,
                    code="extra-column",
                    message=f"The column “{name}” is not known and was ignored.",
                    mend=f"Did you mean “{near[0]}”?" if near else None,
                    nearest=near[0] if near else None,
                    line=1,
                )
            )
    return header, warnings


def explain(error: ValidationError) -> str:
    """Say in one sentence what is wrong with a row."""
    parts = []
    for fault in error.errors():
        where = ".".join(map(str, fault["loc"]))
        text = _plain(fault)
        parts.append(f"{where}: {text}" if where else text)
    return "; ".join(parts) + "."


def _plain(fault: Any) -> str:
    given, kind, context = fault.get("input"), fault["type"], fault.get("ctx", {})
    told = {
        "enum": f"“{given}” is none of {context.get('expected')}",
        "string_too_short": "is empty",
        "string_too_long": f"is longer than {context.get('max_length')} characters",
        "string_pattern_mismatch": f"“{given}” has not the form that is needed here",
        "missing": "is missing",
        "int_parsing": f"“{given}” is not a whole number",
        "less_than_equal": f"{given} is more than {context.get('le')}",
        "greater_than_equal": f"{given} is less than {context.get('ge')}",
    }
    return told.get(kind, str(fault["msg"]).removeprefix("Value error, "))
