"""Turns the texts of a batch of assets into lists of which term stands where, all at once; it opens no file.

Word by word in Python this was most of what an index cost. Here each different word is analysed once for a batch, and
what follows, places and order, is done for whole columns of numbers.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contentlib.search import schema, words

Column = NDArray[Any]
# Words and places of a batch are counted in four bytes, which halves the memory that a batch takes.
NUMBER = np.int32


@dataclass(frozen=True, kw_only=True)
class Inverted:
    """The terms of one field, in the order of their bytes, and the documents that hold each.

    The documents of term `i` are `docs[starts[i]:starts[i + 1]]`, ascending; `counts` says how often the term stands
    in each, and `places` where: so many of them one after the other, or None for a field that keeps no places.
    `lengths` counts the terms of every document.
    """

    terms: Sequence[bytes]
    starts: Column
    docs: Column
    counts: Column
    places: Column | None
    lengths: Column


class _Words(dict[str, int]):
    """Numbers the different words of one language, and analyses each when it comes for the first time."""

    def __init__(self, language: str, take: Callable[[str, str], int]) -> None:
        super().__init__()
        self._language, self._take = language, take

    def __missing__(self, word: str) -> int:
        self[word] = number = self._take(word, self._language)
        return number


class Inversion:
    """Gathers texts by field and document. Word number 0 stands between two texts, for no term at all."""

    def __init__(self) -> None:
        """Begin with no document."""
        self._terms: dict[str, int] = {}
        self._words: dict[str, _Words] = {}
        # By number of a word: its terms one after the other with their distance from its place, the places it takes,
        # and the words as spelt.
        self._first, self._taken = array("i", [0, 0]), array("i", [1])
        self._standing, self._distance = array("i"), array("i")
        self._first_spelt, self._spelt = array("i", [0, 0]), array("i")
        # By field: the words of all documents one after the other, and how many each has.
        self._read: Mapping[str, tuple[array[int], array[int]]] = {
            name: (array("i"), array("i")) for name in schema.PLACES
        }
        self.size = 0

    def add(self, texts: Mapping[str, Iterable[str]], language: str) -> None:
        """Read the cleaned texts of the next document, by field."""
        if language not in self._words:
            self._words[language] = _Words(language, self._take)
        number = self._words[language].__getitem__
        for name, (read, sizes) in self._read.items():
            before = len(read)
            for text in texts[name]:
                read.extend(map(number, words.split(text)))
                # The gap keeps a phrase from reaching across two texts.
                read.append(0)
            sizes.append(len(read) - before)
        self.size += 1

    def _take(self, word: str, language: str) -> int:
        number = len(self._taken)
        standing, taken = words.stand(word, language)
        self._taken.append(taken)
        for distance, term in standing:
            self._distance.append(distance)
            self._standing.append(self._number(term))
        self._first.append(len(self._standing))
        self._spelt.extend(self._number(spelt) for spelt in words.spelt(word))
        self._first_spelt.append(len(self._spelt))
        return number

    def _number(self, term: str) -> int:
        return self._terms.setdefault(term, len(self._terms))

    def fields(self) -> Iterator[tuple[str, Inverted]]:
        """Give all fields one after the other, in the order of their names: the places, and the words as spelt."""
        terms = list(self._terms)
        # Letters are in the order of their bytes in UTF-8, so sorting either is the same.
        order = sorted(range(len(terms)), key=terms.__getitem__)
        ranks = np.empty(len(terms), np.int64)
        ranks[order] = np.arange(len(terms))
        listed = [terms[number].encode() for number in order]
        for name in sorted((*self._read, schema.WORDS_FIELD)):
            yield (
                name,
                self._spellings(listed, ranks) if name == schema.WORDS_FIELD else self._invert(name, listed, ranks),
            )

    def _docs(self, name: str) -> Column:
        return np.repeat(np.arange(self.size, dtype=NUMBER), _column(self._read[name][1]))

    def _invert(self, name: str, terms: list[bytes], ranks: Column) -> Inverted:
        read, docs = _column(self._read[name][0]), self._docs(name)
        reached = np.cumsum(_column(self._taken)[read], dtype=NUMBER)
        # Counted from the beginning of each document; the place of a word is where the one before it ended.
        begins = np.searchsorted(docs, np.arange(self.size, dtype=NUMBER))
        reached = np.append(NUMBER(0), reached)
        reached = reached[:-1] - reached[begins][docs]
        origin, chosen = _spread(_column(self._first), read)
        places = reached[origin] + _column(self._distance)[chosen]
        docs = docs[origin]
        del reached, origin
        lengths = np.bincount(docs, minlength=self.size)
        keys = ranks[_column(self._standing)[chosen]]
        keys *= self.size
        keys += docs
        del chosen, docs
        order = np.argsort(keys, kind="stable")
        keys, places = keys[order], places[order].astype(schema.PLACE)
        del order
        firsts = np.flatnonzero(np.diff(keys, prepend=-1))
        return self._gathered(terms, keys[firsts], np.diff(firsts, append=len(keys)), places, lengths)

    def _spellings(self, terms: list[bytes], ranks: Column) -> Inverted:
        words_of_all = len(self._taken)
        once = _different(
            np.concatenate(
                [
                    _different(self._docs(name) * np.int64(words_of_all) + _column(self._read[name][0]))
                    for name in self._read
                ]
            )
        )
        origin, chosen = _spread(_column(self._first_spelt), once % words_of_all)
        keys = _different(ranks[_column(self._spelt)[chosen]] * self.size + (once // words_of_all)[origin])
        return self._gathered(terms, keys, np.ones(len(keys), NUMBER), None, np.zeros(self.size, NUMBER))

    def _gathered(
        self, terms: list[bytes], keys: Column, counts: Column, places: Column | None, lengths: Column
    ) -> Inverted:
        size = max(self.size, 1)
        of, docs = keys // size, (keys % size).astype(NUMBER)
        starts = np.flatnonzero(np.diff(of, prepend=-1))
        return Inverted(
            terms=[terms[rank] for rank in of[starts].tolist()],
            starts=np.append(starts, len(keys)),
            docs=docs,
            counts=counts,
            places=places,
            lengths=lengths,
        )


def _column(numbers: array[int]) -> Column:
    return np.frombuffer(numbers, NUMBER) if numbers else np.zeros(0, NUMBER)


def _different(numbers: Column) -> Column:
    """Give the different ones of some numbers, ascending; sorted, for numpy's own way takes three times as long."""
    numbers = np.sort(numbers)
    different: Column = numbers[np.diff(numbers, prepend=-1) != 0]
    return different


def _spread(first: Column, read: Column) -> tuple[Column, Column]:
    """List, for words that stand for none, one or several things, each thing: which word it is of, and its number."""
    each = first[read + 1] - first[read]
    origin = np.repeat(np.arange(len(read), dtype=NUMBER), each)
    chosen = np.arange(len(origin), dtype=NUMBER) + np.repeat(
        first[read] - (np.cumsum(each, dtype=NUMBER) - each), each
    )
    return origin, chosen


def of_one_field(rows: Sequence[tuple[bytes, int]], size: int) -> Inverted:
    """Invert terms that each stand in one document alone, such as ids."""
    rows = sorted(rows)
    docs = np.fromiter((doc for _, doc in rows), np.int64, len(rows))
    return Inverted(
        terms=[term for term, _ in rows],
        starts=np.arange(len(rows) + 1),
        docs=docs,
        counts=np.ones(len(rows), np.int64),
        places=None,
        lengths=np.zeros(size, np.int64),
    )
