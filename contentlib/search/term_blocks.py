"""Packs the posting lists of neighbouring terms into blocks of bytes, and reads them back; it keeps them nowhere.

A row for each term would be thousands of rows for one save of an asset; a block is one row for thousands of terms.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contentlib.search import entries, schema
from contentlib.search.inversion import Inversion, Inverted
from contentlib.search.segments import LENGTHS, Ids, Numbers, Positions, Postings

# Postings of one block, or those of one term where it has more: unpacked in a tenth of a millisecond.
BLOCK = 4_096
# How hard blocks are packed, 1 to 9: half the bytes for a tenth of the time of writing.
PACKED = 1

_NUMBER = np.dtype("<i4")
# Stands between two terms; no term holds it.
_BETWEEN = b"\n"


@dataclass(frozen=True)
class Block:
    """Some neighbouring terms of one field: how many documents hold each, which those are, and the places in them.

    `places` is None for a field that keeps none.
    """

    first: bytes
    terms: bytes
    postings: bytes
    places: bytes | None


def cut(found: Inverted) -> Iterator[Block]:
    """Pack a field's terms, in the order of their bytes."""
    # Where the places of each posting begin.
    places = np.append(0, np.cumsum(found.counts))
    first = 0
    while first < len(found.terms):
        reach = int(np.searchsorted(found.starts, found.starts[first] + BLOCK, side="right")) - 1
        last = min(max(reach, first + 1), len(found.terms))
        begin, end = int(found.starts[first]), int(found.starts[last])
        yield Block(
            first=found.terms[first],
            terms=_pack_terms(found.terms[first:last], np.diff(found.starts[first : last + 1])),
            postings=_pack(_steps(found.docs[begin:end]), found.counts[begin:end]),
            places=None if found.places is None else _pack(_steps(found.places[places[begin] : places[end]])),
        )
        first = last


def _pack_terms(terms: Sequence[bytes], counts: NDArray[np.int64]) -> bytes:
    return zlib.compress(
        np.append(len(terms), counts).astype(_NUMBER).tobytes() + _BETWEEN.join(terms),
        PACKED,
    )


def _pack(*columns: NDArray[np.int64]) -> bytes:
    return zlib.compress(b"".join(column.astype(_NUMBER).tobytes() for column in columns), PACKED)


def _steps(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Write numbers as distances, which pack better; back to the beginning is a distance too."""
    steps = numbers.astype(np.int64)
    steps[1:] -= steps[:-1].copy()
    return steps


def read_terms(data: bytes) -> tuple[list[bytes], NDArray[np.int32]]:
    """Read the terms of a block, and how many documents hold each; ValueError and the like when it is damaged."""
    unpacked = zlib.decompress(data)
    size = int(np.frombuffer(unpacked, _NUMBER, 1)[0])
    counts = np.frombuffer(unpacked, _NUMBER, size, _NUMBER.itemsize)
    terms = unpacked[(size + 1) * _NUMBER.itemsize :].split(_BETWEEN)
    if len(terms) != size:
        raise ValueError("a block holds other terms than it says")
    return terms, counts


class PostingBlock:
    """A block that is unpacked, to look terms up in it."""

    def __init__(self, terms: bytes, postings: bytes) -> None:
        """Unpack what a block holds but for the places; ValueError and the like when it is damaged."""
        self.terms, self.counts = read_terms(terms)
        self._starts = np.append(0, np.cumsum(self.counts))
        steps, self._frequencies = np.frombuffer(zlib.decompress(postings), _NUMBER).reshape(2, -1)
        self._docs = np.cumsum(steps, dtype=np.int32)
        if len(self._docs) != self._starts[-1]:
            raise ValueError("a block holds other postings than it says")

    def find(self, term: bytes) -> int | None:
        """Give the number of a term in this block, or None."""
        at = bisect_left(self.terms, term)
        return at if at < len(self.terms) and self.terms[at] == term else None

    def postings(self, at: int) -> Postings:
        """Give the documents of a term, by its number, as columns of their own."""
        docs, frequencies = self._of(at)
        return Postings(docs.copy(), frequencies.astype(np.float32), len(docs))

    def positions(self, at: int, places: bytes) -> Positions:
        """Give where a term stands, by its number, of the places that belong to this block."""
        reached = np.cumsum(np.frombuffer(zlib.decompress(places), _NUMBER), dtype=np.int64)
        docs, frequencies = self._of(at)
        begin = int(self._frequencies[: self._starts[at]].sum())
        held = reached[begin : begin + int(frequencies.sum())]
        return Positions(docs.copy(), frequencies.astype(np.int32), held)

    def _of(self, at: int) -> tuple[Ids, Ids]:
        begin, end = self._starts[at], self._starts[at + 1]
        return self._docs[begin:end], self._frequencies[begin:end]


@dataclass(frozen=True)
class Written:
    """A segment as it is to be kept: a row per document with its asset, facts and texts, and the blocks by field.

    `lengths` has a byte for each field and document, in the order of fields; `totals` count the terms of each field.
    """

    documents: Sequence[tuple[int, str, str]]
    blocks: Mapping[str, Sequence[Block]]
    lengths: bytes
    totals: Sequence[int]


def write(documents: Iterable[entries.Document]) -> Written:
    """Analyse documents into a segment."""
    inversion = Inversion()
    rows = []
    for document in documents:
        inversion.add(document.texts, document.language)
        rows.append((document.asset_id, document.facts.decode(), document.stored))
    fields = dict(inversion.fields()) if rows else {}
    lengths = [fields[name].lengths for name in schema.PLACES if name in fields]
    return Written(
        documents=rows,
        blocks={name: list(cut(found)) for name, found in fields.items()},
        # As the other engine rounds them, so that both score alike.
        lengths=b"".join(np.searchsorted(LENGTHS[:-1], each).astype(np.uint8).tobytes() for each in lengths),
        totals=[int(each.sum()) for each in lengths],
    )


def read_lengths(written: bytes, size: int) -> dict[str, Numbers]:
    """Read the lengths of a segment's documents back; ValueError when they are damaged."""
    columns = LENGTHS[np.frombuffer(written, np.uint8).reshape(len(schema.PLACES), size)]
    return dict(zip(schema.PLACES, columns, strict=True))
