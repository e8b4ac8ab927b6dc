"""Markdown files: a page for each of their larger headings, without front matter and marks."""

from __future__ import annotations

from pathlib import Path

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.uploads import ExtractedFile, ExtractedPage, UploadFormat
from contentlib.ingest import foreign
from contentlib.ingest.extractors.words import MOST_CHARACTERS, one_line, tidy
from contentlib.markup import plain_text

# Facts of other houses' front matter that mean the same everywhere.
_FACTS = ("title", "author", "language", "date", "summary", "description")


def extract(path: Path, name: str) -> ExtractedFile:
    """Read a text; raises FileRefusedError when it is too long to be one."""
    text = path.read_text("utf-8-sig")
    if len(text) > MOST_CHARACTERS:
        raise FileRefusedError(f"“{name}” holds {len(text) // 1_000_000} million characters. Split it.")
    parted = foreign.part(text, path=name, suffix=".md")
    pages = tuple(
        ExtractedPage(number=number, title=one_line(title), text=tidy(words))
        for number, (title, words) in enumerate(plain_text.sections_of(parted.body), start=1)
    )
    facts = {key: one_line(str(parted.values[key])) for key in _FACTS if isinstance(parted.values.get(key), str)}
    if "title" not in facts and pages and pages[0].title:
        facts["title"] = pages[0].title
    none = Finding(level=Level.WARNING, code="no-text", message="There is no text in this file.")
    return ExtractedFile(
        format=UploadFormat.MARKDOWN, pages=pages, facts=facts, findings=parted.findings + (() if pages else (none,))
    )
