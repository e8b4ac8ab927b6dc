"""Writes what a sync found, as one transaction: assets, versions, slugs; it reads no file."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from contentlib.domain.assets import AssetStatus
from contentlib.domain.findings import Finding, Level, has_errors
from contentlib.domain.imports import RefusedSource, SyncAnswer
from contentlib.domain.people import Permission
from contentlib.services import asset_rights, notices, reviews
from contentlib.services.authoring.describing import Describer
from contentlib.services.authoring.plan import SourceRead, SyncPlan, place_of
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as queries
from contentlib.storage.tables import Asset, AssetVersion


def record_sync(uow: UnitOfWork, plan: SyncPlan) -> SyncAnswer:
    """Write what a sync found, as one transaction; refused files leave what they had untouched."""
    uow.require(Permission.EDIT_ASSETS)
    writer = _Writer(uow, plan)
    read_ids = [read.asset_id for read in (*plan.reads, *plan.retold) if read.asset_id is not None]
    assets = queries.list_by_ids(uow.session, [*plan.vanished, *(asset_id for asset_id, _ in plan.moved), *read_ids])
    for asset_id, path in plan.moved:
        assets[asset_id].source_root, assets[asset_id].source_path = str(plan.root), path
    for asset_id in plan.vanished:
        if assets[asset_id].taken_over_at is None:
            writer.archive(assets[asset_id])
    uow.session.flush()
    created = changed = 0
    for read in plan.reads:
        asset = assets.get(read.asset_id or 0)
        if (reason := writer.why_not(read, asset)) is not None:
            writer.refused.append(RefusedSource(path=read.file.path, line=1, reason=reason))
            continue
        created, changed = created + (asset is None), changed + (asset is not None)
        writer.write(read, asset)
    retold = sum(writer.retell(read, assets[read.asset_id or 0]) for read in plan.retold)
    return SyncAnswer(
        total=plan.total,
        created=created,
        changed=changed + retold,
        unchanged=plan.unchanged - retold,
        vanished=len(plan.vanished),
        refused=(*plan.refused, *writer.refused),
        warnings=(*_tell_of_other_folders(writer.held_elsewhere), *plan.warnings, *writer.warnings),
    )


def _tell_of_other_folders(held: Counter[str]) -> Iterator[Finding]:
    """Say once for each other folder that its files hold the slugs asked for here, and what to do about it."""
    for folder, files in held.items():
        files_here = "1 file here has the slug" if files == 1 else f"{files} files here have the slugs"
        message = f"{files_here} of what is kept equal to files below {folder}"
        if Path(folder).is_dir():
            mend = (
                f"To change those assets, run: contentlib content sync {folder}. If this folder takes its place, "
                "remove that one, then sync again. To have both, give these files other slugs."
            )
        else:
            message += ", which is no longer there"
            mend = (
                f"A folder that moved is recognised by what is unchanged in it. Put it back to {folder}, run: "
                f"contentlib content sync {folder}; then move it and sync it here."
            )
        yield Finding(level=Level.WARNING, code="held-elsewhere", message=f"{message}.", mend=mend, evidence=folder)


def _tell_of_draft(read: SourceRead, asset: Asset, version: AssetVersion) -> Finding:
    return Finding(
        level=Level.NOTE,
        code="waits-as-draft",
        message=f"Version {version.number} of “{asset.title}” waits as a draft; what is published stays.",
        mend="To withdraw the asset, archive it in the library, or remove its file.",
        path=read.file.path,
        line=read.source.asset.lines.get(("status",)),
    )


def _says_the_same(version: AssetVersion, read: SourceRead) -> bool:
    return version.source_hash == hashlib.sha256(read.file.data).hexdigest() and version.media == read.media


class _Writer:
    """Writes one plan; holds the words it looks up once."""

    def __init__(self, uow: UnitOfWork, plan: SyncPlan) -> None:
        self.uow = uow
        self.plan = plan
        self.refused: list[RefusedSource] = []
        self._waiting: list[Finding] = []
        self.held_elsewhere: Counter[str] = Counter()  # files whose slug a file below another folder holds
        self._describer = Describer(uow, create_terms=plan.create_terms, new_terms=plan.new_terms)

    @property
    def warnings(self) -> list[Finding]:
        """What files say that is not known here, and which drafts wait."""
        return [*self._describer.warnings, *self._waiting]

    def why_not(self, read: SourceRead, asset: Asset | None) -> str | None:
        """Say why a file cannot be taken: another has its slug, or what was imported has been changed here."""
        other = self._describer.find_holder(read, asset)
        if other is not None and self._is_elsewhere(other):
            self.held_elsewhere[str(other.source_root)] += 1
            return f"The slug “{read.source.asset.slug}” belongs to a file below {other.source_root}."
        if (holder := self._describer.slug_holder(read, asset)) is not None:
            return f"The slug “{read.source.asset.slug}” belongs to {holder}. Give this file another slug."
        if asset is not None and asset.taken_over_at is not None:
            return "Its asset has just been taken over into the library, whose text is kept."
        if not self.plan.is_import or asset is None:
            return None
        if asset.status is AssetStatus.ARCHIVED:
            return f"Its asset, “{asset.title}”, was archived here. Bring it back before importing the change."
        newest = queries.find_newest_version(self.uow.session, asset.id)
        if newest is not None and newest.number != asset.imported_version:
            return f"Its asset, “{asset.title}”, was edited here since it was imported; the edited text is kept."
        return None

    def _is_elsewhere(self, asset: Asset) -> bool:
        """Tell whether an asset is kept equal to a file that stands outside the folder at hand."""
        return asset_rights.is_kept(asset) and not place_of(asset).is_relative_to(self.plan.root)

    def archive(self, asset: Asset) -> None:
        """Archive an asset whose file is gone, with that reason."""
        asset.is_source_vanished = True
        if asset.status is not AssetStatus.ARCHIVED:
            reviews.supersede(self.uow, asset)
            asset.status, asset.archived_reason = AssetStatus.ARCHIVED, "Its file is no longer there."
            self._describer.note_change(asset, "archive")

    def write(self, read: SourceRead, asset: Asset | None) -> None:
        """Make the asset or its next version; one with blocking findings waits behind the published version."""
        is_new = asset is None
        if asset is None:
            asset = self._describer.begin(read)
        newest = None if is_new else queries.find_newest_version(self.uow.session, asset.id)
        returns, asset.is_source_vanished = asset.is_source_vanished, False
        if newest is not None and returns and _says_the_same(newest, read):
            version = newest
        else:
            version = self._describer.add_version(read, asset, newest.number + 1 if newest is not None else 1)
        asset.source_root, asset.source_path = str(self.plan.root), read.file.path
        asset.source_hash = read.file.hash
        if self.plan.is_import:
            asset.imported_version = version.number
        if asset.status is AssetStatus.ARCHIVED and not returns:
            # What somebody put away stays away, however its file changes; the text waits for who brings it back.
            self._describer.note_change(asset, "change from file")
            return
        why_waiting = self._let_out(read, asset, version, returns=returns)
        deed = "create from file" if is_new else "bring back" if returns else "change from file"
        self._describer.note_change(asset, deed, **({"reason": why_waiting} if why_waiting else {}))
        if asset.current_version_id == version.id and asset.status is AssetStatus.PUBLISHED:
            self.uow.audit("published by file", "asset", asset.id, version=version.number)
            if newest is not None:
                notices.tell_holders(self.uow, asset, version)
        if asset.current_version_id == version.id:
            self.uow.enqueue(JobKind.DRAW_PICTURES, version.id)

    def _let_out(self, read: SourceRead, asset: Asset, version: AssetVersion, *, returns: bool) -> str:
        """Publish what a file says, or let it wait behind what is published, and say why: for its findings, for who
        reviews its kind, or because the file calls itself a draft, which is a text at work and withdraws nothing.
        """
        blocked = has_errors(read.source.findings)
        wanted = read.source.asset.status is AssetStatus.PUBLISHED
        is_published = asset.status is AssetStatus.PUBLISHED
        was_published = is_published or (returns and asset.published_at is not None)
        asks = self._describer.kind_of(read).reviews_files and version.published_at is None
        is_reviewed = asks and wanted and not blocked
        stays = is_published if not wanted else was_published and (blocked or is_reviewed)
        waits = stays and asset.current_version_id != version.id
        if waits:
            asset.status, asset.archived_reason = AssetStatus.PUBLISHED, ""
        else:
            self._describer.describe(read, asset, version, is_published=wanted and not blocked and not is_reviewed)
        if is_reviewed:
            self.uow.session.refresh(asset, ["kind", "stages", "terms"])
            review = reviews.open_review(self.uow, asset, version, note="Changed in its file.")
            reviews.ask(self.uow, version, review)
            self.uow.enqueue(JobKind.DRAW_PICTURES, version.id)
        if not waits:
            return ""
        if not wanted:
            self._waiting.append(_tell_of_draft(read, asset, version))
            why = "its file calls it a draft"
        else:
            why = "what was found in it blocks it" if blocked else "files of its kind are reviewed"
        return f"version {version.number} waits behind what is published; {why}"

    def retell(self, read: SourceRead, asset: Asset) -> bool:
        """Look up an unchanged file's owner, stages and terms once more; tells whether anything is known by now."""
        before = (asset.owner_id, set(asset.stages), set(asset.terms))
        version = queries.find_newest_version(self.uow.session, asset.id)
        if version is None or version.id != asset.current_version_id:
            return False
        self._describer.tell(read, asset, version, owner=asset.owner_id is None)
        if (asset.owner_id, set(asset.stages), set(asset.terms)) == before:
            return False
        self._describer.note_change(asset, "change from file")
        return True
