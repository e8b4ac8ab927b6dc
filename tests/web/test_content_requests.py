"""Requests in pages: from a search that found nothing to an answer; what is alike is offered, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

from tests.web.conftest import ONE_SHEETER
from tests.web.critic import Critic
from tests.web.test_feedback import undo

ENTER = Callable[[str | None], Critic]


def test_a_search_that_found_nothing_becomes_a_request_that_is_delivered(as_person: ENTER):
    rita, sam, leo = as_person("rita"), as_person("sam"), as_person("leo")
    assert "Nothing is asked for yet" in rita.open("/requests").words
    nothing = rita.open("/?q=xylophone+tuning&kind=deck&stage=decision")
    (address,) = nothing.tree.xpath("//a[normalize-space()='Request this content']/@href")
    form = rita.open(address).form("/requests")
    assert (form["title"], form["kind"], form["stage"]) == ("xylophone tuning", "deck", "decision")
    refused = rita.post("/requests", {**form, "title": " ", "wish": "For the <finale>."})
    assert refused.response.status_code == 422
    assert "Say in a few words what is missing." in refused.words
    assert refused.form("/requests")["wish"] == "For the <finale>."
    asked = rita.post("/requests", {**form, "wish": "For the <finale>.", "deal": "D-1"})
    assert asked.title == "xylophone tuning"
    assert "€184,000" not in asked.words
    address = asked.response.request.path
    other_deal = rita.post(f"{address}/vote", {"deal": ""})
    assert "You want it for no deal any more." in other_deal.words
    assert "The deal you want it for is changed." in undo(rita, other_deal).words
    # Sam is about to write the same: it is offered once, then taken.
    again = sam.post("/requests", {"title": "Tuning a xylophone", "wish": "Typed."})
    assert "Somebody asked for something like it" in again.words
    assert again.form("/requests")["wish"] == "Typed."
    voted = sam.post(f"{address}/vote", {"deal": "", "back": "/requests"})
    assert "2 votes" in voted.words
    other = sam.post("/requests", again.form("/requests"))
    assert "Tuning a xylophone" in undo(sam, other).texts("//div[contains(@class, 'toast')]")[0]
    assert "1 open deal hangs on it: €184,000" in leo.open(address).words
    assert leo.client.get("/requests.csv").get_data(as_text=True).splitlines()[1].split(",")[4:6] == [
        "1",
        "EUR 18400000",
    ]
    assert "18400000" not in sam.client.get("/requests.csv").get_data(as_text=True)
    form = leo.open(address).form(f"{address}/answer")
    refused = leo.post(f"{address}/answer", {**form, "status": "delivered", "answer": "At last.", "asset": "gone"})
    assert refused.response.status_code == 422
    assert refused.form(f"{address}/answer")["answer"] == "At last."
    done = leo.post(f"{address}/answer", {**form, "status": "delivered", "asset": ONE_SHEETER})
    assert "is delivered. Who asked for it is told." in done.words
    late = leo.post(f"{address}/answer", {**form, "status": "declined", "answer": "Too late."})
    assert late.response.status_code == 409
    assert late.form(f"{address}/answer")["answer"] == "Too late."
    (lead,) = rita.open(address).tree.xpath("//p[@class='lead']/a/@href")
    assert lead == f"/assets/{ONE_SHEETER}"
    assert "which you asked for, is here" in sam.open("/notices").words
    assert "It is as it was before." in undo(leo, done).words
    gone = sam.post(f"{address}/unvote", {})
    assert "Your vote is taken back." in gone.words
    assert "You want it too." in undo(sam, gone).words


def test_lists_are_sorted_and_filtered_and_a_gap_opens_a_request(as_person: ENTER):
    leo = as_person("leo")
    leo.post("/requests", {"title": "Zither maintenance plan"})
    for sort in ("votes", "deals", "newest", "<nonsense>"):
        assert "Zither maintenance plan" in leo.open("/requests", query_string={"sort": sort}).words
    assert "Zither" not in leo.open("/requests?status=declined").words
    assert "None of these" in leo.open("/requests?status=declined").words
    assert leo.client.get("/requests/999").status_code == 404
