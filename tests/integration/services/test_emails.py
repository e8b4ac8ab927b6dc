"""Outreach e-mails: composed from an asset and what a rep filled in, kept as a file with their use."""

from __future__ import annotations

import email
import email.policy
import io

import pytest
from PIL import Image

from contentlib.domain.errors import DocumentRefusedError
from contentlib.domain.people import OPERATOR
from contentlib.domain.usage import Channel
from contentlib.services import assets, documents, emails, usage
from contentlib.services.documents import Filling
from contentlib.services.emails import PreparedEmail
from tests.cast import RITA
from tests.factories.shops import Shop

VALUES = {"prospect.greeting": "Dear Ms Larsen", "prospect.name": "Kite & Co", "change.line": "line 4"}
SOURCE = """---
title: First touch
summary: Opens a conversation.
kind: outreach-email
subject: "A word about [[line]]"
---
[[greeting]],

Most plants can name the line that stops most without looking it up, and few can say how many of its stops gave a sign
beforehand. At [[company]] it may be [[line]], and it may be another one; the list of last month tells it in an hour.

May I ask how many hours that line lost last month?

Kind regards,
"""


@pytest.fixture
def mailing(shop: Shop, tmp_path) -> Shop:
    """Bring one e-mail into a shop's library."""
    place = tmp_path / "mails" / "outreach-email"
    place.mkdir(parents=True)
    (place / "first-touch.md").write_text(SOURCE, "utf-8")
    shop.library.sync_content(OPERATOR, tmp_path / "mails")
    return shop


def compose(shop: Shop, values: dict[str, str] | None = None) -> PreparedEmail:
    with shop.library.read(shop.actor(RITA)) as reading:
        filling = Filling(values=VALUES if values is None else values)
        return emails.compose(reading, asset="first-touch", deal="K-1", filling=filling)


def test_an_email_is_a_file_that_opens_as_a_draft(mailing):
    prepared = compose(mailing)
    assert prepared.file_name == "first-touch-Kite-Co.eml"
    message = email.message_from_bytes(prepared.eml, policy=email.policy.default)
    assert message["Subject"] == "A word about line 4"
    assert (message["X-Unsent"], message["To"]) == ("1", None)
    assert message["From"].addresses[0].addr_spec == RITA.email
    plain, dressed = message.iter_parts()
    assert (plain.get_content_type(), dressed.get_content_type()) == ("text/plain", "text/html")
    assert "At Kite & Co it may be line 4" in " ".join(plain.get_content().split())
    assert "Kite &amp; Co" in dressed.get_content()
    assert compose(mailing).eml == prepared.eml


def test_both_versions_of_an_email_say_the_same_with_lists_as_they_are_numbered(mailing, tmp_path):
    source = SOURCE.replace(
        "May I ask", "1. one\n2. [two](https://tarnwell.example)\n    - within [[line]].\n\n- a point\n\nMay I ask"
    )
    (tmp_path / "mails" / "outreach-email" / "first-touch.md").write_text(source, "utf-8")
    mailing.library.sync_content(OPERATOR, tmp_path / "mails")
    values = VALUES | {"prospect.greeting": "שלום רב,", "change.line": "line 4."}
    message = email.message_from_bytes(compose(mailing, values).eml, policy=email.policy.default)
    plain, dressed = (part.get_content().replace("\r\n", "\n") for part in message.iter_parts())
    assert plain.startswith("שלום רב,\n\n")
    assert "1. one\n2. two (https://tarnwell.example)\n  - within line 4.\n\n- a point\n\n" in plain
    assert dressed.count('dir="auto"') == dressed.count("<p ") + dressed.count("<li ")
    assert "שלום רב,</p>" in dressed
    assert "within line 4.</li>" in dressed


def test_what_is_missing_is_named_at_once_and_nothing_is_composed(mailing):
    with pytest.raises(DocumentRefusedError) as refused:
        compose(mailing, {"prospect.name": "Kite"})
    assert {error.field for error in refused.value.fields} == {"prospect.greeting", "change.line"}
    with mailing.library.read(mailing.actor(RITA)) as reading:
        shown = emails.preview(reading, asset="first-touch", deal=None, filling=Filling())
        fields = {field.name for field in documents.open_fields(reading, "first-touch")}
    assert not shown.is_ready
    assert "[greeting]" in shown.text
    assert set(VALUES) <= fields


def test_one_finished_email_is_one_use_however_often_it_is_taken_along(mailing):
    prepared = compose(mailing)
    for _copied_then_downloaded in range(2):
        with mailing.library.work(mailing.actor(RITA)) as uow:
            recorded = emails.record(uow, prepared, key="once")
            assert recorded.event is not None
            assert recorded.document is not None
            assert (recorded.event.channel, recorded.document.id) == (Channel.PERSONALISED, recorded.event.document_id)
            kept = recorded.document.id
    with mailing.library.read(mailing.actor(RITA)) as reading:
        document, data = documents.read_pdf(reading, kept)
        assert (document.file_name, data) == (prepared.file_name, prepared.eml)
        assert document.values == VALUES
        written = emails.read(reading, kept)
        assert written is not None
        assert written.html.startswith("<div lang=")
        assert written.html.endswith("</div>")
        assert written.subject not in written.html, "pasted, it would stand above the words"
    with mailing.library.work(mailing.actor(RITA)) as uow:
        assert usage.record_sent(uow, document_id=kept, key="sent").channel is Channel.SHARED


def test_the_operators_email_is_no_use(mailing):
    with mailing.library.work(OPERATOR) as uow:
        assert emails.record(uow, compose(mailing), key="x").event is None


def test_an_asset_that_is_no_email_is_not_composed_as_one(mailing):
    with mailing.library.read(mailing.actor(RITA)) as reading:
        assert assets.has_document(reading, "round-at-a-glance")
        with pytest.raises(DocumentRefusedError, match="no e-mail"):
            emails.preview(reading, asset="round-at-a-glance", deal=None, filling=Filling())


@pytest.mark.files
def test_a_logo_that_has_no_place_is_told_and_not_left_out(mailing):
    logo = io.BytesIO()
    Image.linear_gradient("L").save(logo, "PNG")
    filling = Filling(values=VALUES, logo=logo.getvalue())
    with mailing.library.read(mailing.actor(RITA)) as reading, pytest.raises(DocumentRefusedError) as refused:
        documents.prepare(reading, asset="first-touch", deal=None, filling=filling, personalise=True)
    assert [fault.field for fault in refused.value.fields] == ["prospect.logo"]
