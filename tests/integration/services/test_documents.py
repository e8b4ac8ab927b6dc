"""Documents: drawn before anything is written, recorded with their use in one transaction, and kept to the byte."""

from __future__ import annotations

import email
import email.policy
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from contentlib.domain.documents import Paper
from contentlib.domain.errors import (
    ConflictError,
    DocumentRefusedError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
)
from contentlib.domain.findings import Level
from contentlib.domain.people import OPERATOR
from contentlib.domain.usage import Channel
from contentlib.jobs.runner import drain
from contentlib.services import asset_rights, assets, brand, documents, usage
from contentlib.services.documents import Filling, PreparedDocument
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import operations as operation_queries
from contentlib.storage.tables import Asset, Document, UsageEvent
from tests.cast import LEO, NILS, RITA, SAM, Member
from tests.factories.shops import Shop

VALUES = {"prospect.name": "Kite & Co"}


def rows_of(shop: Shop) -> tuple[list[Document], list[UsageEvent]]:
    with shop.library.read(OPERATOR) as reading:
        return (
            list(reading.session.scalars(sa.select(Document).order_by(Document.id))),
            list(reading.session.scalars(sa.select(UsageEvent).order_by(UsageEvent.id))),
        )


def prepare(shop: Shop, member: Member = RITA, values: dict[str, str] | None = None) -> PreparedDocument:
    with shop.library.read(shop.actor(member)) as reading:
        return documents.prepare(
            reading,
            asset="round-at-a-glance",
            deal="K-1",
            filling=Filling(values=values or {}),
            personalise=values is not None,
        )


def record(shop: Shop, prepared: PreparedDocument, key: str = "once", member: Member = RITA) -> documents.Recorded:
    with shop.library.work(shop.actor(member)) as uow:
        return documents.record(without_files(uow), prepared, key=key)


def without_files(uow: UnitOfWork) -> UnitOfWork:
    """Take the files away: nobody waits for a disk while holding the turn to write."""
    return replace(uow, blobs=None)


# One finished download is one row


def test_a_plain_download_is_recorded_as_downloaded(shop: Shop):
    prepared, recorded = shop.download(RITA)
    (document,), (event,) = rows_of(shop)
    assert (event.channel, event.document_id, event.version_id) == (
        Channel.DOWNLOADED, document.id, prepared.version_id,
    )  # fmt: skip
    assert (document.values, document.pages, document.file_name) == ({}, 1, "round-at-a-glance.pdf")
    assert recorded.document is not None
    assert recorded.document.id == document.id


def test_what_was_filled_in_is_recorded_with_version_brand_and_template(shop: Shop):
    shop.download(RITA, values=VALUES | {"note": "See page one.", "quote": "  "})
    (document,), (event,) = rows_of(shop)
    assert event.channel is Channel.PERSONALISED
    assert document.values == VALUES | {"note": "See page one."}
    assert document.file_name == "round-at-a-glance-Kite-Co.pdf"
    printer = shop.library.printer
    assert (document.certificate["brand_hash"], document.certificate["template_hash"]) == (
        printer.brand_hash,
        printer.template_hash("one-sheeter"),
    )
    assert (document.certificate["version"], document.paper) == (1, Paper.A4)
    assert document.deal_id == event.deal_id


def test_the_same_key_makes_one_document(shop: Shop):
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: shop.download(RITA, key="one")[1], range(2)))
    kept, used = rows_of(shop)
    assert (len(kept), len(used)) == (1, 1)
    assert {recorded.event.id if recorded.event else 0 for recorded in made} == {used[0].id}
    assert {recorded.document.id if recorded.document else 0 for recorded in made} == {kept[0].id}


def test_another_persons_key_gives_nobody_their_document(shop: Shop):
    shop.download(RITA, key="one")
    with pytest.raises(ConflictError, match="somebody else"):
        shop.download(SAM, deal="K-3", key="one")


def test_the_operators_download_is_kept_once_and_is_no_use(shop: Shop):
    for key in ("one", "two"):
        _, recorded = shop.library.make_document(
            OPERATOR, asset="round-at-a-glance", deal="K-1", filling=Filling(), personalise=False, key=key
        )
        assert recorded.event is None
    (document,), used = rows_of(shop)
    assert (document.made_by_id, used) == (None, [])
    with shop.library.read(OPERATOR) as reading:
        assert operation_queries.list_unrecorded_documents(reading.session) == []


def test_i_sent_this_adds_shared_on_the_same_deal_and_version(shop: Shop):
    _, recorded = shop.download(RITA, values=VALUES)
    assert recorded.document is not None
    for _ in range(2):
        with shop.library.work(shop.actor(RITA)) as uow:
            usage.record_sent(uow, document_id=recorded.document.id, key="sent")
    _, used = rows_of(shop)
    assert [event.channel for event in used] == [Channel.PERSONALISED, Channel.SHARED]
    assert len({(event.deal_id, event.version_id, event.document_id) for event in used}) == 1


def test_nobody_sends_what_another_made(shop: Shop):
    _, recorded = shop.download(RITA)
    assert recorded.document is not None
    with shop.library.work(shop.actor(SAM)) as uow, pytest.raises(NotFoundError, match="no such document of yours"):
        usage.record_sent(uow, document_id=recorded.document.id, key="sent")


# Refusals leave no row


REFUSED: tuple[tuple[dict[str, Any], type[Exception]], ...] = (
    ({"values": {"prospect.name": "W" * 300}}, DocumentRefusedError),
    ({"values": {"prospect.name": "Kite", "colour": "red"}}, DocumentRefusedError),
    ({"asset": "against-gridlark", "values": VALUES}, DocumentRefusedError),
    ({"asset": "old-mill-paper"}, NotFoundError),
    ({"asset": "nothing"}, NotFoundError),
    ({"deal": "K-3"}, NotFoundError),
)


def test_a_refused_document_leaves_no_row(shop: Shop):
    for given, error in REFUSED:
        with pytest.raises(error):
            shop.download(RITA, **given)
        assert rows_of(shop) == ([], []), given


@pytest.mark.files
def test_a_refusal_names_the_field_and_its_limit(shop: Shop):
    with pytest.raises(DocumentRefusedError) as refused:
        shop.download(RITA, values={"prospect.name": "W" * 41})
    assert [fault.field for fault in refused.value.fields] == ["prospect.name"]


def test_a_person_without_roles_makes_nothing(shop: Shop):
    with pytest.raises(ForbiddenError):
        shop.download(NILS)


@pytest.mark.files
def test_a_logo_that_is_none_is_refused(shop: Shop):
    with shop.library.read(shop.actor(RITA)) as reading, pytest.raises(InvalidInputError):
        documents.prepare(
            reading,
            asset="round-at-a-glance",
            deal=None,
            filling=Filling(values=VALUES, logo=b"<svg onload='alert(1)'>"),
            personalise=True,
        )


@pytest.mark.files
def test_a_refused_logo_hides_nothing_else_that_is_wrong(shop: Shop):
    filling = Filling(values={"prospect.name": "W" * 41, "note": "X" * 121}, logo=b"<svg onload='alert(1)'>")
    for draw in (documents.preview, partial(documents.prepare, personalise=True)):
        with shop.library.read(shop.actor(RITA)) as reading, pytest.raises(DocumentRefusedError) as refused:
            draw(reading, asset="round-at-a-glance", deal=None, filling=filling)
        assert [fault.field for fault in refused.value.fields] == ["prospect.logo", "prospect.name", "note"]


@pytest.mark.files
def test_a_brand_that_is_gone_while_assets_name_it_is_told_to_all(shop: Shop):
    with shop.library.work(OPERATOR) as uow:
        uow.session.execute(sa.update(Asset).where(Asset.slug == "round-at-a-glance").values(brand="lantern"))
    with shop.library.read(shop.actor(RITA)) as reading:
        assert "no brand “lantern”" in (assets.get_page(reading, "round-at-a-glance").no_document or "")
        with pytest.raises(DocumentRefusedError, match="no brand “lantern”"):
            documents.open_fields(reading, "round-at-a-glance")
        with pytest.raises(DocumentRefusedError, match="no brand “lantern”"):
            documents.preview(reading, asset="round-at-a-glance", deal=None, filling=Filling())
        (finding,) = brand.lint(reading)
    assert (finding.code, finding.level) == ("missing-brand", Level.ERROR)
    assert finding.message == "There is no brand “lantern”, and 1 published asset is drawn with it."


def test_a_new_version_between_drawing_and_recording_is_a_conflict(shop: Shop):
    prepared = prepare(shop)
    shop.edit("one-sheeter/round-at-a-glance.md", "every check", "each check")
    shop.sync()
    with pytest.raises(ConflictError, match="just got a new version"):
        record(shop, prepared)
    assert rows_of(shop) == ([], [])
    assert record(shop, prepare(shop)).document is not None


def test_what_expires_between_drawing_and_recording_is_not_recorded(shop: Shop):
    prepared = prepare(shop)
    (shop.content / "one-sheeter" / "round-at-a-glance.md").unlink()
    shop.sync()
    with pytest.raises(NotFoundError):
        record(shop, prepared)
    assert rows_of(shop) == ([], [])


def test_a_deal_that_changes_hands_between_drawing_and_recording_is_not_recorded_on(shop: Shop):
    prepared = prepare(shop)
    with shop.library.work(OPERATOR) as uow:
        uow.session.execute(sa.text("UPDATE deal SET owner_id = NULL WHERE external_id = 'K-1'"))
    with pytest.raises(NotFoundError, match="among yours"):
        record(shop, prepared)


# What was sent is kept


def test_the_pdf_is_served_later_byte_for_byte(shop: Shop):
    prepared, recorded = shop.download(RITA, values=VALUES)
    shop.edit("one-sheeter/round-at-a-glance.md", "every check", "each check")
    shop.sync()
    shop.clock.move(days=400)
    assert recorded.document is not None
    with shop.library.read(shop.actor(RITA)) as reading:
        _, pdf = documents.read_pdf(reading, recorded.document.id)
        line = documents.describe(reading, recorded.document.id)
    assert pdf == prepared.rendered.pdf
    assert hashlib.sha256(pdf).hexdigest() == prepared.rendered.sha256
    assert (line.size, line.pages) == (len(pdf), 1)


def test_a_colleague_cannot_read_a_reps_document_and_a_content_lead_can(shop: Shop):
    _, recorded = shop.download(RITA)
    assert recorded.document is not None
    with shop.library.read(shop.actor(LEO)) as reading:
        assert documents.read_pdf(reading, recorded.document.id)[1].startswith(b"%PDF-")
    for member in (SAM, NILS):
        with shop.library.read(shop.actor(member)) as reading, pytest.raises(NotFoundError, match="no such document"):
            documents.read_pdf(reading, recorded.document.id)


@pytest.mark.files
def test_the_ready_message_carries_the_pdf_whatever_the_prospect_is_called(shop: Shop):
    name = "Kïte “& Sons” GmbH"
    prepared, recorded = shop.download(RITA, values={"prospect.name": name})
    assert recorded.document is not None
    with shop.library.read(shop.actor(RITA)) as reading:
        written = documents.message_bytes(documents.message_for(reading, document_id=recorded.document.id))
    message = email.message_from_bytes(written, policy=email.policy.default)
    assert message["Subject"] == f"One round, one record – for {name}"
    assert str(message["From"]) == "Rita Vance <rita@tarnwell.example>"
    (attached,) = message.iter_attachments()
    assert attached.get_content() == prepared.rendered.pdf


@pytest.mark.files
def test_a_name_on_two_lines_cannot_add_a_header_to_the_message(shop: Shop):
    _, recorded = shop.download(RITA, values={"prospect.name": "Kite\nBcc: all@kite.example"})
    assert recorded.document is not None
    with shop.library.read(shop.actor(RITA)) as reading:
        message = documents.message_for(reading, document_id=recorded.document.id)
    assert message["Bcc"] is None
    assert message["Subject"] == "One round, one record – for Kite Bcc: all@kite.example"


def test_what_the_deal_tells_need_not_be_typed(shop: Shop):
    with shop.library.read(shop.actor(RITA)) as reading:
        assert documents.suggested_values(reading, "K-1") == VALUES
        assert documents.suggested_values(reading, None) == {}
        with pytest.raises(NotFoundError):
            documents.suggested_values(reading, "K-3")


@pytest.mark.files
def test_a_preview_records_nothing(shop: Shop):
    with shop.library.read(shop.actor(RITA)) as reading:
        drawn = documents.preview(reading, asset="round-at-a-glance", deal="K-1", filling=Filling(values=VALUES))
    assert [picture.webp[8:12] for picture in drawn.pictures] == [b"WEBP"]
    assert "Kite & Co" in drawn.pictures[0].text
    assert {"prospect.name", "note"} <= {place.field for place in drawn.places}
    assert rows_of(shop) == ([], [])


@pytest.mark.files
def test_pictures_are_kept_once_per_version_and_drawn_again_in_their_place(shop: Shop):
    with shop.library.read(OPERATOR) as reading:
        version = asset_rights.get_seen(reading, "round-at-a-glance").current_version_id
    assert version is not None
    shop.library.draw_pictures(version)
    with shop.library.read(OPERATOR) as reading:
        drawn = documents.prepare_pictures(reading, version)
    with shop.library.work(OPERATOR) as uow:
        documents.record_pictures(without_files(uow), drawn)
    with shop.library.read(OPERATOR) as reading:
        (blob, plate), *more = reading.session.execute(sa.text("SELECT blob, plate FROM asset_picture"))
        assert more == []
        assert [assets.read_picture(reading, name)[8:12] for name in (blob, plate)] == [b"WEBP", b"WEBP"]
        if shop.library.is_embedded:  # one of a hundred thousand pictures is found without looking at all
            asked: list[str] = []
            connection = reading.session.connection()
            connection.connection.driver_connection.set_trace_callback(asked.append)
            assets.read_picture(reading, blob)
            steps = [row[3] for each in asked for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {each}")]
            assert [step for step in steps if step.startswith("SEARCH asset_picture")] != []
            assert [step for step in steps if step.startswith("SCAN asset_picture")] == []
    shop.library.draw_pictures(4711)
    shop.clock.now += timedelta(days=1)


@pytest.mark.files
def test_after_its_pictures_a_document_is_drawn_on_the_other_paper(shop: Shop):
    with shop.library.read(OPERATOR) as reading:
        version = asset_rights.get_version(asset_rights.get_seen(reading, "round-at-a-glance")).id
    shop.library.draw_pictures(version)
    drain(shop.library, (JobKind.DRAW_OTHER_PAPER,))
    plain = Filling(paper=Paper.LETTER)
    with shop.library.read(OPERATOR) as reading:
        made = documents.prepare(reading, asset="round-at-a-glance", deal=None, filling=plain, personalise=False)
    assert made.rendered.is_cached
