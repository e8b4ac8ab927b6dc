"""Suggests what an added file is, from its words and its shape, each value with its evidence; it applies nothing.

Plain rules, the same answer each time; a rule that finds nothing says nothing.
"""

from __future__ import annotations

from datetime import date

from contentlib.domain.assets import Vocabulary
from contentlib.domain.suggestions import KnownWords, SuggestedField, Suggestion
from contentlib.domain.uploads import ExtractedFile
from contentlib.ingest.suggesting import dates, kinds, languages, stages, subjects, titles
from contentlib.ingest.suggesting.words import WordsByPage


def suggest(file: ExtractedFile, *, name: str, known: KnownWords, today: date) -> dict[SuggestedField, Suggestion]:
    """Suggest what a file called `name` is, in the words of a library; fields without a suggestion are left out."""
    title = titles.suggest(file, name)
    called = title.values[0] if title else ""
    words = WordsByPage(file.pages, _named(name, called))
    kind = kinds.suggest(file, words, known)
    company = subjects.suggest_company(file, words, known, called)
    found = (
        title,
        titles.suggest_summary(file, called),
        dates.suggest(file, today),
        languages.suggest(file),
        kind,
        stages.suggest(words, known, kind.values[0] if kind else ""),
        subjects.suggest_industries(file, words, known, company.values[0] if company else ""),
        subjects.suggest_terms(words, known, Vocabulary.PERSONA),
        subjects.suggest_terms(words, known, Vocabulary.PRODUCT),
        subjects.suggest_terms(words, known, Vocabulary.TAG),
        company,
        kinds.suggest_audience(file),
    )
    return {suggestion.field: suggestion for suggestion in found if suggestion is not None}


def suggest_kind(file: ExtractedFile, *, name: str, known: KnownWords) -> Suggestion | None:
    """Suggest the kind alone, the same that `suggest` does, from what tells it: name, title, beginning and shape."""
    title = titles.suggest(file, name)
    words = WordsByPage(file.pages[:1], _named(name, title.values[0] if title else ""))
    return kinds.suggest(file, words, known)


def _named(name: str, title: str) -> str:
    return f"{titles.from_name(name)} / {title}"
