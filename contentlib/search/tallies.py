"""Counts how many of some documents have which value of a facet; it decides nothing about either."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from contentlib.domain.search import Facet
from contentlib.search.segments import Mask, Pairs

# A facet of so many values at most is kept as a bit for each document and value, which is counted a machine word at a
# time; of one with more values most bits would be none.
MAX_VALUES = 64
_BYTES = 8


class Tallies:
    """The facets of one generation, ready to be counted."""

    def __init__(self, size: int, pairs: Mapping[Facet, Pairs], values: Mapping[Facet, int]) -> None:
        """Take how many documents there are, which has which value, and how many values each facet has."""
        self._size, self._pairs, self._values = size, pairs, values
        self._bits: dict[Facet, NDArray[np.uint64]] = {}

    def count(self, facet: Facet, docs: Mask) -> NDArray[np.int64]:
        """Count each value, by its number, among documents."""
        pairs, values = self._pairs[facet], self._values[facet]
        if values > MAX_VALUES:
            return np.bincount(pairs.codes[docs[pairs.docs]], minlength=values)
        if facet not in self._bits:
            held = np.zeros((values, self._size), np.bool_)
            held[pairs.codes, pairs.docs] = True
            self._bits[facet] = _packed(held)
        counted: NDArray[np.int64] = np.bitwise_count(self._bits[facet] & _packed(docs)).sum(axis=-1, dtype=np.int64)
        return counted


def _packed(held: Mask) -> NDArray[np.uint64]:
    """Write eight documents into a byte, and eight bytes into a word."""
    bits = np.packbits(held, axis=-1)
    padded = np.zeros((*bits.shape[:-1], -(-bits.shape[-1] // _BYTES) * _BYTES), np.uint8)
    padded[..., : bits.shape[-1]] = bits
    return padded.view(np.uint64)
