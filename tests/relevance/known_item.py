"""Looks for each real piece by its own summary, in an index that was built without summaries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from contentlib.domain.search import IndexEntry, SearchRequest, Visibility
from contentlib.search import words
from contentlib.search.index import WhooshIndex


def question_for(entry: IndexEntry) -> str:
    """The words of a summary without those of the title, as somebody might describe what they are after."""
    title = words.plain_words(words.clean(entry.title))
    return " ".join(
        match[0]
        for match in words.TOKEN.finditer(words.clean(entry.summary))
        if words.is_unspaced(match[0]) or title.isdisjoint(words.analyse(match[0], "").plain)
    )


def is_held_out(text: str) -> bool:
    """Tell whether a question or piece is of the half by which no weight was chosen."""
    return hashlib.sha256(text.encode()).digest()[-1] % 2 == 1


def share(found: Sequence[bool | float]) -> float:
    """Give the mean; that of nothing is 1."""
    return sum(found) / len(found) if found else 1.0


def ask(folder: Path, entries: Iterable[IndexEntry], visibility: Visibility) -> dict[str, bool]:
    """Tell of each piece, by slug, whether it is among the first three for its own summary."""
    listed = list(entries)
    index = WhooshIndex(folder)
    index.rebuild(replace(entry, summary="") for entry in listed)
    asked = [(entry, question) for entry in listed if entry.summary and (question := question_for(entry))]
    found = {}
    for entry, question in asked:
        answer = index.answer(SearchRequest(text=question, visibility=visibility, limit=3))
        found[entry.slug] = entry.asset_id in {hit.asset_id for hit in answer.hits}
    return found
