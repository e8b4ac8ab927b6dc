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
from contentlib.domain.imports import DealRow, HealthRow, RefusedRow, RowForm, StageRow, UsageRow
from contentlib.domain.usage import Channel
from contentlib.payloads.csv_lines import decode, iter_rows, read_header

Row = TypeVar("Row")

# A file larger than this is no export of a CRM that a page should hold in memory.
_MOST_MB = 200
# Where a row's own number stands in a file of refused rows.
_NUMBER = "#"
# SQLite and PostgreSQL both hold amounts up to 9.2e18 minor units.
_LARGEST_MINOR = 9 * 10**18
# Ten to this is beyond that in any currency; 1e999999 would be written out digit by digit.
_LARGEST_EXPONENT = 18


def _instant(value: Any) -> Any:
    """Read ISO 8601; without a zone it is UTC, a day alone is its midnight."""
    if not isinstance(value, str):
        return value
    try:
        at = datetime.fromisoformat(value.strip())
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):  # a zone can push the first or the last day of the calendar over its edge
        raise ValueError(f"“{value}” is not a time like 2026-03-01T12:00:00Z") from None


def _amount(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        amount = Decimal(value.strip())
    except InvalidOperation:
        raise ValueError(f"“{value}” is not a number like 12000.50") from None
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"“{value}” is not an amount of 0 or more")
    if amount.adjusted() > _LARGEST_EXPONENT:
        raise ValueError("is too large")
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
    form: RowForm | None = None

    @property
    def total(self) -> int:
        """How many rows the file has."""
        return len(self.texts)

    def refused_csv(self, refused: Sequence[RefusedRow]) -> str:
        """Give the refused rows as CSV with the reason in a last column, to mend and import again the same way.

        Rows that are known by their number carry it in a first column.
        """
        out = io.StringIO()
        form, lines = self.form, list(self.texts)
        if form is not None and form.encoding != "utf-8":
            out.write("\ufeff")  # tells the next reader that this file is UTF-8, whatever the form says
        if form is not None:
            out.write("\n" * form.skip_lines)
        delimiter, quote = (form.delimiter, form.quote) if form is not None else (",", '"')
        writer = csv.writer(out, lineterminator="\n", delimiter=delimiter, quotechar=quote)
        is_numbered = form is not None and form.is_numbered and _NUMBER not in self.header
        writer.writerow([*[_NUMBER] * is_numbered, *self.header, "refused because"])
        for row in sorted(refused, key=lambda r: r.line):
            cells = list(self.texts.get(row.line, ()))
            number = [str(lines.index(row.line) + 1)] if is_numbered else []
            writer.writerow([*number, *cells, *[""] * (len(self.header) - len(cells)), row.reason])
        return out.getvalue()


def read_deals(data: bytes, form: RowForm | None = None) -> RowFile[DealRow]:
    """Read a file of deals, in the neutral shape or, with a form, in that one."""
    return _read(data, DealPayload, DealPayload.to_row, form)


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


def _read(
    data: bytes, model: type[_Model], to_row: Callable[[_Model, int], Row], form: RowForm | None = None
) -> RowFile[Row]:
    """Read CSV bytes; raises InvalidInputError when it is no CSV of its encoding with the columns that are needed."""
    encoding = form.encoding if form is not None else "utf-8"
    stream = io.StringIO(decode(data, most_mb=_MOST_MB, encoding=encoding), newline="")
    delimiter, quote = (form.delimiter, form.quote) if form is not None else (",", '"')
    skipped = form.skip_lines if form is not None else 0
    for _ in range(skipped):
        stream.readline()
    reader = csv.reader(stream, strict=True, delimiter=delimiter, quotechar=quote)
    header = read_header(reader)
    warnings = form.check(header) if form is not None else _check_neutral(header, model)
    rows, refused = [], []
    texts: dict[int, list[str]] = {}
    told = _Told()
    for line, cells in iter_rows(reader, skipped=skipped):
        texts[line] = [] if isinstance(cells, RefusedRow) else cells
        if isinstance(cells, RefusedRow):
            refused.append(cells)
            continue
        if len(cells) > len(header):
            refused.append(RefusedRow(line=line, reason=f"The row has {len(cells)} cells, the header {len(header)}."))
            continue
        try:
            filled = {name: cell for name, cell in zip(header, cells, strict=False) if cell.strip()}
            neutral = form.translate(filled, len(texts)) if form is not None else filled
            payload = model.model_validate(neutral)
            told.check(payload, line)
            rows.append(to_row(payload, line))
        except ValidationError as error:
            refused.append(RefusedRow(line=line, reason=explain(error)))
        except ValueError as error:  # a cell that the form cannot read, or a row at odds with an earlier one
            refused.append(RefusedRow(line=line, reason=f"{error}."))
    return RowFile(
        rows=tuple(rows),
        refused=tuple(refused),
        warnings=tuple(warnings),
        header=tuple(header),
        texts=texts,
        form=form,
    )


class _Told:
    """What the rows so far have told; two of one thing may not contradict each other.

    If they did, importing the file again would turn the one into the other, and back, for ever.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[object, ...], tuple[int, BaseModel]] = {}

    def check(self, payload: BaseModel, line: int) -> None:
        """Raise ValueError naming the column in which an earlier row says otherwise; an empty cell says nothing."""
        key = tuple(getattr(payload, name) for name in _KEYS.get(type(payload), ()))
        first_line, first = self._first.setdefault(key, (line, payload))
        for name in type(payload).model_fields if key else ():
            one, other = getattr(first, name), getattr(payload, name)
            if one is not None and other is not None and _folded(one) != _folded(other):
                raise ValueError(f"{name}: line {first_line} says otherwise of the same")


# A row tells of one thing; of usage there may be many alike.
_KEYS: Mapping[type[BaseModel], tuple[str, ...]] = {
    DealPayload: ("deal",),
    StagePayload: ("deal", "entered_at"),
    HealthPayload: ("deal", "at"),
}


def _folded(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def _check_neutral(header: Sequence[str], model: type[BaseModel]) -> list[Finding]:
    """Compare a file's first line with the neutral columns; raises InvalidInputError when one is missing or doubled."""
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
    return warnings


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
