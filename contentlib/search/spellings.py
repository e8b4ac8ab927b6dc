"""Looks up words that are spelt almost like another, in a list of all words; it counts and scores nothing."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

# Letters from which one slip, and from which two, are looked for: in shorter words everything is near everything.
ONE_SLIP, TWO_SLIPS = 5, 9


class Spellings:
    """All words of a segment as spelt, in columns that tell in one go which can be near a word at all."""

    def __init__(self, listed: Iterable[str]) -> None:
        self.words = tuple(word for word in listed if word.isalpha())
        self._lengths = np.array([len(word) for word in self.words], np.int16)
        self._letters = np.array([_letters(word) for word in self.words], np.uint32)

    def near(self, word: str, slips: int) -> list[str]:
        """List the other words that so many slips at most lead to: a letter more, less, another, or two swapped."""
        alike = np.abs(self._lengths - len(word)) <= slips
        # A slip changes at most two of the letters that a word is made of.
        alike &= np.bitwise_count(self._letters ^ np.uint32(_letters(word))) <= 2 * slips
        candidates = (self.words[at] for at in np.flatnonzero(alike).tolist())
        return [one for one in candidates if one != word and distance(word, one, slips) <= slips]


def _letters(word: str) -> int:
    """Mark which letters a word has, each script's letters folded into 32 marks."""
    held = 0
    for letter in word:
        held |= 1 << (ord(letter) & 31)
    return held


def distance(one: str, other: str, limit: int) -> int:
    """Count the slips between two words (optimal string alignment), giving up above `limit`."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
        if min(row) > limit:
            return limit + 1
    return row[-1]
