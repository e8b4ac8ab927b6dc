"""Finds out what an import has to do: which foreign files are new or changed; writes nothing but blobs.

An import copies: the asset is the library's own from then on. Where its source stands is remembered, so that the same
files again change nothing and a changed one makes a new version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from contentlib.domain.errors import InvalidInputError
from contentlib.domain.findings import Finding
from contentlib.domain.imports import RefusedSource
from contentlib.domain.people import Permission
from contentlib.ingest import layout as layouts
from contentlib.ingest.layout import Layout
from contentlib.services.authoring.plan import (
    LARGEST_MEDIA,
    MEDIA_TYPES,
    SourceFile,
    SourceRead,
    SyncPlan,
    in_batches,
    list_files,
    place_of,
)
from contentlib.services.taxonomy import to_slug
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as queries
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.tables import Asset

if TYPE_CHECKING:
    from contentlib.ingest.reading import ComposedSource

# Names that say nothing of a file; its folder does.
_NAMELESS = frozenset({"index", "_index", "readme", "default"})


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """A file to read, the slug its asset has or may get, and the asset, if there is one."""

    file: SourceFile
    slug: str
    asset: Asset | None


def prepare_import(
    reading: UnitOfWork, *, folder: Path, layout: str | None = None, create_terms: bool = False
) -> SyncPlan:
    """Read a folder of foreign files by a layout's name or file, the plain one without; nothing but blobs is written.

    Raises InvalidInputError when there is no such folder or layout, or when the layout means no file in it.
    """
    reading.require(Permission.EDIT_ASSETS)
    described = layouts.find(layout)
    root = folder.expanduser().resolve()
    if not root.is_dir():
        raise InvalidInputError(f"{folder} is not a folder. Name the folder that holds the files to import.")
    found, refused = list_files(root, described.files)
    if not found and not refused:
        raise InvalidInputError(
            f"No file below {folder} is one that the layout “{described.name}” means ({', '.join(described.files)})."
        )
    pictures = _list_pictures(root)
    seal = _seal(described, pictures)
    files = [replace(file, hash=hashlib.sha256(seal + file.data).hexdigest()) for file in found]
    wanted, moved, unchanged, held = _sort_out(reading, root, files, refused)
    refused += held
    reads, same, warnings = _read_all(reading, root, described, layout, pictures, wanted, refused)
    return SyncPlan(
        root=root,
        total=len(files) + sum(row.path not in {file.path for file in files} for row in refused),
        unchanged=unchanged + same,
        moved=tuple(moved),
        reads=tuple(reads),
        retold=(),
        vanished=(),
        refused=tuple(refused),
        warnings=tuple(warnings),
        create_terms=create_terms,
        new_terms=described.new_terms,
        is_import=True,
    )


def _list_pictures(root: Path) -> dict[str, Path]:
    found = (path for path in sorted(root.rglob("*")) if path.suffix.lower() in MEDIA_TYPES and path.is_file())
    return {
        path.relative_to(root).as_posix(): path
        for path in found
        if path.stat().st_size <= LARGEST_MEDIA and path.resolve().is_relative_to(root)
    }


def _seal(layout: Layout, pictures: dict[str, Path]) -> bytes:
    """Give what a file's text depends on beside itself, so that a corrected layout or picture counts as a change."""
    seal = hashlib.sha256(layout.digest.encode())
    for name, path in pictures.items():
        seal.update(f"{name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode(errors="replace"))
    return seal.digest()


def _sort_out(
    reading: UnitOfWork, root: Path, files: Sequence[SourceFile], refused: Sequence[RefusedSource]
) -> tuple[list[_Wanted], list[tuple[int, str]], int, list[RefusedSource]]:
    """Tell files that came in before from those to read, and from those that a sync keeps."""
    synced = {place_of(asset) for asset in queries.list_from_files(reading.session)}
    taken_over = {place_of(asset) for asset in queries.list_taken_over(reading.session)}
    imported = queries.list_imported(reading.session)
    by_place = {place_of(asset): asset for asset in imported}
    here = {root / file.path for file in files} | {root / row.path for row in refused}
    by_hash = {asset.source_hash: asset for asset in imported if place_of(asset) not in here}
    taken = queries.list_taken_slugs(reading.session)
    wanted: list[_Wanted] = []
    moved: list[tuple[int, str]] = []
    held: list[RefusedSource] = []
    unchanged = 0
    for file in files:
        if root / file.path in synced:
            reason = "A sync keeps an asset equal to this file; it needs no import."
            held.append(RefusedSource(path=file.path, line=1, reason=reason))
            continue
        if root / file.path in taken_over:
            reason = "Its asset was taken over into the library, whose text is kept."
            held.append(RefusedSource(path=file.path, line=1, reason=reason))
            continue
        asset = by_place.get(root / file.path)
        if asset is None and (asset := by_hash.pop(file.hash, None)) is not None:
            moved.append((asset.id, file.path))
        if asset is not None and asset.source_hash == file.hash:
            unchanged += 1
            continue
        slug = asset.slug if asset is not None else _free_slug(root, file.path, taken)
        taken.add(slug)
        wanted.append(_Wanted(file=file, slug=slug, asset=asset))
    return wanted, moved, unchanged, held


def _free_slug(root: Path, path: str, taken: set[str]) -> str:
    """Give the shortest slug that a file's name and its folders make and nobody holds."""
    steps = [*Path(path).parent.parts, Path(path).stem]
    if steps[-1].lower() in _NAMELESS and len(steps) > 1:
        steps.pop()
    named = [slug for step in (root.name, *steps) if (slug := to_slug(step))]
    own = named[1:] or named
    tried = [to_slug("-".join(part[-count:])) for part in (own, named) for count in range(1, len(part) + 1)]
    stem = tried[0] if tried else "asset-" + hashlib.sha256(path.encode()).hexdigest()[:8]
    free = next((slug for slug in tried or [stem] if slug not in taken), None)
    number = 2
    while free is None or free in taken:
        free, number = f"{stem[:74]}-{number}", number + 1
    return free


def _read_all(
    reading: UnitOfWork,
    root: Path,
    described: Layout,
    layout: str | None,
    pictures: dict[str, Path],
    wanted: Sequence[_Wanted],
    refused: list[RefusedSource],
) -> tuple[list[SourceRead], int, list[Finding]]:
    """Read files in the sandbox; gives those that say something new, how many do not, and what was found."""
    slugs = {each.file.path: each.slug for each in wanted}
    before = queries.imported_versions(reading.session)
    kinds = [kind.slug for kind in taxonomy_queries.list_kinds(reading.session)]
    named = str(Path(layout).resolve()) if layout and layout.endswith(".toml") else described.name

    def read_some(batch: Sequence[SourceFile]) -> list[ComposedSource | RefusedSource]:
        answers: list[ComposedSource | RefusedSource] = reading.sandbox.call(
            "contentlib.ingest.reading:read_batch",
            files=[(file.path, slugs[file.path], file.data) for file in batch],
            layout=named,
            root=root.name,
            pictures=list(pictures),
            kinds=kinds,
            templates=str(reading.templates),
        )
        return answers

    reads: list[SourceRead] = []
    warnings: list[Finding] = []
    same = 0
    answers = in_batches([each.file for each in wanted], read_some)
    for each, answer in zip(wanted, answers, strict=True):
        if isinstance(answer, RefusedSource):
            refused.append(answer)
            continue
        media = {
            name: reading.blobs.put(pictures[answer.media[name]].read_bytes())
            for name in answer.source.media
            if answer.media.get(name) in pictures
        }
        if each.asset is not None and before.get(each.asset.id) == (answer.text, media):
            same += 1
            continue
        # The lines of findings are the composed text's, which nobody has seen yet.
        warnings += [replace(finding, line=None) for finding in answer.source.findings]
        composed = replace(each.file, data=answer.text.encode())
        asset_id = each.asset.id if each.asset is not None else None
        reads.append(SourceRead(file=composed, source=answer.source, media=media, asset_id=asset_id))
    return reads, same, warnings
