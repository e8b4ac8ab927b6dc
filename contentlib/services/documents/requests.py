"""What a document is made from, said as one request: an asset's version, what was filled in, who it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contentlib.domain.documents import Paper, RenderRequest, RepContact
from contentlib.services import people as people_services
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.tables import Asset, AssetVersion, Document

PROSPECT = "prospect.name"


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


def file_name_of(asset: Asset, filling: Filling, *, personalise: bool) -> str:
    """Name a document's file after the asset and whom it is for, with nothing a file system minds."""
    prospect = filling.values.get(PROSPECT, "").strip() if personalise else ""
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
        brand=asset.brand,
    )


def contact_of_actor(reading: UnitOfWork) -> RepContact | None:
    """Give what the actor's profile tells customers; None for the operator."""
    if reading.actor.person_id is None:
        return None
    person = people_services.contact_of(reading, reading.actor.person_id)
    return RepContact(name=person.name, title=person.title, email=person.email, phone=person.phone)


def request_again(reading: UnitOfWork, document: Document, asset: Asset, version: AssetVersion) -> RenderRequest:
    """Say what a recorded document was made from, so that the same bytes can be made again.

    It holds as long as brand and templates are what they were; the certificate knows their hashes.
    """
    return RenderRequest(
        kind=document.certificate["kind"],
        slug=document.certificate["asset"],
        source=version.source,
        path=version.source_path,
        language=asset.language,
        version=version.number,
        dated_on=version.made_at.date(),
        on=document.made_at.date(),
        media={path: str(reading.blobs.path(blob)) for path, blob in version.media.items()},
        values=document.values,
        rep=RepContact(**document.rep) if document.rep else None,
        logo=reading.blobs.read(document.logo) if document.logo else None,
        paper=document.paper,
        is_personalised=document.is_personalised,
        brand=document.certificate.get("brand_slug", ""),
    )
