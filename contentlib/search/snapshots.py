"""Holds one generation of the index in memory as columns; it scores nothing and never writes.

Segments never change once written, so what was read of one is kept for all generations that hold it; only which of
its documents were deleted is read anew.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.domain.errors import ContentlibError, IndexUnavailableError
from contentlib.domain.search import Facet
from contentlib.search import engine, entries, schema, words

Mask = NDArray[np.bool_]
Ids = NDArray[np.int32]
Numbers = NDArray[np.float64]

# BM25's usual constants, the ones Whoosh has.
K1, B = 1.2, 0.75

# Posting lists kept in memory for one generation: the words people really ask for.
CACHED_POSTINGS = 4_096
# A prefix stands for at most so many words, the most frequent of the first thousand.
MAX_EXPANSION, MAX_EXPANSION_READ = 64, 1_000

_NO_DATE = np.iinfo(np.int32).min
_STATUSES = {status.value: code for code, status in enumerate(AssetStatus)}
_AUDIENCES = {audience.value: code for code, audience in enumerate(Audience)}


@contextmanager
def reading() -> Iterator[None]:
    """Say of anything that goes wrong inside that the index is damaged, but for a file that is not there.

    Its files hold pickles and offsets, so flipped bytes can surface as any exception whatever.
    """
    try:
        yield
    except (ContentlibError, FileNotFoundError):
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
    def reading(self) -> Iterator[None]:
        """Read files; whatever fails inside, nothing stays open and the index is said to be damaged."""
        try:
            with reading():
                yield
        except BaseException:
            for file in self._opened:
                file.close()
            raise
        finally:
            self._opened.clear()


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


def _read_segment(reader: engine.SegmentReader, values: Mapping[Facet, Values]) -> SegmentFacts:
    size = reader.doc_count_all()
    column = reader.column_reader(schema.FACTS_FIELD)
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
        lengths={
            name: np.array([reader.doc_field_length(doc, name) or 0 for doc in range(size)], np.float64)
            for name in schema.BOOSTS
        },
    )


def _days(ordinals: Sequence[int | None]) -> Ids:
    return np.array([_NO_DATE if day is None else day for day in ordinals], np.int32)


@dataclass(frozen=True)
class _Leaf:
    reader: engine.SegmentReader
    facts: SegmentFacts
    start: int


@dataclass(frozen=True)
class Postings:
    """The documents that hold a term, ascending, with its frequency in each.

    `everywhere` counts deleted documents too, as Whoosh does until their segment is merged.
    """

    docs: Ids
    frequencies: Numbers
    everywhere: int


class Snapshot:
    """One generation: columns over all documents, posting lists on demand."""

    def __init__(
        self,
        generation: int,
        leaves: Sequence[_Leaf],
        deleted: Sequence[Sequence[int]],
        values: Mapping[Facet, Values],
        lock: threading.RLock,
    ) -> None:
        self.generation = generation
        self._leaves = leaves
        self._lock = lock
        self._postings: OrderedDict[tuple[str, str], Postings] = OrderedDict()
        self._vocabulary: frozenset[str] | None = None
        self._title_ranks: Ids | None = None
        facts = [leaf.facts for leaf in leaves]
        self.size = sum(len(one.asset_ids) for one in facts)
        self.alive = np.ones(self.size, np.bool_)
        for leaf, gone in zip(leaves, deleted, strict=True):
            self.alive[[leaf.start + doc for doc in gone]] = False
        self.asset_ids = _joined([one.asset_ids for one in facts], np.int64)
        self.version_ids = _joined([one.version_ids for one in facts], np.int64)
        self.updated_at = _joined([one.updated_at for one in facts], np.float64)
        self.publish_on = _joined([one.publish_on for one in facts], np.int32)
        self.expires_on = _joined([one.expires_on for one in facts], np.int32)
        self.review_by_on = _joined([one.review_by_on for one in facts], np.int32)
        self.statuses = _joined([one.statuses for one in facts], np.int32)
        self.audiences = _joined([one.audiences for one in facts], np.int32)
        self.values = {facet: tuple(found.names) for facet, found in values.items()}
        self.codes = values
        self.pairs: dict[Facet, Pairs] = {
            facet: Pairs(
                _joined([leaf.facts.pairs[facet].docs + leaf.start for leaf in leaves], np.int32),
                _joined([leaf.facts.pairs[facet].codes for leaf in leaves], np.int32),
            )
            for facet in entries.STORED_FACETS
        }
        self._norms = {name: self._norm(name) for name in schema.BOOSTS}

    @property
    def assets(self) -> int:
        """Count the assets that the index holds."""
        return int(self.alive.sum())

    def has_date(self, days: Ids) -> Mask:
        """Tell which documents have a date in one of the date columns."""
        dated: Mask = days != _NO_DATE
        return dated

    def languages(self) -> tuple[str, ...]:
        """Give the languages that any document was analysed in, English always among them."""
        found = {words.language_of(name) for name in self.values[Facet.LANGUAGE]}
        return tuple(sorted(found | {"en"}))

    def with_value(self, facet: Facet, name: str) -> Mask:
        """Tell which documents have a stored facet's value."""
        held = np.zeros(self.size, np.bool_)
        code = self.codes[facet].find(name)
        if code is not None:
            pairs = self.pairs[facet]
            held[pairs.docs[pairs.codes == code]] = True
        return held

    def title_ranks(self) -> Ids:
        """Give each document's place in the alphabet of folded titles; equal titles share a place."""
        if self._title_ranks is None:
            keys = [key for leaf in self._leaves for key in leaf.facts.title_keys]
            places = {key: place for place, key in enumerate(sorted(set(keys)))}
            self._title_ranks = np.array([places[key] for key in keys], np.int32)
        return self._title_ranks

    def _norm(self, field: str) -> Numbers:
        lengths = _joined([leaf.facts.lengths[field] for leaf in self._leaves], np.float64)
        total = sum(leaf.reader.field_length(field) for leaf in self._leaves)
        mean = total / self.size if self.size and total else 1.0
        norm: Numbers = K1 * ((1 - B) + B * lengths / mean)
        return norm

    # Posting lists

    def postings(self, field: str, term: str) -> Postings:
        """Read the documents of a term; IndexUnavailableError when the files are damaged."""
        key = (field, term)
        with self._lock:
            found = self._postings.get(key)
            if found is not None:
                self._postings.move_to_end(key)
                return found
            with reading():
                found = self._postings[key] = self._read_postings(field, term)
            if len(self._postings) > CACHED_POSTINGS:
                self._postings.popitem(last=False)
            return found

    def scores(self, field: str, term: str) -> tuple[Ids, Numbers]:
        """Score the documents that hold a term in a field: BM25 as Whoosh computes it, without any boost."""
        found = self.postings(field, term)
        if not len(found.docs):
            return found.docs, found.frequencies
        idf = np.log(self.size / (found.everywhere + 1)) + 1
        return found.docs, idf * found.frequencies * (K1 + 1) / (found.frequencies + self._norms[field][found.docs])

    def positions(self, field: str, term: str, docs: Ids) -> dict[int, list[int]]:
        """Read where a term stands in those of the ascending `docs` that hold it."""
        found: dict[int, list[int]] = {}
        with self._lock, reading():
            for leaf in self._leaves:
                stop = leaf.start + len(leaf.facts.asset_ids)
                wanted = docs[(docs >= leaf.start) & (docs < stop)] - leaf.start
                matcher = _matcher(leaf.reader, field, term) if len(wanted) else None
                for doc in wanted.tolist():
                    if matcher is None or not matcher.is_active():
                        break
                    matcher.skip_to(doc)
                    if matcher.is_active() and matcher.id() == doc:
                        found[leaf.start + doc] = matcher.value_as("positions")
        return found

    def expand(self, prefix: str) -> list[str]:
        """Give the words as spelt that begin with a folded prefix."""
        with self._lock, reading():
            counted: dict[str, int] = {}
            for leaf in self._leaves:
                for term in islice(leaf.reader.expand_prefix(schema.WORDS_FIELD, prefix), MAX_EXPANSION_READ):
                    word = bytes(term).decode()
                    counted[word] = counted.get(word, 0) + leaf.reader.doc_frequency(schema.WORDS_FIELD, term)
        return sorted(counted, key=lambda word: (-counted[word], word))[:MAX_EXPANSION]

    def vocabulary(self) -> frozenset[str]:
        """Give all words as spelt; read at the first question that needs a correction."""
        with self._lock:
            if self._vocabulary is None:
                with reading():
                    self._vocabulary = frozenset(
                        bytes(term).decode()
                        for leaf in self._leaves
                        for term in leaf.reader.lexicon(schema.WORDS_FIELD)
                    )
            return self._vocabulary

    def texts(self, doc: int) -> entries.Texts:
        """Read what snippets of a document are cut from."""
        leaf = next(leaf for leaf in reversed(self._leaves) if leaf.start <= doc)
        with self._lock, reading():
            stored = leaf.reader.stored_fields(doc - leaf.start)
            return entries.unpack_texts(stored[schema.TEXTS_FIELD])

    def _read_postings(self, field: str, term: str) -> Postings:
        docs, frequencies = [], []
        for leaf in self._leaves:
            matcher = _matcher(leaf.reader, field, term)
            if matcher is not None:
                some_docs, some_frequencies = _read_all(matcher)
                docs.append(some_docs + np.int32(leaf.start))
                frequencies.append(some_frequencies)
        all_docs, all_frequencies = _joined(docs, np.int32), _joined(frequencies, np.float64)
        kept = self.alive[all_docs]
        return Postings(all_docs[kept], all_frequencies[kept], len(all_docs))


def _joined(columns: Sequence[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    return np.concatenate(columns) if columns else np.zeros(0, kind)


def _matcher(reader: engine.SegmentReader, field: str, term: str) -> Any:
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


def _read_all(matcher: Any) -> tuple[Ids, Numbers]:
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


class Loader:
    """Reads generations, and keeps what it read of each segment for the generations after."""

    def __init__(self) -> None:
        self._values: dict[Facet, Values] = {facet: Values() for facet in entries.STORED_FACETS}
        self._segments: dict[tuple[str, str], tuple[engine.SegmentReader, SegmentFacts]] = {}
        self._lock = threading.RLock()

    def load(self, storage: Storage, generation: int, toc: engine.TOC) -> Snapshot:
        """Read the generation that a table of contents describes.

        FileNotFoundError when a writer has just replaced it: look again. IndexUnavailableError when it is damaged.
        """
        held: dict[tuple[str, str], tuple[engine.SegmentReader, SegmentFacts]] = {}
        leaves: list[_Leaf] = []
        deleted: list[list[int]] = []
        start = 0
        with self._lock:
            for segment in toc.segments:
                key = (storage.folder, segment.segment_id())
                reader, facts = held[key] = self._segments.get(key) or self._open(storage, toc, segment)
                leaves.append(_Leaf(reader, facts, start))
                deleted.append(list(segment.deleted_docs()))
                start += len(facts.asset_ids)
            self._segments = held
            return Snapshot(generation, leaves, deleted, self._values, self._lock)

    def _open(self, storage: Storage, toc: engine.TOC, segment: Any) -> tuple[engine.SegmentReader, SegmentFacts]:
        with storage.reading():
            reader = engine.SegmentReader(storage, toc.schema, segment)
            return reader, _read_segment(reader, self._values)
