"""Keeps assets equal to the authored files they come from; files are read in the sandbox, never here.

A source is a root folder and a path in it. What moved is recognised by its content, so the asset keeps its address,
its versions and its numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from contentlib.domain.assets import AssetStatus, Vocabulary, default_review_by
from contentlib.domain.errors import InvalidInputError
from contentlib.domain.findings import Finding, Level, has_errors
from contentlib.domain.imports import RefusedSource, SyncAnswer
from contentlib.domain.people import Permission
from contentlib.markup.source import ReadSource
from contentlib.services.taxonomy import TermBook
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as queries
from contentlib.storage.queries import people as people_queries
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.tables import Asset, AssetKind, AssetSlug, AssetVersion, FunnelStage, Term

# One child of the sandbox reads this many files: enough to pay its start, few enough that a bad one costs little.
_BATCH = 50
_LARGEST_SOURCE = 2_000_000
_LARGEST_MEDIA = 25_000_000
_MEDIA_TYPES = frozenset({".svg", ".png", ".jpg", ".jpeg", ".webp"})
_VOCABULARIES = {
    "industries": Vocabulary.INDUSTRY,
    "personas": Vocabulary.PERSONA,
    "products": Vocabulary.PRODUCT,
    "regions": Vocabulary.REGION,
    "tags": Vocabulary.TAG,
}


@dataclass(frozen=True, kw_only=True)
class _SourceFile:
    path: str
    kind: str
    data: bytes = field(repr=False)
    hash: str


@dataclass(frozen=True, kw_only=True)
class _Read:
    file: _SourceFile
    source: ReadSource
    media: dict[str, str]
    asset_id: int | None


@dataclass(frozen=True, kw_only=True)
class SyncPlan:
    """What a sync found to do; made without holding the database's write lock."""

    root: Path
    total: int
    unchanged: int
    moved: tuple[tuple[int, str], ...]
    reads: tuple[_Read, ...]
    vanished: tuple[int, ...]
    refused: tuple[RefusedSource, ...]
    warnings: tuple[Finding, ...]
    create_terms: bool


def prepare_sync(reading: UnitOfWork, *, folder: Path, create_terms: bool = False) -> SyncPlan:
    """Read a folder and tell new, changed, moved and vanished files apart; nothing but blobs is written."""
    reading.require(Permission.EDIT_ASSETS)
    root = folder.expanduser().resolve()
    if not root.is_dir():
        raise InvalidInputError(f"{folder} is not a folder. Name the folder that holds <kind>/<name>.md files.")
    files, refused = _list_files(root)
    known = queries.list_from_files(reading.session)
    by_path = {asset.source_path: asset for asset in known if asset.source_root == str(root)}
    here = {file.path for file in files} | {row.path for row in refused}
    lost = [a for a in known if not _is_present(a, root, here)]
    by_hash = {asset.source_hash: asset for asset in lost}
    moved: list[tuple[int, str]] = []
    wanted: list[tuple[_SourceFile, int | None]] = []
    unchanged = 0
    for file in files:
        asset = by_path.get(file.path)
        if asset is None and (asset := by_hash.pop(file.hash, None)) is not None:
            moved.append((asset.id, file.path))
        if asset is not None and asset.source_hash == file.hash and _has_same_media(reading, root, asset):
            unchanged += not asset.is_source_vanished
            if not asset.is_source_vanished:
                continue
        wanted.append((file, asset.id if asset else None))
    kept = {asset_id for asset_id, _ in moved}
    vanished = [a.id for a in lost if a.source_root == str(root) and a.id not in kept and not a.is_source_vanished]
    reads, warnings = _read_all(reading, root, wanted, refused)
    return SyncPlan(
        root=root,
        total=len(files) + sum(1 for row in refused if row.path not in {f.path for f in files}),
        unchanged=unchanged,
        moved=tuple(moved),
        reads=tuple(reads),
        vanished=tuple(vanished),
        refused=tuple(refused),
        warnings=tuple(warnings),
        create_terms=create_terms,
    )


def _list_files(root: Path) -> tuple[list[_SourceFile], list[RefusedSource]]:
    files, refused = [], []
    for path in sorted(root.rglob("*.md")):
        name = path.relative_to(root).as_posix()
        if any(part.startswith(".") for part in path.relative_to(root).parts):
            continue
        try:
            size = path.stat().st_size
            data = path.read_bytes() if size <= _LARGEST_SOURCE else b""
        except OSError as error:
            refused.append(RefusedSource(path=name, line=1, reason=f"The file cannot be opened: {error.strerror}."))
            continue
        if size > _LARGEST_SOURCE:
            refused.append(RefusedSource(path=name, line=1, reason="The file is larger than 2 MB of text."))
            continue
        files.append(_SourceFile(path=name, kind=path.parent.name, data=data, hash=hashlib.sha256(data).hexdigest()))
    return files, refused


def _is_present(asset: Asset, root: Path, here: set[str]) -> bool:
    """Tell whether an asset's own file is still where it was: in this listing, or on disk under another root."""
    if asset.source_root == str(root):
        return asset.source_path in here
    return (Path(asset.source_root or "") / (asset.source_path or "")).is_file()


def _has_same_media(reading: UnitOfWork, root: Path, asset: Asset) -> bool:
    version = queries.list_versions(reading.session, asset.id)[0]
    return all(_store_media(reading, root, path) == blob for path, blob in version.media.items())


def _store_media(reading: UnitOfWork, root: Path, path: str) -> str | None:
    """Keep a picture that a file names and give its blob; None when there is no such picture in the folder."""
    for base in (root, root.parent):  # a single kind's folder may be synced; its pictures stand beside it
        found = (base / path).resolve()
        fits = found.is_relative_to(base) and found.suffix.lower() in _MEDIA_TYPES
        if fits and found.is_file() and found.stat().st_size <= _LARGEST_MEDIA:
            return reading.blobs.put(found.read_bytes())
    return None


def _read_all(
    reading: UnitOfWork, root: Path, wanted: Sequence[tuple[_SourceFile, int | None]], refused: list[RefusedSource]
) -> tuple[list[_Read], list[Finding]]:
    reads: list[_Read] = []
    warnings: list[Finding] = []
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        answers: list[ReadSource | RefusedSource] = reading.sandbox.call(
            "contentlib.markup.source:read_batch",
            files=[(file.path, file.kind, file.data) for file, _ in batch],
            templates=str(reading.templates),
        )
        for (file, asset_id), answer in zip(batch, answers, strict=True):
            if isinstance(answer, RefusedSource):
                refused.append(answer)
                continue
            media = {path: _store_media(reading, root, path) for path in answer.media}
            missing = [
                Finding(
                    level=Level.ERROR,
                    code="missing-media",
                    message=f"The picture {path} is not in the folder, or is no SVG, PNG, JPEG or WebP under 25 MB.",
                    mend="Put the picture there or correct its name.",
                    path=file.path,
                )
                for path, blob in media.items()
                if blob is None
            ]
            source = replace(answer, findings=(*answer.findings, *missing))
            warnings += source.findings
            kept = {path: blob for path, blob in media.items() if blob is not None}
            reads.append(_Read(file=file, source=source, media=kept, asset_id=asset_id))
    return reads, warnings


def record_sync(uow: UnitOfWork, plan: SyncPlan) -> SyncAnswer:
    """Write what a sync found, as one transaction; refused files leave what they had untouched."""
    uow.require(Permission.EDIT_ASSETS)
    writer = _Writer(uow, plan)
    assets = queries.list_by_ids(
        uow.session, [*plan.vanished, *(i for i, _ in plan.moved), *(r.asset_id for r in plan.reads if r.asset_id)]
    )
    for asset_id, path in plan.moved:
        assets[asset_id].source_root, assets[asset_id].source_path = str(plan.root), path
    for asset_id in plan.vanished:
        writer.archive(assets[asset_id])
    uow.session.flush()
    created = changed = 0
    for read in plan.reads:
        asset = assets.get(read.asset_id or 0)
        if (holder := writer.slug_holder(read, asset)) is not None:
            writer.refused.append(
                RefusedSource(
                    path=read.file.path,
                    line=1,
                    reason=f"The address “{read.source.asset.slug}” belongs to {holder}. Give this file another slug.",
                )
            )
            continue
        created, changed = created + (asset is None), changed + (asset is not None)
        writer.write(read, asset)
    return SyncAnswer(
        total=plan.total,
        created=created,
        changed=changed,
        unchanged=plan.unchanged,
        vanished=len(plan.vanished),
        refused=(*plan.refused, *writer.refused),
        warnings=(*plan.warnings, *writer.warnings),
    )


class _Writer:
    """Writes one plan; holds the words it looks up once."""

    def __init__(self, uow: UnitOfWork, plan: SyncPlan) -> None:
        self.uow = uow
        self.plan = plan
        self.refused: list[RefusedSource] = []
        self.warnings: list[Finding] = []
        self._terms = TermBook(uow, tuple(_VOCABULARIES.values()))
        self._kinds = {kind.slug: kind for kind in taxonomy_queries.list_kinds(uow.session)}
        self._stages = {
            name: stage
            for stage in taxonomy_queries.list_funnel_stages(uow.session)
            for name in (stage.slug, stage.label.casefold())
        }
        self._people = people_queries.ids_by_email(uow.session)

    def slug_holder(self, read: _Read, asset: Asset | None) -> str | None:
        """Name who else holds the address that a file asks for."""
        slug = self._slug_of(read, asset)
        other = queries.find_by_slug(self.uow.session, slug)
        if other is None or (asset is not None and other.id == asset.id):
            return None
        return f"{other.source_path}" if other.source_path else f"the asset “{other.title}”"

    def _slug_of(self, read: _Read, asset: Asset | None) -> str:
        named = read.source.asset.slug
        is_default = named == Path(read.file.path).stem
        return asset.slug if asset is not None and is_default else named

    def archive(self, asset: Asset) -> None:
        """Archive an asset whose file is gone, with that reason."""
        asset.is_source_vanished = True
        if asset.status is not AssetStatus.ARCHIVED:
            asset.status, asset.archived_reason = AssetStatus.ARCHIVED, "Its file is no longer there."
            self._changed(asset, "archive")

    def write(self, read: _Read, asset: Asset | None) -> None:
        """Make the asset or its next version; one with blocking findings waits behind the published version."""
        authored, now = read.source.asset, self.uow.now
        is_new = asset is None
        if asset is None:
            asset = Asset(
                slug=authored.slug, title=authored.title, kind_id=self._kind(read).id, created_at=now, updated_at=now
            )
            self.uow.session.add(asset)
            self.uow.session.flush()
            asset.stages, asset.terms = [], []
        version = self._version(
            read, asset, 1 if is_new else queries.list_versions(self.uow.session, asset.id)[0].number + 1
        )
        asset.source_root, asset.source_path = str(self.plan.root), read.file.path
        asset.source_hash = read.file.hash
        returns = asset.is_source_vanished
        asset.is_source_vanished = False
        blocked = has_errors(read.source.findings)
        if not blocked or asset.status is not AssetStatus.PUBLISHED:
            self._describe(read, asset, version, blocked=blocked)
        self._changed(asset, "create from file" if is_new else "bring back" if returns else "change from file")
        if asset.current_version_id == version.id:
            self.uow.enqueue(JobKind.DRAW_PICTURES, version.id)

    def _version(self, read: _Read, asset: Asset, number: int) -> AssetVersion:
        source = read.source
        version = AssetVersion(
            asset_id=asset.id,
            number=number,
            title=source.asset.title,
            source=read.file.data.decode("utf-8-sig"),
            source_hash=read.file.hash,
            source_path=read.file.path,
            html=source.html,
            pages=[{"number": p.number, "title": p.title, "text": p.text} for p in source.pages],
            facts=dict(source.asset.facts),
            media=read.media,
            findings=[finding.as_dict() for finding in source.findings],
            note=source.asset.version_note[:300],
            made_by_id=self.uow.actor.person_id,
            made_at=self.uow.now,
        )
        self.uow.session.add(version)
        self.uow.session.flush()
        return version

    def _describe(self, read: _Read, asset: Asset, version: AssetVersion, *, blocked: bool) -> None:
        authored, now = read.source.asset, self.uow.now
        slug = self._slug_of(read, asset)
        if asset.slug != slug:
            self.uow.session.add(AssetSlug(slug=asset.slug, asset_id=asset.id))
            asset.slug = slug
        kind = self._kind(read)
        asset.kind_id, asset.title, asset.summary = kind.id, authored.title[:300], authored.summary
        asset.company, asset.language, asset.audience = authored.company[:200], authored.language, authored.audience
        asset.publish_on, asset.expires_on, asset.brand = authored.publish_on, authored.expires_on, authored.brand or ""
        asset.review_by_on = authored.review_by_on or default_review_by(now.date(), kind.verify_months)
        asset.owner_id = self._owner(read)
        asset.stages = self._stages_of(read)
        asset.terms = self._terms_of(read)
        asset.current_version_id, asset.verified_at, asset.archived_reason = version.id, now, ""
        published = authored.status is AssetStatus.PUBLISHED and not blocked
        asset.status = AssetStatus.PUBLISHED if published else AssetStatus.DRAFT
        if published:
            asset.published_at = asset.published_at or now

    def _changed(self, asset: Asset, deed: str) -> None:
        asset.updated_at = self.uow.now
        self.uow.session.flush()
        self.uow.enqueue(JobKind.INDEX_ASSET, asset.id)
        self.uow.audit(deed, "asset", asset.id, path=asset.source_path, status=asset.status.value)

    def _kind(self, read: _Read) -> AssetKind:
        slug = read.source.asset.kind
        kind = self._kinds.get(slug)
        if kind is None:
            label = slug.replace("-", " ").strip().capitalize() or "Other"
            self._warn(read, "unknown-kind", f"“{slug}” was not a kind yet; it is one now.", key="kind")
            kind = AssetKind(slug=slug[:80], label=label[:80], plural=label[:80], position=len(self._kinds))
            self.uow.session.add(kind)
            self.uow.session.flush()
            self._kinds[slug] = kind
        return kind

    def _owner(self, read: _Read) -> int | None:
        email = read.source.asset.owner
        if email and email.lower() not in self._people:
            self._warn(read, "unknown-owner", f"Nobody here has the e-mail address {email}.", key="owner")
        return self._people.get((email or "").lower())

    def _stages_of(self, read: _Read) -> list[FunnelStage]:
        found = {}
        for name in read.source.asset.stages:
            stage = self._stages.get(name.strip().casefold())
            if stage is None:
                known = ", ".join(dict.fromkeys(s.label for s in self._stages.values()))
                self._warn(read, "unknown-stage", f"“{name}” is no funnel stage. Known: {known}.", key="stages")
            else:
                found[stage.id] = stage
        return list(found.values())

    def _terms_of(self, read: _Read) -> list[Term]:
        found = {}
        for key, vocabulary in _VOCABULARIES.items():
            for name in getattr(read.source.asset, key):
                term = self._terms.find(vocabulary, name)
                if term is None and self.plan.create_terms:
                    term = self._terms.add(vocabulary, name)
                if term is None:
                    self._warn(
                        read,
                        "unknown-term",
                        f"“{name}” is not among the {key} here.",
                        key=key,
                        nearest=self._terms.nearest(vocabulary, name),
                    )
                else:
                    found[term.id] = term
        return list(found.values())

    def _warn(self, read: _Read, code: str, message: str, *, key: str, nearest: str | None = None) -> None:
        self.warnings.append(
            Finding(
                level=Level.WARNING,
                code=code,
                message=message,
                mend=f"Did you mean “{nearest}”?" if nearest else None,
                nearest=nearest,
                path=read.file.path,
                line=read.source.asset.lines.get((key,)),
            )
        )
