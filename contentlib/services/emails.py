"""Outreach e-mails: composed from an asset and what was filled in, then recorded with their use.

Nothing is sent from here: people send from their own mail, and take the message along as rich text or as a file.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from email import message_from_bytes
from email.policy import default

from contentlib.domain.documents import ComposedEmail, RepContact
from contentlib.domain.errors import ConflictError, DocumentRefusedError
from contentlib.domain.findings import Level
from contentlib.domain.usage import Channel
from contentlib.mail import messages
from contentlib.services import asset_rights
from contentlib.services import assets as asset_services
from contentlib.services import deals as deal_services
from contentlib.services import documents as document_services
from contentlib.services.documents import Filling, Recorded
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.tables import Document


@dataclass(frozen=True, kw_only=True)
class PreparedEmail:
    """A finished e-mail that is not recorded yet.

    `eml` is the file that mail programs open as a draft; it is stored, and `blob` names it.
    """

    asset_slug: str
    version_id: int
    filling: Filling
    deal: str | None
    composed: ComposedEmail
    sender: RepContact | None
    eml: bytes = field(repr=False)
    blob: str
    file_name: str


def preview(reading: UnitOfWork, *, asset: str, deal: str | None, filling: Filling) -> ComposedEmail:
    """Show an e-mail as it would be sent; what is still open is marked in it, and nothing is recorded."""
    row = asset_rights.get_usable(reading, asset)
    reason = asset_services.why_no_document(reading, row)
    if reason is not None:
        raise DocumentRefusedError(f"“{row.title}” cannot be sent as an e-mail. {reason}")
    if deal is not None:
        deal_services.get_row(reading, deal)
    version = asset_rights.get_version(row)
    request = document_services.request_for(reading, row, version, filling, logo=None, personalise=True)
    return reading.printer.write_email(request)


def compose(reading: UnitOfWork, *, asset: str, deal: str | None, filling: Filling) -> PreparedEmail:
    """Compose an e-mail to be sent.

    DocumentRefusedError names every field and finding in the way at once; an internal asset is never composed.
    """
    row = asset_rights.get_usable(reading, asset)
    if not asset_rights.may_be_sent(reading, row):
        raise DocumentRefusedError(f"“{row.title}” may not be sent to customers.")
    composed = preview(reading, asset=asset, deal=deal, filling=filling)
    if not composed.is_ready:
        blocking = [finding for finding in composed.findings if finding.level is Level.ERROR]
        said = composed.errors[0].message if composed.errors else blocking[0].message
        raise DocumentRefusedError(said, fields=composed.errors, findings=composed.findings)
    sender = document_services.contact_of_actor(reading)
    message = messages.write_outreach(
        sender_name=sender.name if sender else "",
        sender_email=sender.email if sender else "",
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        boundary=composed.content_key[:32],
        at=reading.now,
    )
    eml = document_services.message_bytes(message)
    name = document_services.file_name_of(row, filling, personalise=True)
    return PreparedEmail(
        asset_slug=row.slug,
        version_id=asset_rights.get_version(row).id,
        filling=filling,
        deal=deal,
        composed=composed,
        sender=sender,
        eml=eml,
        blob=reading.blobs.put(eml),
        file_name=name.removesuffix(".pdf") + ".eml",
    )


def record(uow: UnitOfWork, prepared: PreparedEmail, *, key: str) -> Recorded:
    """Keep a finished e-mail and record its use in the same transaction; the same key gives what it already made."""
    if uow.actor.person_id is None:
        return Recorded(document=None, event=None)
    if (known := document_services.find_recorded(uow, key)) is not None:
        return known
    asset = asset_rights.get_usable(uow, prepared.asset_slug)
    if asset.current_version_id != prepared.version_id:
        raise ConflictError(f"“{asset.title}” has just got a new version. Look at it, then send it again.")
    deal = deal_services.get_row(uow, prepared.deal) if prepared.deal else None
    made = Document(
        asset_id=asset.id,
        version_id=prepared.version_id,
        deal_id=deal.id if deal else None,
        made_by_id=uow.actor.person_id,
        made_at=uow.now,
        paper=prepared.filling.paper,
        values=prepared.filling.filled,
        rep=asdict(prepared.sender) if prepared.sender else None,
        is_personalised=True,
        blob=prepared.blob,
        pages=1,
        content_key=prepared.composed.content_key,
        certificate=prepared.composed.certificate.as_dict(),
        file_name=prepared.file_name,
    )
    return document_services.keep(
        uow, made, asset=prepared.asset_slug, deal=prepared.deal, channel=Channel.PERSONALISED, key=key
    )


@dataclass(frozen=True, kw_only=True)
class WrittenEmail:
    """A finished e-mail as it was recorded, for copying: `html` for rich text, `text` for plain."""

    subject: str
    html: str = field(repr=False)
    text: str = field(repr=False)


def read(reading: UnitOfWork, document_id: int) -> WrittenEmail | None:
    """Give the words of a recorded e-mail, None for a document that is none."""
    document, data = document_services.read_pdf(reading, document_id)
    if not document.file_name.endswith(".eml"):
        return None
    message = message_from_bytes(data, policy=default)
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    return WrittenEmail(
        subject=str(message["subject"]),
        html=_body_of(str(html.get_content())) if html else "",
        text=str(text.get_content()) if text else "",
    )


def _body_of(html: str) -> str:
    """Give what of a message is pasted: with its head, some mail programs would paste the subject above the words."""
    _, _, after = html.partition("<body")
    return after.partition(">")[2].rpartition("</body>")[0].strip()
