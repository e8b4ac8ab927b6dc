"""Words and phrases of a file, counted with the pages they stand on; what they mean is judged beside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from contentlib.domain.uploads import ExtractedPage

_WORD = re.compile(r"\w+")
# Letters of scripts that put no space between words, so that a name is looked for as it stands.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Rules that need only say what a file is about are content with its beginning; a book repeats itself.
MOST_WORDS = 60_000
_SIGNS_PER_WORD = 10
_QUOTED = 90
# “IT” is an industry, “it” a word.
_ABBREVIATION = 4


def fold(text: str) -> str:
    """Drop case and accents."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    plain = unicodedata.normalize("NFKD", folded)
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def stem(word: str) -> str:
    """Give a word without its plural, so that “hospitals” and “hospital” are one."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def tokens(text: str) -> list[str]:
    """Give the words of a text, folded and without plurals."""
    return [stem(word) for word in _WORD.findall(fold(text))]


@lru_cache(maxsize=32_768)
def _parts(phrase: str) -> list[str]:
    """Give the words of a phrase that many files are looked through for: the same names and terms for each."""
    return tokens(phrase)


def quote(text: str) -> str:
    """Quote words of a file, cut between two of them where they are many."""
    line = " ".join(text.split())
    if len(line) > _QUOTED:
        line = line[: line.rfind(" ", 0, _QUOTED) if " " in line[:_QUOTED] else _QUOTED] + "…"
    return f"“{line}”"


@dataclass
class Found:
    """Where a phrase stands: how often, and how often on each page; page 0 is the file's name and title."""

    places: dict[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Count all places."""
        return sum(self.places.values())

    @property
    def page(self) -> int | None:
        """Give the first page, None where only the file's name has it."""
        return min((page for page in self.places if page), default=None)

    @property
    def is_named(self) -> bool:
        """Tell whether the name or title of the file has it."""
        return 0 in self.places

    def say(self) -> str:
        """Say where, as evidence does: “in the file’s name, 11 times on 4 pages”."""
        pages = sorted(page for page in self.places if page)
        inside = sum(self.places[page] for page in pages)
        parts = ["in the file’s name or title"] if self.is_named else []
        if inside:
            often = "once" if inside == 1 else "twice" if inside == 2 else f"{inside} times"
            where = f"on page {pages[0]}" if len(pages) == 1 else f"on {len(pages)} pages"
            parts.append(f"{often} {where}")
        return ", ".join(parts)


class WordsByPage:
    """The words of a file page by page, read once; page 0 holds its name and what it is called."""

    def __init__(self, pages: Sequence[ExtractedPage], name: str) -> None:
        self.called = name
        self._pages: list[tuple[int, list[str], str]] = [(0, tokens(name), name)]
        left = MOST_WORDS
        for page in pages:
            text = page.text[: left * _SIGNS_PER_WORD]
            words = tokens(text)[:left]
            self._pages.append((page.number, words, text))
            left -= len(words)
            if left <= 0:
                break
        self.total = sum(len(words) for page, words, _ in self._pages if page)

    def count(self, phrases: Iterable[str]) -> dict[str, Found]:
        """Count phrases, all in one pass; those that do not stand anywhere are left out."""
        # By their first two words: thousands of names may share the first one.
        begins: dict[tuple[str, ...], list[tuple[list[str], str]]] = {}
        unspaced, capitals = [], []
        for phrase in dict.fromkeys(phrases):
            if _UNSPACED.search(phrase):
                unspaced.append(phrase)
            elif len(phrase) <= _ABBREVIATION and phrase.isupper():
                capitals.append((phrase, re.compile(rf"\b{re.escape(phrase)}\b")))
            elif parts := _parts(phrase):
                begins.setdefault(tuple(parts[:2]), []).append((parts, phrase))
        found: dict[str, Found] = {}
        for page, words, written in self._pages:
            for at, word in enumerate(words):
                pair = (word, words[at + 1]) if at + 1 < len(words) else ()
                for parts, phrase in (*begins.get((word,), ()), *begins.get(pair, ())):
                    if words[at : at + len(parts)] == parts:
                        _note(found, phrase, page, 1)
            for phrase in unspaced:
                if times := written.count(phrase):
                    _note(found, phrase, page, times)
            for phrase, sign in capitals:
                if times := len(sign.findall(written)):
                    _note(found, phrase, page, times)
        return found


def _note(found: dict[str, Found], phrase: str, page: int, times: int) -> None:
    places = found.setdefault(phrase, Found()).places
    places[page] = places.get(page, 0) + times


def strongest(found: Mapping[str, Found], most: int = 3) -> list[str]:
    """Give the phrases that stand most often, first the most frequent."""
    return sorted(found, key=lambda phrase: (-found[phrase].total, phrase))[:most]
