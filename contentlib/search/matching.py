"""Finds and scores the documents of each clause of a question; what a person may see is judged by others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from contentlib.domain.search import Facet
from contentlib.search import queries, schema, words
from contentlib.search.segments import Ids, Mask, Numbers
from contentlib.search.snapshots import Snapshot
from contentlib.search.tuning import Tuning
from contentlib.search.ways import Reader, Way, common_words

# A run of unspaced script up to so many characters is looked for as it stands, a longer one pair by pair.
PHRASE_RUN = 4


@dataclass(frozen=True)
class Part:
    """What one word gave in one field: ascending documents and their scores."""

    what: str
    where: str
    docs: Ids
    scores: Numbers


@dataclass(frozen=True)
class Found:
    """The documents of a clause, what they scored, and the parts of which the score is the sum."""

    clause: queries.Node
    docs: Mask
    scores: Numbers
    parts: tuple[Part, ...] = ()


@dataclass
class Plan:
    """A question sorted by what a clause means for the answer.

    `wanted` ranks: the more of them the better. `required` and `excluded` decide: people who write a field, a phrase,
    AND or a minus mean it. `common` were left out.
    """

    wanted: list[queries.Node] = field(default_factory=list)
    required: list[queries.Node] = field(default_factory=list)
    excluded: list[queries.Node] = field(default_factory=list)
    common: list[str] = field(default_factory=list)


def plan(question: queries.Question, tuning: Tuning, languages: Sequence[str]) -> Plan:
    """Sort a question's clauses; words too common to tell assets apart are left out when any other word is there."""
    without_subject = common_words(tuning, languages)
    sorted_out = Plan()
    common: list[queries.Term] = []
    for clause in question.clauses:
        match clause:
            case queries.Not(node=node):
                sorted_out.excluded.append(node)
            case queries.Term(text=text) if words.is_unspaced(text) and len(text) > PHRASE_RUN:
                sorted_out.wanted += [queries.Term(pair, clause.start, clause.end) for pair in words.pairs(text)]
            case queries.Term(text=text) if words.fold(text) in without_subject:
                common.append(clause)
            case queries.Term() | queries.Prefix() | queries.Any():
                sorted_out.wanted.append(clause)
            case _:
                sorted_out.required.append(clause)
    if sorted_out.wanted or sorted_out.required:
        sorted_out.common = [term.text for term in common]
    else:
        sorted_out.wanted += common
    return sorted_out


class Matcher:
    """Finds clauses in one generation."""

    def __init__(
        self,
        snapshot: Snapshot,
        tuning: Tuning,
        terms: Sequence[queries.Term] = (),
        freshness: Mapping[str, Mask] | None = None,
    ) -> None:
        """Take the generation, the tuning, the question's plain words in order, and what the day decides."""
        self._snapshot = snapshot
        self._boosts = tuning.places
        self._freshness = freshness or {}
        self.reader = Reader(
            tuning, snapshot.languages(), holds=snapshot.holds_word, expand=snapshot.expand, terms=terms
        )

    def find(self, node: queries.Node) -> Found:
        """Find the documents of a clause and score them."""
        match node:
            case queries.Has(facet=facet, value=value):
                return self._nothing_scored(node, self._has(facet, value))
            case queries.During(first=first, last=last):
                days = self._snapshot.updated_days
                return self._nothing_scored(node, (days >= first) & (days <= last))
            case queries.InField(field=name, node=inner):
                return self._gather(node, self.reader.read(inner), (name,))
            case queries.Not(node=inner):
                return self._nothing_scored(node, ~self.find(inner).docs)
            case queries.All(nodes=nodes):
                return self._joined(node, [self.find(inner) for inner in nodes], every=True)
            case queries.Any(nodes=nodes):
                return self._joined(node, [self.find(inner) for inner in nodes], every=False)
        return self._gather(node, self.reader.read(node), schema.PLACES)

    def _gather(self, node: queries.Node, ways: Sequence[Way], fields: Sequence[str]) -> Found:
        """Score each field by its best way, and add the fields up."""
        self._snapshot.read_ahead(fields, {term for way in ways for slot in way.slots for term in slot})
        total, held = np.zeros(self._snapshot.size), np.zeros(self._snapshot.size, np.bool_)
        parts: list[Part] = []
        for name in fields:
            found = [
                Part(way.shown, name, docs, scores * (way.weight * self._boosts[name]))
                for way in ways
                for docs, scores in [self._score_way(name, way)]
                if len(docs)
            ]
            if len(found) > 1:
                found = self._best_of(found)
            for part in found:
                total[part.docs] += part.scores
                held[part.docs] = True
            parts += found
        return Found(node, held, total, tuple(parts))

    def _best_of(self, found: Sequence[Part]) -> list[Part]:
        """Leave each document to the part that gives it most, so that two spellings do not count twice."""
        columns = np.full((len(found), self._snapshot.size), -1.0)
        for column, part in zip(columns, found, strict=True):
            column[part.docs] = part.scores
        winners, top = columns.argmax(axis=0), columns.max(axis=0)
        kept = []
        for row, part in enumerate(found):
            docs = np.flatnonzero((winners == row) & (top >= 0)).astype(np.int32)
            if len(docs):
                kept.append(Part(part.what, part.where, docs, columns[row][docs]))
        return kept

    def _score_way(self, field_name: str, way: Way) -> tuple[Ids, Numbers]:
        if len(way.slots) == 1:
            return self._score_slot(field_name, way.slots[0])
        columns = [self._score_slot(field_name, slot) for slot in way.slots]
        docs = min((docs for docs, _ in columns), key=len)
        for others, _ in columns:
            if others is not docs:
                docs = np.intersect1d(docs, others, assume_unique=True)
        if len(docs):
            docs = self._snapshot.side_by_side(field_name, way.slots, docs)
        scores = np.zeros(len(docs))
        for others, given in columns:
            scores += given[np.searchsorted(others, docs)]
        return docs, scores

    def _score_slot(self, field_name: str, terms: Sequence[str]) -> tuple[Ids, Numbers]:
        held = [term for term in terms if len(self._snapshot.scores(field_name, term)[0])] or list(terms[:1])
        if len(held) == 1:
            return self._snapshot.scores(field_name, held[0])
        best = np.zeros(self._snapshot.size)
        # A word is as rare as all its forms together: another language's ending makes it no rarer.
        counts = [self._snapshot.postings(field_name, term).everywhere for term in held]
        together = self._snapshot.rarity(sum(counts))
        for term, count in zip(held, counts, strict=True):
            docs, scores = self._snapshot.scores(field_name, term)
            best[docs] = np.maximum(best[docs], scores * (together / self._snapshot.rarity(count)))
        docs = np.flatnonzero(best).astype(np.int32)
        return docs, best[docs]

    def _has(self, facet: Facet, value: str) -> Mask:
        if facet is Facet.FRESHNESS:
            return self._freshness.get(value, np.zeros(self._snapshot.size, np.bool_))
        names = [name for name in self._snapshot.values[facet] if queries.slug_of(name) == value]
        held = np.zeros(self._snapshot.size, np.bool_)
        for name in names:
            held |= self._snapshot.with_value(facet, name)
        return held

    def _nothing_scored(self, node: queries.Node, docs: Mask) -> Found:
        return Found(node, docs & self._snapshot.alive, np.zeros(self._snapshot.size))

    def _joined(self, node: queries.Node, found: Sequence[Found], *, every: bool) -> Found:
        join = np.logical_and if every else np.logical_or
        docs = join.reduce([one.docs for one in found])
        scores = np.where(docs, np.sum([one.scores for one in found], axis=0), 0.0)
        return Found(
            node, docs, scores, tuple(kept for one in found for part in one.parts for kept in _within(part, docs))
        )


def _within(part: Part, docs: Mask) -> list[Part]:
    """Leave a part to the documents that a clause as a whole found, and nothing where it found none."""
    kept = docs[part.docs]
    if kept.all():
        return [part]
    return [Part(part.what, part.where, part.docs[kept], part.scores[kept])] if kept.any() else []
