"""Answers what a PDF that somebody holds is: one of this library's, as it was made, and still the current one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from contentlib.domain.assets import is_live
from contentlib.domain.documents import CarriedCertificate, Certificate, Paper, RenderedDocument
from contentlib.domain.errors import ConflictError, NotFoundError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.people import Permission
from contentlib.services import asset_rights
from contentlib.services import assets as asset_services
from contentlib.services import deals as deal_services
from contentlib.services.documents.requests import Filling, request_again, request_for
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import documents as queries
from contentlib.storage.tables import Asset, AssetVersion, Deal, Document


@dataclass(frozen=True, kw_only=True)
class CertificateAnswer:
    """What a file is to this library; what is not known of it is None or empty.

    `brand` and `template` are names and hashes at the time it was made; `deal` is told to those who may see it.
    `findings` say what is wrong: errors with the file, warnings with what it shows.
    """

    ours: bool
    unaltered: bool
    current: bool
    asset: str | None = None
    title: str | None = None
    version: int | None = None
    brand: Mapping[str, str] | None = None
    template: Mapping[str, str] | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    deal: str | None = None
    made_at: datetime | None = None
    paper: str | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Give what is wrong, a sentence each."""
        return tuple(finding.message for finding in self.findings)


def read_certificate(reading: UnitOfWork, data: bytes) -> CertificateAnswer:
    """Tell what a file is; FileRefusedError for what is no PDF, or too damaged to tell.

    Bytes that the library holds need no reading; anything else is read in the sandbox for what it says of itself, and
    believed only where the library has the same on record.
    """
    reading.require(Permission.USE_ASSETS)
    asks = reading.actor.person_id
    made = queries.find_by_bytes(reading.session, hashlib.sha256(data).hexdigest(), asks=asks)
    if made is not None:
        return _answer(reading, made, is_unaltered=True, findings=[])
    carried = reading.printer.read_certificate(data)
    if carried is None:
        return _foreign("This PDF carries no certificate: it was not made by this library.")
    made = queries.find_by_certificate(reading.session, carried.asset, carried.id, asks=asks)
    if made is None:
        return _foreign(
            "This PDF carries a certificate that this library has no record of: another library made it, or it was"
            " made up.", "unknown-certificate",
        )  # fmt: skip
    return _answer(reading, made, is_unaltered=False, findings=[_altered(carried)])


def find_certificate(reading: UnitOfWork, slug: str, *, paper: Paper = Paper.A4) -> Certificate | None:
    """Give the certificate of an asset's plain document, None while it has not been drawn; nothing is drawn here."""
    asset = asset_rights.get_seen(reading, slug)
    if asset.current_version is None or asset_services.why_no_document(reading, asset) is not None:
        return None
    request = request_for(reading, asset, asset.current_version, Filling(paper=paper), logo=None, personalise=False)
    kept = reading.printer.find(request)
    return kept.certificate if kept is not None else None


def make_again(reading: UnitOfWork, document_id: int) -> RenderedDocument:
    """Make a recorded document again from version, brand, template and values; its bytes are those that were sent.

    ConflictError when brand or template are no longer what they were.
    """
    reading.require(Permission.OPERATE)
    made = queries.find(reading.session, document_id)
    if made is None:
        raise NotFoundError("There is no such document.")
    asset, version = _source(reading, made)
    changed = [finding.message for finding in _changes(reading, made)]
    if changed:
        raise ConflictError(f"It cannot be made again as it was. {' '.join(changed)}")
    return reading.printer.render_anew(request_again(reading, made, asset, version))


def _foreign(message: str, code: str = "not-ours") -> CertificateAnswer:
    finding = Finding(level=Level.ERROR, code=code, message=message)
    return CertificateAnswer(ours=False, unaltered=False, current=False, findings=(finding,))


def _altered(carried: CarriedCertificate) -> Finding:
    what = "saved anew or changed since it was made" if carried.is_whole else "damaged or cut off"
    return Finding(
        level=Level.ERROR, code="altered", message=f"This file was {what}: its bytes are not those on record.",
        mend="Ask for the file as it was sent, or make it again.",
    )  # fmt: skip


def _answer(reading: UnitOfWork, made: Document, *, is_unaltered: bool, findings: list[Finding]) -> CertificateAnswer:
    asset, version = _source(reading, made)
    outdated = [*_moved_on(reading, asset, version), *_run_out(reading, made), *_changes(reading, made)]
    told = made.certificate
    deal = reading.session.get(Deal, made.deal_id) if made.deal_id is not None else None
    return CertificateAnswer(
        ours=True,
        unaltered=is_unaltered,
        current=not outdated,
        asset=asset.slug,
        title=asset.title,
        version=version.number,
        brand={"name": told["brand"], "slug": told.get("brand_slug", ""), "hash": told["brand_hash"]},
        template={"kind": told["kind"], "hash": told["template_hash"]},
        values=made.values,
        deal=deal.external_id if deal is not None and deal_services.may_see(reading, deal) else None,
        made_at=made.made_at,
        paper=told["paper"],
        findings=(*findings, *outdated),
    )


def _source(reading: UnitOfWork, made: Document) -> tuple[Asset, AssetVersion]:
    """Give the asset and version that a document shows; the library never lets go of either while it is kept."""
    asset = asset_queries.list_by_ids(reading.session, [made.asset_id]).get(made.asset_id)
    version = reading.session.get(AssetVersion, made.version_id)
    if asset is None or version is None:
        raise NotFoundError("What this document was made from is gone.")
    return asset, version


def _moved_on(reading: UnitOfWork, asset: Asset, version: AssetVersion) -> Iterator[Finding]:
    if asset.current_version_id != version.id:
        newest = asset_rights.get_version(asset).number
        yield _outdated(f"“{asset.title}” has moved on to version {newest}; this shows version {version.number}.")
    if not is_live(asset.status, asset_rights.dates_of(asset), reading.today):
        yield _outdated(f"“{asset.title}” is not published today.")


def _run_out(reading: UnitOfWork, made: Document) -> Iterator[Finding]:
    """Tell of a quotation that may no longer be used; it could when the document was made."""
    until = made.certificate.get("good_until")
    if until is not None and date.fromisoformat(until) <= reading.today:
        yield _outdated(f"A quote in it may not be used since {date.fromisoformat(until):%d %b %Y}.")


def _changes(reading: UnitOfWork, made: Document) -> Iterator[Finding]:
    """Tell what a document was drawn with that is different now; letters are not drawn."""
    told = made.certificate
    slug = told.get("brand_slug", "")
    if slug not in reading.printer.brands():
        yield _outdated(f"The brand “{slug}” is gone.")
    elif told["brand_hash"] != reading.printer.hash_of_brand(slug):
        yield _outdated(f"The brand {told['brand']} has changed since.")
    if told["template_hash"] != reading.printer.template_hash(told["kind"]):
        yield _outdated("The template of this kind of document has changed since.")


def _outdated(message: str) -> Finding:
    return Finding(level=Level.WARNING, code="outdated", message=message, mend="Make it again from the asset.")
