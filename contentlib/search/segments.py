"""Holds what was read of one segment of an index as columns and lists; where a segment is kept is not known here."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.domain.errors import ContentlibError, IndexUnavailableError
from contentlib.domain.search import Facet
from contentlib.search import engine, entries
from contentlib.search.spellings import Spellings

Key = TypeVar("Key")
Value = TypeVar("Value")

Mask = NDArray[np.bool_]
Ids = NDArray[np.int32]
Numbers = NDArray[np.float64]

# The lengths of texts that one byte can tell, as Whoosh counts them.
LENGTHS = np.array([engine.byte_to_length(byte) for byte in range(256)], np.float64)

NO_DATE = np.iinfo(np.int32).min
_STATUSES = {status.value: code for code, status in enumerate(AssetStatus)}
_AUDIENCES = {audience.value: code for code, audience in enumerate(Audience)}


@contextmanager
def reading() -> Iterator[None]:
    """Say of anything that goes wrong inside that the index is damaged.

    Its files hold pickles and offsets, so flipped bytes can surface as any exception whatever.
    """
    try:
        yield
    except ContentlibError:
        raise
    except Exception as fault:
        raise IndexUnavailableError(f"The search index is damaged ({type(fault).__name__}).") from fault


class Values:
    """Numbers the values of one facet; a value keeps its number as long as the process lives."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._codes: dict[str, int] = {}

    def code(self, name: str) -> int:
        """Give the number of a value, a new one when it was never seen."""
        if name not in self._codes:
            self._codes[name] = len(self.names)
            self.names.append(name)
        return self._codes[name]

    def find(self, name: str) -> int | None:
        """Give the number of a value, or None."""
        return self._codes.get(name)


@dataclass(frozen=True)
class Pairs:
    """Which document has which value of a facet: two columns of the same length."""

    docs: Ids
    codes: Ids


@dataclass(frozen=True)
class SegmentFacts:
    """What one segment holds, read once: a row per document, deleted ones included.

    `lengths` are those that one byte can tell, by field; `totals` count all terms of a field exactly.
    """

    asset_ids: NDArray[np.int64]
    version_ids: NDArray[np.int64]
    updated_at: Numbers
    publish_on: Ids
    expires_on: Ids
    review_by_on: Ids
    statuses: Ids
    audiences: Ids
    marks: tuple[str, ...]
    titles: tuple[str, ...]
    companies: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    pairs: Mapping[Facet, Pairs]
    lengths: Mapping[str, Numbers]
    totals: Mapping[str, int]


def facts_of(
    rows: Sequence[entries.Facts],
    values: Mapping[Facet, Values],
    lengths: Mapping[str, Numbers],
    totals: Mapping[str, int],
) -> SegmentFacts:
    """Write the facts of all documents of a segment, in their order, as columns."""
    pairs: dict[Facet, Pairs] = {}
    for facet in entries.STORED_FACETS:
        held = [(doc, values[facet].code(name)) for doc, row in enumerate(rows) for name in row.facets[facet]]
        columns = np.array(held, np.int32).reshape(-1, 2)
        pairs[facet] = Pairs(columns[:, 0].copy(), columns[:, 1].copy())
    return SegmentFacts(
        asset_ids=np.array([row.asset_id for row in rows], np.int64),
        version_ids=np.array([row.version_id for row in rows], np.int64),
        updated_at=np.array([row.updated_at for row in rows], np.float64),
        publish_on=_days([row.publish_on for row in rows]),
        expires_on=_days([row.expires_on for row in rows]),
        review_by_on=_days([row.review_by_on for row in rows]),
        # A status or audience that this version does not know gets the code that nobody may see.
        statuses=np.array([_STATUSES.get(row.facets[Facet.STATUS][0], -1) for row in rows], np.int32),
        audiences=np.array([_AUDIENCES.get(row.facets[Facet.AUDIENCE][0], -1) for row in rows], np.int32),
        marks=tuple(row.mark for row in rows),
        titles=tuple(row.title for row in rows),
        companies=tuple(row.company for row in rows),
        labels=tuple(row.labels for row in rows),
        pairs=pairs,
        lengths=lengths,
        totals=totals,
    )


def _days(ordinals: Sequence[int | None]) -> Ids:
    return np.array([NO_DATE if day is None else day for day in ordinals], np.int32)


@dataclass(frozen=True)
class Postings:
    """The documents that hold a term, ascending, with its frequency in each.

    `everywhere` counts deleted documents too, as Whoosh does until their segment is merged.
    """

    docs: Ids
    frequencies: NDArray[np.float32]
    everywhere: int


@dataclass(frozen=True)
class Positions:
    """Where a term stands: for each document of its posting list so many places, one after the other."""

    docs: Ids
    counts: Ids
    places: NDArray[np.int64]


NO_POSTINGS = Postings(np.zeros(0, np.int32), np.zeros(0, np.float32), 0)
NO_POSITIONS = Positions(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int64))


class Recent(OrderedDict[Key, Value]):
    """Keeps what was asked for last, up to a weight in all; what weighs more by itself is kept until the next."""

    def __init__(self, most: int, weigh: Callable[[Value], int] = lambda _: 1) -> None:
        super().__init__()
        self._most, self._weigh, self._weight = most, weigh, 0

    def __getitem__(self, key: Key) -> Value:
        """Give a thing, which is thereby the latest."""
        self.move_to_end(key)
        return super().__getitem__(key)

    def __setitem__(self, key: Key, value: Value) -> None:
        """Keep a thing, and let the oldest go when there is too much."""
        if key in self:
            self._weight -= self._weigh(super().__getitem__(key))
        super().__setitem__(key, value)
        self._weight += self._weigh(value)
        while self._weight > self._most and len(self) > 1:
            _, gone = self.popitem(last=False)
            self._weight -= self._weigh(gone)


# Kept of one segment: postings (8 bytes each) and places (8 bytes each) of the terms that people ask for.
KEPT_POSTINGS, KEPT_PLACES = 4_000_000, 3_000_000
# Terms that stand in at least so many documents are read ahead.
WARMED_FROM = 20


class Segment(ABC):
    """One segment: documents that were written together and never change, so what was read of them is kept."""

    def __init__(self, facts: SegmentFacts) -> None:
        """Take the columns; posting lists are read when they are asked for."""
        self.facts = facts
        self.size = len(facts.asset_ids)
        self.is_warm = False
        self._postings: Recent[tuple[str, str], Postings] = Recent(KEPT_POSTINGS, lambda one: len(one.docs) + 16)
        self._positions: Recent[tuple[str, str], Positions] = Recent(KEPT_PLACES, lambda one: len(one.places) + 16)

    @abstractmethod
    def postings(self, field: str, term: str) -> Postings:
        """Give the whole posting list of a term, deleted documents included."""

    @abstractmethod
    def read_ahead(self, fields: Sequence[str], terms: Iterable[str]) -> None:
        """Read the posting lists of terms that will be asked for, if that is quicker than one by one."""

    @abstractmethod
    def holds_word(self, word: str) -> bool:
        """Tell whether any document, a deleted one perhaps, holds a folded word as spelt."""

    @abstractmethod
    def positions(self, field: str, term: str, wanted: Ids) -> Positions:
        """Give where a term stands: of all documents, or at least of the `wanted` ones where these are few."""

    @abstractmethod
    def spellings(self) -> Spellings:
        """Give all words as spelt; read at the first question that needs a correction."""

    @abstractmethod
    def expansions(self, prefix: str, most: int) -> list[tuple[str, int]]:
        """List the first words as spelt that begin with a folded prefix, each with the documents that hold it."""

    @abstractmethod
    def warming(self) -> Iterator[None]:
        """Read ahead what questions will ask for; a pause between any two steps lets them go first."""

    @abstractmethod
    def document(self, doc: int) -> entries.Document:
        """Make a document again as it was written, for a move to another segment."""

    @classmethod
    @abstractmethod
    def read_texts(cls, wanted: Sequence[tuple[Self, int]]) -> Iterator[entries.Texts]:
        """Read what snippets are cut from, of documents of one or several segments, in their order."""
