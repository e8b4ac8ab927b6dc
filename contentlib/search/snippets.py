"""Cuts the passage where words were found, words marked, and names its page; it finds and scores nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from contentlib.domain.search import Fragment
from contentlib.search import words
from contentlib.search.entries import Texts

# Characters: about two lines of a result list, and the room before the first marked word.
LENGTH, LEAD = 220, 50
# Marks looked at in one passage; a word that stands there more often is not found better.
MAX_MARKS = 80
# Of a term so many first letters are looked for before a word is taken to its terms.
_PROBE = 4
_GAP = Fragment(text=" … ")


@dataclass(frozen=True)
class Mark:
    """A word asked for: the terms that stand for it, and its weight in choosing the passage.

    `letters`: so many letters of a script without spaces make the word; a shorter run is only a piece of it.
    """

    terms: frozenset[str]
    weight: float
    letters: int = 1


@dataclass(frozen=True)
class Snippet:
    """What is shown of an asset; without page when the words stand in the summary, or nowhere in its texts."""

    fragments: tuple[Fragment, ...]
    page: int | None = None
    page_title: str | None = None


class _Spot(NamedTuple):
    """A marked word in a text; `marks` has a bit for each mark that it stands for."""

    start: int
    end: int
    marks: int


class Cutter:
    """Cuts snippets for one question."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._weights = [mark.weight for mark in marks]
        self._letters = [mark.letters for mark in marks]
        self._marks_of: dict[str, int] = {}
        self._worths: dict[int, float] = {0: 0.0}
        for number, mark in enumerate(marks):
            for term in mark.terms:
                self._marks_of[term] = self._marks_of.get(term, 0) | 1 << number
        # What stands between two spaces comes again and again: its spots, counted from its own beginning.
        self._spots_of: dict[tuple[str, str], tuple[_Spot, ...]] = {}

    def cut(self, texts: Texts, held: Sequence[bool] = ()) -> Snippet:
        """Choose the passage that holds most of what was asked: of a page, or of the summary if that holds more.

        `held` tells of each mark whether the asset has it at all; of a page that has all of these, no better is sought.
        """
        all_held = sum(weight for weight, has in zip(self._weights, held, strict=True) if has) if held else math.inf
        if self._marks_of:
            in_summary = self._spots(texts.summary, texts.language)
            best, most = None, self._worth(_marks_in(in_summary))
            for page in texts.pages:
                if not page.text and page.title == texts.title:
                    continue  # nothing but what stands above the snippet anyway
                in_title = self._spots(page.title, texts.language)
                spots = self._spots(page.text, texts.language) if page.text else in_title
                # A page whose heading says it is the place, even when the words do not come again below.
                worth = self._worth(_marks_in(spots) | _marks_in(in_title))
                if worth > most or (worth == most and worth > 0 and best is None):
                    best, most, chosen = page, worth, spots
                    if most >= all_held:
                        break
            if best is not None:
                return Snippet(_passage(best.text or best.title, chosen, self._worth), best.number, best.title or None)
            if in_summary:
                return Snippet(_passage(texts.summary, in_summary, self._worth))
        opening = texts.summary or next((page.text for page in texts.pages if page.text), "")
        return Snippet(_passage(opening, [], self._worth))

    def _worth(self, marks: int) -> float:
        """Add up the weights of different marks."""
        found = self._worths.get(marks)
        if found is None:
            found = sum(weight for number, weight in enumerate(self._weights) if marks >> number & 1)
            self._worths[marks] = found
        return found

    def _spots(self, text: str, language: str) -> list[_Spot]:
        """Find the marked words of a text, which has single spaces: candidates by their first letters, then exactly."""
        spots: list[_Spot] = []
        seen_to = -1
        for candidate in self._probe.finditer(_flat(text)):
            if candidate.start() < seen_to:
                continue
            start = text.rfind(" ", 0, candidate.start()) + 1
            stop = text.find(" ", candidate.start())
            seen_to = stop = len(text) if stop < 0 else stop
            piece = (text[start:stop], language)
            found = self._spots_of.get(piece)
            if found is None:
                tokens = words.TOKEN.finditer(piece[0])
                found = tuple(spot for token in tokens for spot in self._marked(token, language))
                self._spots_of[piece] = found
            spots += [_Spot(start + first, start + last, marks) for first, last, marks in found]
            if len(spots) >= MAX_MARKS:
                break
        return spots

    def _marked(self, token: re.Match[str], language: str) -> list[_Spot]:
        if token.lastgroup != "run":
            found = 0
            for term in words.analyse(token[0], language).terms:
                found |= self._marks_of.get(term, 0)
            return [_Spot(token.start(), token.end(), found)] if found else []
        spots: list[_Spot] = []
        # Pairs overlap; what touches is one mark.
        for place, pair in enumerate(words.pairs(token[0])):
            if pair in self._marks_of:
                start, end = token.start() + place, token.start() + place + len(pair)
                if spots and spots[-1].end >= start:
                    last = spots.pop()
                    spots.append(_Spot(last.start, end, last.marks | self._marks_of[pair]))
                else:
                    spots.append(_Spot(start, end, self._marks_of[pair]))
        return [
            spot
            for spot in spots
            if spot.end <= token.end()
            and spot.end - spot.start
            >= min(letters for number, letters in enumerate(self._letters) if spot.marks >> number & 1)
        ]

    @cached_property
    def _probe(self) -> re.Pattern[str]:
        probes = set()
        for term in self._marks_of:
            # Stems change a final y to i: leave the last letter of a short one open.
            first = term[:_PROBE] if len(term) > _PROBE or not term.endswith("i") else term[:-1]
            if first:
                letters = "[-\\u2010\\u2011\\u00ad_.,&+]?".join(re.escape(letter) for letter in first)
                probes.add(letters if words.is_unspaced(first[0]) else rf"\b{letters}")
        return re.compile("|".join(sorted(probes)))


def begin(texts: Texts, number: int) -> Snippet:
    """Give the beginning of a page, or of the summary where the asset has no such page."""
    page = next((page for page in texts.pages if page.number == number and page.text), None)
    if page is None:
        return Snippet(_fragments(texts.summary, 0, _end(texts.summary, 0), ()))
    return Snippet(_fragments(page.text, 0, _end(page.text, 0), ()), page.number, page.title or None)


def _flat(text: str) -> str:
    """Fold case and accents letter by letter, so that places stay."""
    return text.lower() if text.isascii() else text.translate(_flat_letters())


@lru_cache(maxsize=1)
def _flat_letters() -> dict[int, str]:
    # Latin, Greek and Cyrillic with all their accents, and full-width forms.
    blocks = (range(0x41, 0x5B), range(0xC0, 0x250), range(0x370, 0x530), range(0x1E00, 0x2000), range(0xFF10, 0xFF5B))
    return {
        code: flat
        for block in blocks
        for code in block
        if len(flat := words.fold(chr(code))) == 1 and flat != chr(code)
    }


def _marks_in(spots: Sequence[_Spot]) -> int:
    found = 0
    for spot in spots:
        found |= spot.marks
    return found


def _passage(text: str, spots: Sequence[_Spot], worth_of: Callable[[int], float]) -> tuple[Fragment, ...]:
    """Cut the stretch with the most different marked words, the first of equals, at the ends of words."""
    if not spots:
        return _fragments(text, 0, _end(text, 0), ())
    best, chosen = -1.0, spots[0]
    last, count = 0, len(spots)
    for first, (begin, _, marks) in enumerate(spots):
        held = marks
        last = max(last, first)
        reach = begin + LENGTH - LEAD
        while last + 1 < count and spots[last + 1][1] <= reach:
            last += 1
        for at in range(first + 1, last + 1):
            held |= spots[at][2]
        worth = worth_of(held) + 0.001 * (last - first)
        if worth > best:
            best, chosen = worth, spots[first]
    start = _start(text, chosen.start)
    end = _end(text, start)
    return _fragments(text, start, end, [spot for spot in spots if spot.start >= start and spot.end <= end])


def _start(text: str, spot: int) -> int:
    if spot <= LEAD:
        return 0
    # From the beginning of a sentence when one is near, else of a word.
    sentence = max(
        text.rfind(mark, spot - 2 * LEAD if spot > 2 * LEAD else 0, spot) for mark in (". ", "! ", "? ", "。")
    )
    if sentence >= 0:
        return sentence + (1 if text[sentence] == "。" else 2)
    space = text.find(" ", spot - LEAD, spot)
    return space + 1 if space >= 0 else spot - min(LEAD, 10)


def _end(text: str, start: int) -> int:
    if len(text) <= start + LENGTH:
        return len(text)
    space = text.rfind(" ", start + LENGTH // 2, start + LENGTH + 1)
    return space if space > 0 else start + LENGTH


def _fragments(text: str, start: int, end: int, spots: Sequence[_Spot]) -> tuple[Fragment, ...]:
    found: list[Fragment] = [_GAP] if start else []
    at = start
    for spot in spots:
        if spot.start > at:
            found.append(Fragment(text=text[at : spot.start]))
        found.append(Fragment(text=text[spot.start : spot.end], is_match=True))
        at = spot.end
    if at < end:
        found.append(Fragment(text=text[at:end]))
    if end < len(text):
        found.append(_GAP)
    return tuple(found)
