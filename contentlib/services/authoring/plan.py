"""Finds out what a sync has to do: new, changed, moved and vanished files told apart; writes nothing but blobs.

A source is a root folder and a path in it. What moved is recognised by its content, so the asset keeps its slug,
its versions and its numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from contentlib.domain.errors import InvalidInputError, LimitExceededError, WorkBrokeOffError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.imports import RefusedSource
from contentlib.domain.people import Permission
from contentlib.markup.source import ReadSource
from contentlib.services.authoring.wording import Wording
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as queries
from contentlib.storage.tables import Asset

# One child of the sandbox reads this many files: enough to pay its start, few enough that a bad one costs little.
_BATCH = 50
_LARGEST_SOURCE = 2_000_000
LARGEST_MEDIA = 25_000_000
MEDIA_TYPES = frozenset({".svg", ".png", ".jpg", ".jpeg", ".webp"})
_MISSING_MEDIA = "missing-media"
# What a file says of words, stages or people that the library did not know when it was read.
UNKNOWN_WORDS = frozenset({"unknown-term", "unknown-stage", "unknown-owner", "unknown-brand"})


Read = ReadSource | RefusedSource
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """A file that was found, with its bytes and their SHA-256; `path` is relative to the synced folder."""

    path: str
    kind: str
    data: bytes = field(repr=False)
    hash: str

    def line_of(self, words: str) -> int | None:
        """Give the number of the first line that holds some words."""
        before, found, _ = self.data.partition(words.encode())
        return before.count(b"\n") + 1 if found else None


@dataclass(frozen=True, kw_only=True)
class SourceRead:
    """A file that was read; `media` maps the pictures it names to blobs, `asset_id` is None for a new asset."""

    file: SourceFile
    source: ReadSource
    media: dict[str, str]
    asset_id: int | None


@dataclass(frozen=True, kw_only=True)
class SyncPlan:
    """What a sync found to do; made without holding the database's write lock.

    `retold` are unchanged files whose words are looked up once more, since some were not known when they came in.
    `new_terms` are the keys whose unknown words become terms (all of them with `create_terms`). An import's pieces may
    be changed in the library, and its files may go; a sync's are kept equal to their files.
    """

    root: Path
    total: int
    unchanged: int
    moved: tuple[tuple[int, str], ...]
    reads: tuple[SourceRead, ...]
    retold: tuple[SourceRead, ...]
    vanished: tuple[int, ...]
    refused: tuple[RefusedSource, ...]
    warnings: tuple[Finding, ...]
    create_terms: bool
    new_terms: frozenset[str] = frozenset()
    is_import: bool = False


def prepare_sync(reading: UnitOfWork, *, folder: Path, create_terms: bool = False) -> SyncPlan:
    """Read a folder and tell new, changed, moved and vanished files apart; nothing but blobs is written."""
    reading.require(Permission.EDIT_ASSETS)
    root = folder.expanduser().resolve()
    if not root.is_dir():
        raise InvalidInputError(f"{folder} is not a folder. Name the folder that holds <kind>/<name>.md files.")
    files, refused = list_files(root)
    files, held = _leave_imported(reading, root, files)
    refused += held
    files, told = _leave_taken_over(reading, root, files)
    pictures = Pictures(root, reading.blobs.put)
    known = queries.list_from_files(reading.session)
    checks = queries.newest_checks(reading.session)
    by_place = {place_of(asset): asset for asset in known}
    here = {root / file.path for file in files} | {root / row.path for row in refused}
    lost = [asset for asset in known if not _is_present(place_of(asset), root, here)]
    by_hash = {asset.source_hash: asset for asset in lost}
    moved: list[tuple[int, str]] = []
    wanted: list[tuple[SourceFile, int | None]] = []
    retold: list[tuple[SourceFile, int | None]] = []
    unchanged = len(told)
    for file in files:
        asset = by_place.get(root / file.path)
        if asset is None and (asset := by_hash.pop(file.hash, None)) is not None:
            moved.append((asset.id, file.path))
        same = asset is not None and asset.source_hash == file.hash and pictures.are_as_before(*checks[asset.id])
        if asset is None or not same or asset.is_source_vanished:
            wanted.append((file, asset.id if asset else None))
            continue
        unchanged += 1
        if create_terms or any(finding["code"] in UNKNOWN_WORDS for finding in checks[asset.id][1]):
            retold.append((file, asset.id))
    kept = {asset_id for asset_id, _ in moved}
    gone = [a for a in lost if place_of(a).is_relative_to(root) and a.id not in kept and not a.is_source_vanished]
    total = len(files) + len(refused) + len(told)
    reads, warnings = read_all(reading, pictures, wanted, refused)
    told_again, _ = read_all(reading, pictures, retold, [])
    return SyncPlan(
        root=root,
        total=total,
        unchanged=unchanged,
        moved=tuple(moved),
        reads=tuple(reads),
        retold=tuple(told_again),
        vanished=tuple(asset.id for asset in gone),
        refused=tuple(refused),
        warnings=(*warnings, *told),
        create_terms=create_terms,
    )


def _leave_imported(
    reading: UnitOfWork, root: Path, files: Sequence[SourceFile]
) -> tuple[list[SourceFile], list[RefusedSource]]:
    """Part files that assets may be kept equal to from those that an import has copied."""
    imported = {place_of(asset) for asset in queries.list_imported(reading.session)}
    reason = "This file was imported, and its asset is the library's own now. Import it again to take over a change."
    held = [RefusedSource(path=file.path, line=1, reason=reason) for file in files if root / file.path in imported]
    names = {row.path for row in held}
    return [file for file in files if file.path not in names], held


def _leave_taken_over(
    reading: UnitOfWork, root: Path, files: Sequence[SourceFile]
) -> tuple[list[SourceFile], list[Finding]]:
    """Part the files whose assets were taken over into the library, and say of each that it is left alone."""
    taken = queries.list_taken_over(reading.session)
    by_place, by_hash = {place_of(asset): asset for asset in taken}, {asset.source_hash: asset for asset in taken}
    left: list[SourceFile] = []
    told: list[Finding] = []
    for file in files:
        asset = by_place.get(root / file.path) or by_hash.get(file.hash)
        if asset is None:
            left.append(file)
            continue
        has_changed = asset.source_hash != file.hash
        told.append(
            Finding(
                level=Level.WARNING if has_changed else Level.NOTE,
                code="taken-over",
                message=f"“{asset.title}” was taken over into the library, so this file is left alone"
                + (", although it has changed since." if has_changed else "."),
                mend="Write the change in the library." if has_changed else None,
                path=file.path,
            )
        )
    return left, told


def place_of(asset: Asset) -> Path:
    """Give where an asset's file stands; the same file may be synced from its own folder and from one above it."""
    return Path(asset.source_root or "") / (asset.source_path or "")


def _is_present(place: Path, root: Path, here: set[Path]) -> bool:
    """Tell whether an asset's own file is still where it was: in this listing, or on disk elsewhere."""
    return place in here if place.is_relative_to(root) else place.is_file()


def list_files(root: Path, patterns: Sequence[str] = ("**/*.md",)) -> tuple[list[SourceFile], list[RefusedSource]]:
    """List the files below a folder that patterns mean, with their bytes, and those that cannot be opened."""
    files, refused = [], []
    for path in sorted({path for pattern in patterns for path in root.glob(pattern) if not path.is_dir()}):
        name = path.relative_to(root).as_posix()
        # A README tells about its folder and is no collateral.
        if any(part.startswith(".") for part in path.relative_to(root).parts) or path.name.lower() == "readme.md":
            continue
        try:
            name.encode()
            size = path.stat().st_size
            data = path.read_bytes() if size <= _LARGEST_SOURCE else b""
        except UnicodeEncodeError:
            shown = name.encode(errors="replace").decode()
            refused.append(RefusedSource(path=shown, line=1, reason="The file's name is not UTF-8. Rename it."))
            continue
        except OSError as error:
            refused.append(RefusedSource(path=name, line=1, reason=f"The file cannot be opened: {error.strerror}."))
            continue
        if size > _LARGEST_SOURCE:
            refused.append(RefusedSource(path=name, line=1, reason="The file is larger than 2 MB of text."))
            continue
        files.append(SourceFile(path=name, kind=path.parent.name, data=data, hash=hashlib.sha256(data).hexdigest()))
    return files, refused


class Pictures:
    """The pictures that files name: each is looked for once, and kept through `keep`, which gives its name."""

    def __init__(self, root: Path, keep: Callable[[bytes], str]) -> None:
        self._root, self._keep = root, keep
        self._found: dict[str, str | None] = {}

    def find(self, path: str) -> str | None:
        """Keep a picture and give its blob; None when there is no such picture."""
        if path not in self._found:
            place = self.place(path)
            self._found[path] = self._keep(place.read_bytes()) if place is not None else None
        return self._found[path]

    def place(self, path: str) -> Path | None:
        """Find a picture's file; None when there is no such picture.

        A single kind's folder may be synced; its pictures stand in media/ beside it.
        """
        for folder, inside in ((self._root, self._root), (self._root.parent, self._root.parent / "media")):
            try:
                found = (folder / path).resolve()
                fits = found.is_relative_to(inside) and found.suffix.lower() in MEDIA_TYPES
                if fits and found.is_file() and found.stat().st_size <= LARGEST_MEDIA:
                    return found
            except (OSError, ValueError):  # no name that a file can have
                continue
        return None

    def are_as_before(self, media: dict[str, str], findings: Sequence[dict[str, str]]) -> bool:
        """Tell whether what a version named is unchanged, and what was missing is missing still."""
        missing = (row.get("text", "") for row in findings if row["code"] == _MISSING_MEDIA)
        return all(self.find(path) == blob for path, blob in media.items()) and not any(map(self.find, missing))


def read_all(
    reading: UnitOfWork,
    pictures: Pictures,
    wanted: Sequence[tuple[SourceFile, int | None]],
    refused: list[RefusedSource],
) -> tuple[list[SourceRead], list[Finding]]:
    """Read files with the pictures they name; those that cannot be taken are added to `refused`."""
    reads: list[SourceRead] = []
    warnings: list[Finding] = []
    wording = Wording(reading)
    answers = read_files(reading, [file for file, _ in wanted])
    for (file, asset_id), answer in zip(wanted, answers, strict=True):
        if isinstance(answer, RefusedSource):
            refused.append(answer)
            continue
        media = {path: pictures.find(path) for path in answer.media}
        missing = [
            Finding(
                level=Level.ERROR,
                code=_MISSING_MEDIA,
                message=f"The picture {path} is not in the folder, or is no SVG, PNG, JPEG or WebP under 25 MB.",
                mend="Put the picture there or correct its name.",
                path=file.path,
                line=file.line_of(path),
                text=path,
            )
            for path, blob in media.items()
            if blob is None
        ]
        said = wording.check(
            file.data.decode("utf-8-sig"), kind=answer.asset.kind, brand=answer.asset.brand or "", path=file.path
        )
        source = replace(answer, findings=(*answer.findings, *missing, *said))
        warnings += source.findings
        kept = {path: blob for path, blob in media.items() if blob is not None}
        reads.append(SourceRead(file=file, source=source, media=kept, asset_id=asset_id))
    return reads, warnings


def read_files(reading: UnitOfWork, files: Sequence[SourceFile]) -> Iterator[Read]:
    """Read authored files in the sandbox, some at a time, without the pictures they name."""

    def read_some(batch: Sequence[SourceFile]) -> list[Read]:
        answers: list[Read] = reading.sandbox.call(
            "contentlib.markup.source:read_batch",
            files=[(file.path, file.kind, file.data) for file in batch],
            templates=str(reading.templates),
        )
        return answers

    return in_batches(files, read_some)


def in_batches(
    files: Sequence[SourceFile], read_some: Callable[[Sequence[SourceFile]], list[T | RefusedSource]]
) -> Iterator[T | RefusedSource]:
    """Read files some at a time; when some are too much to read together, each is read alone."""
    for start in range(0, len(files), _BATCH):
        batch = files[start : start + _BATCH]
        try:
            yield from read_some(batch)
        except (LimitExceededError, WorkBrokeOffError):  # one of them is too much to read; the others are not
            yield from (_read_alone(file, read_some) for file in batch)


def _read_alone(
    file: SourceFile, read_some: Callable[[Sequence[SourceFile]], list[T | RefusedSource]]
) -> T | RefusedSource:
    try:
        return read_some([file])[0]
    except (LimitExceededError, WorkBrokeOffError) as error:
        return RefusedSource(path=file.path, line=1, reason=error.message)
