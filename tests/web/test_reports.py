"""Usage-to-close on pages: what a rep did a minute ago stands among the row's open deals."""

from __future__ import annotations

import csv
import io

from tests.web.conftest import ONE_SHEETER, key
from tests.web.critic import Critic

ROW = f"/reports/usage-to-close/{ONE_SHEETER}"


def test_a_use_of_a_minute_ago_stands_among_the_open_deals(rita: Critic, leo: Critic):
    rita.post(f"/assets/{ONE_SHEETER}/download", {"deal": "D-1", "key": key("seen-by-leo")})
    page = leo.open(ROW)
    assert "Kestrel Dairies" in page.text_of("//*[@id='open']")
    assert "Not rated until they close" in page.text_of("//*[@id='open']")
    assert "Tarnwell Rounds" in leo.open("/reports/usage-to-close").words


def test_too_little_data_shows_no_figure(rita: Critic, leo: Critic):
    rita.post(f"/assets/{ONE_SHEETER}/download", {"deal": "D-1", "key": key("too-little")})
    page = leo.open("/reports/usage-to-close")
    assert "Too little data for any figure" in page.words
    assert not page.tree.xpath("//td[contains(@class, 'difference')]/strong")


def test_the_csv_holds_every_row(rita: Critic, leo: Critic):
    rita.post(f"/assets/{ONE_SHEETER}/download", {"deal": "D-1", "key": key("in-the-csv")})
    answer = leo.client.get("/reports/usage-to-close.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert ONE_SHEETER in {row["asset"] for row in rows}


def test_an_unknown_row_is_not_found(leo: Critic):
    leo.open("/reports/usage-to-close/nothing", status=404)
