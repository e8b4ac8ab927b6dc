"""Questions about the library itself: facts, the audit trail, and what should be there for every row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.storage.parts import in_parts
from contentlib.storage.tables import (
    AddedPicture,
    Asset,
    AssetFile,
    AssetPicture,
    AssetVersion,
    AuditEntry,
    Deal,
    Document,
    Job,
    LibraryFact,
    Person,
    UsageEvent,
)

_MADE_BY, _DEMO = "made by", "demo"


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A stored file that a row names: what it is to whom, and the version or document that needs it."""

    blob: str
    is_picture: bool
    subject: int
    meaning: str


def find_fact(session: Session, name: str) -> str | None:
    """Find a fact about the library."""
    fact = session.get(LibraryFact, name)
    return fact.value if fact else None


def set_fact(session: Session, name: str, value: str) -> None:
    """Write a fact about the library."""
    session.merge(LibraryFact(name=name, value=value))


def is_made_by_demo(session: Session) -> bool:
    """Tell whether the demo made this library, so that its people and deals are made up."""
    return find_fact(session, _MADE_BY) == _DEMO


def mark_as_demo(session: Session, *, anchor: str) -> None:
    """Write that the demo made this library, and the day its dates are counted from."""
    set_fact(session, _MADE_BY, _DEMO)
    set_fact(session, "demo anchor", anchor)


def list_audit(session: Session, subject_kind: str, subject_id: int, *, deeds: Collection[str]) -> list[AuditEntry]:
    """List which of some deeds were done to one thing, newest first; of other deeds there may be thousands."""
    subject = AuditEntry.subject_kind == subject_kind, AuditEntry.subject_id == subject_id
    done = sa.select(AuditEntry).where(*subject, AuditEntry.deed.in_(deeds))
    return list(session.scalars(done.order_by(AuditEntry.id.desc())))


def audit_entries(session: Session, ids: Sequence[int]) -> dict[int, AuditEntry]:
    """Map numbers to the lines of the trail; those that are gone are left out."""
    found: dict[int, AuditEntry] = {}
    for part in in_parts(ids):
        rows = session.scalars(sa.select(AuditEntry).where(AuditEntry.id.in_(part)))
        found |= {row.id: row for row in rows}
    return found


def last_deeds(session: Session, subject_kind: str, ids: Sequence[int], *, deeds: Sequence[str]) -> dict[int, int]:
    """Map things to the last line of the trail that tells one of some deeds of them."""
    found: dict[int, int] = {}
    for part in in_parts(ids):
        subject = AuditEntry.subject_kind == subject_kind, AuditEntry.subject_id.in_(part)
        last = sa.select(AuditEntry.subject_id, sa.func.max(AuditEntry.id)).where(*subject, AuditEntry.deed.in_(deeds))
        found |= {row_id: line for row_id, line in session.execute(last.group_by(AuditEntry.subject_id))}  # noqa: C416
    return found


def count_rows(session: Session) -> dict[str, int]:
    """Count what people put into a library, by what it is."""
    tables = {"assets": Asset, "deals": Deal, "usage_events": UsageEvent, "people": Person}
    return {name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for name, table in tables.items()}


def iter_files(session: Session) -> Iterator[StoredFile]:
    """Give every stored file that a row names, once for each row that does."""
    media = sa.select(AssetVersion.id, AssetVersion.number, AssetVersion.media, Asset.slug).join(
        Asset, Asset.id == AssetVersion.asset_id
    )
    for version, number, paths, slug in session.execute(media):
        for path, blob in paths.items():
            meaning = f"{path} in version {number} of “{slug}”"
            yield StoredFile(blob=blob, is_picture=False, subject=version, meaning=meaning)
    pictures = (
        sa.select(AssetPicture, AssetVersion.number, Asset.slug)
        .join(AssetVersion, AssetVersion.id == AssetPicture.version_id)
        .join(Asset, Asset.id == AssetVersion.asset_id)
    )
    for picture, number, slug in session.execute(pictures):
        meaning = f"the picture of page {picture.number} in version {number} of “{slug}”"
        for blob in filter(None, (picture.blob, picture.plate)):
            yield StoredFile(blob=blob, is_picture=True, subject=picture.version_id, meaning=meaning)
    uploads = (
        sa.select(AssetFile.version_id, AssetFile.blob, AssetFile.name, AssetVersion.number, Asset.slug)
        .join(AssetVersion, AssetVersion.id == AssetFile.version_id)
        .join(Asset, Asset.id == AssetVersion.asset_id)
    )
    for version, blob, name, number, slug in session.execute(uploads):
        meaning = f"{name}, the original of version {number} of “{slug}”"
        yield StoredFile(blob=blob, is_picture=False, subject=version, meaning=meaning)
    for added, blob, path in session.execute(sa.select(AddedPicture.id, AddedPicture.blob, AddedPicture.path)):
        yield StoredFile(blob=blob, is_picture=False, subject=added, meaning=f"the picture {path}")
    for document, blob, logo, name in session.execute(
        sa.select(Document.id, Document.blob, Document.logo, Document.file_name)
    ):
        yield StoredFile(blob=blob, is_picture=False, subject=document, meaning=f"document {document}, {name}")
        if logo is not None:
            yield StoredFile(blob=logo, is_picture=False, subject=document, meaning=f"the logo in document {document}")


def list_blobs(session: Session) -> list[str]:
    """List the names of all stored files that rows name, each once."""
    return sorted({file.blob for file in iter_files(session)})


def versions_to_index(session: Session) -> dict[int, int]:
    """Map each asset to the version that the index should hold of it, 0 for an asset without one."""
    return {asset: version or 0 for asset, version in session.execute(sa.select(Asset.id, Asset.current_version_id))}


def list_strayed_assets(session: Session) -> list[str]:
    """List the slugs of assets whose current version belongs to another asset."""
    return list(
        session.scalars(
            sa.select(Asset.slug)
            .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
            .where(AssetVersion.asset_id != Asset.id)
            .order_by(Asset.slug)
        )
    )


def list_unrecorded_documents(session: Session) -> list[int]:
    """List documents without the use that is recorded in the same transaction; the operator's are no use."""
    recorded = sa.select(UsageEvent.document_id).where(UsageEvent.document_id.is_not(None))
    return list(
        session.scalars(
            sa.select(Document.id)
            .where(Document.id.not_in(recorded), Document.made_by_id.is_not(None))
            .order_by(Document.id)
        )
    )


def list_dead_jobs(session: Session) -> list[Job]:
    """List the jobs that failed for good."""
    return list(session.scalars(sa.select(Job).where(Job.state == "dead").order_by(Job.id)))


def count_jobs(session: Session) -> list[tuple[str, int, int, int, datetime | None]]:
    """Count the jobs of each kind that wait, run and were given up, with when the oldest that waits was due."""

    def of(state: str) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((Job.state == state, 1), else_=0)), 0)

    oldest = sa.func.min(sa.case((Job.state == "waiting", Job.run_at)))
    rows = session.execute(
        sa.select(Job.kind, of("waiting"), of("running"), of("dead"), oldest).group_by(Job.kind).order_by(Job.kind)
    )
    return [(kind, int(waiting), int(running), int(dead), at) for kind, waiting, running, dead, at in rows]


def assets_of_versions(session: Session, version_ids: Sequence[int]) -> dict[int, int]:
    """Map versions to their assets."""
    rows = session.execute(sa.select(AssetVersion.id, AssetVersion.asset_id).where(AssetVersion.id.in_(version_ids)))
    return {version: asset for version, asset in rows}  # noqa: C416


def pending_subjects(session: Session, kind: str) -> set[int]:
    """Give what work of a kind is still to come for."""
    return set(session.scalars(sa.select(Job.subject).where(Job.kind == kind, Job.state != "dead")))


def newest_instant(session: Session) -> datetime | None:
    """Give the latest moment that the library itself wrote down, None while it wrote none."""
    moments = [session.scalar(sa.select(sa.func.max(column))) for column in (AuditEntry.at, UsageEvent.recorded_at)]
    return max((moment for moment in moments if moment is not None), default=None)
