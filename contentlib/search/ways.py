"""Lists the ways in which what was asked for may stand in a text; it opens no posting list and scores nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from contentlib.search import queries, words
from contentlib.search.tuning import Tuning, reading_of

# Letters of each half of a word that may have been written apart.
HALF = 3


@dataclass(frozen=True)
class Way:
    """One way in which a word may stand in a text: terms side by side, each with its variants.

    `weight` is 1 for the word itself, less for what merely stands for it; `shown` says what it is in the reasons.
    """

    weight: float
    shown: str
    slots: tuple[tuple[str, ...], ...]


class Reader:
    """Reads the words of one question in the languages of a library."""

    def __init__(
        self,
        tuning: Tuning,
        languages: Sequence[str],
        *,
        holds: Callable[[str], bool],
        expand: Callable[[str], Sequence[str]],
        terms: Sequence[queries.Term] = (),
    ) -> None:
        """Take the tuning, the languages, what the index can tell of words, and the question's plain words in order.

        `holds` tells whether any text has a folded word as spelt, `expand` lists those that begin like one.
        """
        self._tuning = tuning
        self._languages = languages
        self._holds, self._expand = holds, expand
        self.common = common_words(tuning, languages)
        self._synonyms = _synonyms_in(terms, tuning)
        self._joined = self._joined_in(terms)
        self._near: dict[queries.Term, Sequence[str]] = {}

    def forgive(self, spelt: Mapping[queries.Term, Sequence[str]]) -> None:
        """Read these words as others that are spelt almost like them too."""
        self._near.update(spelt)

    def read(self, node: queries.Node) -> list[Way]:
        """List the ways in which a word, phrase or prefix may stand in a text."""
        match node:
            case queries.Term(text=text) if words.is_unspaced(text):
                return self._run(text)
            case queries.Term():
                return self._term(node)
            case queries.Phrase(terms=terms):
                return self._phrase(terms)
            case queries.Prefix(text=text):
                return self._prefix(text)
        return []

    def marks(self, node: queries.Node) -> frozenset[str]:
        """List the terms that snippets mark; "on" of a synonym "return on investment" is none of them."""
        return frozenset(
            term
            for way in self.read(node)
            for slot in way.slots
            for term in slot
            if len(way.slots) == 1 or isinstance(node, queries.Phrase) or term not in self.common
        )

    def _term(self, term: queries.Term) -> list[Way]:
        ways = self._plain(term.text) + self._apart(term.text)
        finds = self._tuning.finds
        for joined in self._joined.get(term, ()):
            ways += [Way(finds["joined"], joined, way.slots) for way in self._plain(joined)]
        for synonym in self._synonyms.get(term, ()):
            shown = f"{term.text} = {synonym}"
            ways += [Way(finds["synonym"], shown, way.slots) for way in self._phrase(_terms_of(synonym))]
        for spelt in self._near.get(term, ()):
            ways += [
                Way(finds["near"], f"{term.text} \u2248 {spelt}", way.slots)
                for way in (*self._plain(spelt), *self._apart(spelt))
            ]
        return ways

    def _plain(self, text: str) -> list[Way]:
        singles: dict[str, None] = {}
        runs: dict[tuple[tuple[str, ...], ...], None] = {}
        spelt = words.without_digraphs(text) if "de" in self._languages else text
        for language, written in (*((one, text) for one in self._languages), *([("de", spelt)] * (spelt != text))):
            word = words.analyse(written, language)
            if word.joined or len(word.parts) > 1:
                singles |= dict.fromkeys(word.joined)
                runs[word.parts] = None
            else:
                singles |= dict.fromkeys(term for part in word.parts for term in part)
        ways = [Way(1.0, text, (tuple(singles),))] if singles else []
        # Its words side by side are one word written apart, and worth no more than that.
        return ways + [Way(1.0 / len(slots), text, slots) for slots in runs]

    def _apart(self, text: str) -> list[Way]:
        """Read one word as two that texts hold: "datasheet" as "data sheet"."""
        folded = words.fold(text)
        if not folded.isalpha() or len(folded) > words.MAX_WORD:
            return []
        halves = [
            (folded[:at], folded[at:])
            for at in range(HALF, len(folded) - HALF + 1)
            if self._holds(folded[:at]) and self._holds(folded[at:])
        ]
        weight = self._tuning.finds["joined"] / 2
        return [
            Way(weight, f"{left} {right}", way.slots)
            for left, right in halves
            for way in self._phrase((queries.Term(left, 0, 0), queries.Term(right, 0, 0)))
        ]

    def _joined_in(self, terms: Sequence[queries.Term]) -> dict[queries.Term, tuple[str, ...]]:
        """Read two neighbouring words as one that texts hold: "e mail" as "email"."""
        found: dict[queries.Term, tuple[str, ...]] = {}
        for left, right in pairwise(terms):
            joined = left.text + right.text
            if right.start - left.end != 1 or not joined.isalpha() or words.is_unspaced(joined[:1]):
                continue
            if self._holds(words.fold(joined)):
                for term in (left, right):
                    found[term] = (*found.get(term, ()), joined)
        return found

    def _run(self, run: str) -> list[Way]:
        if len(run) == 1:
            return self._prefix(run)
        return [Way(1.0, run, tuple((pair,) for pair in words.pairs(run)))]

    def _phrase(self, terms: Sequence[queries.Term]) -> list[Way]:
        shown = " ".join(term.text for term in terms)
        spread: list[tuple[str, ...]] = []
        joined: list[tuple[str, ...]] = []
        for term in terms:
            if words.is_unspaced(term.text):
                slots: list[tuple[str, ...]] = [(pair,) for pair in words.pairs(term.text)]
                spread, joined = spread + slots, joined + slots
                continue
            read = [words.analyse(term.text, language) for language in self._languages]
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

    def _prefix(self, text: str) -> list[Way]:
        terms: dict[str, None] = {}
        for word in (*self._expand(words.fold(text)[: words.MAX_WORD]), text):
            if words.is_unspaced(word):
                terms |= dict.fromkeys(words.pairs(word))
                continue
            for language in self._languages:
                terms |= dict.fromkeys(words.analyse(word, language).terms)
        return [Way(1.0, f"{text}*", (tuple(terms),))] if terms else []


def common_words(tuning: Tuning, languages: Iterable[str]) -> frozenset[str]:
    """Give the words that carry no subject in any of the languages, folded."""
    listed = tuning.common_by_language
    return frozenset[str]().union(*(listed.get(language, frozenset()) for language in languages))


def _terms_of(text: str) -> tuple[queries.Term, ...]:
    return tuple(queries.Term(match[0], match.start(), match.end()) for match in words.TOKEN.finditer(text))


def _synonyms_in(terms: Sequence[queries.Term], tuning: Tuning) -> dict[queries.Term, tuple[str, ...]]:
    """Give the synonyms of each word, those of phrases the word is part of included; a longer phrase wins."""
    given: dict[queries.Term, tuple[str, ...]] = {}
    at = 0
    while at < len(terms):
        for length in range(min(tuning.longest_synonym, len(terms) - at), 0, -1):
            run = terms[at : at + length]
            found = tuning.synonym_table.get(reading_of(" ".join(term.text for term in run)))
            if found:
                given |= dict.fromkeys(run, found)
                at += length
                break
        else:
            at += 1
    return given
