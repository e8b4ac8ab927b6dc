"""Holds one generation of the index in memory as columns; it scores nothing and never writes.

Segments never change once written, so what was read of one is kept for all generations that hold it; only which of
its documents were deleted is read anew.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contentlib.domain.search import Facet
from contentlib.search import entries, schema, words
from contentlib.search.segments import (
    NO_DATE,
    Ids,
    Mask,
    Numbers,
    Pairs,
    Postings,
    Recent,
    Segment,
    Values,
    reading,
)
from contentlib.search.tallies import Tallies
from contentlib.search.titles import Titles

# The proleptic ordinal of the first of January 1970, from which instants are counted.
EPOCH = 719_163

# BM25's constants. B is the usual one; K1 is above Whoosh's 1.2, for in a text of many pages a word that comes again
# tells more than in an abstract: judged questions lose nothing by it, and more pieces are found by their summaries.
K1, B = 2.0, 0.75

# Kept of one generation, of all segments together: postings and their scores, 16 bytes each.
KEPT_POSTINGS = 2_000_000
# Texts kept for snippets, about 6 kB each, and prefixes with the words that begin with them.
CACHED_TEXTS, CACHED_EXPANSIONS = 1_024, 256
# Phrases whose documents are kept: a person who filters asks for the same phrase again.
KEPT_PHRASES = 128
# A place within a document takes so many bits of a number that tells document and place.
PLACE_BITS = 32
# A prefix stands for at most so many words, the most frequent of the first thousand.
MAX_EXPANSION, MAX_EXPANSION_READ = 64, 1_000


_OVER = object()


@dataclass(frozen=True)
class Leaf:
    """A segment of a generation, and the number that its first document has there."""

    segment: Segment
    start: int


class Snapshot:
    """One generation: columns over all documents, posting lists on demand."""

    def __init__(
        self,
        generation: int,
        leaves: Sequence[Leaf],
        deleted: Sequence[Sequence[int]],
        values: Mapping[Facet, Values],
        lock: threading.RLock,
    ) -> None:
        self.generation = generation
        self._leaves = leaves
        self._lock = lock
        self._postings: Recent[tuple[str, str], Postings] = Recent(KEPT_POSTINGS, lambda one: len(one.docs) + 16)
        self._scores: Recent[tuple[str, str], tuple[Ids, Numbers]] = Recent(KEPT_POSTINGS, lambda one: len(one[0]) + 16)
        self._phrases: Recent[tuple[str, tuple[tuple[str, ...], ...]], Ids] = Recent(KEPT_PHRASES)
        self._expansions: Recent[str, tuple[str, ...]] = Recent(CACHED_EXPANSIONS)
        self._texts: Recent[int, entries.Texts] = Recent(CACHED_TEXTS)
        self._title_ranks: Ids | None = None
        self._titles: Titles | None = None
        facts = [leaf.segment.facts for leaf in leaves]
        self.size = sum(len(one.asset_ids) for one in facts)
        self.alive = np.ones(self.size, np.bool_)
        for leaf, gone in zip(leaves, deleted, strict=True):
            self.alive[[leaf.start + doc for doc in gone]] = False
        self.asset_ids = _joined([one.asset_ids for one in facts], np.int64)
        self.version_ids = _joined([one.version_ids for one in facts], np.int64)
        self.updated_at = _joined([one.updated_at for one in facts], np.float64)
        self.updated_days = EPOCH + np.floor(self.updated_at / 86_400).astype(np.int64)
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
        self.tallies = Tallies(self.size, self.pairs, {facet: len(names) for facet, names in self.values.items()})
        self._norms = {name: self._norm(name) for name in schema.PLACES}

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

    def in_other_scripts(self) -> frozenset[str]:
        """Give the languages of documents, as they are written there, that are not written in Latin letters."""
        return frozenset(
            name for name in self.values[Facet.LANGUAGE] if words.language_of(name) in words.IN_OTHER_SCRIPTS
        )

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
            keys = [words.fold(title) for leaf in self._leaves for title in leaf.segment.facts.titles]
            places = {key: place for place, key in enumerate(sorted(set(keys)))}
            self._title_ranks = np.array([places[key] for key in keys], np.int32)
        return self._title_ranks

    def _norm(self, field: str) -> Numbers:
        lengths = _joined([leaf.segment.facts.lengths[field] for leaf in self._leaves], np.float64)
        total = sum(leaf.segment.facts.totals[field] for leaf in self._leaves)
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

    def read_ahead(self, fields: Sequence[str], terms: Iterable[str]) -> None:
        """Read together what will be asked for one by one; IndexUnavailableError when it is damaged."""
        with self._lock, reading():
            unread = [term for term in terms if any((field, term) not in self._postings for field in fields)]
            if unread and self._leaves:
                self._leaves[0].segment.read_ahead(fields, unread)

    def scores(self, field: str, term: str) -> tuple[Ids, Numbers]:
        """Score the documents that hold a term in a field: BM25 as Whoosh computes it, without any boost."""
        key = (field, term)
        with self._lock:
            if key not in self._scores:
                self._scores[key] = self._score(field, self.postings(field, term))
            return self._scores[key]

    def _score(self, field: str, found: Postings) -> tuple[Ids, Numbers]:
        frequencies = found.frequencies.astype(np.float64)
        if not len(found.docs):
            return found.docs, frequencies
        weighed = frequencies * (K1 + 1) / (frequencies + self._norms[field][found.docs])
        return found.docs, self.rarity(found.everywhere) * weighed

    def rarity(self, count: int) -> float:
        """Tell how much a term weighs that so many documents hold, as Whoosh computes it; never less than for all."""
        return math.log(self.size / (min(count, self.size) + 1)) + 1

    def side_by_side(self, field: str, slots: tuple[tuple[str, ...], ...], docs: Ids) -> Ids:
        """Keep those of the ascending `docs` where the slots stand one after the other, each by any of its terms.

        The next word may share the place of the one before: the words of a compound do.
        """
        key = (field, slots)
        with self._lock:
            if key not in self._phrases:
                with reading():
                    self._phrases[key] = self._side_by_side(field, slots, docs)
            return self._phrases[key]

    def _side_by_side(self, field: str, slots: tuple[tuple[str, ...], ...], docs: Ids) -> Ids:
        ends = self._places(field, slots[0], docs)
        for terms in slots[1:]:
            here = self._places(field, terms, docs)
            ends = here[_is_in(here - 1, ends) | _is_in(here, ends)]
        return np.unique(ends >> PLACE_BITS).astype(np.int32)

    def _places(self, field: str, terms: Sequence[str], docs: Ids) -> NDArray[np.int64]:
        """Give the places of any of the terms in the ascending `docs` as ascending numbers: document, then place."""
        found = []
        for leaf in self._leaves:
            first, last = np.searchsorted(docs, (leaf.start, leaf.start + leaf.segment.size))
            wanted = docs[first:last] - np.int32(leaf.start)
            for term in terms if len(wanted) else ():
                held = leaf.segment.positions(field, term, wanted)
                is_wanted = _is_in(held.docs, wanted)
                kept = np.repeat(is_wanted, held.counts)
                of = np.repeat(held.docs[is_wanted].astype(np.int64) + leaf.start, held.counts[is_wanted])
                found.append((of << PLACE_BITS) + held.places[kept])
        places: NDArray[np.int64] = _joined(found, np.int64)
        return places if len(found) == 1 else np.unique(places)

    def holds_word(self, word: str) -> bool:
        """Tell whether any document, a deleted one perhaps, holds a folded word as spelt."""
        with self._lock, reading():
            return any(leaf.segment.holds_word(word) for leaf in self._leaves)

    def near(self, word: str, slips: int) -> set[str]:
        """List the words that are spelt almost like a folded one."""
        with self._lock, reading():
            return {one for leaf in self._leaves for one in leaf.segment.spellings().near(word, slips)}

    def warm(self) -> None:
        """Read ahead what questions will ask of new segments, term by term, so that questions can go first."""
        for leaf in self._leaves:
            segment = leaf.segment
            if segment.is_warm:
                continue
            steps, is_over = segment.warming(), False
            while not is_over:
                with self._lock, reading():
                    is_over = next(steps, _OVER) is _OVER
            segment.is_warm = True
        self.title_ranks()
        self.titles()

    def titles(self) -> Titles:
        """Give the words of titles, companies and labels, for completions."""
        # Made outside the lock, for it takes a while: questions go on meanwhile, and twice made is made all the same.
        found = self._titles
        if found is None:
            found = self._titles = Titles(
                [title for leaf in self._leaves for title in leaf.segment.facts.titles],
                [company for leaf in self._leaves for company in leaf.segment.facts.companies],
                [labels for leaf in self._leaves for labels in leaf.segment.facts.labels],
            )
        return found

    def marks(self) -> dict[int, str]:
        """Give the mark of each asset's entry."""
        held = [mark for leaf in self._leaves for mark in leaf.segment.facts.marks]
        return {int(self.asset_ids[doc]): held[doc] for doc in np.flatnonzero(self.alive).tolist()}

    def document(self, doc: int) -> entries.Document:
        """Make a document again as it was written, for a move to another index."""
        leaf = self._leaf_of(doc)
        with self._lock, reading():
            return leaf.segment.document(doc - leaf.start)

    def _leaf_of(self, doc: int) -> Leaf:
        return next(leaf for leaf in reversed(self._leaves) if leaf.start <= doc)

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
            for word, count in leaf.segment.expansions(prefix, MAX_EXPANSION_READ):
                counted[word] = counted.get(word, 0) + count
        return tuple(sorted(counted, key=lambda word: (-counted[word], word))[:MAX_EXPANSION])

    def texts(self, docs: Sequence[int]) -> list[entries.Texts]:
        """Read what snippets of some documents are cut from."""
        with self._lock:
            held = {doc: self._texts[doc] for doc in docs if doc in self._texts}
            if unread := [doc for doc in docs if doc not in held]:
                places = [(leaf.segment, doc - leaf.start) for doc in unread for leaf in [self._leaf_of(doc)]]
                with reading():
                    held |= zip(unread, type(places[0][0]).read_texts(places), strict=True)
                for doc in unread:
                    self._texts[doc] = held[doc]
            return [held[doc] for doc in docs]

    def _read_postings(self, field: str, term: str) -> Postings:
        found = [(leaf.start, leaf.segment.postings(field, term)) for leaf in self._leaves]
        found = [(start, some) for start, some in found if some.everywhere] or found[:1]
        if len(found) == 1 and not found[0][0]:
            docs, frequencies = found[0][1].docs, found[0][1].frequencies
        else:
            docs = _joined([some.docs + np.int32(start) for start, some in found], np.int32)
            frequencies = _joined([some.frequencies for _, some in found], np.float32)
        everywhere = sum(some.everywhere for _, some in found)
        kept = self.alive[docs]
        # Where nothing was deleted the segment's own columns serve, without a copy.
        return (
            Postings(docs, frequencies, everywhere)
            if kept.all()
            else Postings(docs[kept], frequencies[kept], everywhere)
        )


def _is_in(wanted: NDArray[Any], held: NDArray[Any]) -> Mask:
    """Tell which of the wanted numbers an ascending column holds."""
    if not len(held):
        return np.zeros(len(wanted), np.bool_)
    found: Mask = held[np.minimum(np.searchsorted(held, wanted), len(held) - 1)] == wanted
    return found


def _joined(columns: Sequence[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    return np.concatenate(columns) if columns else np.zeros(0, kind)
