"""A suggestion is a mapping that holds, for whatever file it was written."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentlib.crm.mappings import mapping, suggest
from contentlib.domain.errors import InvalidInputError
from contentlib.payloads import rows

SALVIRT = Path(__file__).parents[2] / "data" / "deals" / "Salvirt_B2B_ML_dataset.csv"


def suggested(data: bytes) -> mapping.DealMapping:
    text = suggest.suggest(data, file_name="my deals.csv")
    return mapping.parse(tomllib.loads(text), name="suggested")


def test_columns_forms_and_values_are_guessed():
    file = (
        "Deal ID;Company;Deal Name;Betrag;Create Date;Close Date;Status;Deal Owner;Deal Stage;Mood\n"
        "1;Müller;Pump;1.234,50;01.02.2026;31.03.2026;Closed Won;Rita;Proposal;good\n"
        "2;Lark;;;13.02.2026;;Closed Lost;Sam;Demo;bad\n3;Kite;;10,00;14.02.2026;;Open;Sam;Demo;bad\n"
    )
    made = suggested(file.encode("windows-1252"))
    assert made.columns == {
        "deal": "Deal ID", "account": "Company", "name": "Deal Name", "amount": "Betrag", "owner": "Deal Owner",
        "opened_at": "Create Date", "closed_at": "Close Date", "outcome": "Status", "stage": "Deal Stage",
    }  # fmt: skip
    assert (made.delimiter, made.encoding, made.decimal, made.thousands) == (";", "cp1252", ",", ".")
    assert made.dates == ("%d.%m.%Y",)
    assert made.values["outcome"] == {"closed won": "won", "closed lost": "lost", "open": ""}
    assert made.values["stage"] == {"proposal": "Proposal", "demo": ""}
    assert made.values["owner"] == {"rita": "", "sam": ""}
    read = rows.read_deals(file.encode("windows-1252"), made)
    assert not read.refused
    assert [row.amount_minor for row in read.rows] == [123450, None, 1000]


def test_a_file_without_ids_is_numbered():
    made = suggested(SALVIRT.read_bytes())
    assert made.templates == {"deal": "my-deals-{#}"}
    read = rows.read_deals(SALVIRT.read_bytes(), made)
    assert (len(read.rows), read.refused, read.rows[0].deal) == (30, (), "my-deals-1")


def test_the_neutral_file_is_understood():
    header = ",".join(mapping.DEAL_FIELDS)
    file = f"{header}\nd1,Kite,Pump,10.5,EUR,Rail,Mid,DACH,rita@tarnwell.example,2026-01-02,,,,Proposal\n"
    made = suggested(file.encode())
    assert made.columns["deal"] == "deal"
    assert made.columns["opened_at"] == "opened_at"


def test_a_file_without_a_first_line_is_refused():
    with pytest.raises(InvalidInputError, match="no first line that names its columns"):
        suggested(b"\n1,2\n")


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=5), min_size=1, max_size=6))
def test_every_suggestion_holds(table: list[list[str]]):
    out = io.StringIO()
    csv.writer(out).writerows(table)
    try:
        text = suggest.suggest(out.getvalue().encode("utf-8", "replace"), file_name="x.csv")
    except InvalidInputError:
        return
    mapping.parse(tomllib.loads(text), name="suggested")
