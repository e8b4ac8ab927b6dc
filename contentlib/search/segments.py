"""Reads the files of one segment of the index into columns and lists; it knows no generation and never writes."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.domain.errors import ContentlibError, IndexUnavailableError
from contentlib.domain.search import Facet
from contentlib.search import engine, entries, schema

Mask = NDArray[np.bool_]
Ids = NDArray[np.int32]
Numbers = NDArray[np.float64]

NO_DATE = np.iinfo(np.int32).min
_STATUSES = {status.value: code for code, status in enumerate(AssetStatus)}
_AUDIENCES = {audience.value: code for code, audience in enumerate(Audience)}


@contextmanager
def reading() -> Iterator[None]:
    """Say of anything that goes wrong inside that the index is damaged.

    Its files hold pickles and offsets, so flipped bytes can surface as any exception whatever.
    """
    try:
        yield
    except ContentlibError:
        raise
    except Exception as fault:
        raise IndexUnavailableError(f"The search index is damaged ({type(fault).__name__}).") from fault


class Storage(engine.FileStorage):  # type: ignore[misc]
    """A folder of index files that can close what Whoosh leaves open when a file turns out to be damaged."""

    def __init__(self, folder: Path) -> None:
        engine.FileStorage.__init__(self, str(folder))
        self._opened: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        """Open a file for reading, as Whoosh asks."""
        opened = engine.FileStorage.open_file(self, name, **options)
        self._opened.append(opened.file)
        return opened

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Open files; when that fails, nothing stays open and the index is said to be damaged.

        A file that is not there is a FileNotFoundError still: a writer may have replaced it a moment ago.
        """
        try:
            yield
        except (ContentlibError, FileNotFoundError):
            self._close()
            raise
        except Exception as fault:
            self._close()
            raise IndexUnavailableError(f"The search index is damaged ({type(fault).__name__}).") from fault
        finally:
            self._opened.clear()

    def _close(self) -> None:
        for file in self._opened:
            file.close()


class Values:
    """Numbers the values of one facet; a value keeps its number as long as the process lives."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._codes: dict[str, int] = {}

    def code(self, name: str) -> int:
        """Give the number of a value, a new one when it was never seen."""
        if name not in self._codes:
            self._codes[name] = len(self.names)
            self.names.append(name)
        return self._codes[name]

    def find(self, name: str) -> int | None:
        """Give the number of a value, or None."""
        return self._codes.get(name)


@dataclass(frozen=True)
class Pairs:
    """Which document has which value of a facet: two columns of the same length."""

    docs: Ids
    codes: Ids


@dataclass(frozen=True)
class SegmentFacts:
    """What one segment holds, read once: a row per document, deleted ones included."""

    asset_ids: NDArray[np.int64]
    version_ids: NDArray[np.int64]
    updated_at: Numbers
    publish_on: Ids
    expires_on: Ids
    review_by_on: Ids
    statuses: Ids
    audiences: Ids
    title_keys: tuple[str, ...]
    pairs: Mapping[Facet, Pairs]
    lengths: Mapping[str, Numbers]


def read_facts(reader: engine.SegmentReader, values: Mapping[Facet, Values]) -> SegmentFacts:
    """Read the facts and lengths of all documents of a segment, deleted ones too, and open their texts.

    FileNotFoundError when a writer has removed one of the files: of a missing column Whoosh says nothing and gives
    defaults, and the texts it would open with the first question only.
    """
    size = reader.doc_count_all()
    column = reader.column_reader(schema.FACTS_FIELD, translate=False)
    # Whoosh keeps this column open from here on, whoever removes the file.
    texts = reader._perdoc._cached_reader("_stored", engine.STORED_COLUMN)
    # A segment that lost its last document has no columns to miss.
    if size and (isinstance(column, engine.EmptyColumnReader) or texts is None):
        raise FileNotFoundError(reader.segment().segment_id())
    rows = [entries.unpack_facts(bytes(column[doc])) for doc in range(size)]
    pairs: dict[Facet, Pairs] = {}
    for facet in entries.STORED_FACETS:
        held = [(doc, values[facet].code(name)) for doc, row in enumerate(rows) for name in row.facets[facet]]
        columns = np.array(held, np.int32).reshape(-1, 2)
        pairs[facet] = Pairs(columns[:, 0].copy(), columns[:, 1].copy())
    return SegmentFacts(
        asset_ids=np.array([row.asset_id for row in rows], np.int64),
        version_ids=np.array([row.version_id for row in rows], np.int64),
        updated_at=np.array([row.updated_at for row in rows], np.float64),
        publish_on=_days([row.publish_on for row in rows]),
        expires_on=_days([row.expires_on for row in rows]),
        review_by_on=_days([row.review_by_on for row in rows]),
        # A status or audience that this version does not know gets the code that nobody may see.
        statuses=np.array([_STATUSES.get(row.facets[Facet.STATUS][0], -1) for row in rows], np.int32),
        audiences=np.array([_AUDIENCES.get(row.facets[Facet.AUDIENCE][0], -1) for row in rows], np.int32),
        title_keys=tuple(row.title_key for row in rows),
        pairs=pairs,
        lengths={name: _lengths(reader, name) for name in schema.BOOSTS},
    )


def _lengths(reader: engine.SegmentReader, field: str) -> Numbers:
    """Read how many words each document has in a field; FileNotFoundError when the segment has some and no file."""
    lengths = np.array([reader.doc_field_length(doc, field) or 0 for doc in range(reader.doc_count_all())], np.float64)
    if reader.field_length(field) and not lengths.any():
        raise FileNotFoundError(reader.segment().segment_id())
    return lengths


def _days(ordinals: Sequence[int | None]) -> Ids:
    return np.array([NO_DATE if day is None else day for day in ordinals], np.int32)


class Segment:
    """One segment, open for reading as long as any generation needs it; its files are closed with the last."""

    def __init__(self, reader: engine.SegmentReader, facts: SegmentFacts) -> None:
        self.reader = reader
        self.facts = facts
        self.size = len(facts.asset_ids)
        weakref.finalize(self, reader.close)


def matcher_of(reader: engine.SegmentReader, field: str, term: str) -> Any:
    """Open a term's posting list, deleted documents included, or None; those are left out by our own column."""
    try:
        matcher = reader.postings(field, term)
    except engine.TermNotFound:
        return None
    if hasattr(matcher, "child"):
        # Wrapped to leave out deleted documents, which moves it; the list beneath starts over.
        matcher = matcher.child
        matcher.reset()
    return matcher


def read_postings(matcher: Any) -> tuple[Ids, Numbers]:
    """Read a whole posting list, block by block where it has blocks: one by one costs ten times as much."""
    docs: list[int] = []
    weights: list[float] = []
    if hasattr(matcher, "_read_ids"):
        while True:
            matcher._read_ids()
            matcher._read_weights()
            docs.extend(matcher._ids)
            weights.extend(matcher._weights)
            if matcher._lastblock:
                break
            matcher._next_block()
    else:
        while matcher.is_active():
            docs.append(matcher.id())
            weights.append(matcher.weight())
            matcher.next()
    return np.array(docs, np.int32), np.array(weights, np.float64)


def read_positions(matcher: Any, wanted: set[int], start: int) -> dict[int, list[int]]:
    """Read the places of a term in the wanted documents of one segment."""
    found: dict[int, list[int]] = {}
    if not hasattr(matcher, "_read_ids"):
        while matcher.is_active():
            if matcher.id() in wanted:
                found[start + matcher.id()] = matcher.value_as("positions")
            matcher.next()
        return found
    while True:
        matcher._read_ids()
        if not wanted.isdisjoint(matcher._ids):
            matcher._read_values()
            for doc, value in zip(matcher._ids, matcher._values, strict=True):
                if doc in wanted:
                    found[start + doc] = matcher.format.decode_positions(value)
        if matcher._lastblock:
            return found
        matcher._next_block()
