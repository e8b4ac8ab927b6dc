"""What the columns of somebody's file of deals mean, from one TOML file; it reads cells, never files of deals.

A mapping turns a row of any file into a row of the neutral one, cell by cell; whether that row holds is decided where
the neutral rows are read.
"""

from __future__ import annotations

import codecs
import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contentlib.domain.errors import InvalidInputError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.imports import DealRow

NEUTRAL = "contentlib"
# The columns of the neutral file, in its order.
DEAL_FIELDS = tuple(
    "amount" if each.name == "amount_minor" else each.name for each in fields(DealRow) if each.name != "line"
)
DATE_FIELDS = frozenset({"opened_at", "closed_at"})
# The column that carries a row's number where the file was written by an import that refused rows.
NUMBER = "#"

_SECTIONS = frozenset({"file", "columns", "templates", "constants", "values"})
_FILE_KEYS = frozenset(
    {"delimiter", "encoding", "quote", "skip_lines", "decimal", "thousands", "dates", "timezone", "empty"}
)
_PLACE = re.compile(r"\{([^{}]+)\}")
_HAS_TIME = re.compile(r"%[HIXcs]")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


@dataclass(frozen=True, kw_only=True)
class DealMapping:
    """A mapping, checked. `columns`, `templates`, `constants` and `values` go by fields of the neutral file.

    Values are compared without case; the value `*` stands for every other one.
    """

    name: str
    columns: Mapping[str, str]
    templates: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    delimiter: str = ","
    encoding: str = "utf-8"
    quote: str = '"'
    skip_lines: int = 0
    decimal: str = "."
    thousands: str = ""
    dates: tuple[str, ...] = ()
    timezone: tzinfo = UTC
    empty: frozenset[str] = frozenset()

    @property
    def is_numbered(self) -> bool:
        """Tell whether deals are named by the number of their row."""
        return any(NUMBER in _PLACE.findall(text) for text in self.templates.values())

    def check(self, header: Sequence[str]) -> list[Finding]:
        """Compare with a file's first line; columns that nothing reads are named.

        Raises InvalidInputError when a column that is read is not there, or there twice.
        """
        read = {column: name for name, column in self.columns.items()}
        for name, text in self.templates.items():
            read |= {column: name for column in _PLACE.findall(text) if column != NUMBER}
        for column, name in read.items():
            if column not in header:
                near = _nearest(column, header)
                guess = f" Did you mean “{near}”?" if near else ""
                listed = ", ".join(f"“{each}”" for each in header[:40])
                raise InvalidInputError(
                    f"The mapping {self.name} reads “{name}” from the column “{column}”, which the file does not "
                    f"have.{guess} Its columns: {listed}."
                )
            if list(header).count(column) > 1:
                raise InvalidInputError(
                    f"The file has the column “{column}” twice; the mapping reads “{name}” from it."
                )
        unread = [column for column in header if column and column not in read and column != NUMBER]
        if not unread:
            return []
        message = f"The mapping does not read {', '.join(f'“{column}”' for column in unread)}."
        return [Finding(level=Level.NOTE, code="extra-column", message=message, line=1 + self.skip_lines)]

    def translate(self, cells: Mapping[str, str], number: int) -> dict[str, str]:
        """Give a row of the neutral file; `number` counts the rows from 1. Raises ValueError with a sentence."""
        row = {name: self._mean(name, self._raw(name, cells, number)) for name in DEAL_FIELDS}
        return {name: word for name, word in row.items() if word}

    def _raw(self, name: str, cells: Mapping[str, str], number: int) -> str:
        if name in self.columns:
            return self._filled(cells.get(self.columns[name], ""))
        template = self.templates.get(name)
        if template is None:
            return self.constants.get(name, "")
        wanted = [column for column in _PLACE.findall(template) if column != NUMBER]
        if wanted and not any(self._filled(cells.get(column, "")) for column in wanted):
            return ""
        own = (cells.get(NUMBER) or str(number)).strip()
        filled = _PLACE.sub(
            lambda place: own if place[1] == NUMBER else self._filled(cells.get(place[1], "")), template
        )
        return " ".join(filled.split())

    def _filled(self, cell: str) -> str:
        return "" if cell.strip().casefold() in self.empty else cell.strip()

    def _mean(self, name: str, word: str) -> str:
        values = self.values.get(name)
        if values is not None and word:
            word = values.get(word.casefold(), values.get("*", word))
        if not word or name in self.constants:
            return word
        if name == "amount":
            return self._number(word)
        return self._instant(word, name) if name in DATE_FIELDS else word

    def _number(self, word: str) -> str:
        """Read a number as the file writes them; signs of currencies and spaces do not count."""
        plain = re.sub(r"[\s\u00a0\u202f$€£¥₹₽₩]", "", word)
        mark, part = re.escape(self.thousands.strip()), re.escape(self.decimal)
        grouped = rf"\d{{1,3}}(?:{mark}\d{{3}})+|" if mark else ""
        if not re.fullmatch(rf"(?:{grouped}\d+)(?:{part}\d+)?", plain):
            example = f"1{self.thousands}234{self.decimal}50"
            raise ValueError(f"amount: “{word}” is not a number like {example}")
        return (
            plain.replace(self.thousands.strip(), "").replace(self.decimal, ".")
            if mark
            else plain.replace(self.decimal, ".")
        )

    def _instant(self, word: str, name: str) -> str:
        """Give a time in ISO 8601; a day without a time stays that day, whatever the zone."""
        for form in self.dates:
            try:
                at = datetime.strptime(word, form)  # noqa: DTZ007 - the mapping's zone is put to it below
            except ValueError:
                continue
            if at.tzinfo is None:
                at = at.replace(tzinfo=self.timezone if _HAS_TIME.search(form) else UTC)
            return at.isoformat()
        if self.dates:
            raise ValueError(f"{name}: “{word}” has not the form {' or '.join(self.dates)}")
        try:
            at = datetime.fromisoformat(word)
        except ValueError:
            return word  # named where neutral rows are read
        if at.tzinfo is None and not _ISO_DAY.match(word):
            at = at.replace(tzinfo=self.timezone)
        return at.isoformat()


def load(named: str) -> DealMapping | None:
    """Give the mapping that a person named: None for the neutral file, else that of a TOML file.

    Raises InvalidInputError when there is none, or when it does not hold.
    """
    if named == NEUTRAL:
        return None
    file = Path(named).expanduser()
    if not named.endswith(".toml"):
        raise InvalidInputError(f"There is no mapping “{named}”. Built in: {NEUTRAL}. Or name a .toml file.")
    try:
        raw = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as fault:
        raise InvalidInputError(f"The mapping {file} cannot be opened: {fault.strerror}.") from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InvalidInputError(f"The mapping {file.name} cannot be read: {fault}.") from fault
    return parse(raw, name=file.name)


def parse(raw: Mapping[str, Any], *, name: str) -> DealMapping:
    """Check what a mapping's TOML says; raises InvalidInputError that names the key."""
    return _Checker(name).mapping(raw)


class _Checker:
    """Turns what a TOML file says into a mapping and names what it should not say."""

    def __init__(self, name: str) -> None:
        self.name = name

    def mapping(self, raw: Mapping[str, Any]) -> DealMapping:
        self.only(raw, _SECTIONS, "")
        told = {key: self.table(raw, key) for key in _SECTIONS}
        self.only(told["file"], _FILE_KEYS, "file.")
        for section in ("columns", "templates", "constants", "values"):
            self.only(told[section], DEAL_FIELDS, section + ".")
        sources = [name for section in ("columns", "templates", "constants") for name in told[section]]
        for name in sources:
            if sources.count(name) > 1:
                self.refuse(f"“{name}” is to stand in one of [columns], [templates] and [constants]")
        if "deal" not in sources:
            self.refuse('“deal” is missing: name the column of its id, or deal = "deal-{#}" under [templates]')
        return DealMapping(
            name=self.name,
            columns=self.words(told["columns"], "columns"),
            templates=self.words(told["templates"], "templates"),
            constants=self.words(told["constants"], "constants"),
            values={
                name: {key.casefold(): word for key, word in self.words(self.table(told["values"], name), name).items()}
                for name in told["values"]
            },
            **self.file(told["file"]),
        )

    def file(self, told: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key in ("delimiter", "quote", "decimal"):
            if key in told:
                found[key] = self.sign(told[key], f"file.{key}")
        if "thousands" in told:
            found["thousands"] = self.sign(told["thousands"], "file.thousands") if told["thousands"] != "" else ""
        if found.get("thousands") == found.get("decimal", "."):
            self.refuse("“file.thousands” and “file.decimal” are the same sign")
        if "encoding" in told:
            found["encoding"] = self.encoding(told["encoding"])
        if "skip_lines" in told:
            found["skip_lines"] = told["skip_lines"]
            if (
                not isinstance(told["skip_lines"], int)
                or isinstance(told["skip_lines"], bool)
                or told["skip_lines"] < 0
            ):
                self.refuse("“file.skip_lines” is to be a number of lines")
        if "dates" in told:
            found["dates"] = tuple(self.list(told["dates"], "file.dates"))
        if "timezone" in told:
            try:
                found["timezone"] = ZoneInfo(str(told["timezone"]))
            except (ZoneInfoNotFoundError, ValueError, OSError):
                self.refuse(f"“{told['timezone']}” is no time zone", " Write it like Europe/Berlin.")
        if "empty" in told:
            found["empty"] = frozenset(word.strip().casefold() for word in self.list(told["empty"], "file.empty"))
        return found

    def encoding(self, value: Any) -> str:
        try:
            return codecs.lookup(str(value)).name
        except LookupError:
            self.refuse(f"“{value}” is no encoding", " Write it like utf-8, utf-16 or windows-1252.")

    def sign(self, value: Any, place: str) -> str:
        if not isinstance(value, str) or len(value) != 1:
            self.refuse(f"“{place}” is to be one sign")
        return value

    def list(self, value: Any, place: str) -> list[str]:
        rows = [value] if isinstance(value, str) else value
        if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows):
            self.refuse(f"“{place}” is to be a list of words")
        return list(rows)

    def words(self, table: Mapping[str, Any], place: str) -> dict[str, str]:
        for key, value in table.items():
            if isinstance(value, dict | list | bool):
                self.refuse(f"“{place}.{key}” is to be a word")
        return {key: str(value).strip() for key, value in table.items()}

    def table(self, raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = raw.get(key, {})
        if not isinstance(value, dict):
            self.refuse(f"“{key}” is to be a table of keys with values")
        return value

    def only(self, table: Mapping[str, Any], known: Iterable[str], place: str) -> None:
        names = list(known)
        for key in table:
            if key not in names:
                near = _nearest(key, names)
                guess = f" Did you mean “{place}{near}”?" if near else f" Known: {', '.join(sorted(names))}."
                self.refuse(f"the key “{place}{key}” is not known", guess)

    def refuse(self, what: str, more: str = "") -> NoReturn:
        raise InvalidInputError(f"The mapping {self.name} does not hold: {what}.{more}")


def _nearest(word: str, known: Sequence[str]) -> str | None:
    folded = {each.casefold(): each for each in known}
    found = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None
