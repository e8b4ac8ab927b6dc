"""Documents: an asset version made the customer's own, drawn before anything is written, then recorded with its use.

Drawing takes a moment, so it happens on a reading unit of work; the writing one checks again and writes rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass

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
    BrandRefusedError,
    ConflictError,
    DocumentRefusedError,
    FieldError,
    InvalidInputError,
    LimitExceededError,
    SourceRefusedError,
)
from contentlib.domain.findings import Finding, Level
from contentlib.domain.people import Permission
from contentlib.domain.usage import Channel
from contentlib.services import asset_rights
from contentlib.services import assets as asset_services
from contentlib.services import deals as deal_services
from contentlib.services import usage as usage_services
from contentlib.services.documents.requests import PROSPECT, Filling, file_name_of, request_for
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import documents as queries
from contentlib.storage.tables import Asset, Deal, Document, UsageEvent

PREVIEW_WIDTH = 900
_LOGO = "prospect.logo"


@dataclass(frozen=True, kw_only=True)
class PreparedDocument:
    """A drawn document that is not recorded yet; `rep` is the contact it names.

    Its files are stored: `blob` names its own, `logo` the normalised one of the customer.
    """

    asset_slug: str
    version_id: int
    filling: Filling
    deal: str | None
    is_personalised: bool
    rep: RepContact | None
    rendered: RenderedDocument
    file_name: str
    blob: str
    logo: str | None

    @property
    def is_filled(self) -> bool:
        """Tell whether a field was filled, so that this is more than the plain asset."""
        return self.is_personalised and not self.filling.is_empty


@dataclass(frozen=True, kw_only=True)
class DocumentPreview:
    """A document as it would be sent, with its pages as pictures and the places of its open fields."""

    document: RenderedDocument
    pictures: tuple[PagePicture, ...]
    places: tuple[FieldPlace, ...]


@dataclass(frozen=True, kw_only=True)
class SourcePreview:
    """A source as it would be drawn, and what stands in its way; no pictures where it cannot be drawn at all."""

    pictures: tuple[PagePicture, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A finished download: the document's row and the usage it was recorded as, None for the operator."""

    document: Document | None
    event: UsageEvent | None


def kinds(reading: UnitOfWork) -> tuple[DocumentKind, ...]:
    """List the kinds of documents that can be made."""
    return reading.printer.kinds()


def faults_of_kinds(reading: UnitOfWork) -> dict[str, str]:
    """Say by kind why the folder with its files cannot be used; kinds that can be used are left out."""
    return reading.printer.faults_of_kinds()


def lint_kinds(reading: UnitOfWork) -> tuple[Finding, ...]:
    """Give what is wrong with the files of every kind, with file and line; each is drawn for it."""
    reading.require(Permission.USE_ASSETS)
    return reading.printer.lint_kinds()


def open_fields(reading: UnitOfWork, slug: str) -> tuple[OpenField, ...]:
    """Give the open fields of an asset's current version, with its quotes and slides as choices."""
    asset = _get_authored(reading, slug)
    request = request_for(reading, asset, asset_rights.get_version(asset), Filling(), logo=None, personalise=True)
    return reading.printer.fields(request)


def _get_authored(reading: UnitOfWork, slug: str) -> Asset:
    """Give an asset that documents are made of; DocumentRefusedError for one that was uploaded as a file."""
    asset = asset_rights.get_usable(reading, slug)
    if asset_services.is_upload(asset):
        raise DocumentRefusedError(f"“{asset.title}” has no PDF. {asset_services.why_no_document(reading, asset)}")
    if (trouble := reading.printer.find_trouble(asset.brand)) is not None:
        raise DocumentRefusedError(f"“{asset.title}” cannot be drawn. {trouble.message} {trouble.mend}")
    return asset


def suggested_values(reading: UnitOfWork, deal: str | None) -> dict[str, str]:
    """Give what the deal already tells, so that nobody types it."""
    if deal is None:
        return {}
    return {PROSPECT: deal_services.get(reading, deal).account}


def prepare(
    reading: UnitOfWork, *, asset: str, deal: str | None, filling: Filling, personalise: bool
) -> PreparedDocument:
    """Draw a document and store its file; DocumentRefusedError names every field and finding in the way at once.

    Without `personalise` the plain asset is drawn: its open fields are left out together with their labels.
    """
    row, request, no_logo = _ask(reading, asset=asset, deal=deal, filling=filling, personalise=personalise)
    with _told_together(no_logo):
        rendered = reading.printer.render(request)
    return PreparedDocument(
        asset_slug=row.slug,
        version_id=asset_rights.get_version(row).id,
        filling=filling,
        deal=deal,
        is_personalised=request.is_personalised,
        rep=request.rep,
        rendered=rendered,
        file_name=file_name_of(row, filling, personalise=request.is_personalised),
        blob=reading.blobs.put(rendered.pdf),
        logo=reading.blobs.put(request.logo) if request.logo is not None else None,
    )


def preview(reading: UnitOfWork, *, asset: str, deal: str | None, filling: Filling) -> DocumentPreview:
    """Draw what would be sent, with pictures and places, in one go; nothing is recorded. Raises as `prepare` does."""
    _, request, no_logo = _ask(reading, asset=asset, deal=deal, filling=filling, personalise=True)
    with _told_together(no_logo):
        drawn = reading.printer.preview(request, width=PREVIEW_WIDTH)
    return DocumentPreview(document=drawn.document, pictures=drawn.pictures, places=drawn.places)


def preview_source(
    reading: UnitOfWork, *, kind: str, slug: str, source: str, media: Mapping[str, str], paper: Paper = Paper.A4
) -> SourcePreview:
    """Draw a source that somebody is writing; whatever is wrong with it is a finding, and nothing is recorded.

    `media` maps the paths that it names to stored files.
    """
    request = RenderRequest(
        kind=kind, slug=slug, source=source, path=f"{kind}/{slug}.md", language="en", version=0,
        dated_on=reading.today, media={path: str(reading.blobs.path(blob)) for path, blob in media.items()},
        paper=paper, is_draft=True,
    )  # fmt: skip
    try:
        drawn = reading.printer.sketch(request, width=PREVIEW_WIDTH)
    except BrandRefusedError as refused:  # no fault of the text's
        return SourcePreview(pictures=(), findings=(refused.for_everyone(),))
    except (DocumentRefusedError, SourceRefusedError, LimitExceededError) as refused:
        said = Finding(level=Level.ERROR, code=refused.code, message=refused.message, path=request.path)
        return SourcePreview(pictures=(), findings=refused.findings or (said,))
    return SourcePreview(pictures=drawn.pictures, findings=drawn.document.findings)


def _ask(
    reading: UnitOfWork, *, asset: str, deal: str | None, filling: Filling, personalise: bool
) -> tuple[Asset, RenderRequest, InvalidInputError | None]:
    """Say what to draw, after everything that speaks against it without drawing, and what is wrong with the logo.

    Where its file cannot be used, it is left out of the request, so that all else is judged too.
    """
    row = asset_rights.get_usable(reading, asset)
    reason = asset_services.why_no_document(reading, row)
    if reason is not None:
        raise DocumentRefusedError(f"“{row.title}” has no PDF. {reason}")
    if personalise and not asset_rights.may_be_sent(reading, row) and not reading.actor.is_operator:
        raise DocumentRefusedError(f"“{row.title}” is internal, so it is not made a customer's own.")
    if deal is not None:
        deal_services.get_row(reading, deal)
    logo, no_logo = None, None
    if filling.logo is not None:
        try:
            logo = read_logo(reading, filling.logo)
        except InvalidInputError as refused:
            no_logo = refused
    version = asset_rights.get_version(row)
    return row, request_for(reading, row, version, filling, logo=logo, personalise=personalise), no_logo


@contextmanager
def _told_together(no_logo: InvalidInputError | None) -> Iterator[None]:
    """Refuse what is drawn within for its logo, and with it for everything else that stands in the way."""
    try:
        yield
    except DocumentRefusedError as refused:
        if no_logo is None:
            raise
        fields = (*no_logo.fields, *refused.fields)
        raise DocumentRefusedError(no_logo.message, fields=fields, findings=refused.findings) from refused
    if no_logo is not None:
        raise no_logo


def record(uow: UnitOfWork, prepared: PreparedDocument, *, key: str) -> Recorded:
    """Keep a drawn document and record its use in the same transaction; the same key gives what it already made.

    One finished download is one use: `personalised` if fields were filled, else `downloaded`.
    """
    if (known := find_recorded(uow, key)) is not None:
        return known
    asset = asset_rights.get_usable(uow, prepared.asset_slug)
    if asset.current_version_id != prepared.version_id:
        raise ConflictError(f"“{asset.title}” has just got a new version. Look at it, then download again.")
    deal = deal_services.get_row(uow, prepared.deal) if prepared.deal else None
    made = _row(uow, prepared, asset, deal)
    if uow.actor.person_id is None:  # so that a file can be told from a foreign one; it is no use
        again = queries.find_operators(uow.session, content_key=made.content_key, deal_id=made.deal_id)
        if again is None:
            uow.session.add(made)
        return Recorded(document=again or made, event=None)
    channel = Channel.PERSONALISED if prepared.is_filled else Channel.DOWNLOADED
    return keep(uow, made, asset=prepared.asset_slug, deal=prepared.deal, channel=channel, key=key)


def find_recorded(reading: UnitOfWork, key: str) -> Recorded | None:
    """Find what an idempotency key has already made; ConflictError when it is another's."""
    known = usage_services.find_repeated(reading, key)
    if known is None:
        return None
    return Recorded(document=queries.find(reading.session, known.document_id or 0), event=known)


def keep(uow: UnitOfWork, made: Document, *, asset: str, deal: str | None, channel: Channel, key: str) -> Recorded:
    """Keep a document, and record the use that it is."""
    uow.session.add(made)
    uow.session.flush()
    event = usage_services.record(
        uow, asset=asset, channel=channel, deal=deal, key=key, document_id=made.id, version_id=made.version_id
    )
    return Recorded(document=made, event=event)


def _row(uow: UnitOfWork, prepared: PreparedDocument, asset: Asset, deal: Deal | None) -> Document:
    rendered = prepared.rendered
    return Document(
        asset_id=asset.id,
        version_id=prepared.version_id,
        deal_id=deal.id if deal else None,
        made_by_id=uow.actor.person_id,
        made_at=uow.now,
        paper=prepared.filling.paper,
        values=prepared.filling.filled if prepared.is_filled else {},
        rep=asdict(prepared.rep) if prepared.rep is not None else None,
        is_personalised=prepared.is_personalised,
        logo=prepared.logo,
        blob=prepared.blob,
        pages=rendered.pages,
        content_key=rendered.content_key,
        certificate=rendered.certificate.as_dict(),
        file_name=prepared.file_name,
    )


def read_logo(reading: UnitOfWork, data: bytes) -> bytes:
    """Give a logo as it will be drawn, PNG; InvalidInputError says, beside its field, what is wrong with the file."""
    try:
        return reading.printer.read_logo(data)
    except InvalidInputError as error:
        raise InvalidInputError(error.message, fields=(FieldError(field=_LOGO, message=error.message),)) from error
