"""Each key of a mapping does what the documentation says; what one says wrongly is named before anything is read."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contentlib.crm.mappings import mapping
from contentlib.domain.deals import Outcome
from contentlib.domain.errors import InvalidInputError
from contentlib.domain.imports import DealRow
from contentlib.payloads import rows
from contentlib.payloads.rows import RowFile

DOCS = Path(__file__).parents[3] / "docs" / "deals.md"
ID = '[columns]\ndeal = "Id"\n'


def parse(text: str) -> mapping.DealMapping:
    return mapping.parse(tomllib.loads(text), name="house.toml")


def read(text: str, file: str | bytes) -> RowFile[DealRow]:
    data = file.encode() if isinstance(file, str) else file
    return rows.read_deals(data, parse(text))


def only(text: str, file: str | bytes) -> DealRow:
    found = read(text, file)
    assert not found.refused
    (row,) = found.rows
    return row


# [file]


def test_delimiter_and_quote():
    row = only("[file]\ndelimiter = ';'\nquote = \"'\"\n" + ID + 'account = "Who"', "Id;Who\n1;'Kite; Co'\n")
    assert row.account == "Kite; Co"


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252", "utf-16", "utf-16-le"])
def test_encoding(encoding: str):
    text = f'[file]\nencoding = "{encoding}"\n' + ID + 'account = "Käufer"'
    assert only(text, "Id,Käufer\n1,Müller\n".encode(encoding)).account == "Müller"


def test_a_byte_order_mark_counts_more_than_the_mapping():
    text = '[file]\nencoding = "windows-1252"\n' + ID + 'account = "Käufer"'
    assert only(text, "Id,Käufer\n1,Müller\n".encode("utf-8-sig")).account == "Müller"


def test_a_file_of_another_encoding_is_refused_with_its_line():
    with pytest.raises(InvalidInputError, match="Line 2 is not UTF-8"):
        read(ID, b"Id\nM\xfcller\n")
    with pytest.raises(InvalidInputError, match=r"Line 2 is not ASCII\. Correct “encoding” in the mapping"):
        read('[file]\nencoding = "ascii"\n' + ID, b"Id\nM\xfcller\n")


def test_skip_lines():
    row = only("[file]\nskip_lines = 2\n" + ID, 'Report of "May"s\n\nId\n7\n')
    assert (row.deal, row.line) == ("7", 4)


@pytest.mark.parametrize(
    ("form", "amount", "minor"),
    [
        ("", "1234.5", 123450),
        ("", "€ 1234.50", 123450),
        ("thousands = ','", "$1,234.50", 123450),
        ("thousands = ','", "1234", 123400),
        ("decimal = ','", "1234,5", 123450),
        ("decimal = ','\nthousands = '.'", "1.234.567,89 €", 123456789),
        ("decimal = ','\nthousands = ' '", "1 234,50", 123450),
        ('thousands = "\'"', "1'234.50", 123450),
    ],
)
def test_decimal_and_thousands(form: str, amount: str, minor: int):
    text = f"[file]\ndelimiter = ';'\n{form}\n" + ID + 'amount = "Sum"'
    assert only(text, f"Id;Sum\n1;{amount}\n").amount_minor == minor


@pytest.mark.parametrize(("form", "amount"), [("decimal = ','\nthousands = '.'", "1.5"), ("", "1,500"), ("", "many")])
def test_a_number_of_another_form_is_refused_and_never_guessed(form: str, amount: str):
    found = read(f"[file]\ndelimiter = ';'\n{form}\n" + ID + 'amount = "Sum"', f"Id;Sum\n1;{amount}\n")
    assert not found.rows
    assert f"amount: “{amount}” is not a number like" in found.refused[0].reason


@pytest.mark.parametrize(
    ("form", "cell", "instant"),
    [
        ("", "2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("", "2026-03-01T12:30:00+02:00", datetime(2026, 3, 1, 10, 30, tzinfo=UTC)),
        ("dates = ['%d.%m.%Y']", "01.03.2026", datetime(2026, 3, 1, tzinfo=UTC)),
        ("dates = ['%d.%m.%Y', '%d.%m.%Y %H:%M']", "01.03.2026 12:30", datetime(2026, 3, 1, 12, 30, tzinfo=UTC)),
        ("timezone = 'Europe/Berlin'", "2026-07-01 12:30", datetime(2026, 7, 1, 10, 30, tzinfo=UTC)),
        ("timezone = 'Europe/Berlin'", "2026-07-01", datetime(2026, 7, 1, tzinfo=UTC)),
        ("timezone = 'Europe/Berlin'", "2026-07-01T12:30Z", datetime(2026, 7, 1, 12, 30, tzinfo=UTC)),
        ("dates = ['%d.%m.%Y']\ntimezone = 'Europe/Berlin'", "01.07.2026", datetime(2026, 7, 1, tzinfo=UTC)),
        (
            "dates = ['%d/%m/%y %I:%M %p']\ntimezone = 'America/New_York'", "01/03/26 12:30 PM",
            datetime(2026, 3, 1, 17, 30, tzinfo=UTC),
        ),
    ],
)  # fmt: skip
def test_dates_and_timezone(form: str, cell: str, instant: datetime):
    text = f"[file]\n{form}\n" + ID + 'opened_at = "Begun"'
    assert only(text, f"Id,Begun\n1,{cell}\n").opened_at == instant


def test_a_date_of_another_form_is_refused():
    found = read("[file]\ndates = ['%d.%m.%Y', '%Y%m%d']\n" + ID + 'opened_at = "Begun"', "Id,Begun\n1,2026-03-01\n")
    assert found.refused[0].reason == "opened_at: “2026-03-01” has not the form %d.%m.%Y or %Y%m%d."


def test_empty_cells():
    text = "[file]\nempty = ['-', 'N/A']\n" + ID + 'account = "Who"\nsize = "Size"'
    row = only(text, "Id,Who,Size\n1, n/a ,-\n")
    assert (row.account, row.size) == (None, None)


# fields


def test_columns_templates_and_constants():
    text = (
        '[columns]\naccount = "Who"\n[templates]\ndeal = "old-{#}"\nname = "{What} for {Who}"\n'
        '[constants]\ncurrency = "eur"\nopened_at = "2026-01-01"\n'
    )
    first, second = read(text, "Who,What\nKite,Pump\n,\nLark,\n").rows
    assert (first.deal, first.account, first.name, first.currency) == ("old-1", "Kite", "Pump for Kite", "EUR")
    assert (second.deal, second.name) == ("old-2", "for Lark")


def test_a_template_of_empty_cells_is_empty():
    text = ID + '[templates]\nname = "{What} for {Who}"\n'
    assert only(text, "Id,Who,What\n1,,\n").name is None


def test_value_maps_and_their_star():
    text = ID + (
        'outcome = "Stage"\nowner = "Rep"\n[values.outcome]\n"Closed Won" = "won"\n"Closed Lost" = "lost"\n"*" = ""\n'
        '[values.owner]\nRita = "rita@tarnwell.example"\n'
    )
    file = "Id,Stage,Rep\n1,closed WON,Rita\n2,Closed Lost,sam@tarnwell.example\n3,Demo,\n"
    assert [(row.outcome, row.owner) for row in read(text, file).rows] == [
        (Outcome.WON, "rita@tarnwell.example"), (Outcome.LOST, "sam@tarnwell.example"), (None, None),
    ]  # fmt: skip


def test_a_value_without_a_map_must_hold_itself():
    found = read(ID + 'outcome = "Stage"', "Id,Stage\n1,won\n2,Closed Won\n")
    assert [row.deal for row in found.rows] == ["1"]
    assert (found.refused[0].line, "outcome" in found.refused[0].reason) == (3, True)


def test_columns_that_are_not_read_are_named_once():
    (finding,) = read(ID, "Id,Mood,Weather\n1,good,fair\n").warnings
    assert finding.message == "The mapping does not read “Mood”, “Weather”."


# refusals


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[column]\ndeal = "Id"', "the key “column” is not known. Did you mean “columns”?"),
        (ID + 'acount = "Who"', "the key “columns.acount” is not known. Did you mean “columns.account”?"),
        ("[file]\ndelimeter = ';'\n" + ID, "“file.delimeter” is not known. Did you mean “file.delimiter”?"),
        ("[file]\ndelimiter = ';;'\n" + ID, "“file.delimiter” is to be one sign"),
        ("[file]\nencoding = 'utf-9'\n" + ID, "“utf-9” is no encoding"),
        ("[file]\nskip_lines = -1\n" + ID, "“file.skip_lines” is to be a number of lines"),
        ("[file]\nskip_lines = true\n" + ID, "“file.skip_lines” is to be a number of lines"),
        ("[file]\ndecimal = ','\nthousands = ','\n" + ID, "are the same sign"),
        ("[file]\ntimezone = 'Berlin'\n" + ID, "“Berlin” is no time zone"),
        ("[file]\ndates = 5\n" + ID, "“file.dates” is to be a list of words"),
        ("file = 5\n" + ID, "“file” is to be a table"),
        (ID + "account = ['a']", "“columns.account” is to be a word"),
        (ID + '[constants]\ndeal = "1"', "“deal” is to stand in one of [columns], [templates] and [constants]"),
        ('[columns]\naccount = "Who"', "“deal” is missing"),
        (ID + '[values.outcom]\na = "won"', "“values.outcom” is not known. Did you mean “values.outcome”?"),
        (ID + '[values]\noutcome = "won"', "“outcome” is to be a table"),
    ],
)
def test_what_a_mapping_says_wrongly_is_named(text: str, told: str):
    with pytest.raises(InvalidInputError, match=re.escape(told)):
        parse(text)


def test_a_column_that_the_file_does_not_have_is_named_with_the_nearest():
    with pytest.raises(
        InvalidInputError, match=r"column “Stauts”, which the file does not have. Did you mean “Status”\?"
    ):
        read(ID + 'outcome = "Stauts"', "Id,Status\n1,won\n")
    with pytest.raises(InvalidInputError, match="reads “name” from the column “What”"):
        read(ID + '[templates]\nname = "{What}"', "Id,Status\n1,won\n")


def test_a_column_that_stands_twice_is_refused():
    with pytest.raises(InvalidInputError, match="has the column “Id” twice"):
        read(ID, "Id,Id\n1,2\n")


def test_refused_rows_are_a_file_of_the_same_shape_with_their_numbers():
    text = (
        "[file]\ndelimiter = ';'\nencoding = 'windows-1252'\nskip_lines = 1\n[columns]\namount = 'Sum'\n"
        "account = 'Käufer'\n[templates]\ndeal = 'old-{#}'"
    )
    found = read(text, "Report\nSum;Käufer\n1;Kite\nmany;Müller\n3;Lark\n".encode("windows-1252"))
    assert [row.deal for row in found.rows] == ["old-1", "old-3"]
    again = found.refused_csv(found.refused).replace("many", "2")
    row = only(text, again.encode("utf-8"))
    assert (row.deal, row.account, row.amount_minor) == ("old-2", "Müller", 200)


# documentation


def test_the_example_of_the_documentation_holds_and_names_every_key():
    said = DOCS.read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", said, re.DOTALL)
    raw = tomllib.loads(example)
    assert mapping.parse(raw, name="example").delimiter == ";"
    assert raw.keys() == mapping._SECTIONS
    assert raw["file"].keys() == mapping._FILE_KEYS
    assert not [name for name in mapping.DEAL_FIELDS if not re.search(rf"\b{name}\b", said)]


def test_the_neutral_file_needs_no_mapping_and_others_are_looked_for(tmp_path: Path):
    assert mapping.load("contentlib") is None
    with pytest.raises(InvalidInputError, match="There is no mapping “salesfarce”"):
        mapping.load("salesfarce")
    with pytest.raises(InvalidInputError, match="cannot be opened"):
        mapping.load(str(tmp_path / "none.toml"))
    (tmp_path / "bad.toml").write_text("x = ")
    with pytest.raises(InvalidInputError, match="cannot be read"):
        mapping.load(str(tmp_path / "bad.toml"))
