"""Reads the files of Whoosh: its segments as columns and lists, its generations as snapshots; it never writes."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from contentlib.domain.errors import ContentlibError, IndexUnavailableError
from contentlib.domain.search import Facet
from contentlib.search import engine, entries, schema
from contentlib.search.segments import (
    LENGTHS,
    NO_POSITIONS,
    NO_POSTINGS,
    WARMED_FROM,
    Ids,
    Numbers,
    Positions,
    Postings,
    Segment,
    SegmentFacts,
    Values,
    facts_of,
)
from contentlib.search.snapshots import Leaf, Snapshot
from contentlib.search.spellings import Spellings

# So many frequent terms of a field are read ahead.
WARMED_TERMS = 1_500


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
    return facts_of(
        rows,
        values,
        {name: _lengths(reader, name) for name in schema.PLACES},
        {name: reader.field_length(name) for name in schema.PLACES},
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


class FileSegment(Segment):
    """One segment, open for reading as long as any generation needs it; its files are closed with the last.

    Its files never change, so what was read of them is kept for all generations that hold it.
    """

    def __init__(self, reader: engine.SegmentReader, facts: SegmentFacts) -> None:
        super().__init__(facts)
        self._reader = reader
        self._spellings: Spellings | None = None
        weakref.finalize(self, reader.close)

    def postings(self, field: str, term: str) -> Postings:
        """Read the whole posting list of a term, deleted documents included."""
        key = (field, term)
        if key not in self._postings:
            matcher = _matcher_of(self._reader, field, term)
            self._postings[key] = NO_POSTINGS if matcher is None else _read_postings(matcher)
        return self._postings[key]

    def read_ahead(self, fields: Sequence[str], terms: Iterable[str]) -> None:
        """Read nothing: lists in files are as quick one by one."""

    def holds_word(self, word: str) -> bool:
        """Tell whether any document, a deleted one perhaps, holds a folded word as spelt."""
        return bool(self.postings(schema.WORDS_FIELD, word).everywhere)

    def positions(self, field: str, term: str, wanted: Ids) -> Positions:
        """Read where a term stands: of all documents, or at least of the `wanted` ones where these are few."""
        key = (field, term)
        if key in self._positions:
            return self._positions[key]
        matcher = _matcher_of(self._reader, field, term)
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
            lexicon = self._reader.lexicon(schema.WORDS_FIELD)
            self._spellings = Spellings(bytes(term).decode() for term in lexicon)
        return self._spellings

    def expansions(self, prefix: str, most: int) -> list[tuple[str, int]]:
        """List the first words as spelt that begin with a folded prefix, each with the documents that hold it."""
        return [
            (bytes(term).decode(), self._reader.doc_frequency(schema.WORDS_FIELD, term))
            for term in islice(self._reader.expand_prefix(schema.WORDS_FIELD, prefix), most)
        ]

    def warming(self) -> Iterator[None]:
        """Read ahead the terms that stand in most documents, and the words as spelt."""
        for field in schema.PLACES:
            counted = [(info.doc_frequency(), bytes(term).decode()) for term, info in self._reader.iter_field(field)]
            for _, term in sorted((one for one in counted if one[0] >= WARMED_FROM), reverse=True)[:WARMED_TERMS]:
                yield
                self.postings(field, term)
        yield
        self.spellings()

    def document(self, doc: int) -> entries.Document:
        """Make a document again as it was written, for a move to another segment."""
        facts = self._reader.column_reader(schema.FACTS_FIELD, translate=False)[doc]
        return entries.read_back(bytes(facts), self._reader.stored_fields(doc)[schema.TEXTS_FIELD])

    @classmethod
    def read_texts(cls, wanted: Sequence[tuple[Self, int]]) -> Iterator[entries.Texts]:
        """Read what snippets are cut from, one document after the other."""
        for segment, doc in wanted:
            yield entries.unpack_texts(segment._reader.stored_fields(doc)[schema.TEXTS_FIELD])


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


class Loader:
    """Reads generations, and keeps what it read of each segment for the generations after."""

    def __init__(self) -> None:
        self._values: dict[Facet, Values] = {facet: Values() for facet in entries.STORED_FACETS}
        self._segments: dict[tuple[str, str], FileSegment] = {}
        self._lock = threading.RLock()

    def load(self, storage: Storage, generation: int, toc: engine.TOC) -> Snapshot:
        """Read the generation that a table of contents describes.

        FileNotFoundError when a writer has just replaced it: look again. IndexUnavailableError when it is damaged.
        """
        held: dict[tuple[str, str], FileSegment] = {}
        leaves: list[Leaf] = []
        deleted: list[list[int]] = []
        start = 0
        with self._lock:
            for described in toc.segments:
                key = (storage.folder, described.segment_id())
                segment = held[key] = self._segments.get(key) or self._open(storage, toc, described)
                leaves.append(Leaf(segment, start))
                deleted.append(list(described.deleted_docs()))
                start += segment.size
            self._segments = held
            return Snapshot(generation, leaves, deleted, self._values, self._lock)

    def _open(self, storage: Storage, toc: engine.TOC, described: Any) -> FileSegment:
        with storage.opening():
            reader = engine.SegmentReader(storage, toc.schema, described)
            return FileSegment(reader, read_facts(reader, self._values))
