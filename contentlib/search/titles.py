"""A small table of titles, companies and labels that completions are looked up in; it asks nobody what may be seen."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from contentlib.search import words

# One letter may stand at the beginning of every third title: so many words are looked at, the first in the alphabet.
MAX_WORDS = 400


class Names:
    """Names with the documents that bear each, found by how any of their words begin."""

    def __init__(self, named: Iterable[tuple[int, str]]) -> None:
        """Take documents and what they are called; a name that comes again is one name with several documents."""
        docs: dict[str, list[int]] = {}
        for doc, name in named:
            if name:
                docs.setdefault(name, []).append(doc)
        self.names = tuple(docs)
        self.docs: tuple[NDArray[np.int32], ...] = tuple(np.array(held, np.int32) for held in docs.values())
        by_word: dict[str, list[int]] = {}
        by_first: dict[str, list[int]] = {}
        for number, name in enumerate(self.names):
            held = words_of(name)
            for word in dict.fromkeys(held):
                by_word.setdefault(word, []).append(number)
            if held:
                by_first.setdefault(held[0], []).append(number)
        self._anywhere, self._first = _Beginnings(by_word), _Beginnings(by_first)

    @property
    def words(self) -> Sequence[str]:
        """Give all words of all names, in the order of the alphabet."""
        return self._anywhere.words

    def beginning(self, start: str) -> NDArray[np.int32]:
        """Give the numbers of the names with a word that begins like this, ascending."""
        return self._anywhere.find(start)

    def starting(self, start: str) -> NDArray[np.int32]:
        """Give the numbers of the names whose first word begins like this, ascending."""
        return self._first.find(start)


class _Beginnings:
    """Numbers by word, looked up by how the word begins."""

    def __init__(self, by_word: Mapping[str, Sequence[int]]) -> None:
        self.words = sorted(by_word)
        self._numbers = [np.array(by_word[word], np.int32) for word in self.words]

    def find(self, start: str) -> NDArray[np.int32]:
        found = []
        first = bisect_left(self.words, start)
        for at in range(first, min(first + MAX_WORDS, len(self.words))):
            if not self.words[at].startswith(start):
                break
            found.append(self._numbers[at])
        return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int32)


class Titles:
    """What assets are called, whom they are about, and what they are labelled with."""

    def __init__(self, titles: Sequence[str], companies: Sequence[str], labels: Sequence[Sequence[str]]) -> None:
        """Take three columns with a row per document."""
        self.titles = Names(enumerate(titles))
        self.companies = Names(enumerate(companies))
        self.labels = Names((doc, label) for doc, row in enumerate(labels) for label in dict.fromkeys(row))


def words_of(name: str) -> list[str]:
    """Give the folded words of a name in order, those of a compound one by one and as one word.

    A run of a script without spaces gives each of its ends, so that a name is found from any character on.
    """
    found: list[str] = []
    for match in words.TOKEN.finditer(words.clean(name)):
        if words.is_unspaced(match[0]):
            run = words.fold(match[0])
            found += [run[at:] for at in range(len(run))]
        else:
            found += words.analyse(match[0], "").plain
    return found
