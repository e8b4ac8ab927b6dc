"""Where the words of a question stand on the pages of one asset, for the page viewer; ranking is the index's work."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from contentlib.domain.assets import PagePlace
from contentlib.domain.documents import TextLine
from contentlib.domain.page_places import part_of
from contentlib.domain.search import Fragment

# Words around a match that make it understood.
_AROUND = 60
_MOST_WORDS = 12
# Scripts that put no space between words: a word begins wherever it stands.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PLURAL = re.compile(r"(?<=\w{4})(?<!s)s$")


def _fold(text: str) -> str:
    """Drop case and accents without changing the length, so that places stay where they are."""
    out = []
    for letter in text:
        base = unicodedata.normalize("NFD", letter)[0].lower()
        out.append(base if len(base) == 1 else letter)
    return "".join(out)


def _pattern(query: str) -> re.Pattern[str] | None:
    # "failures" is found as "failure" too; endings are looked for after each word.
    words = [_PLURAL.sub("", word) for word in re.findall(r"\w{2,}", _fold(query))[:_MOST_WORDS]]
    looked_for = (re.escape(word) if _UNSPACED.search(word) else rf"\b{re.escape(word)}\w{{0,3}}" for word in words)
    return re.compile("|".join(looked_for)) if words else None


def count_by_page(pages: Sequence[PagePlace], query: str) -> dict[int, int]:
    """Count the places per page where a word of the question stands."""
    pattern = _pattern(query)
    if pattern is None:
        return {}
    found = {page.number: len(pattern.findall(_fold(page.text))) for page in pages}
    return {number: places for number, places in found.items() if places}


def mark_places(lines: Sequence[TextLine], query: str) -> list[TextLine]:
    """Give where the words of a question stand on a page: within each line by about what its letters take."""
    pattern = _pattern(query)
    if pattern is None:
        return []
    found = []
    for line in lines:
        found += [part_of(line, match.start(), match.end()) for match in pattern.finditer(_fold(line.text))]
    return found


def find_words(pages: Sequence[PagePlace], query: str) -> list[tuple[int, tuple[Fragment, ...]]]:
    """Give the first place of each page where a word of the question stands, with the words around it, all marked."""
    pattern = _pattern(query)
    if pattern is None:
        return []
    found: list[tuple[int, tuple[Fragment, ...]]] = []
    for page in pages:
        text = " ".join(page.text.split())
        match = pattern.search(_fold(text))
        if match is not None:
            # Whole words: the one that a cut falls into is kept.
            around = max(0, match.start() - _AROUND), min(match.end() + _AROUND, len(text))
            start = max(text.rfind(" ", 0, around[0]) + 1, around[0] - _AROUND)
            end = text.find(" ", around[1], around[1] + _AROUND)
            end = min(around[1] + _AROUND, len(text)) if end < 0 else end
            fragments = [Fragment(text="…")] if start else []
            for within in pattern.finditer(_fold(text), start, end):
                fragments.append(Fragment(text=text[start : within.start()]))
                fragments.append(Fragment(text=text[within.start() : within.end()], is_match=True))
                start = within.end()
            fragments.append(Fragment(text=text[start:end] + ("…" if end < len(text) else "")))
            found.append((page.number, tuple(fragments)))
    return found
