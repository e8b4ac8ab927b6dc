"""What a PDF that somebody holds is: ours or not, as it was made or not, still current or not, and made again."""

from __future__ import annotations

import io
import shutil

import pikepdf
import pytest
import sqlalchemy as sa
from PIL import Image

from contentlib.domain.errors import ConflictError, DocumentRefusedError, FileRefusedError
from contentlib.domain.people import OPERATOR
from contentlib.services import documents
from contentlib.services.documents import CertificateAnswer, Filling
from contentlib.storage.tables import Document, Person
from tests.cast import RITA, SAM, Member
from tests.factories.shops import Shop

VALUES = {"prospect.name": "Kite & Co", "note": "See the figures."}


def ask(shop: Shop, data: bytes, member: Member = RITA) -> CertificateAnswer:
    with shop.library.read(shop.actor(member)) as reading:
        return documents.read_certificate(reading, data)


def saved_anew(pdf: bytes, *, without_metadata: bool = False) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        if without_metadata:
            del opened.Root.Metadata
        opened.save(out)
    return out.getvalue()


@pytest.mark.files
def test_each_file_is_told_for_what_it_is(shop: Shop):
    pdf = shop.download(RITA, values=VALUES)[0].rendered.pdf

    ours = ask(shop, pdf)
    assert (ours.ours, ours.unaltered, ours.current, ours.reasons) == (True, True, True, ())
    assert (ours.asset, ours.version, ours.deal, ours.values) == ("round-at-a-glance", 1, "K-1", VALUES)
    assert ours.made_at == shop.clock()
    assert ours.brand is not None
    assert (ours.brand["name"], ours.brand["hash"]) == ("Tarnwell", shop.library.printer.brand_hash)
    assert ours.template == {"kind": "one-sheeter", "hash": shop.library.printer.template_hash("one-sheeter")}
    assert ask(shop, pdf, SAM).deal is None, "the deal is Rita's, and Sam may not see it"

    middle = len(pdf) // 3
    flipped = pdf[:middle] + bytes([pdf[middle] ^ 1]) + pdf[middle + 1 :]
    in_metadata = pdf.replace(b"<c:kind>one-sheeter", b"<c:kind>two-sheeter")
    for changed in (flipped, in_metadata, saved_anew(pdf), pdf + b"\n", pdf[:-400]):
        answer = ask(shop, changed)
        assert (answer.ours, answer.unaltered) == (True, False)
        assert [finding.code for finding in answer.findings] == ["altered"]
        assert (answer.asset, answer.deal, answer.current) == ("round-at-a-glance", "K-1", True)
    assert "cut off" in ask(shop, pdf[:-400]).reasons[0]

    blank = io.BytesIO()
    pikepdf.new().save(blank)
    elsewhere = saved_anew(pdf).replace(b"<c:id>", b"<c:id>0")
    for foreign in (blank.getvalue(), saved_anew(pdf, without_metadata=True), elsewhere):
        answer = ask(shop, foreign)
        assert (answer.ours, answer.unaltered, answer.current) == (False, False, False)
        assert (answer.asset, answer.values, answer.deal) == (None, {}, None)

    locked = io.BytesIO()
    pikepdf.new().save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    refused = ((locked.getvalue(), "password"), (b"", "is empty"), (b"PK\3\4 no", "not a PDF"))
    for broken, why in ((pdf[: len(pdf) // 2], "cut off"), *refused):
        with pytest.raises(FileRefusedError, match=why):
            ask(shop, broken)


@pytest.mark.files
def test_a_certificate_copied_onto_a_foreign_file_makes_it_no_more_than_altered(shop: Shop):
    pdf = shop.download(RITA)[0].rendered.pdf
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as ours, pikepdf.new() as forged:
        forged.add_blank_page()
        forged.Root.Metadata = forged.copy_foreign(ours.Root.Metadata)
        forged.save(out)
    answer = ask(shop, out.getvalue())
    assert (answer.ours, answer.unaltered) == (True, False)


@pytest.mark.files
def test_a_file_is_outdated_when_asset_brand_or_template_moved_on(shop: Shop):
    pdf = shop.download(RITA)[0].rendered.pdf
    shop.edit("one-sheeter/round-at-a-glance.md", "summary: ", "summary: Anew, ")
    shop.sync()
    moved = ask(shop, pdf)
    assert (moved.ours, moved.unaltered, moved.current, moved.version) == (True, True, False, 1)
    assert "moved on to version 2" in moved.reasons[0]

    with shop.library.work(OPERATOR) as uow:
        row = uow.session.scalars(sa.select(Document)).one()
        row.certificate = {**row.certificate, "brand_hash": "0" * 64, "template_hash": "1" * 64}
    reasons = " ".join(ask(shop, pdf).reasons)
    assert "brand Tarnwell has changed" in reasons
    assert "template of this kind of document has changed" in reasons
    with shop.library.read(OPERATOR) as reading, pytest.raises(ConflictError, match="cannot be made again"):
        documents.make_again(reading, 1)


@pytest.mark.files
def test_a_quote_that_runs_out_is_refused_at_its_field_and_makes_what_was_sent_outdated(shop: Shop):
    quotes = "quotes:\n" + "".join(
        f"  - {{id: {name}, text: Words of {name}., name: Ann {name}, approved_by: Leo, expires: {until}}}\n"
        for name, until in (("first", "2028-01-01"), ("second", "2026-09-10"), ("gone", "2026-09-01"))
    )
    quotes += "  - {id: unsaid, text: Nobody approved it., name: Ann Unsaid}\n"
    shop.edit("one-sheeter/round-at-a-glance.md", "summary: ", f"{quotes}summary: ")
    shop.sync()
    values = VALUES | {"quote": "second"}
    with shop.library.read(shop.actor(RITA)) as reading:
        (field,) = [each for each in documents.open_fields(reading, "round-at-a-glance") if each.name == "quote"]
        assert [name for name, _ in field.choices] == ["first", "second"]
        assert "until 10 Sep 2026" in field.choices[1][1]
        documents.preview(reading, asset="round-at-a-glance", deal=None, filling=Filling(values=values))
    sent = shop.download(RITA, values=values)[0].rendered.pdf
    plain = shop.download(RITA, key="plain")[0].rendered.pdf
    assert ask(shop, sent).current
    shop.clock.move(days=9)
    with pytest.raises(DocumentRefusedError) as refused:
        shop.download(RITA, values=values, key="late")
    (fault,) = refused.value.fields
    assert fault.field == "quote"
    assert fault.message.startswith(
        "The quote “second” by Ann second may not be used since 10 Sep 2026. Choose “first”"
    )
    answer = ask(shop, sent)
    assert (answer.unaltered, answer.current) == (True, False)
    assert answer.reasons == ("A quote in it may not be used since 10 Sep 2026.",)
    assert ask(shop, plain).current, "it shows the other one"
    shop.download(RITA, values=VALUES, key="last")


@pytest.mark.files
def test_what_was_made_more_than_once_is_told_to_each_as_their_own(shop: Shop):
    pdf = shop.download(RITA, deal="K-1")[0].rendered.pdf
    shop.clock.move(hours=1)
    assert shop.download(SAM, deal=None, key="twice")[0].rendered.pdf == pdf
    assert ask(shop, pdf).deal == "K-1"
    assert ask(shop, pdf, SAM).deal is None


@pytest.mark.files
def test_what_was_sent_is_made_again_byte_for_byte(shop: Shop):
    logo = io.BytesIO()
    Image.linear_gradient("L").save(logo, "PNG")
    filling = Filling(values=VALUES, logo=logo.getvalue())
    prepared, recorded = shop.library.make_document(
        shop.actor(RITA), asset="round-at-a-glance", deal="K-1", filling=filling, personalise=True, key="once"
    )
    assert recorded.document is not None
    with shop.library.work(OPERATOR) as uow:
        uow.session.scalars(sa.select(Person).where(Person.email == RITA.email)).one().title = "Director"
    shop.edit("one-sheeter/round-at-a-glance.md", "summary: ", "summary: Anew, ")
    shop.sync()
    shop.clock.move(days=40)
    shutil.rmtree(shop.library.settings.data / "cache")
    with shop.library.read(OPERATOR) as reading:
        again = documents.make_again(reading, recorded.document.id)
    assert not again.is_cached
    assert again.pdf == prepared.rendered.pdf
    assert again.certificate == prepared.rendered.certificate


@pytest.mark.files
def test_the_certificate_of_the_plain_document_is_read_once_it_was_drawn(shop: Shop):
    with shop.library.read(OPERATOR) as reading:
        shutil.rmtree(shop.library.settings.data / "cache", ignore_errors=True)
        assert documents.find_certificate(reading, "round-at-a-glance") is None
    prepared, _ = shop.download(RITA)
    with shop.library.read(OPERATOR) as reading:
        assert documents.find_certificate(reading, "round-at-a-glance") == prepared.rendered.certificate
