"""Documents: an asset version made the customer's own, drawn before anything is written, then recorded with its use.

Drawing takes a moment, so it happens on a reading unit of work; the writing one checks again and writes rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from contentlib.domain.documents import (
    DocumentKind,
    FieldPlace,
    OpenField,
    PagePicture,
    Paper,
    RenderedDocument,
    RenderRequest,
    RepContact,
)
from contentlib.domain.errors import (
    ConflictError,
    DocumentRefusedError,
    FieldError,
    InvalidInputError,
    NotFoundError,
)
from contentlib.domain.people import Permission
from contentlib.domain.usage import Channel
from contentlib.mail import messages
from contentlib.services import assets as asset_services
from contentlib.services import deals as deal_services
from contentlib.services import people as people_services
from contentlib.services import usage as usage_services
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import documents as queries
from contentlib.storage.tables import Asset, AssetPicture, AssetVersion, Document, UsageEvent

# Wide enough to read on a phone turned sideways and on a laptop; plates are shown smaller.
PICTURE_WIDTH = 1100
PREVIEW_WIDTH = 900
# Twice the width of a plate in a list, for screens that show two pixels for one.
PLATE_WIDTH = 440
_LOGO = "prospect.logo"
_PROSPECT = "prospect.name"


@dataclass(frozen=True, kw_only=True)
class Filling:
    """What a person filled in: open fields as text, the prospect's logo as the bytes of its file, and the paper."""

    values: Mapping[str, str] = field(default_factory=dict)
    logo: bytes | None = field(default=None, repr=False)
    paper: Paper = Paper.A4

    @property
    def filled(self) -> dict[str, str]:
        """Give the fields that hold more than blanks."""
        return {name: value for name, value in self.values.items() if value.strip()}

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was filled in, so that the plain asset is meant."""
        return not self.filled and self.logo is None


@dataclass(frozen=True, kw_only=True)
class PreparedDocument:
    """A drawn document that is not recorded yet; `logo` is the normalised one."""

    asset_slug: str
    version_id: int
    filling: Filling
    logo: bytes | None = field(repr=False)
    deal: str | None
    is_personalised: bool
    rendered: RenderedDocument
    file_name: str


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A finished download: the document's row and the usage it was recorded as, None for the operator."""

    document: Document | None
    event: UsageEvent | None


def kinds(reading: UnitOfWork) -> tuple[DocumentKind, ...]:
    """List the kinds of documents that can be made."""
    return reading.printer.kinds()


def open_fields(reading: UnitOfWork, slug: str) -> tuple[OpenField, ...]:
    """Give the open fields of an asset's current version, with its quotes and slides as choices."""
    asset = asset_services.get_usable(reading, slug)
    request = request_for(reading, asset, asset_services.get_version(asset), Filling(), logo=None, personalise=True)
    return reading.printer.fields(request)


def suggested_values(reading: UnitOfWork, deal: str | None) -> dict[str, str]:
    """Give what the deal already tells, so that nobody types it."""
    if deal is None:
        return {}
    return {_PROSPECT: deal_services.get(reading, deal).account}


def places(reading: UnitOfWork, slug: str, filling: Filling) -> tuple[FieldPlace, ...]:
    """Give where the open fields stand on the pages."""
    asset = asset_services.get_usable(reading, slug)
    request = request_for(reading, asset, asset_services.get_version(asset), filling, logo=None, personalise=True)
    return reading.printer.places(request)


def prepare(
    reading: UnitOfWork, *, asset: str, deal: str | None, filling: Filling, personalise: bool
) -> PreparedDocument:
    """Draw a document; DocumentRefusedError names every field and finding in the way at once.

    Without `personalise` the plain asset is drawn: its open fields are left out together with their labels.
    """
    row = asset_services.get_usable(reading, asset)
    reason = asset_services.why_no_document(reading, row)
    if reason is not None:
        raise DocumentRefusedError(f"“{row.title}” has no PDF. {reason}")
    if personalise and not asset_services.may_be_sent(reading, row) and not reading.actor.is_operator:
        raise DocumentRefusedError(f"“{row.title}” is internal, so it is not made a customer's own.")
    if deal is not None:
        deal_services.get_row(reading, deal)
    logo = read_logo(reading, filling.logo) if filling.logo is not None else None
    version = asset_services.get_version(row)
    rendered = reading.printer.render(request_for(reading, row, version, filling, logo=logo, personalise=personalise))
    return PreparedDocument(
        asset_slug=row.slug,
        version_id=version.id,
        filling=filling,
        logo=logo,
        deal=deal,
        is_personalised=personalise,
        rendered=rendered,
        file_name=file_name_of(row, filling, personalise=personalise),
    )


def file_name_of(asset: Asset, filling: Filling, *, personalise: bool) -> str:
    """Name a document's file after the asset and whom it is for, with nothing a file system minds."""
    prospect = filling.values.get(_PROSPECT, "").strip() if personalise else ""
    safe = "".join(c if c.isalnum() or c in " -" else " " for c in prospect)
    name = "-".join([asset.slug, *safe.split()])[:120]
    return f"{name}.pdf"


def request_for(
    reading: UnitOfWork,
    asset: Asset,
    version: AssetVersion,
    filling: Filling,
    *,
    logo: bytes | None,
    personalise: bool,
) -> RenderRequest:
    """Say everything that a version's document is made from; values and contact only where it is personalised."""
    return RenderRequest(
        kind=asset.kind.slug,
        slug=asset.slug,
        source=version.source,
        path=version.source_path,
        language=asset.language,
        version=version.number,
        dated_on=version.made_at.date(),
        on=reading.today,
        media={path: str(reading.blobs.path(blob)) for path, blob in version.media.items()},
        values=filling.filled if personalise else {},
        rep=contact_of_actor(reading) if personalise else None,
        logo=logo if personalise else None,
        paper=filling.paper,
        is_personalised=personalise,
    )


def contact_of_actor(reading: UnitOfWork) -> RepContact | None:
    """Give what the actor's profile tells customers; None for the operator."""
    if reading.actor.person_id is None:
        return None
    person = people_services.contact_of(reading, reading.actor.person_id)
    return RepContact(name=person.name, title=person.title, email=person.email, phone=person.phone)


def record(uow: UnitOfWork, prepared: PreparedDocument, *, key: str) -> Recorded:
    """Keep a drawn document and record its use in the same transaction; the same key gives what it already made.

    One finished download is one use: `personalised` if fields were filled, else `downloaded`.
    """
    if uow.actor.person_id is None:
        return Recorded(document=None, event=None)
    known = usage_services.find_repeated(uow, key)
    if known is not None:
        return Recorded(document=queries.find(uow.session, known.document_id or 0), event=known)
    asset = asset_services.get_usable(uow, prepared.asset_slug)
    if asset.current_version_id != prepared.version_id:
        raise ConflictError(f"“{asset.title}” has just got a new version. Look at it, then download again.")
    deal = deal_services.get_row(uow, prepared.deal) if prepared.deal else None
    rendered = prepared.rendered
    is_filled = prepared.is_personalised and not prepared.filling.is_empty
    document = Document(
        asset_id=asset.id,
        version_id=prepared.version_id,
        deal_id=deal.id if deal else None,
        made_by_id=uow.actor.person_id,
        made_at=uow.now,
        paper=prepared.filling.paper,
        values=prepared.filling.filled if is_filled else {},
        logo=uow.blobs.put(prepared.logo) if prepared.logo is not None else None,
        blob=uow.blobs.put(rendered.pdf),
        pages=rendered.pages,
        content_key=rendered.content_key,
        certificate=rendered.certificate.as_dict(),
        file_name=prepared.file_name,
    )
    uow.session.add(document)
    uow.session.flush()
    event = usage_services.record(
        uow,
        asset=prepared.asset_slug,
        channel=Channel.PERSONALISED if is_filled else Channel.DOWNLOADED,
        deal=prepared.deal,
        key=key,
        document_id=document.id,
        version_id=prepared.version_id,
    )
    return Recorded(document=document, event=event)


def get_own(reading: UnitOfWork, document_id: int) -> Document:
    """Give a document that the actor made, or any for those who see all deals; NotFoundError otherwise."""
    document = queries.find(reading.session, document_id)
    if document is None:
        raise NotFoundError("There is no such document.")
    if document.made_by_id != reading.actor.person_id and not reading.actor.may(Permission.SEE_ALL_DEALS):
        raise NotFoundError("There is no such document.")
    return document


def read_pdf(reading: UnitOfWork, document_id: int) -> tuple[Document, bytes]:
    """Give a recorded document with its bytes, exactly as they were made."""
    document = get_own(reading, document_id)
    return document, reading.blobs.read(document.blob)


@dataclass(frozen=True, kw_only=True)
class DocumentLine:
    """A recorded document as the page after a download shows it; `size` in bytes."""

    id: int
    file_name: str
    pages: int
    size: int
    certificate: Mapping[str, Any]


def describe(reading: UnitOfWork, document_id: int) -> DocumentLine:
    """Say what a document is and what was checked of it."""
    document, pdf = read_pdf(reading, document_id)
    return DocumentLine(
        id=document.id,
        file_name=document.file_name,
        pages=document.pages,
        size=len(pdf),
        certificate=document.certificate,
    )


def preview(
    reading: UnitOfWork, *, asset: str, deal: str | None, filling: Filling
) -> tuple[PreparedDocument, tuple[PagePicture, ...]]:
    """Draw what would be sent, as pictures; nothing is recorded."""
    prepared = prepare(reading, asset=asset, deal=deal, filling=filling, personalise=True)
    return prepared, reading.printer.pictures(prepared.rendered.pdf, width=PREVIEW_WIDTH)


def read_logo(reading: UnitOfWork, data: bytes) -> bytes:
    """Give a logo as it will be drawn, PNG; InvalidInputError says, beside its field, what is wrong with the file."""
    try:
        return reading.printer.read_logo(data)
    except InvalidInputError as error:
        raise InvalidInputError(error.message, fields=(FieldError(field=_LOGO, message=error.message),)) from error


def message_for(reading: UnitOfWork, *, document_id: int) -> EmailMessage:
    """Write the ready message that carries a document, for the rep to look over and send from their own mail."""
    document, pdf = read_pdf(reading, document_id)
    asset = asset_queries.list_by_ids(reading.session, [document.asset_id])[document.asset_id]
    sender = people_services.contact_of(reading, document.made_by_id)
    return messages.carry_document(
        sender_name=sender.name,
        sender_email=sender.email,
        sender_title=sender.title,
        prospect=document.values.get(_PROSPECT, ""),
        title=asset.title,
        summary=asset.summary,
        file_name=document.file_name,
        pdf=pdf,
        at=reading.now,
    )


def message_bytes(message: EmailMessage) -> bytes:
    """Give a message as an .eml file."""
    return message.as_bytes(policy=SMTP)


@dataclass(frozen=True, kw_only=True)
class DrawnPictures:
    """The page pictures of a version, ready to be recorded; empty when its document cannot be drawn."""

    version_id: int
    pictures: tuple[PagePicture, ...]


def prepare_pictures(reading: UnitOfWork, version_id: int) -> DrawnPictures:
    """Draw the pages of a version's plain document, for plates, previews and search."""
    version = reading.session.get(AssetVersion, version_id)
    asset = asset_queries.list_by_ids(reading.session, [version.asset_id]).get(version.asset_id) if version else None
    if version is None or asset is None or reading.printer.find_kind(asset.kind.slug) is None:
        return DrawnPictures(version_id=version_id, pictures=())
    try:
        request = request_for(reading, asset, version, Filling(), logo=None, personalise=False)
        rendered = reading.printer.render(request)
    except DocumentRefusedError:  # the asset's page shows the findings; a drawn plate stands in
        return DrawnPictures(version_id=version_id, pictures=())
    return DrawnPictures(version_id=version_id, pictures=_both_sizes(reading, rendered.pdf))


def _both_sizes(reading: UnitOfWork, pdf: bytes) -> tuple[PagePicture, ...]:
    return reading.printer.pictures(pdf, width=PICTURE_WIDTH, plate_width=PLATE_WIDTH)


def record_pictures(uow: UnitOfWork, drawn: DrawnPictures) -> None:
    """Keep the page pictures of a version in place of earlier ones, and have its asset found by their words."""
    version = uow.session.get(AssetVersion, drawn.version_id)
    if version is None:
        return
    queries.forget_pictures(uow.session, drawn.version_id)
    for picture in drawn.pictures:
        uow.session.add(
            AssetPicture(
                version_id=drawn.version_id,
                number=picture.number,
                width=picture.width,
                height=picture.height,
                blob=uow.blobs.put(picture.webp),
                plate=uow.blobs.put(picture.plate) if picture.plate is not None else None,
                text=picture.text,
            )
        )
    uow.session.flush()
    uow.enqueue(JobKind.INDEX_ASSET, version.asset_id)
