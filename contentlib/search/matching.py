"""Finds and scores the documents of each clause of a question; what a person may see is judged by others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from contentlib.domain.search import Facet
from contentlib.search import queries, schema, words
from contentlib.search.segments import Ids, Mask, Numbers
from contentlib.search.snapshots import Snapshot

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


def plan(question: queries.Question, languages: Iterable[str]) -> Plan:
    """Sort a question's clauses; words too common to tell assets apart are left out when any other word is there."""
    common_words = _common_words(tuple(languages))
    sorted_out = Plan()
    common: list[queries.Term] = []
    for clause in question.clauses:
        match clause:
            case queries.Not(node=node):
                sorted_out.excluded.append(node)
            case queries.Term(text=text) if words.is_unspaced(text) and len(text) > PHRASE_RUN:
                sorted_out.wanted += [queries.Term(pair, clause.start, clause.end) for pair in words.pairs(text)]
            case queries.Term(text=text) if words.fold(text) in common_words:
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


@lru_cache(maxsize=8)
def _common_words(languages: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        words.fold(word) for language in languages for word in schema.COMMON_WORDS.get(language, "").split()
    )


@dataclass(frozen=True)
class Way:
    """One way in which a word may stand in a text: terms side by side, each with its variants.

    `weight` is 1 for the word itself, less for what merely stands for it.
    """

    weight: float
    shown: str
    slots: tuple[tuple[str, ...], ...]


class Matcher:
    """Finds clauses in one generation."""

    def __init__(
        self, snapshot: Snapshot, terms: Sequence[queries.Term] = (), freshness: Mapping[str, Mask] | None = None
    ) -> None:
        """Take the generation, the question's plain words for synonyms of several words, and what the day decides."""
        self.snapshot = snapshot
        self._freshness = freshness or {}
        self.languages = snapshot.languages()
        self._common = _common_words(self.languages)
        self._synonyms = _synonyms_in(terms)

    def find(self, node: queries.Node) -> Found:
        """Find the documents of a clause and score them."""
        match node:
            case queries.Has(facet=facet, value=value):
                return self._nothing_scored(node, self._has(facet, value))
            case queries.InField(field=name, node=inner):
                return self._gather(node, self.ways(inner), (name,))
            case queries.Not(node=inner):
                return self._nothing_scored(node, ~self.find(inner).docs)
            case queries.All(nodes=nodes):
                return self._joined(node, [self.find(inner) for inner in nodes], every=True)
            case queries.Any(nodes=nodes):
                return self._joined(node, [self.find(inner) for inner in nodes], every=False)
        return self._gather(node, self.ways(node), tuple(schema.BOOSTS))

    def terms(self, node: queries.Node) -> frozenset[str]:
        """List the terms that snippets mark; "on" of a synonym "return on investment" is none of them."""
        return frozenset(
            term
            for way in self.ways(node)
            for slot in way.slots
            for term in slot
            if len(way.slots) == 1 or isinstance(node, queries.Phrase) or term not in self._common
        )

    def ways(self, node: queries.Node) -> list[Way]:
        """List the ways in which a word, phrase or prefix may stand in a text."""
        match node:
            case queries.Term(text=text):
                return self._term_ways(node) if not words.is_unspaced(text) else self._run_ways(text)
            case queries.Phrase(terms=terms):
                return self._phrase_ways(terms)
            case queries.Prefix(text=text):
                return self._prefix_ways(text)
        return []

    def _term_ways(self, term: queries.Term) -> list[Way]:
        ways = self._plain_ways(term.text)
        for synonym in self._synonyms.get(term, ()):
            ways += [Way(schema.SYNONYM_WEIGHT, synonym, way.slots) for way in self._phrase_ways(_terms_of(synonym))]
        return ways

    def _plain_ways(self, text: str) -> list[Way]:
        singles: dict[str, None] = {}
        runs: dict[tuple[tuple[str, ...], ...], None] = {}
        for language in self.languages:
            word = words.analyse(text, language)
            if word.joined or len(word.parts) > 1:
                singles |= dict.fromkeys(word.joined)
                runs[word.parts] = None
            else:
                singles |= dict.fromkeys(term for part in word.parts for term in part)
        ways = [Way(1.0, text, (tuple(singles),))] if singles else []
        # Its words side by side are one word written apart, and worth no more than that.
        return ways + [Way(1.0 / len(slots), text, slots) for slots in runs]

    def _run_ways(self, run: str) -> list[Way]:
        if len(run) == 1:
            return self._prefix_ways(run)
        return [Way(1.0, run, tuple((pair,) for pair in words.pairs(run)))]

    def _phrase_ways(self, terms: Sequence[queries.Term]) -> list[Way]:
        shown = " ".join(term.text for term in terms)
        spread: list[tuple[str, ...]] = []
        joined: list[tuple[str, ...]] = []
        for term in terms:
            if words.is_unspaced(term.text):
                slots: list[tuple[str, ...]] = [(pair,) for pair in words.pairs(term.text)]
                spread, joined = spread + slots, joined + slots
                continue
            read = [words.analyse(term.text, language) for language in self.languages]
            if not read[0].parts:
                continue
            columns = [
                tuple(dict.fromkeys(term for word in read if len(word.parts) > i for term in word.parts[i]))
                for i in range(len(read[0].parts))
            ]
            spread += columns
            joined += [tuple(dict.fromkeys(t for word in read for t in word.joined))] if read[0].joined else columns
        # "e-mail address" stands in texts as "e-mail address" and as "email address".
        return [Way(1.0, shown, tuple(slots)) for slots in dict.fromkeys((tuple(joined), tuple(spread))) if slots]

    def _prefix_ways(self, text: str) -> list[Way]:
        spelt = self.snapshot.expand(words.fold(text)[: words.MAX_WORD])
        terms: dict[str, None] = {}
        for word in (*spelt, text):
            if words.is_unspaced(word):
                terms |= dict.fromkeys(words.pairs(word))
                continue
            for language in self.languages:
                terms |= dict.fromkeys(words.analyse(word, language).terms)
        return [Way(1.0, f"{text}*", (tuple(terms),))] if terms else []

    def _gather(self, node: queries.Node, ways: Sequence[Way], fields: Sequence[str]) -> Found:
        """Score each field by its best way, and add the fields up."""
        total = np.zeros(self.snapshot.size)
        parts: list[Part] = []
        for name in fields:
            found = [
                Part(way.shown, name, docs, scores * (way.weight * schema.BOOSTS[name]))
                for way in ways
                for docs, scores in [self._score_way(name, way)]
                if len(docs)
            ]
            if len(found) > 1:
                found = self._best_of(found)
            for part in found:
                total[part.docs] += part.scores
            parts += found
        return Found(node, total > 0, total, tuple(parts))

    def _best_of(self, found: Sequence[Part]) -> list[Part]:
        """Leave each document to the part that gives it most, so that two spellings do not count twice."""
        columns = np.zeros((len(found), self.snapshot.size))
        for column, part in zip(columns, found, strict=True):
            column[part.docs] = part.scores
        winners, top = columns.argmax(axis=0), columns.max(axis=0)
        kept = []
        for row, part in enumerate(found):
            docs = np.flatnonzero((winners == row) & (top > 0)).astype(np.int32)
            kept.append(Part(part.what, part.where, docs, columns[row][docs]))
        return kept

    def _score_way(self, field_name: str, way: Way) -> tuple[Ids, Numbers]:
        if len(way.slots) == 1:
            return self._score_slot(field_name, way.slots[0])
        columns = [self._score_slot(field_name, slot) for slot in way.slots]
        docs = columns[0][0]
        for others, _ in columns[1:]:
            docs = np.intersect1d(docs, others, assume_unique=True)
        docs = self._side_by_side(field_name, way.slots, docs)
        scores = np.zeros(len(docs))
        for others, given in columns:
            scores += given[np.searchsorted(others, docs)]
        return docs, scores

    def _score_slot(self, field_name: str, terms: Sequence[str]) -> tuple[Ids, Numbers]:
        found = [self.snapshot.scores(field_name, term) for term in terms]
        if len(found) == 1:
            return found[0]
        best = np.zeros(self.snapshot.size)
        for docs, scores in found:
            best[docs] = np.maximum(best[docs], scores)
        docs = np.flatnonzero(best).astype(np.int32)
        return docs, best[docs]

    def _side_by_side(self, field_name: str, slots: Sequence[Sequence[str]], docs: Ids) -> Ids:
        """Keep the documents where the slots stand one after the other.

        The next word may share the place of the one before: the words of a compound do.
        """
        if not len(docs):
            return docs
        places = [self._places(field_name, terms, docs) for terms in slots]
        kept = []
        for doc in docs.tolist():
            ends = places[0].get(doc, set())
            for column in places[1:]:
                here = column.get(doc, set())
                ends = {place for place in here if place - 1 in ends or place in ends}
            if ends:
                kept.append(doc)
        return np.array(kept, np.int32)

    def _places(self, field_name: str, terms: Sequence[str], docs: Ids) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for term in terms:
            for doc, positions in self.snapshot.positions(field_name, term, docs).items():
                found.setdefault(doc, set()).update(positions)
        return found

    def _has(self, facet: Facet, value: str) -> Mask:
        if facet is Facet.FRESHNESS:
            return self._freshness.get(value, np.zeros(self.snapshot.size, np.bool_))
        names = [name for name in self.snapshot.values[facet] if queries.slug_of(name) == value]
        held = np.zeros(self.snapshot.size, np.bool_)
        for name in names:
            held |= self.snapshot.with_value(facet, name)
        return held

    def _nothing_scored(self, node: queries.Node, docs: Mask) -> Found:
        return Found(node, docs & self.snapshot.alive, np.zeros(self.snapshot.size))

    def _joined(self, node: queries.Node, found: Sequence[Found], *, every: bool) -> Found:
        docs = np.logical_and.reduce([one.docs for one in found]) if every else _any(found, self.snapshot.size)
        scores = np.where(docs, np.sum([one.scores for one in found], axis=0), 0.0)
        return Found(node, docs, scores, tuple(part for one in found for part in one.parts))


def _any(found: Sequence[Found], size: int) -> Mask:
    docs = np.zeros(size, np.bool_)
    for one in found:
        docs |= one.docs
    return docs


def _terms_of(text: str) -> tuple[queries.Term, ...]:
    return tuple(queries.Term(match[0], match.start(), match.end()) for match in words.TOKEN.finditer(text))


def _reading(text: str) -> tuple[str, ...]:
    """Write a phrase the way synonyms are looked up: folded, hyphens as spaces, a plural s taken off."""
    folded = words.fold(text).replace("-", " ").split()
    return tuple(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in folded
    )


@lru_cache(maxsize=1)
def _synonym_table() -> dict[tuple[str, ...], tuple[str, ...]]:
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    for group in schema.SYNONYMS:
        for phrase in group:
            others = tuple(other for other in group if other != phrase)
            table[_reading(phrase)] = table.get(_reading(phrase), ()) + others
    return table


def _synonyms_in(terms: Sequence[queries.Term]) -> dict[queries.Term, tuple[str, ...]]:
    """Give the synonyms of each word, those of phrases the word is part of included; a longer phrase wins."""
    table = _synonym_table()
    longest = max(len(reading) for reading in table)
    given: dict[queries.Term, tuple[str, ...]] = {}
    at = 0
    while at < len(terms):
        for length in range(min(longest, len(terms) - at), 0, -1):
            run = terms[at : at + length]
            found = table.get(_reading(" ".join(term.text for term in run)))
            if found:
                given |= dict.fromkeys(run, found)
                at += length
                break
        else:
            at += 1
    return given
