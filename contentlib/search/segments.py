"""Reads the files of one segment of the index into columns and lists; it knows no generation and never writes."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.domain.errors import ContentlibError, IndexUnavailableError
from contentlib.domain.search import Facet
from contentlib.search import engine, entries, schema
from contentlib.search.spellings import Spellings

Key = TypeVar("Key")
Value = TypeVar("Value")

Mask = NDArray[np.bool_]
Ids = NDArray[np.int32]
Numbers = NDArray[np.float64]

# The lengths of texts that one byte can tell, as Whoosh counts them.
LENGTHS = np.array([engine.byte_to_length(byte) for byte in range(256)], np.float64)

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
    marks: tuple[str, ...]
    titles: tuple[str, ...]
    companies: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
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
        marks=tuple(row.mark for row in rows),
        titles=tuple(row.title for row in rows),
        companies=tuple(row.company for row in rows),
        labels=tuple(row.labels for row in rows),
        pairs=pairs,
        lengths={name: _lengths(reader, name) for name in schema.PLACES},
    )


def _lengths(reader: engine.SegmentReader, field: str) -> Numbers:
    """Read how many words each document has in a field; FileNotFoundError when the segment has some and no file."""
    column = reader._perdoc._cached_reader(f"_{field}_len", engine.LENGTHS_COLUMN)
    size = reader.doc_count_all()
    if column is None:
        if reader.field_length(field):
            raise FileNotFoundError(reader.segment().segment_id())
        return np.zeros(size, np.float64)
    written = np.fromiter((column[doc] for doc in range(size)), np.uint8, size)
    lengths: Numbers = LENGTHS[written]
    return lengths


def _days(ordinals: Sequence[int | None]) -> Ids:
    return np.array([NO_DATE if day is None else day for day in ordinals], np.int32)


@dataclass(frozen=True)
class Postings:
    """The documents that hold a term, ascending, with its frequency in each.

    `everywhere` counts deleted documents too, as Whoosh does until their segment is merged.
    """

    docs: Ids
    frequencies: NDArray[np.float32]
    everywhere: int


@dataclass(frozen=True)
class Positions:
    """Where a term stands: for each document of its posting list so many places, one after the other."""

    docs: Ids
    counts: Ids
    places: NDArray[np.int64]


NO_POSTINGS = Postings(np.zeros(0, np.int32), np.zeros(0, np.float32), 0)
NO_POSITIONS = Positions(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int64))


class Recent(OrderedDict[Key, Value]):
    """Keeps what was asked for last, up to a weight in all; what weighs more by itself is kept until the next."""

    def __init__(self, most: int, weigh: Callable[[Value], int] = lambda _: 1) -> None:
        super().__init__()
        self._most, self._weigh, self._weight = most, weigh, 0

    def __getitem__(self, key: Key) -> Value:
        """Give a thing, which is thereby the latest."""
        self.move_to_end(key)
        return super().__getitem__(key)

    def __setitem__(self, key: Key, value: Value) -> None:
        """Keep a thing, and let the oldest go when there is too much."""
        if key in self:
            self._weight -= self._weigh(super().__getitem__(key))
        super().__setitem__(key, value)
        self._weight += self._weigh(value)
        while self._weight > self._most and len(self) > 1:
            _, gone = self.popitem(last=False)
            self._weight -= self._weigh(gone)


# Kept of one segment: postings (8 bytes each) and places (8 bytes each) of the terms that people ask for.
KEPT_POSTINGS, KEPT_PLACES = 4_000_000, 3_000_000
# So many frequent terms of a field are read ahead, those that stand in at least so many documents.
WARMED_TERMS, WARMED_FROM = 1_500, 20


class Segment:
    """One segment, open for reading as long as any generation needs it; its files are closed with the last.

    Its files never change, so what was read of them is kept for all generations that hold it.
    """

    def __init__(self, reader: engine.SegmentReader, facts: SegmentFacts) -> None:
        self.reader = reader
        self.facts = facts
        self.size = len(facts.asset_ids)
        self.is_warm = False
        self._postings: Recent[tuple[str, str], Postings] = Recent(KEPT_POSTINGS, lambda one: len(one.docs) + 16)
        self._positions: Recent[tuple[str, str], Positions] = Recent(KEPT_PLACES, lambda one: len(one.places) + 16)
        self._spellings: Spellings | None = None
        weakref.finalize(self, reader.close)

    def postings(self, field: str, term: str) -> Postings:
        """Read the whole posting list of a term, deleted documents included."""
        key = (field, term)
        if key not in self._postings:
            matcher = _matcher_of(self.reader, field, term)
            self._postings[key] = NO_POSTINGS if matcher is None else _read_postings(matcher)
        return self._postings[key]

    def positions(self, field: str, term: str, wanted: Ids) -> Positions:
        """Read where a term stands: of all documents, or at least of the `wanted` ones where these are few."""
        key = (field, term)
        if key in self._positions:
            return self._positions[key]
        matcher = _matcher_of(self.reader, field, term)
        if matcher is None:
            return NO_POSITIONS
        # Few documents need few blocks; what is read in part is not kept.
        if len(wanted) * 4 < len(self.postings(field, term).docs):
            return _read_positions(matcher, wanted)
        self._positions[key] = found = _read_positions(matcher, None)
        return found

    def spellings(self) -> Spellings:
        """Give all words as spelt; read at the first question that needs a correction."""
        if self._spellings is None:
            lexicon = self.reader.lexicon(schema.WORDS_FIELD)
            self._spellings = Spellings(bytes(term).decode() for term in lexicon)
        return self._spellings

    def frequent(self) -> list[tuple[str, str]]:
        """List the fields and terms that stand in most documents."""
        found: list[tuple[str, str]] = []
        for field in schema.PLACES:
            counted = [(info.doc_frequency(), bytes(term).decode()) for term, info in self.reader.iter_field(field)]
            counted = sorted((one for one in counted if one[0] >= WARMED_FROM), reverse=True)[:WARMED_TERMS]
            found += [(field, term) for _, term in counted]
        return found


def _matcher_of(reader: engine.SegmentReader, field: str, term: str) -> Any:
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


def _read_postings(matcher: Any) -> Postings:
    """Read a whole posting list, block by block where it has blocks: one by one costs ten times as much."""
    docs: list[Ids] = []
    weights: list[NDArray[np.float32]] = []
    for steps, often, _ in _blocks(matcher):
        # Documents are written as distances; None stands for once in each, one number for so often in each.
        docs.append(np.cumsum(np.array(steps, np.int32), dtype=np.int32))
        weights.append(np.broadcast_to(np.array(1.0 if often is None else often, np.float32), len(steps)))
    if len(docs) == 1:
        return Postings(docs[0], np.ascontiguousarray(weights[0]), len(docs[0]))
    found = np.concatenate(docs)
    return Postings(found, np.concatenate(weights), len(found))


def _read_positions(matcher: Any, wanted: Ids | None) -> Positions:
    """Read the places of a term, of all documents or of the wanted ones at least."""
    docs: list[Ids] = []
    values: list[bytes] = []
    for steps, _, held in _blocks(matcher, wanted):
        docs.append(np.cumsum(np.array(steps, np.int32), dtype=np.int32))
        values.extend(held)
    places = np.frombuffer(b"".join(values), schema.PLACE).astype(np.int64)
    counts = np.array([len(value) // schema.PLACE.itemsize for value in values], np.int32)
    return Positions(np.concatenate(docs) if docs else NO_POSITIONS.docs, counts, places)


def _blocks(matcher: Any, wanted: Ids | None = None) -> Iterator[tuple[Any, Any, Any]]:
    """Give what the blocks of a posting list hold, or those alone in which a wanted document may stand."""
    before = -1
    while True:
        last = matcher.block_max_id()
        if wanted is None or np.searchsorted(wanted, before, "right") < np.searchsorted(wanted, last, "right"):
            matcher._read_data()
            yield matcher._data
        if matcher._lastblock:
            return
        before = last
        matcher._next_block()
