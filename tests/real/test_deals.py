"""Deals without ids, dates and amounts come in by a mapping and are kept; the report says why it rates none of them."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from contentlib.domain.deals import Outcome
from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.payloads import rows
from contentlib.services import deal_imports, reports
from contentlib.storage.tables import Deal

FILE = "Salvirt_B2B_ML_dataset.csv"
MAPPING = Path(__file__).parents[1] / "data" / "deals" / "salvirt.toml"


def test_deals_of_any_shape_come_in_and_are_kept(library: Library, real_data: Path):
    data = (real_data / "deals" / FILE).read_bytes()
    lines = data.decode("utf-8-sig").splitlines()
    read = rows.read_deals(data, deal_imports.find_form(str(MAPPING)))
    assert not read.refused

    first = library.import_rows(OPERATOR, deal_imports.import_deals, read.rows)
    again = library.import_rows(OPERATOR, deal_imports.import_deals, read.rows)
    assert (first.created, first.refused) == (len(lines) - 1, ())
    assert (again.created, again.changed, again.unchanged) == (0, 0, len(lines) - 1)

    with library.read(OPERATOR) as reading:
        kept = list(reading.session.scalars(sa.select(Deal)))
    won = sum(deal.outcome is Outcome.WON for deal in kept)
    print(f"{len(kept)} deals kept, {won} won")
    assert won == sum(line.endswith('"Won"') for line in lines)
    assert {deal.outcome for deal in kept} == {Outcome.WON, Outcome.LOST}
    assert {(deal.opened_at, deal.closed_at, deal.amount_minor) for deal in kept} == {(None, None, None)}


def test_usage_to_close_says_why_they_are_left_out(library: Library, real_data: Path):
    read = rows.read_deals((real_data / "deals" / FILE).read_bytes(), deal_imports.find_form(str(MAPPING)))
    library.import_rows(OPERATOR, deal_imports.import_deals, read.rows)
    library.rate_usage()
    with library.read(OPERATOR) as reading:
        report = reports.usage_to_close(reading)
        deals = reading.session.scalar(sa.select(sa.func.count()).select_from(Deal))
    assert deals
    assert report.left_out == (("no opening date", deals),)
