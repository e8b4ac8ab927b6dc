"""Holds one generation of the index in memory as columns; it scores nothing and never writes.

Segments never change once written, so what was read of one is kept for all generations that hold it; only which of
its documents were deleted is read anew.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from contentlib.domain.search import Facet
from contentlib.search import engine, entries, schema, words
from contentlib.search.segments import (
    NO_DATE,
    Ids,
    Mask,
    Numbers,
    Pairs,
    Segment,
    Storage,
    Values,
    matcher_of,
    read_facts,
    read_positions,
    read_postings,
    reading,
)

Key = TypeVar("Key")
Value = TypeVar("Value")

# BM25's usual constants, the ones Whoosh has.
K1, B = 1.2, 0.75

# Posting lists kept in memory for one generation: the words people really ask for.
CACHED_POSTINGS = 4_096
# Texts kept for snippets, about 6 kB each, and prefixes with the words that begin with them.
CACHED_TEXTS, CACHED_EXPANSIONS = 512, 256
# A prefix stands for at most so many words, the most frequent of the first thousand.
MAX_EXPANSION, MAX_EXPANSION_READ = 64, 1_000


@dataclass(frozen=True)
class _Leaf:
    segment: Segment
    start: int


@dataclass(frozen=True)
class Postings:
    """The documents that hold a term, ascending, with its frequency in each.

    `everywhere` counts deleted documents too, as Whoosh does until their segment is merged.
    """

    docs: Ids
    frequencies: Numbers
    everywhere: int


class Recent(OrderedDict[Key, Value]):
    """Keeps what was asked for last, up to a number of things."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def __getitem__(self, key: Key) -> Value:
        """Give a thing, which is thereby the latest."""
        self.move_to_end(key)
        return super().__getitem__(key)

    def __setitem__(self, key: Key, value: Value) -> None:
        """Keep a thing, and let the oldest go when there are too many."""
        super().__setitem__(key, value)
        if len(self) > self._size:
            self.popitem(last=False)


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
        self._postings: Recent[tuple[str, str], Postings] = Recent(CACHED_POSTINGS)
        self._expansions: Recent[str, tuple[str, ...]] = Recent(CACHED_EXPANSIONS)
        self._texts: Recent[int, entries.Texts] = Recent(CACHED_TEXTS)
        self._vocabulary: frozenset[str] | None = None
        self._title_ranks: Ids | None = None
        facts = [leaf.segment.facts for leaf in leaves]
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
                _joined([leaf.segment.facts.pairs[facet].docs + leaf.start for leaf in leaves], np.int32),
                _joined([leaf.segment.facts.pairs[facet].codes for leaf in leaves], np.int32),
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
        dated: Mask = days != NO_DATE
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
            keys = [key for leaf in self._leaves for key in leaf.segment.facts.title_keys]
            places = {key: place for place, key in enumerate(sorted(set(keys)))}
            self._title_ranks = np.array([places[key] for key in keys], np.int32)
        return self._title_ranks

    def _norm(self, field: str) -> Numbers:
        lengths = _joined([leaf.segment.facts.lengths[field] for leaf in self._leaves], np.float64)
        total = sum(leaf.segment.reader.field_length(field) for leaf in self._leaves)
        mean = total / self.size if self.size and total else 1.0
        norm: Numbers = K1 * ((1 - B) + B * lengths / mean)
        return norm

    # Posting lists

    def postings(self, field: str, term: str) -> Postings:
        """Read the documents of a term; IndexUnavailableError when the files are damaged."""
        key = (field, term)
        with self._lock:
            if key not in self._postings:
                with reading():
                    self._postings[key] = self._read_postings(field, term)
            return self._postings[key]

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
                wanted = docs[(docs >= leaf.start) & (docs < leaf.start + leaf.segment.size)] - leaf.start
                matcher = matcher_of(leaf.segment.reader, field, term) if len(wanted) else None
                if matcher is not None:
                    found |= read_positions(matcher, set(wanted.tolist()), leaf.start)
        return found

    def expand(self, prefix: str) -> tuple[str, ...]:
        """Give the words as spelt that begin with a folded prefix."""
        with self._lock:
            if prefix not in self._expansions:
                with reading():
                    self._expansions[prefix] = self._expand(prefix)
            return self._expansions[prefix]

    def _expand(self, prefix: str) -> tuple[str, ...]:
        counted: dict[str, int] = {}
        for leaf in self._leaves:
            reader = leaf.segment.reader
            for term in islice(reader.expand_prefix(schema.WORDS_FIELD, prefix), MAX_EXPANSION_READ):
                word = bytes(term).decode()
                counted[word] = counted.get(word, 0) + reader.doc_frequency(schema.WORDS_FIELD, term)
        return tuple(sorted(counted, key=lambda word: (-counted[word], word))[:MAX_EXPANSION])

    def vocabulary(self) -> frozenset[str]:
        """Give all words as spelt; read at the first question that needs a correction."""
        with self._lock:
            if self._vocabulary is None:
                with reading():
                    self._vocabulary = frozenset(
                        bytes(term).decode()
                        for leaf in self._leaves
                        for term in leaf.segment.reader.lexicon(schema.WORDS_FIELD)
                    )
            return self._vocabulary

    def texts(self, doc: int) -> entries.Texts:
        """Read what snippets of a document are cut from."""
        with self._lock:
            if doc not in self._texts:
                leaf = next(leaf for leaf in reversed(self._leaves) if leaf.start <= doc)
                with reading():
                    stored = leaf.segment.reader.stored_fields(doc - leaf.start)
                    self._texts[doc] = entries.unpack_texts(stored[schema.TEXTS_FIELD])
            return self._texts[doc]

    def _read_postings(self, field: str, term: str) -> Postings:
        docs, frequencies = [], []
        for leaf in self._leaves:
            matcher = matcher_of(leaf.segment.reader, field, term)
            if matcher is not None:
                some_docs, some_frequencies = read_postings(matcher)
                docs.append(some_docs + np.int32(leaf.start))
                frequencies.append(some_frequencies)
        all_docs, all_frequencies = _joined(docs, np.int32), _joined(frequencies, np.float64)
        kept = self.alive[all_docs]
        return Postings(all_docs[kept], all_frequencies[kept], len(all_docs))


def _joined(columns: Sequence[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    return np.concatenate(columns) if columns else np.zeros(0, kind)


class Loader:
    """Reads generations, and keeps what it read of each segment for the generations after."""

    def __init__(self) -> None:
        self._values: dict[Facet, Values] = {facet: Values() for facet in entries.STORED_FACETS}
        self._segments: dict[tuple[str, str], Segment] = {}
        self._lock = threading.RLock()

    def load(self, storage: Storage, generation: int, toc: engine.TOC) -> Snapshot:
        """Read the generation that a table of contents describes.

        FileNotFoundError when a writer has just replaced it: look again. IndexUnavailableError when it is damaged.
        """
        held: dict[tuple[str, str], Segment] = {}
        leaves: list[_Leaf] = []
        deleted: list[list[int]] = []
        start = 0
        with self._lock:
            for described in toc.segments:
                key = (storage.folder, described.segment_id())
                segment = held[key] = self._segments.get(key) or self._open(storage, toc, described)
                leaves.append(_Leaf(segment, start))
                deleted.append(list(described.deleted_docs()))
                start += segment.size
            self._segments = held
            return Snapshot(generation, leaves, deleted, self._values, self._lock)

    def _open(self, storage: Storage, toc: engine.TOC, described: Any) -> Segment:
        with storage.opening():
            reader = engine.SegmentReader(storage, toc.schema, described)
            return Segment(reader, read_facts(reader, self._values))
