"""What people decide about findings of an asset: set aside with a reason, counted again; it checks nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from contentlib.domain.errors import FieldError, InvalidInputError, NotFoundError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.people import Permission
from contentlib.services import asset_rights
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.tables import Asset, AssetVersion, IgnoredFinding

_MOST_SIGNS = 300


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """A finding that was set aside: by whom, and why."""

    key: str
    message: str
    reason: str
    by: str


def list_ignored(reading: UnitOfWork, slug: str) -> tuple[Ignored, ...]:
    """List what was set aside on an asset, the latest first."""
    reading.require(Permission.SEE_UNPUBLISHED)
    asset = asset_rights.get_seen(reading, slug)
    rows = reading.session.scalars(
        sa.select(IgnoredFinding).where(IgnoredFinding.asset_id == asset.id).order_by(IgnoredFinding.id.desc())
    )
    return tuple(Ignored(key=row.key, message=row.message, reason=row.reason, by=row.by_name) for row in rows)


def ignore(uow: UnitOfWork, *, slug: str, key: str, reason: str) -> str:
    """Set a finding of an asset's newest version aside, and for versions to come; it blocks nothing from now on.

    Gives a sentence. Raises InvalidInputError without a reason, NotFoundError for a finding that is not there.
    """
    uow.require(Permission.EDIT_ASSETS)
    asset = asset_rights.get_seen(uow, slug)
    reason = " ".join(reason.split())[:_MOST_SIGNS]
    if not reason:
        message = "Say why it may stay: whoever reviews the asset reads it."
        raise InvalidInputError(message, fields=(FieldError(field="reason", message=message),))
    found = [finding for _, finding in _findings_of(uow, asset) if finding.key == key]
    if not found:
        raise NotFoundError(f"“{asset.title}” has no such finding any more.")
    row = _find(uow, asset, key)
    if row is None:
        row = IgnoredFinding(
            asset_id=asset.id, key=key, message=found[0].message[:1000], reason=reason,
            by_id=uow.actor.person_id, by_name=uow.actor.name, at=uow.now,
        )  # fmt: skip
        uow.session.add(row)
    row.reason, row.by_id, row.by_name, row.at = reason, uow.actor.person_id, uow.actor.name, uow.now
    _mark(uow, asset, {key: reason})
    _note(uow, asset, "ignore finding", found[0], reason=reason)
    return f"Ignored: {found[0].message}"


def count_again(uow: UnitOfWork, *, slug: str, key: str) -> str:
    """Let a finding count again that was set aside; gives a sentence. Raises NotFoundError where none was."""
    uow.require(Permission.EDIT_ASSETS)
    asset = asset_rights.get_seen(uow, slug)
    row = _find(uow, asset, key)
    if row is None:
        raise NotFoundError(f"Nothing of the kind was ignored on “{asset.title}”.")
    message = row.message
    uow.session.delete(row)
    _mark(uow, asset, {key: None})
    finding = Finding(level=Level.NOTE, code=key.partition("\n")[0], message=message)
    _note(uow, asset, "count finding again", finding)
    return f"It counts again: {message}"


def carry_over(uow: UnitOfWork, asset: Asset) -> int:
    """Set aside on an asset's newest version what was set aside before and recurs; gives how many findings."""
    rows = uow.session.scalars(sa.select(IgnoredFinding).where(IgnoredFinding.asset_id == asset.id))
    return _mark(uow, asset, {row.key: row.reason for row in rows})


def _find(uow: UnitOfWork, asset: Asset, key: str) -> IgnoredFinding | None:
    wanted = IgnoredFinding.asset_id == asset.id, IgnoredFinding.key == key
    return uow.session.scalar(sa.select(IgnoredFinding).where(*wanted))


def _shown(uow: UnitOfWork, asset: Asset) -> Sequence[AssetVersion]:
    """Give the versions that findings are decided on: the current one and the newest, if that is another."""
    newest = asset_queries.find_newest_version(uow.session, asset.id)
    current = uow.session.get(AssetVersion, asset.current_version_id) if asset.current_version_id else None
    return [version for version in dict.fromkeys((newest, current)) if version is not None]


def _findings_of(uow: UnitOfWork, asset: Asset) -> list[tuple[AssetVersion, Finding]]:
    return [(version, Finding.from_dict(one)) for version in _shown(uow, asset) for one in version.findings]


def _mark(uow: UnitOfWork, asset: Asset, reasons: dict[str, str | None]) -> int:
    """Write reasons, or None, to the findings that they are about; gives how many."""
    marked = 0
    for version in _shown(uow, asset):
        findings = [Finding.from_dict(stored) for stored in version.findings]
        told = [replace(one, ignored=reasons[one.key]) if one.key in reasons else one for one in findings]
        if told != findings:
            marked += sum(after != before for after, before in zip(told, findings, strict=True))
            version.findings = [one.as_dict() for one in told]
    return marked


def _note(uow: UnitOfWork, asset: Asset, deed: str, finding: Finding, **detail: str) -> None:
    asset.updated_at = uow.now
    uow.session.flush()
    uow.enqueue(JobKind.INDEX_ASSET, asset.id)
    uow.audit(deed, "asset", asset.id, code=finding.code, message=finding.message, **detail)
