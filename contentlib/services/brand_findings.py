"""What people decide about findings of an asset: set aside with a reason, counted again; it checks nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from contentlib.domain.errors import FieldError, InvalidInputError, NotFoundError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.people import Permission
from contentlib.services import asset_rights
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import findings as finding_queries
from contentlib.storage.tables import Asset, AssetVersion, IgnoredFinding

_MOST_SIGNS = 300


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """A finding that was set aside: by whom, and why."""

    key: str
    message: str
    reason: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Known:
    """What findings of some assets are decided by, by the assets' rows: newest versions, and what was set aside."""

    newest: Mapping[int, AssetVersion]
    ignored: dict[tuple[int, str], IgnoredFinding]


def read_known(reading: UnitOfWork, ids: Sequence[int]) -> Known:
    """Read what findings of some assets are decided by."""
    return Known(
        newest=asset_queries.newest_versions(reading.session, ids),
        ignored={(row.asset_id, row.key): row for row in finding_queries.list_ignored(reading.session, ids)},
    )


def _known_of(reading: UnitOfWork, asset: Asset) -> Known:
    newest = asset_queries.find_newest_version(reading.session, asset.id)
    ignored = finding_queries.list_ignored(reading.session, [asset.id])
    return Known(newest={asset.id: newest} if newest else {}, ignored={(row.asset_id, row.key): row for row in ignored})


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
    asset = asset_rights.get_seen(uow, slug)
    return ignore_one(uow, asset, key, reason, _known_of(uow, asset))


def ignore_one(uow: UnitOfWork, asset: Asset, key: str, reason: str, known: Known) -> str:
    """Set a finding of an asset aside as `ignore` does, by what is known of many."""
    uow.require(Permission.EDIT_ASSETS)
    reason = " ".join(reason.split())[:_MOST_SIGNS]
    if not reason:
        message = "Say why it may stay: whoever reviews the asset reads it."
        raise InvalidInputError(message, fields=(FieldError(field="reason", message=message),))
    shown = _shown(uow, asset, known)
    stored = (Finding.from_dict(one) for version in shown for one in version.findings)
    found = [finding for finding in stored if finding.key == key]
    if not found:
        raise NotFoundError(f"“{asset.title}” has no such finding any more.")
    row = known.ignored.get((asset.id, key))
    if row is None:
        row = known.ignored[asset.id, key] = _row(uow, asset, found[0], reason)
        uow.session.add(row)
    row.reason, row.by_id, row.by_name, row.at = reason, uow.actor.person_id, uow.actor.name, uow.now
    _mark(shown, {key: reason})
    _note(uow, asset, "ignore finding", found[0], reason=reason)
    return f"Ignored: {found[0].message}"


def count_again(uow: UnitOfWork, *, slug: str, key: str) -> str:
    """Let a finding count again that was set aside; gives a sentence. Raises NotFoundError where none was."""
    asset = asset_rights.get_seen(uow, slug)
    return count_one_again(uow, asset, key, _known_of(uow, asset))


def count_one_again(uow: UnitOfWork, asset: Asset, key: str, known: Known) -> str:
    """Let a finding of an asset count again as `count_again` does, by what is known of many."""
    uow.require(Permission.EDIT_ASSETS)
    row = get_ignored(asset, key, known)
    del known.ignored[asset.id, key]
    message = row.message
    uow.session.delete(row)
    _mark(_shown(uow, asset, known), {key: None})
    finding = Finding(level=Level.NOTE, code=key.partition("\n")[0], message=message)
    _note(uow, asset, "count finding again", finding)
    return f"It counts again: {message}"


def get_ignored(asset: Asset, key: str, known: Known) -> IgnoredFinding:
    """Give what was set aside on an asset; NotFoundError where nothing of the kind was."""
    row = known.ignored.get((asset.id, key))
    if row is None:
        raise NotFoundError(f"Nothing of the kind was ignored on “{asset.title}”.")
    return row


def carry_over(uow: UnitOfWork, asset: Asset) -> int:
    """Set aside on an asset's newest version what was set aside before and recurs; gives how many findings."""
    known = _known_of(uow, asset)
    return _mark(_shown(uow, asset, known), {key: row.reason for (_, key), row in known.ignored.items()})


def bring_along(uow: UnitOfWork, asset: Asset, version: AssetVersion) -> None:
    """Set aside on an asset, too, what was set aside on a version that comes to it from another."""
    known = {row.key for row in finding_queries.list_ignored(uow.session, [asset.id])}
    for finding in (Finding.from_dict(stored) for stored in version.findings):
        if finding.ignored is not None and finding.key not in known:
            known.add(finding.key)
            uow.session.add(_row(uow, asset, finding, finding.ignored))
    uow.session.flush()


def _row(uow: UnitOfWork, asset: Asset, finding: Finding, reason: str) -> IgnoredFinding:
    return IgnoredFinding(
        asset_id=asset.id, key=finding.key, message=finding.message[:1000], reason=reason,
        by_id=uow.actor.person_id, by_name=uow.actor.name, at=uow.now,
    )  # fmt: skip


def _shown(uow: UnitOfWork, asset: Asset, known: Known) -> Sequence[AssetVersion]:
    """Give the versions that findings are decided on: the current one and the newest, if that is another."""
    newest = known.newest.get(asset.id)
    current = uow.session.get(AssetVersion, asset.current_version_id) if asset.current_version_id else None
    return [version for version in dict.fromkeys((newest, current)) if version is not None]


def _mark(versions: Sequence[AssetVersion], reasons: Mapping[str, str | None]) -> int:
    """Write reasons, or None, to the findings that they are about; gives how many."""
    marked = 0
    for version in versions:
        findings = [Finding.from_dict(stored) for stored in version.findings]
        told = [replace(one, ignored=reasons[one.key]) if one.key in reasons else one for one in findings]
        if told != findings:
            marked += sum(after != before for after, before in zip(told, findings, strict=True))
            version.findings = [one.as_dict() for one in told]
    return marked


def _note(uow: UnitOfWork, asset: Asset, deed: str, finding: Finding, **detail: str) -> None:
    asset.updated_at = uow.now
    uow.flush()
    uow.enqueue(JobKind.INDEX_ASSET, asset.id)
    uow.audit(deed, "asset", asset.id, code=finding.code, message=finding.message, **detail)
