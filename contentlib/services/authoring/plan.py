"""Finds out what a sync has to do: new, changed, moved and vanished files told apart; writes nothing but blobs.

A source is a root folder and a path in it. What moved is recognised by its content, so the asset keeps its address,
its versions and its numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from contentlib.domain.errors import InvalidInputError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.imports import RefusedSource
from contentlib.domain.people import Permission
from contentlib.markup.source import ReadSource
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as queries
from contentlib.storage.tables import Asset

# One child of the sandbox reads this many files: enough to pay its start, few enough that a bad one costs little.
_BATCH = 50
_LARGEST_SOURCE = 2_000_000
_LARGEST_MEDIA = 25_000_000
_MEDIA_TYPES = frozenset({".svg", ".png", ".jpg", ".jpeg", ".webp"})


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """A file that was found, with its bytes and their SHA-256; `path` is relative to the synced folder."""

    path: str
    kind: str
    data: bytes = field(repr=False)
    hash: str


@dataclass(frozen=True, kw_only=True)
class SourceRead:
    """A file that was read; `media` maps the pictures it names to blobs, `asset_id` is None for a new asset."""

    file: SourceFile
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
    reads: tuple[SourceRead, ...]
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
    wanted: list[tuple[SourceFile, int | None]] = []
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


def _list_files(root: Path) -> tuple[list[SourceFile], list[RefusedSource]]:
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
        files.append(SourceFile(path=name, kind=path.parent.name, data=data, hash=hashlib.sha256(data).hexdigest()))
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
    reading: UnitOfWork, root: Path, wanted: Sequence[tuple[SourceFile, int | None]], refused: list[RefusedSource]
) -> tuple[list[SourceRead], list[Finding]]:
    reads: list[SourceRead] = []
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
            reads.append(SourceRead(file=file, source=source, media=kept, asset_id=asset_id))
    return reads, warnings


def lint(reading: UnitOfWork, paths: Sequence[Path]) -> tuple[int, list[Finding]]:
    """Check authored files, or all below folders, without bringing them in; gives how many and what was found."""
    findings: list[Finding] = []
    count = 0
    for path in paths:
        found = path.expanduser().resolve()
        if not found.exists():
            raise InvalidInputError(f"{path} does not exist.")
        root = found if found.is_dir() else found.parent.parent
        files, refused = _list_files(root)
        if not found.is_dir():
            name = found.relative_to(root).as_posix()
            files, refused = [f for f in files if f.path == name], [row for row in refused if row.path == name]
        count += len(files)
        _, warnings = _read_all(reading, root, [(file, None) for file in files], refused)
        findings += warnings
        findings += [
            Finding(level=Level.ERROR, code="refused", message=row.reason, path=row.path, line=row.line)
            for row in refused
        ]
    return count, findings
