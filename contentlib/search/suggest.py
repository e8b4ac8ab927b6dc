"""Offers a better spelling of words that nothing visible holds; only words of visible assets are ever offered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from contentlib.search import queries, schema, words
from contentlib.search.segments import Mask
from contentlib.search.snapshots import Snapshot

# Letters from which one slip, and from which two, are looked for: in shorter words everything is near everything.
ONE_SLIP, TWO_SLIPS = 4, 9
SHORT = 5
# Questions with more unknown words than this are not misspelt.
MAX_CORRECTED = 4


def correct(
    snapshot: Snapshot, question: queries.Question, lacking: Sequence[queries.Node], visible: Mask
) -> str | None:
    """Give the whole question with its unknown words corrected, or None when there is nothing better.

    `lacking` are the clauses that no visible document holds.
    """
    terms = [word for clause in lacking for word in queries.words_of(clause) if isinstance(word, queries.Term)]
    text, changed = question.text, False
    for term in sorted(terms, key=lambda term: -term.start)[:MAX_CORRECTED]:
        better = _nearest(snapshot, words.fold(term.text), visible)
        if better is not None:
            text = text[: term.start] + better + text[term.end :]
            changed = True
    return text if changed else None


def _nearest(snapshot: Snapshot, word: str, visible: Mask) -> str | None:
    """Give the most frequent visible word at the least distance; None for words too short or not of letters."""
    if len(word) < ONE_SLIP or len(word) > words.MAX_WORD or not word.isalpha() or words.is_unspaced(word):
        return None
    vocabulary = snapshot.vocabulary()
    for candidates in _by_distance(word, vocabulary):
        counted = {candidate: _count(snapshot, candidate, visible) for candidate in candidates}
        best = max(counted, key=lambda candidate: (counted[candidate], candidate), default=None)
        if best is not None and counted[best]:
            return best
    return _split(snapshot, word, vocabulary, visible)


def _by_distance(word: str, vocabulary: frozenset[str]) -> Iterator[set[str]]:
    # In a short word the first letter is trusted: "pays" was not meant as "days".
    near = _one_slip(word) & vocabulary - {word}
    yield {one for one in near if len(word) > SHORT or one[0] == word[0]}
    if len(word) >= TWO_SLIPS:
        # The first letter is rarely wrong, and one word in twenty shares it.
        alike = (one for one in vocabulary if one[0] == word[0] and abs(len(one) - len(word)) <= 2)
        yield {one for one in alike if _distance(word, one, 2) <= 2}


def _one_slip(word: str) -> set[str]:
    """List what a word may have been meant as: a letter left out, doubled, swapped or mistaken."""
    letters = "abcdefghijklmnopqrstuvwxyz" if word.isascii() else "".join(sorted(set(word))) + _LETTERS
    halves = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    return {
        *(left + right[1:] for left, right in halves if right),
        *(left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1),
        *(left + letter + right[1:] for left, right in halves if right for letter in letters),
        *(left + letter + right for left, right in halves for letter in letters),
    }


# Greek and Cyrillic small letters beside the Latin ones; accents are folded before.
_LETTERS = (
    "abcdefghijklmnopqrstuvwxyz" + "".join(map(chr, range(0x3B1, 0x3CA))) + "".join(map(chr, range(0x430, 0x460)))
)


def _split(snapshot: Snapshot, word: str, vocabulary: Iterable[str], visible: Mask) -> str | None:
    """Read a word as two that were run together, both of which visible assets hold."""
    for at in range(3, len(word) - 2):
        left, right = word[:at], word[at:]
        if left in vocabulary and right in vocabulary:
            together = _docs(snapshot, left) & _docs(snapshot, right) & visible
            if together.any():
                return f"{left} {right}"
    return None


def _docs(snapshot: Snapshot, word: str) -> Mask:
    held = np.zeros(snapshot.size, np.bool_)
    held[snapshot.postings(schema.WORDS_FIELD, word).docs] = True
    return held


def _count(snapshot: Snapshot, word: str, visible: Mask) -> int:
    return int(visible[snapshot.postings(schema.WORDS_FIELD, word).docs].sum())


def _distance(one: str, other: str, limit: int) -> int:
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
