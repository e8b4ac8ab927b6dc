"""Looks for each real piece by its own summary, in an index that was built without summaries."""

from __future__ import annotations

from collections.abc import Iterable
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


def missed(folder: Path, entries: Iterable[IndexEntry], visibility: Visibility) -> tuple[list[str], int]:
    """Give the slugs of those that are not among the first three for their own summary, and how many were asked."""
    listed = list(entries)
    index = WhooshIndex(folder)
    index.rebuild(replace(entry, summary="") for entry in listed)
    asked = [(entry, question) for entry in listed if entry.summary and (question := question_for(entry))]
    lost = []
    for entry, question in asked:
        answer = index.answer(SearchRequest(text=question, visibility=visibility, limit=3))
        if entry.asset_id not in {hit.asset_id for hit in answer.hits}:
            lost.append(entry.slug)
    return lost, len(asked)
