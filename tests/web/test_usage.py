"""What is downloaded, sent or presented is recorded on the deal, once, with a question when none is set, and undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web.conftest import ONE_SHEETER, key
from tests.web.critic import Critic, Page

DOWNLOAD = f"/assets/{ONE_SHEETER}/download"
FILLED = {"personalise": "yes", "prospect.name": "Kestrel Dairies", "paper": "A4"}


@pytest.fixture
def asked(rita: Critic) -> Page:
    """The question that a download without a working deal leads to."""
    return rita.post(DOWNLOAD, {**FILLED, "key": key("asked-for-which-deal")})


def test_without_a_working_deal_the_deal_is_asked_for_once(asked: Page):
    assert asked.title == "For which deal?"
    choices = asked.texts("//input[@name='deal']/following-sibling::*[1]")
    assert any("Kestrel Dairies" in choice for choice in choices)
    assert choices[-1] == "No deal"
    assert not any("Sundal" in choice for choice in choices), "somebody else's deal"


def test_the_question_carries_what_was_filled_in(asked: Page):
    form = asked.form(DOWNLOAD)
    assert form["prospect.name"] == "Kestrel Dairies"
    assert form["personalise"] == "yes"
    assert form["key"] == key("asked-for-which-deal")


def test_the_answer_is_recorded_and_said(rita: Critic, asked: Page):
    page = rita.post(DOWNLOAD, {**asked.form(DOWNLOAD), "deal": "D-1"})
    assert page.title == "Recorded on Kestrel Dairies"
    assert "in Proposal" in page.words
    (pdf,) = set(page.tree.xpath("//a[contains(@href, '.pdf')]/@href"))
    answer = rita.client.get(pdf)
    assert answer.data.startswith(b"%PDF-")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Personalised" in rita.open("/deals/D-1").words


def test_the_same_key_records_once(rita: Critic):
    sent = {"deal": "D-2", "key": key("pressed-twice")}
    before = rita.open("/deals/D-2").words.count("Downloaded")
    addresses = {rita.client.post(DOWNLOAD, data=sent).location.partition("?")[0] for _ in range(2)}
    assert len(addresses) == 1
    assert rita.open("/deals/D-2").words.count("Downloaded") == before + 1


def test_a_record_is_undone_and_put_back(rita: Critic):
    page = rita.post(f"/assets/{ONE_SHEETER}/present", {"deal": "D-2", "key": key("presented-and-undone")})
    (undo,) = page.tree.xpath("//form[contains(@action, '/undo')]/@action")
    assert rita.post(undo, {}).title == "Nothing is recorded"
    assert rita.post(undo.replace("undo", "redo"), {}).title == "Recorded on Brae Hill Creamery"


def test_sending_is_recorded_beside_the_download(rita: Critic):
    page = rita.post(DOWNLOAD, {**FILLED, "deal": "D-1", "key": key("then-sent")})
    (sent,) = page.tree.xpath("//form[contains(@action, '/sent')]/@action")
    after = rita.post(sent, {"key": key("sent-it")})
    assert "Sent" in after.words
    (letter,) = page.tree.xpath("//a[contains(@href, '.eml')]/@href")
    message = rita.client.get(letter)
    assert message.mimetype == "message/rfc822"
    assert b"application/pdf" in message.data


def test_nobody_else_sees_or_undoes_a_record(rita: Critic, as_person: Callable[[str | None], Critic]):
    done = rita.client.post(DOWNLOAD, data={"deal": "none", "key": key("mine-alone")}).location.partition("?")[0]
    sam = as_person("sam")
    sam.open(done, status=404)
    assert sam.client.post(f"{done}/undo").status_code == 404


def test_an_internal_asset_cannot_be_sent(rita: Critic):
    answer = rita.client.post("/assets/against-fixpoint/sent", data={"deal": "none", "key": key("no")})
    assert answer.status_code == 403


def test_without_its_token_a_form_changes_nothing(rita: Critic):
    rita.client.application.config["WTF_CSRF_ENABLED"] = True
    try:
        headers = {"HX-Request": "true", "Referer": "http://localhost/deals"}
        answer = rita.client.post(DOWNLOAD, data={"deal": "D-1", "key": key("forged")}, headers=headers)
    finally:
        rita.client.application.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    assert answer.text.lstrip().startswith("<section"), "a part of a page gets no page within it"
    assert 'href="/deals"' in answer.text, "the page of the form is the way on"


def test_an_asset_without_a_document_gives_its_original(rita: Critic):
    page = rita.post("/assets/order-form/download", {"deal": "D-2", "key": key("order-form-taken-along")})
    assert page.title == "Recorded on Brae Hill Creamery"
    (original,) = page.tree.xpath("//a[contains(@href, '/original')]/@href")
    answer = rita.client.get(original)
    assert answer.mimetype == "text/markdown"
    assert answer.data.startswith(b"---\n")
    assert "filename=order-form.md" in answer.headers["Content-Disposition"]


def test_the_original_of_a_draft_is_for_who_keeps_the_library(rita: Critic, leo: Critic):
    address = "/assets/a-draft/versions/1/original"
    assert rita.client.get(address).status_code == 404
    assert b"Zeppelins" in leo.client.get(address).data
