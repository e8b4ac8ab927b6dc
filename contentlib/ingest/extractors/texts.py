"""Markdown files: a page for each of their larger headings, without front matter and marks."""

from __future__ import annotations

from pathlib import Path

import markdown
from lxml import html as lxml_html
from lxml.html import HtmlElement

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.uploads import ExtractedFile, ExtractedPage, UploadFormat
from contentlib.ingest import foreign
from contentlib.ingest.extractors.words import MOST_CHARACTERS, one_line, tidy
from contentlib.markup import plain_text

_HEADINGS = {"h1", "h2"}
# Facts of other houses' front matter that mean the same everywhere.
_FACTS = ("title", "author", "language", "date", "summary", "description")


def extract(path: Path, name: str) -> ExtractedFile:
    """Read a text; raises FileRefusedError when it is too long to be one."""
    text = path.read_text("utf-8-sig")
    if len(text) > MOST_CHARACTERS:
        raise FileRefusedError(f"“{name}” holds {len(text) // 1_000_000} million characters. Split it.")
    parted = foreign.part(text, path=name, suffix=".md")
    made = markdown.markdown(parted.body, extensions=["tables", "fenced_code", "sane_lists"])
    pages = _pages(lxml_html.fragment_fromstring(made, create_parent="div")) if made.strip() else ()
    facts = {key: one_line(str(parted.values[key])) for key in _FACTS if isinstance(parted.values.get(key), str)}
    if "title" not in facts and pages and pages[0].title:
        facts["title"] = pages[0].title
    none = Finding(level=Level.WARNING, code="no-text", message="There is no text in this file.")
    return ExtractedFile(
        format=UploadFormat.MARKDOWN, pages=pages, facts=facts, findings=parted.findings + (() if pages else (none,))
    )


def _pages(root: HtmlElement) -> tuple[ExtractedPage, ...]:
    sections: list[tuple[str, list[str]]] = [("", [])]
    for child in root:
        words = plain_text.of_tree(child)
        if child.tag in _HEADINGS:
            sections.append((one_line(words), [words]))
        else:
            sections[-1][1].append(words)
    whole = [(title, tidy("\n".join(parts))) for title, parts in sections]
    kept = [(title, text) for title, text in whole if text]
    return tuple(ExtractedPage(number=n, title=title, text=text) for n, (title, text) in enumerate(kept, start=1))
