"""Keeps the vectors of what assets mean, for search to find them by; without a model it keeps and reads nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from contentlib.search.meaning import Meaning, Meanings, pack, texts_of
from contentlib.search.sentences import DIMENSIONS
from contentlib.services import index_entries
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage import jobs
from contentlib.storage.jobs import JobKind
from contentlib.storage.parts import in_parts
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import meanings as queries
from contentlib.storage.tables import VersionMeaning

# Vectors have length 1: 16 bits tell their numbers to a thousandth, and take half the room.
_STORED = np.dtype("<f2")


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """The vectors of one asset, ready to be kept; `was` is the mark of those that were there before."""

    asset_id: int
    version_id: int
    mark: str
    was: str
    pages: tuple[int, ...]
    vectors: bytes


def enqueue(uow: UnitOfWork, asset_ids: Sequence[int]) -> None:
    """Write the work of reading what assets mean, where people want them found so."""
    if uow.index.encoder is not None:
        jobs.add_many(uow.session, JobKind.READ_MEANING, asset_ids, at=uow.now)


def enqueue_missing(uow: UnitOfWork) -> None:
    """Write the work for all assets that have no vectors yet: those of a library that went by words alone so far."""
    if uow.index.encoder is not None:
        enqueue(uow, queries.list_lacking(uow.session))


def prepare(reading: UnitOfWork, asset_ids: Sequence[int], *, anew: bool = False) -> tuple[Prepared, ...]:
    """Read what assets mean today, those alone whose words changed unless all are to be read `anew`.

    Takes up to a tenth of a second of CPU for each page.
    """
    encoder = reading.index.encoder
    if encoder is None:
        return ()
    entries = [entry for entry in index_entries.list_entries(reading, asset_ids) if entry.version_id]
    rows = queries.list_rows(reading.session, [entry.version_id for entry in entries])
    held = {row.version_id: row.mark for row in rows}
    sound = {row.version_id for row in rows if _read(row)}
    found = []
    for entry in entries:
        told, was = texts_of(entry), held.get(entry.version_id, "")
        mark = _mark(encoder.name, told)
        if mark == was and entry.version_id in sound and not anew:
            continue
        vectors = encoder.encode(list(told.values())).astype(_STORED)
        found.append(
            Prepared(
                asset_id=entry.asset_id,
                version_id=entry.version_id,
                mark=mark,
                was=was,
                pages=tuple(told),
                vectors=vectors.tobytes(),
            )
        )
    return tuple(found)


def record(uow: UnitOfWork, prepared: Sequence[Prepared]) -> None:
    """Keep vectors in the place of earlier ones; an asset that says something else by now is read once more."""
    current = queries.current_versions(uow.session, [one.asset_id for one in prepared])
    held = queries.marks_of(uow.session, [one.version_id for one in prepared])
    overtaken = []
    for one in prepared:
        if current.get(one.asset_id) != one.version_id:
            continue
        if held.get(one.version_id, "") != one.was:
            overtaken.append(one.asset_id)
        row = VersionMeaning(
            version_id=one.version_id, mark=one.mark, pages=list(one.pages), vectors=one.vectors, made_at=uow.now
        )
        uow.session.merge(row)
        queries.forget_earlier(uow.session, one.asset_id, one.version_id)
    uow.session.flush()
    enqueue(uow, overtaken)


def state(reading: UnitOfWork) -> object:
    """Give something that differs when any vectors were made or taken away."""
    return queries.newest(reading.session)


def hand_to_search(reading: UnitOfWork) -> None:
    """Have search find assets by what is kept now; rows that it knows already are not read again."""
    index = reading.index
    if index.encoder is None:
        return
    known = index.meanings.held if index.meanings is not None else {}
    marks = queries.map_marks(reading.session)
    kept = {
        version: known[version] for version, mark in marks.items() if version in known and known[version].mark == mark
    }
    new = [version for version in marks if version not in kept]
    read = dict(_iter_read(reading, new))
    if read or kept.keys() != known.keys() or index.meanings is None:
        index.use_meanings(Meanings(index.encoder, kept | read))


def list_outdated(reading: UnitOfWork) -> set[int]:
    """Give the assets whose vectors are missing, damaged, or of other words than those of today."""
    encoder = reading.index.encoder
    if encoder is None:
        return set()
    marks = queries.map_marks(reading.session)
    sound = {version for version, _ in _iter_read(reading, list(marks))}
    return {
        entry.asset_id
        for entry in index_entries.iter_entries(reading)
        if entry.version_id
        and (entry.version_id not in sound or marks[entry.version_id] != _mark(encoder.name, texts_of(entry)))
    }


def list_assets(reading: UnitOfWork) -> list[int]:
    """List the assets whose meaning can be read: all, where people want them found so."""
    return asset_queries.list_ids(reading.session) if reading.index.encoder is not None else []


def _mark(model: str, told: dict[int, str]) -> str:
    """Give a short mark that differs when the model does, or what it reads of an asset."""
    said = repr((model, sorted(told.items()))).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(said, digest_size=10).hexdigest()


def _iter_read(reading: UnitOfWork, version_ids: Sequence[int]) -> Iterator[tuple[int, Meaning]]:
    """Go through what is kept of versions and sound, a part at a time: the rows of all would take much memory."""
    for part in in_parts(version_ids):
        for row in queries.list_rows(reading.session, part):
            if meaning := _read(row):
                yield row.version_id, meaning


def _read(row: VersionMeaning) -> Meaning | None:
    """Give the vectors of a row; None where their number or their lengths cannot be right."""
    if len(row.vectors) != len(row.pages) * DIMENSIONS * _STORED.itemsize:
        return None
    vectors = np.frombuffer(row.vectors, _STORED).reshape(-1, DIMENSIONS).astype(np.float32)
    if not np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=0.01):
        return None
    return pack(row.version_id, row.mark, row.pages, vectors)
