"""Files of rows: what a spreadsheet or a CRM really writes is read, and what cannot be is refused by its line."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentlib.domain.deals import Outcome
from contentlib.domain.errors import InvalidInputError
from contentlib.domain.imports import DealRow
from contentlib.domain.usage import Channel
from contentlib.payloads import rows

HEADER = "deal,account,name,amount,currency,industry,size,region,owner,opened_at,closed_at,outcome,lost_reason,stage"


def deals(*lines: str, header: str = HEADER) -> rows.RowFile[DealRow]:
    return rows.read_deals("\n".join([header, *lines]).encode())


def one(header: str, line: str) -> DealRow:
    found = deals(line, header=header)
    assert not found.refused
    return found.rows[0]


def reasons(found: rows.RowFile) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in found.refused]


def test_a_whole_row_is_read_with_its_line():
    found = deals(
        "K-1,Kite & Co,Kite roll-out,12000.50,eur,Retail,Mid,North,kim@example.com,"
        "2026-01-05T09:00:00+02:00,2026-03-01,won,,"
    )
    assert found.rows == (
        DealRow(
            line=2, deal="K-1", account="Kite & Co", name="Kite roll-out", amount_minor=1_200_050, currency="EUR",
            industry="Retail", size="Mid", region="North", owner="kim@example.com",
            opened_at=datetime(2026, 1, 5, 7, tzinfo=UTC), closed_at=datetime(2026, 3, 1, tzinfo=UTC),
            outcome=Outcome.WON,
        ),
    )  # fmt: skip
    assert found.total == 1


def test_every_attribute_but_the_id_may_be_missing():
    assert one("deal", "K-1") == DealRow(line=2, deal="K-1")


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12000.50", "EUR", 1_200_050),
        ("12000.505", "EUR", 1_200_051),
        ("1500", "JPY", 1_500),
        ("1500.5", "JPY", 1_501),
        ("1.2345", "KWD", 1_235),
        ("12", "kwd", 12_000),
        ("0", "EUR", 0),
        ("1e3", "EUR", 100_000),
        ("12.5", "", 1_250),
    ],
)
def test_money_is_kept_in_the_minor_units_of_its_currency(amount: str, currency: str, minor: int):
    assert one("deal,amount,currency", f"K-1,{amount},{currency}").amount_minor == minor


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("not-a-number", "EUR"),
        ("-1", "EUR"),
        ("NaN", "EUR"),
        ("Infinity", "EUR"),
        ("1e999999", "EUR"),
        ("1e300", ""),
        ("99999999999999999999", "KWD"),
        ("12 000", "EUR"),
        ("12", "Euro"),
        ("12", "E1R"),
    ],
)
def test_an_amount_that_is_none_is_refused_by_its_line(amount: str, currency: str):
    found = deals(f"K-1,{amount},{currency}", header="deal,amount,currency")
    assert [row.line for row in found.refused] == [2]


@pytest.mark.parametrize(
    "at",
    [
        "yesterday",
        "01/02/2026",
        "2026-13-01",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59-05:00",
        "12",
        "2026-W99",
    ],
)
def test_a_time_that_is_none_is_refused_by_its_line(at: str):
    assert [line for line, _ in reasons(deals("K-1,2026-01-01", f"K-2,{at}", header="deal,opened_at"))] == [3]


def test_a_deal_that_closes_before_it_opens_is_refused():
    found = deals("K-1,2026-03-01,2026-01-01", header="deal,opened_at,closed_at")
    assert reasons(found) == [(2, "closed_at lies before opened_at.")]


def test_a_refused_row_costs_no_other_and_is_told_by_the_line_it_starts_on():
    found = deals('K-1,"two\nlines"', "K-2,x,too,many", 'K-3,"third', 'on two lines"', "", "K-4,", header="deal,name")
    assert [(row.deal, row.line) for row in found.rows] == [("K-1", 2), ("K-3", 5), ("K-4", 8)]
    assert reasons(found) == [(4, "The row has 4 cells, the header 2.")]
    assert found.total == 4


def test_every_fault_of_a_row_is_told():
    found = deals("K-1,no,maybe,x", header="deal,amount,outcome,owner")
    ((_, reason),) = reasons(found)
    assert "amount: “no” is not a number" in reason
    assert "outcome: “maybe” is none of" in reason
    assert "owner: “x” has not the form" in reason


def test_a_quote_that_never_closes_is_told_by_its_line():
    found = deals("K-1,fine", 'K-2,"never closed', "K-3,lost", header="deal,name")
    assert [row.deal for row in found.rows] == ["K-1"]
    assert [line for line, _ in reasons(found)] == [3]


def test_extra_columns_are_ignored_with_a_warning_that_names_the_nearest():
    found = deals("K-1,x,y", header="deal,acount,colour of the sky")
    assert [(w.level.value, w.nearest) for w in found.warnings] == [("warning", "account"), ("warning", None)]
    assert found.rows == (DealRow(line=2, deal="K-1"),)


def test_two_rows_that_contradict_each_other_are_told():
    found = deals("K-1,Kite,", "K-2,Lark,5", "K-1,KITE,7", "K-1,Crow,7", header="deal,account,amount")
    assert [(row.deal, row.line) for row in found.rows] == [("K-1", 2), ("K-2", 3), ("K-1", 4)]
    assert reasons(found) == [(5, "account: line 2 says otherwise of the same.")]


def test_two_stages_at_one_moment_contradict_each_other():
    found = rows.read_stages(
        b"deal,stage,entered_at\nK-1,Discovery,2026-01-01\nK-1,Proposal,2026-01-01T00:00:00Z\nK-1,discovery,2026-01-01\n"
    )
    assert [row.line for row in found.rows] == [2, 4]
    assert [row.line for row in found.refused] == [3]


def test_health_is_0_to_3():
    found = rows.read_health(
        b"deal,at,health\nK-1,2026-01-01,3\nK-1,2026-01-02,4\nK-1,2026-01-03,\nK-1,2026-01-04,2.5\n"
    )
    assert [row.line for row in found.rows] == [2]
    assert [row.line for row in found.refused] == [3, 4, 5]


def test_usage_names_a_channel_and_may_leave_deal_and_version_empty():
    found = rows.read_usage(
        b"asset,deal,rep,occurred_at,channel,version\na,,r@x.example,2026-01-01,shared,\na,K-1,r@x.example,2026-01-01,sent,1\n"
    )
    assert [(row.channel, row.deal, row.version) for row in found.rows] == [(Channel.SHARED, None, None)]
    assert [row.line for row in found.refused] == [3]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "Missing: deal"),
        (b"account\nKite\n", "Missing: deal"),
        (b"deal,deal\nK,K\n", "deal twice"),
        ("deal\nK\n".encode("utf-16"), "not a text file"),
        (b"\xff\xfe", "Line 1 is not UTF-8"),
        (b"deal\nK-1\nK\xe9-2\n", "Line 3 is not UTF-8"),
        (b"PK\x03\x04\0\0", "not a text file"),
    ],
)
def test_what_is_no_file_of_rows_is_refused_whole(data: bytes, told: str):
    with pytest.raises(InvalidInputError, match=told):
        rows.read_deals(data)


def test_a_spreadsheets_byte_order_mark_and_line_ends_are_no_matter():
    data = b"\xef\xbb\xbfdeal,name\r\nK-1,One\r\nK-2,Two\r\n"
    assert [(row.deal, row.name) for row in rows.read_deals(data).rows] == [("K-1", "One"), ("K-2", "Two")]
    assert [row.deal for row in rows.read_deals(data.replace(b"\r\n", b"\r")).rows] == ["K-1", "K-2"]


def test_refused_rows_are_kept_with_their_reason_and_can_be_mended_and_read_again():
    found = deals("K-1,5,EUR", "K-2,five,EUR", header="deal,amount,currency")
    kept = list(csv.reader(io.StringIO(found.refused_csv(found.refused))))
    assert kept == [
        ["deal", "amount", "currency", "refused because"],
        ["K-2", "five", "EUR", found.refused[0].reason],
    ]
    mended = found.refused_csv(found.refused).replace("five,", "5,").encode()
    assert [row.amount_minor for row in rows.read_deals(mended).rows] == [500]


@given(st.binary(max_size=400))
def test_no_bytes_whatever_are_a_fault(data: bytes):
    for read in (rows.read_deals, rows.read_stages, rows.read_health, rows.read_usage):
        try:
            found = read(data)
        except InvalidInputError:
            continue
        assert len(found.rows) + len(found.refused) == found.total


CELLS = st.text(max_size=30) | st.sampled_from(
    ["1e999999", "-0", "2026-01-01", "0001-01-01T00:00+23:59", "won", "\x00", "=1+1"]
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=14), max_size=5))
def test_no_cells_whatever_are_a_fault(lines: list[list[str]]):
    out = io.StringIO()
    csv.writer(out).writerows([HEADER.split(","), *lines])
    try:
        found = rows.read_deals(out.getvalue().encode("utf-8", "surrogatepass"))
    except InvalidInputError:
        return
    assert len(found.rows) + len(found.refused) == found.total
    found.refused_csv(found.refused)
