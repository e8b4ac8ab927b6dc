"""Reads segments whose posting lists are packed in blocks; where the blocks are kept is for their source to know.

What is read of one segment is read of all that answer beside it in one go: each way to the source costs more than what
it brings.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from contentlib.domain.errors import IndexUnavailableError
from contentlib.domain.search import Facet
from contentlib.search import entries, schema
from contentlib.search.segments import (
    NO_POSITIONS,
    NO_POSTINGS,
    WARMED_FROM,
    Ids,
    Positions,
    Postings,
    Segment,
    SegmentFacts,
    Values,
)
from contentlib.search.snapshots import Leaf, Snapshot
from contentlib.search.spellings import Spellings
from contentlib.search.term_blocks import PostingBlock, read_terms

# Blocks that are read ahead in one go.
WARMED_BLOCKS = 32

# A block: segment, field, and its number in the order of terms.
Key = tuple[int, str, int]


@dataclass(frozen=True)
class Packed:
    """A block as it is kept; what was not asked for is None."""

    terms: bytes
    postings: bytes | None = None
    places: bytes | None = None


class Source(Protocol):
    """Where blocks and documents are kept."""

    def read_blocks(self, keys: Sequence[Key], *, columns: Sequence[str]) -> Mapping[Key, Packed]:
        """Read blocks; those that are not there are left out."""
        ...

    def read_documents(self, places: Sequence[tuple[int, int]]) -> Sequence[tuple[str, str]]:
        """Read the facts and texts of documents by segment and number; IndexUnavailableError when one is missing."""
        ...


class Shelf:
    """The segments of the newest generation; what was read of one is kept as long as any generation needs it."""

    def __init__(self, source: Source) -> None:
        """Take the source; nothing is read yet."""
        self.source = source
        self.values: dict[Facet, Values] = {facet: Values() for facet in entries.STORED_FACETS}
        self.segments: dict[int, BlockSegment] = {}
        self._lock = threading.RLock()

    def stand(self, generation: int, segments: Iterable[BlockSegment], gone: Sequence[Sequence[int]]) -> Snapshot:
        """Take the segments that answer from now on, with the documents of each that went."""
        with self._lock:
            self.segments = {segment.number: segment for segment in segments}
            leaves, start = [], 0
            for segment in self.segments.values():
                leaves.append(Leaf(segment, start))
                start += segment.size
            return Snapshot(generation, leaves, gone, self.values, self._lock)

    def around(self, segment: BlockSegment) -> Iterable[BlockSegment]:
        """Give all segments to read along with one, which may be of an older generation."""
        return {**self.segments, segment.number: segment}.values()

    def read(self, keys: Mapping[Key, BlockSegment], asking: BlockSegment, *columns: str) -> Mapping[Key, Packed]:
        """Read blocks; IndexUnavailableError when one of the segment is missing that cannot do without."""
        found = self.source.read_blocks(list(keys), columns=columns) if keys else {}
        if any(key not in found for key, segment in keys.items() if segment is asking):
            raise IndexUnavailableError("The search index is damaged: some of its posting lists are missing.")
        return found


class BlockSegment(Segment):
    """One segment, with the first term of each of its blocks."""

    def __init__(self, number: int, facts: SegmentFacts, firsts: Mapping[str, Sequence[bytes]], shelf: Shelf) -> None:
        """Take the columns and, by field, the first terms; posting lists are read when they are asked for."""
        super().__init__(facts)
        self.number = number
        self._firsts, self._shelf = firsts, shelf
        self._words: tuple[list[str], NDArray[np.int32]] | None = None
        self._spellings: Spellings | None = None

    def postings(self, field: str, term: str) -> Postings:
        """Give the whole posting list of a term, deleted documents included."""
        key = (field, term)
        if key not in self._postings:
            if field == schema.WORDS_FIELD and not self.holds_word(term):
                return NO_POSTINGS
            self.read_ahead((field,), (term,))
        return self._postings[key]

    def read_ahead(self, fields: Sequence[str], terms: Iterable[str]) -> None:
        """Read the posting lists of terms in these fields, of all segments that do not know them yet."""
        wanted: dict[Key, BlockSegment] = {}
        unread: dict[Key, list[str]] = {}
        for segment, field, term in product(self._shelf.around(self), fields, terms):
            if (field, term) in segment._postings:
                continue
            at = segment._block_of(field, term.encode())
            if at is None:
                segment._postings[field, term] = NO_POSTINGS
            else:
                wanted[segment.number, field, at] = segment
                unread.setdefault((segment.number, field, at), []).append(term)
        for key, packed in self._shelf.read(wanted, self, "terms", "postings").items():
            block = PostingBlock(packed.terms, packed.postings or b"")
            for term in unread[key]:
                at = block.find(term.encode())
                wanted[key]._postings[key[1], term] = NO_POSTINGS if at is None else block.postings(at)

    def _block_of(self, field: str, term: bytes) -> int | None:
        """Give the number of the only block that may hold a term, or None."""
        at = bisect_right(self._firsts.get(field, ()), term) - 1
        return None if at < 0 else at

    def positions(self, field: str, term: str, wanted: Ids) -> Positions:  # noqa: ARG002 - few or many cost the same
        """Give where a term stands, in all documents."""
        key = (field, term)
        if key not in self._positions:
            if not self.postings(field, term).everywhere:
                return NO_POSITIONS
            self._read_positions(field, term)
        return self._positions[key]

    def _read_positions(self, field: str, term: str) -> None:
        wanted: dict[Key, BlockSegment] = {}
        for segment in self._shelf.around(self):
            is_unread = (field, term) not in segment._positions and segment.postings(field, term).everywhere
            if is_unread and (at := segment._block_of(field, term.encode())) is not None:
                wanted[segment.number, field, at] = segment
        for key, packed in self._shelf.read(wanted, self, "terms", "postings", "places").items():
            block = PostingBlock(packed.terms, packed.postings or b"")
            at = block.find(term.encode())
            if at is not None:
                wanted[key]._positions[field, term] = block.positions(at, packed.places or b"")

    def _lexicon(self) -> tuple[list[str], NDArray[np.int32]]:
        """Give all words as spelt, in order, and how many documents hold each."""
        if self._words is None:
            self._read_words()
        return self._words or ([], np.zeros(0, np.int32))

    def _read_words(self) -> None:
        unread = [segment for segment in self._shelf.around(self) if segment._words is None]
        wanted = {
            (segment.number, schema.WORDS_FIELD, at): segment
            for segment in unread
            for at in range(len(segment._firsts.get(schema.WORDS_FIELD, ())))
        }
        found = self._shelf.read(wanted, self, "terms")
        for segment in unread:
            keys = [key for key, of in wanted.items() if of is segment]
            if all(key in found for key in keys):
                read = [read_terms(found[key].terms) for key in keys]
                counts = [counted for _, counted in read]
                segment._words = (
                    [term.decode() for terms, _ in read for term in terms],
                    np.concatenate(counts) if counts else np.zeros(0, np.int32),
                )

    def holds_word(self, word: str) -> bool:
        """Tell whether any document, a deleted one perhaps, holds a folded word as spelt."""
        listed, _ = self._lexicon()
        at = bisect_left(listed, word)
        return at < len(listed) and listed[at] == word

    def spellings(self) -> Spellings:
        """Give all words as spelt; read at the first question that needs a correction."""
        if self._spellings is None:
            self._spellings = Spellings(self._lexicon()[0])
        return self._spellings

    def expansions(self, prefix: str, most: int) -> list[tuple[str, int]]:
        """List the first words as spelt that begin with a folded prefix, each with the documents that hold it."""
        listed, counts = self._lexicon()
        first = last = bisect_left(listed, prefix)
        while last < min(first + most, len(listed)) and listed[last].startswith(prefix):
            last += 1
        return list(zip(listed[first:last], counts[first:last].tolist(), strict=True))

    def warming(self) -> Iterator[None]:
        """Read ahead the terms that stand in many documents, and the words as spelt."""
        for field in schema.PLACES if self.size >= WARMED_FROM else ():
            blocks = len(self._firsts.get(field, ()))
            for first in range(0, blocks, WARMED_BLOCKS):
                yield
                self._warm(field, range(first, min(first + WARMED_BLOCKS, blocks)))
        yield
        self.spellings()

    def _warm(self, field: str, numbers: Sequence[int]) -> None:
        keys = {(self.number, field, at): self for at in numbers}
        for packed in self._shelf.read(keys, self, "terms", "postings").values():
            block = PostingBlock(packed.terms, packed.postings or b"")
            for at in np.flatnonzero(block.counts >= WARMED_FROM).tolist():
                self._postings[field, block.terms[at].decode()] = block.postings(at)

    def document(self, doc: int) -> entries.Document:
        """Make a document again as it was written, for a move to another segment."""
        ((facts, texts),) = self._shelf.source.read_documents([(self.number, doc)])
        return entries.read_back(facts.encode(), texts)

    @classmethod
    def read_texts(cls, wanted: Sequence[tuple[Self, int]]) -> Iterator[entries.Texts]:
        """Read what snippets are cut from, of all documents in one go."""
        source = wanted[0][0]._shelf.source
        for _, texts in source.read_documents([(segment.number, doc) for segment, doc in wanted]):
            yield entries.unpack_texts(texts)
