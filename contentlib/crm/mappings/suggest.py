"""A first mapping for a file of deals, guessed from its header and its first rows; people put it right and keep it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import PurePath

from contentlib.crm.mappings.mapping import DATE_FIELDS, DEAL_FIELDS
from contentlib.domain.assets import DEFAULT_DEAL_STAGES
from contentlib.domain.errors import InvalidInputError

# So many rows tell how a file writes its dates and numbers.
SAMPLE_ROWS = 2000
# A column with more different words is no list of outcomes or stages.
MOST_VALUES = 40

# What columns of a meaning are called in exports, in small letters and without signs; earlier names are surer.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "deal": ("dealid", "opportunityid", "recordid", "id", "deal", "opportunitynumber", "dealnumber", "crmid"),
    "account": ("accountname", "account", "company", "companyname", "organization", "organisation", "customer",
                "customername", "client", "clientname", "kunde", "firma"),
    "name": ("dealname", "opportunityname", "name", "title", "dealtitle", "opportunity", "subject"),
    "amount": ("amount", "dealamount", "value", "dealvalue", "revenue", "expectedrevenue", "total", "price", "betrag"),
    "currency": ("currency", "currencycode", "currencyisocode", "dealcurrencycode", "währung"),
    "industry": ("industry", "sector", "vertical", "branche"),
    "size": ("size", "companysize", "compsize", "numberofemployees", "employees", "segment"),
    "region": ("region", "territory", "country", "location", "land"),
    "owner": ("owneremail", "owner", "dealowner", "opportunityowner", "salesrep", "rep", "seller", "salesperson",
              "accountexecutive"),
    "opened_at": ("createdate", "createddate", "createdat", "created", "opened", "openedat", "opendate", "startdate",
                  "dealcreated", "addtime", "angelegt"),
    "closed_at": ("closedate", "closeddate", "closedat", "closed", "wontime", "losttime", "enddate", "abschluss"),
    "outcome": ("outcome", "status", "dealstatus", "result", "iswon", "won", "stagename", "dealstage"),
    "lost_reason": ("lostreason", "closedlostreason", "lossreason", "reasonlost", "reason"),
    "stage": ("stage", "dealstage", "stagename", "phase", "salesstage"),
}  # fmt: skip
_DATE_FORMS = (
    "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y", "%d/%m/%Y %H:%M", "%m/%d/%Y", "%m/%d/%Y %H:%M",
    "%m/%d/%Y, %I:%M %p", "%d-%m-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%Y/%m/%d", "%Y%m%d", "%d.%m.%y",
)  # fmt: skip
_WON = re.compile(r"\b(won|win|gewonnen|gagn[ée]e?|ganad[ao]|true|1|yes)\b")
_LOST = re.compile(r"\b(lost|lose|loss|verloren|perdue?|perdid[ao]|false|0|no)\b")


def suggest(data: bytes, *, file_name: str) -> str:
    """Write a mapping for a file of deals as TOML; raises InvalidInputError when it is no CSV, or names no columns."""
    text, encoding = _decode(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    delimiter = _delimiter(text)
    try:
        rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), SAMPLE_ROWS + 1))
    except csv.Error as fault:
        raise InvalidInputError(f"The file cannot be read as CSV: {fault}.") from fault
    header = [cell.strip() for cell in rows[0]] if rows else []
    if not any(header):
        raise InvalidInputError("The file has no first line that names its columns.")
    columns = {
        name: list(dict.fromkeys(row[index].strip() for row in rows[1:] if index < len(row) and row[index].strip()))
        for index, name in enumerate(header)
        if name and header.count(name) == 1
    }
    return _Suggestion(columns, file_name=file_name, delimiter=delimiter, encoding=encoding).write()


def _decode(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), "utf-16"
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("windows-1252", errors="replace"), "windows-1252"


def _delimiter(text: str) -> str:
    """Give the sign that parts the first line into most cells, quotes minded."""
    first = text.split("\n", 1)[0]
    return max(",;\t|", key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))


class _Suggestion:
    """One suggestion in the making; `columns` map each column to its different values, in the order of the file."""

    def __init__(self, columns: Mapping[str, list[str]], *, file_name: str, delimiter: str, encoding: str) -> None:
        self.columns, self.file_name = columns, file_name
        self.delimiter, self.encoding = delimiter, encoding
        self.found = self._match()

    def _match(self) -> dict[str, str]:
        plain = {re.sub(r"[\W_]+", "", column.casefold()): column for column in reversed(list(self.columns))}
        found: dict[str, str] = {}
        for name in DEAL_FIELDS:
            for word in _NAMES[name]:
                column = plain.get(word)
                if column is not None and column not in found.values() and self._fits(name, column):
                    found[name] = column
                    break
        return found

    def _fits(self, name: str, column: str) -> bool:
        values = self.columns[column]
        if name == "outcome":
            words = [value.casefold() for value in values]
            return len(words) <= MOST_VALUES and any(map(_WON.search, words)) and any(map(_LOST.search, words))
        if name == "amount":
            return bool(values) and all(re.search(r"\d", value) for value in values)
        return name not in DATE_FIELDS or not values or self._date_form(values) is not None

    def _date_form(self, values: Sequence[str]) -> str | None:
        """Give the one form that all dates have: empty for ISO 8601, None when there is none."""
        for form in ("", *_DATE_FORMS):
            try:
                for value in values:
                    datetime.strptime(value, form) if form else datetime.fromisoformat(value)  # noqa: DTZ007
            except ValueError:
                continue
            return form
        return None

    def write(self) -> str:
        """Write the suggestion."""
        lines = [f"# A first mapping of {self.file_name}: read it through, put it right, keep it.", "", "[file]"]
        lines.append(f"delimiter = {_quoted(self.delimiter)}")
        lines.append(f"encoding = {_quoted(self.encoding)}")
        lines += self._forms()
        lines += ["", "[columns]"]
        lines += [f"{name} = {_quoted(column)}" for name, column in self.found.items()]
        lines += [f"# {name} = " for name in DEAL_FIELDS if name not in self.found and name != "deal"]
        if "deal" not in self.found:
            stem = re.sub(r"[^a-z0-9]+", "-", PurePath(self.file_name).stem.lower()).strip("-") or "deal"
            lines += ["", "[templates]", "# No column holds an id; {#} is the number of the row, {Column} a cell."]
            lines.append(f'deal = "{stem}-{{#}}"')
        if "currency" not in self.found:
            lines += ["", "[constants]", '# currency = "EUR"']
        lines += self._values()
        unused = [column for column in self.columns if column not in self.found.values()]
        lines += ["", f"# Not read: {', '.join(_quoted(column) for column in unused)}"] if unused else []
        return "\n".join(lines) + "\n"

    def _forms(self) -> list[str]:
        dates = [self._date_form(self.columns[self.found[name]]) for name in DATE_FIELDS & self.found.keys()]
        forms = sorted({form for form in dates if form})
        lines = [f"dates = [{', '.join(map(_quoted, forms))}]"] if forms else ['# dates = ["%d.%m.%Y"]']
        amounts = self.columns[self.found["amount"]] if "amount" in self.found else []
        if any(re.search(r",\d{1,2}\D*\Z", value) for value in amounts):
            lines += ['decimal = ","', 'thousands = "."']
        elif any("," in value for value in amounts):
            lines += ['thousands = ","']
        return lines

    def _values(self) -> list[str]:
        lines: list[str] = []
        if column := self.found.get("outcome"):
            lines += ["", "[values.outcome]  # won, lost, or nothing while the deal is open"]
            for value in self.columns[column]:
                low = value.casefold()
                meaning = "lost" if _LOST.search(low) else "won" if _WON.search(low) else ""
                lines.append(f"{_quoted(value)} = {_quoted(meaning)}")
        if (column := self.found.get("stage")) and len(self.columns[column]) <= MOST_VALUES:
            known = {label.casefold(): label for _, label, _ in DEFAULT_DEAL_STAGES}
            lines += ["", f"[values.stage]  # one of {', '.join(known.values())}, or nothing"]
            lines += [
                f"{_quoted(value)} = {_quoted(known.get(value.casefold(), ''))}" for value in self.columns[column]
            ]
        column = self.found.get("owner")
        people = self.columns[column] if column else []
        if people and not all("@" in person for person in people):
            lines += ["", "[values.owner]  # an e-mail address each; nothing while it is not known"]
            lines += [f'{_quoted(person)} = ""' for person in people[:MOST_VALUES] if "@" not in person]
            lines += ['"*" = ""'] if len(people) > MOST_VALUES else []
        return lines


def _quoted(text: str) -> str:
    """Write a word as TOML does; its basic strings are JSON's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
