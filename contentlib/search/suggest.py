"""Offers better spellings of a question, and what a few letters may become; only from what the person may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from contentlib.domain.search import Completion, CompletionKind, CompletionRequest, Fragment
from contentlib.search import queries, schema, words
from contentlib.search.segments import Mask
from contentlib.search.snapshots import Snapshot
from contentlib.search.spellings import ONE_SLIP, TWO_SLIPS, distance
from contentlib.search.titles import Names, words_of
from contentlib.search.views import View

# A shorter word than those that are found by near spellings is still offered one, if its first letter was right: "pays"
# was not meant as "days".
SHORTEST, SHORT = 4, 5
# Questions with more unknown words than this are not misspelt.
MAX_CORRECTED = 4
# So many near spellings of a word are looked for, the most frequent ones.
MAX_NEAR = 6
# Of an unknown word that is as long, longer words are known that it begins: it is the first part of a compound.
BEGINNING = 6
MAX_COMPLETIONS, MAX_RANKED = 20, 300

# Words of a question and what else they may have been meant as.
Near = Mapping[queries.Term, Sequence[str]]


class Speller:
    """Knows the words of what one person may see."""

    def __init__(self, snapshot: Snapshot, visible: Mask) -> None:
        self._snapshot, self._visible = snapshot, visible

    def correct(self, question: queries.Question, lacking: Sequence[queries.Node]) -> str | None:
        """Give the whole question with its unknown words corrected, or None when there is nothing better.

        `lacking` are the clauses that no visible document holds.
        """
        text, changed = question.text, False
        for term in sorted(_terms_of(lacking), key=lambda term: -term.start)[:MAX_CORRECTED]:
            better = self._nearest(words.fold(term.text))
            if better is not None:
                text = text[: term.start] + better + text[term.end :]
                changed = True
        return text if changed else None

    def near(self, lacking: Sequence[queries.Node]) -> Near:
        """Give the visible words that are spelt almost like the unknown ones, the most frequent first.

        Where there are none, those that begin like it: "Instandhaltung" of "Instandhaltungsleiter".
        """
        found: dict[queries.Term, Sequence[str]] = {}
        for term in _terms_of(lacking)[:MAX_CORRECTED]:
            word = words.fold(term.text)
            counted = next(self._counted(word), {}) if len(word) >= ONE_SLIP else {}
            if not counted and len(word) >= BEGINNING and word.isalpha() and not words.is_unspaced(word):
                counted = next(self._visible_of(set(self._snapshot.expand(word[: words.MAX_WORD]))), {})
            if counted:
                found[term] = sorted(counted, key=lambda one: (-counted[one], one))[:MAX_NEAR]
        return found

    def _nearest(self, word: str) -> str | None:
        """Give the most frequent visible word at the least distance; None for words too short or not of letters."""
        for counted in self._counted(word):
            return max(counted, key=lambda candidate: (counted[candidate], candidate))
        return self._apart(word)

    def _counted(self, word: str) -> Iterator[dict[str, int]]:
        """Give the visible words one slip away with their counts, then those two slips away."""
        is_word = word.isalpha() and not words.is_unspaced(word)
        if not is_word or not SHORTEST <= len(word) <= words.MAX_WORD or self._count(word):
            return
        near = self._snapshot.near(word, 1)
        if len(word) <= SHORT:
            near = {one for one in near if one[0] == word[0]}
        yield from self._visible_of(near)
        if len(word) >= TWO_SLIPS:
            # The first letter is rarely wrong, and of two slips one is enough to doubt.
            yield from self._visible_of({one for one in self._snapshot.near(word, 2) if one[0] == word[0]})

    def _visible_of(self, candidates: set[str]) -> Iterator[dict[str, int]]:
        self._snapshot.read_ahead((schema.WORDS_FIELD,), candidates)
        counted = {one: count for one in candidates if (count := self._count(one))}
        if counted:
            yield counted

    def _apart(self, word: str) -> str | None:
        """Read a word as two that were run together, both of which one visible asset holds."""
        if not word.isalpha() or len(word) > words.MAX_WORD or self._count(word):
            return None
        for at in range(3, len(word) - 2):
            together = self._docs(word[:at]) & self._docs(word[at:])
            if together.any():
                return f"{word[:at]} {word[at:]}"
        return None

    def _docs(self, word: str) -> Mask:
        held = np.zeros(self._snapshot.size, np.bool_)
        held[self._snapshot.postings(schema.WORDS_FIELD, word).docs] = True
        return held & self._visible

    def _count(self, word: str) -> int:
        return int(self._visible[self._snapshot.postings(schema.WORDS_FIELD, word).docs].sum())


def _terms_of(clauses: Sequence[queries.Node]) -> list[queries.Term]:
    """List the plain words of clauses, those of phrases and fields too."""
    found: list[queries.Term] = []
    for clause in clauses:
        for word in queries.words_of(clause):
            match word:
                case queries.Term():
                    found.append(word)
                case queries.Phrase(terms=terms):
                    found += terms
    return found


def complete(view: View, request: CompletionRequest) -> tuple[Completion, ...]:
    """List what the letters typed so far may become: own searches, titles, companies and labels.

    Every word typed begins a word of what is listed, in any order; where nothing does, the last complete words may be
    one slip off. What begins with what was typed comes before what has it further on.
    """
    wanted = words_of(words.clean(request.text[: queries.MAX_CHARS]))[:8]
    if not wanted:
        return ()
    limit = min(max(request.limit, 1), MAX_COMPLETIONS)
    visible = view.sight_of(request.visibility).visible
    if not visible.any():
        return ()
    titles = view.snapshot.titles()
    tables = (
        (CompletionKind.COMPANY, titles.companies),
        (CompletionKind.LABEL, titles.labels),
        (CompletionKind.ASSET, titles.titles),
    )
    found = [
        Completion(kind=CompletionKind.RECENT, text=text, fragments=_marked(text, wanted))
        for text in dict.fromkeys(request.recent)
        if _begins(text, wanted)
    ][: max(limit // 4, 1)]
    # A company or a label is one line for many assets; titles take the rest.
    for kind, names in tables:
        room = limit - len(found) if kind is CompletionKind.ASSET else max(limit // 4, 1)
        found += _best(view, kind, names, wanted, visible, room)
    return tuple(found[:limit])


def _best(
    view: View, kind: CompletionKind, names: Names, wanted: Sequence[str], visible: Mask, count: int
) -> list[Completion]:
    numbers = _with_all(names, wanted)
    if not len(numbers):
        wanted = [_mended(names, word) for word in wanted]
        numbers = _with_all(names, wanted)
    begins = np.isin(numbers, names.starting(wanted[0]))
    ranked = []
    # One letter may begin the half of all titles; those that start with it are looked at first.
    for number in (*numbers[begins].tolist(), *numbers[~begins].tolist())[:MAX_RANKED]:
        docs = names.docs[number]
        docs = docs[visible[docs]]
        if len(docs):
            further_on = not names.names[number].casefold().startswith(wanted[0])
            ranked.append((further_on, -float(view.uses[docs].sum()), -len(docs), names.names[number], docs))
    ranked.sort(key=lambda one: one[:4])
    return [
        Completion(
            kind=kind,
            text=name,
            fragments=_marked(name, wanted),
            asset_id=int(view.snapshot.asset_ids[docs[-1]]) if kind is CompletionKind.ASSET else None,
        )
        for _, _, _, name, docs in ranked[:count]
    ]


def _with_all(names: Names, wanted: Sequence[str]) -> NDArray[np.int32]:
    found = names.beginning(wanted[0])
    for word in wanted[1:]:
        found = np.intersect1d(found, names.beginning(word), assume_unique=True)
    return found


def _mended(names: Names, word: str) -> str:
    """Give the first word, or beginning of one, that is one slip from a word of five letters and more."""
    if len(word) < ONE_SLIP or len(names.beginning(word)):
        return word
    for known in names.words:
        for start in (known[: len(word)], known[: len(word) + 1], known[: len(word) - 1]):
            if start[:1] == word[:1] and distance(word, start, 1) <= 1:
                return start
    return word


def _begins(text: str, wanted: Sequence[str]) -> bool:
    held = words_of(text)
    return all(any(word.startswith(start) for word in held) for start in wanted)


def _marked(text: str, wanted: Sequence[str]) -> tuple[Fragment, ...]:
    """Part a name into what was typed and what is added."""
    fragments: list[Fragment] = []
    at = 0
    for match in words.TOKEN.finditer(text):
        typed = max((len(start) for start in wanted if words.fold(match[0]).startswith(start)), default=0)
        if typed:
            if match.start() > at:
                fragments.append(Fragment(text=text[at : match.start()]))
            at = min(match.start() + typed, match.end())
            fragments.append(Fragment(text=text[match.start() : at], is_match=True))
    if at < len(text):
        fragments.append(Fragment(text=text[at:]))
    return tuple(fragments)
