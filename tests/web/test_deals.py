"""Deals: own ones for reps, all for those who may, the one being worked on, and files of deals."""

from __future__ import annotations

import io

from tests.web.critic import Critic

FILE = b"deal,account,amount,currency,owner,stage\nN-1,Norvale Foods,12000,GBP,rita@tarnwell.example,Qualification\n"
BROKEN = FILE + b",Nameless,1,GBP,,\nN-3,Wrong Stage Ltd,5,GBP,,Verbal yes\n"


def upload(data: bytes) -> dict[str, object]:
    """The form as a browser sends it."""
    return {"file": (io.BytesIO(data), "deals.csv")}


def test_a_rep_sees_own_deals_only(rita: Critic):
    page = rita.open("/deals?whose=all")
    assert "Kestrel Dairies" in page.words
    assert "Sundal" not in page.words
    rita.open("/deals/2026/113", status=404)


def test_a_content_lead_sees_all(leo: Critic):
    assert "Sundal Seafood" in leo.open("/deals?whose=all&state=closed").words
    assert "Lost" in leo.open("/deals/2026/113").words


def test_the_deal_page_tells_stages_in_order(rita: Critic):
    page = rita.open("/deals/D-1")
    assert page.title == "Kestrel Dairies"
    assert page.texts("//ol[contains(@class, 'stays')]/li/h3") == ["Discovery", "Proposal", "Negotiation"]
    assert "€184,000" in page.words


def test_working_on_a_deal_shows_on_every_page_until_cleared(rita: Critic):
    rita.post("/deals/work-on", {"deal": "D-1", "back": "/deals"})
    bar = "//section[contains(@class, 'deal-bar')]"
    assert "Kestrel Dairies" in rita.open("/assets/against-fixpoint").text_of(bar)
    rita.post("/deals/stop-work", {})
    assert "No deal chosen" in rita.open("/").text_of(bar)


def test_nobody_works_on_a_strangers_deal(rita: Critic):
    assert rita.client.post("/deals/work-on", data={"deal": "2026/113"}).status_code == 404


def test_a_way_back_never_leads_to_another_site(rita: Critic):
    for back in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = rita.client.post("/deals/work-on", data={"deal": "D-1", "back": back})
        assert answer.location == "/", back
    rita.client.post("/deals/stop-work")


def test_a_dry_run_writes_nothing(leo: Critic):
    page = leo.post("/deals/import", upload(FILE), content_type="multipart/form-data")
    assert "Dry run: nothing is written yet" in page.words
    leo.open("/deals/N-1", status=404)


def test_an_import_says_what_it_did_and_refuses_by_line(leo: Critic):
    first = leo.post("/deals/import", upload(BROKEN), content_type="multipart/form-data")
    assert "2 rows refused" in first.words
    done = leo.post("/deals/import", {**first.form("/deals/import"), "write": "yes"})
    assert "Imported" in done.words
    assert leo.open("/deals/N-1").title == "Norvale Foods"
    again = leo.post("/deals/import", upload(FILE), content_type="multipart/form-data")
    assert "stands in the library already" in again.words


def test_a_file_that_is_none_is_refused_with_a_sentence(leo: Critic):
    page = leo.post("/deals/import", upload(b"\xff\xfe\x00nonsense"), content_type="multipart/form-data")
    assert page.response.status_code == 400
    assert page.tree.xpath("//*[@role='alert']")


def test_a_rep_cannot_import(rita: Critic):
    assert rita.client.get("/deals/import").status_code == 403
