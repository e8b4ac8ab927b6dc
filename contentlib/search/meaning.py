"""Finds the assets that mean what was asked, and joins their order with that of words; it finds no words.

What may be found is decided before: it is handed the documents among which to look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from contentlib.domain.search import IndexEntry
from contentlib.search import words
from contentlib.search.segments import Ids, Mask, Numbers
from contentlib.search.sentences import Vectors
from contentlib.search.snapshots import Snapshot

# What hits say that were found so.
FOUND = "found by meaning"
# A page counts as near from this cosine on; the model calls everything a little alike.
NEAR = 0.3
# So many of the nearest assets count, for what lies behind them is near by chance.
MOST = 10
# Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009): each order gives 1 / (DAMPING + place).
# These two were chosen by half of the judged questions. The original's 60 is for orders of thousands; and words lead:
# meaning moves what they found by a place or two, and what it alone found comes after most of that.
DAMPING = 10
WEIGHT = 0.1
# Pages of an asset that are read; more say nothing new of what it is about.
MOST_PAGES = 40
# The number of what an asset is as a whole: its title and summary.
WHOLE = 0
# Vectors that are compared at a time: as wide numbers these fit into a core's own memory, which makes all of it a third
# of the work of wide numbers kept in the machine's.
_AT_A_TIME = 1_024

# Each vector's numbers as steps of a 127th of its greatest: cosines come out right to two thousandths, which is far
# less than they say, and 10,000 assets of six pages take 27 MB instead of 107.
Steps = NDArray[np.int8]


class Encoder(Protocol):
    """What turns texts into vectors; `name` marks its vectors."""

    @property
    def name(self) -> str:
        """Name the model."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give a vector of length 1 per text."""
        ...

    def encode_question(self, text: str) -> Vectors:
        """Give the vector of one question."""
        ...


@dataclass(frozen=True, eq=False)
class Meaning:
    """What one version says: a vector for the whole and one for each page. `pages` are their numbers.

    A vector is its steps times its scale.
    """

    version_id: int
    mark: str
    pages: tuple[int, ...]
    steps: Steps
    scales: Vectors


def pack(version_id: int, mark: str, pages: Sequence[int], vectors: Vectors) -> Meaning:
    """Give what a version says by vectors of length 1, in a quarter of their room."""
    scales = (np.abs(vectors).max(axis=1) / 127).astype(np.float32)
    return Meaning(version_id, mark, tuple(pages), np.rint(vectors / scales[:, None]).astype(np.int8), scales)


@dataclass(frozen=True, eq=False)
class Near:
    """The documents that mean what was asked, the nearest first, and the page of each that is nearest."""

    docs: Ids
    pages: Ids


NOTHING_NEAR = Near(np.zeros(0, np.int32), np.zeros(0, np.int32))


class Meanings:
    """What all assets mean, as it stood at one moment."""

    def __init__(self, encoder: Encoder, held: Mapping[int, Meaning]) -> None:
        """Take what turns questions into vectors, and the meaning of versions by their number."""
        self._encoder = encoder
        kept = [held[version] for version in sorted(held)]
        self._version_ids = np.array([one.version_id for one in kept], np.int64)
        counts = [len(one.pages) for one in kept]
        self._owners = np.repeat(np.arange(len(kept)), counts)
        self._pages = np.array([page for one in kept for page in one.pages], np.int32)
        self._steps = np.concatenate([one.steps for one in kept]) if kept else np.zeros((0, 1), np.int8)
        self._scales = np.concatenate([np.zeros(0, np.float32), *(one.scales for one in kept)])
        # Parts of the one array, so that memory holds each vector once.
        self.held: Mapping[int, Meaning] = {
            one.version_id: Meaning(
                one.version_id, one.mark, one.pages, self._steps[end - count : end], self._scales[end - count : end]
            )
            for one, count, end in zip(kept, counts, accumulate(counts), strict=True)
        }

    def near(self, text: str, snapshot: Snapshot, among: Mask) -> Near:
        """Give what means much the same as a text, of some documents alone; the first pages win where two are alike.

        An asset whose text in the index is of another version than its vectors is not found so.
        """
        if not len(self._pages) or not text.strip():
            return NOTHING_NEAR
        alike = self.alike(self._encoder.encode_question(text))
        docs = self._docs(snapshot, among)[self._owners]
        kept = np.flatnonzero((docs >= 0) & (alike >= NEAR))
        kept = kept[np.lexsort((self._pages[kept], docs[kept], -alike[kept]))]
        _, firsts = np.unique(docs[kept], return_index=True)
        best = kept[np.sort(firsts)[:MOST]]
        return Near(docs[best].astype(np.int32), self._pages[best])

    def alike(self, asked: Vectors) -> Vectors:
        """Give the cosine of each vector with the one that was asked for."""
        found = np.empty(len(self._steps), np.float32)
        wide = np.empty((min(_AT_A_TIME, len(found)), len(asked)), np.float32)
        for start in range(0, len(found), _AT_A_TIME):
            some = self._steps[start : start + _AT_A_TIME]
            wide[: len(some)] = some
            np.matmul(wide[: len(some)], asked, out=found[start : start + len(some)])
        found *= self._scales
        return found

    def _docs(self, snapshot: Snapshot, among: Mask) -> Ids:
        """Give the document of each version, -1 for those that are not among the ones to look at."""
        found = np.full(len(self._version_ids), -1, np.int32)
        docs = np.flatnonzero(among)
        wanted = snapshot.version_ids[docs]
        at = np.minimum(np.searchsorted(self._version_ids, wanted), len(self._version_ids) - 1)
        is_held = self._version_ids[at] == wanted
        found[at[is_held]] = docs[is_held]
        return found


def texts_of(entry: IndexEntry) -> dict[int, str]:
    """Give what is read of an asset by page, the whole first; nothing in a language that the model does not know."""
    if words.language_of(entry.language) != "en":
        return {}
    told = {WHOLE: f"{entry.title}. {entry.summary}"}
    told |= {page.number: f"{page.title}. {page.text}" for page in entry.pages[:MOST_PAGES] if page.text.strip()}
    return {number: words.clean(text) for number, text in told.items()}


@dataclass(frozen=True, eq=False)
class Fused:
    """Two orders made one, for each of some documents: what is left of the words' score, and what meaning gives."""

    by_words: Numbers
    by_meaning: Numbers


def fuse(scores: Numbers, order: Ids, places: Ids) -> Fused:
    """Join the order of words with that of meaning by reciprocal rank.

    `scores` are those of words, `order` the places in them that words found, the best first; `places` are those that
    meaning found, the nearest first. The best by words keeps its score, which sets the scale.
    """
    by_words, by_meaning = np.zeros(len(scores)), np.zeros(len(scores))
    top = float(scores[order[0]]) if len(order) and scores[order[0]] > 0 else 1.0
    scale = top * (DAMPING + 1)
    by_words[order] = scale / (DAMPING + 1 + np.arange(len(order)))
    by_meaning[places] = WEIGHT * scale / (DAMPING + 1 + np.arange(len(places)))
    return Fused(by_words, by_meaning)
