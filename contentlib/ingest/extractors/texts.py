"""Markdown files: a page for each of their larger headings, without front matter and marks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.uploads import ExtractedFile, ExtractedPage, UploadFormat
from contentlib.ingest import foreign
from contentlib.ingest.extractors.words import MOST_CHARACTERS, one_line, tidy
from contentlib.markup import plain_text
from contentlib.markup.dialect import MOST_BRACKETS

# A paragraph of a book has 3,000 characters; a reader of Markdown takes minutes for a line of 200,000 brackets.
_LONGEST_LINE = 30_000
_KIND = re.compile(r"^kind:[ \t]*\S.*\n", re.MULTILINE)
# Facts of other sources' front matter that mean the same everywhere.
_FACTS = ("title", "author", "language", "date", "summary", "description")


def extract(path: Path, name: str) -> ExtractedFile:
    """Read a text; raises FileRefusedError when it is too long to be one."""
    text = path.read_text("utf-8-sig")
    if len(text) > MOST_CHARACTERS:
        raise FileRefusedError(f"“{name}” holds {len(text) // 1_000_000} million characters. Split it.")
    if (longest := max(map(len, text.split("\n")), default=0)) > _LONGEST_LINE:
        raise FileRefusedError(f"“{name}” has a line of {longest:,} characters, which is no text for people. Break it.")
    if text.count("[") > MOST_BRACKETS:
        raise FileRefusedError(f"“{name}” holds more than {MOST_BRACKETS:,} opening brackets. Split it.")
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


def complete(
    path: str, name: str, *, said: Mapping[str, str | Sequence[str]], title: str, kinds: Sequence[str]
) -> tuple[str, str]:
    """Give a Markdown file as an authored text: its own front matter, and what is said of it where that is silent.

    A text of another source, or one without any front matter, gets one; `title` is what it is called then, unless it
    begins with a heading. A kind that is none of `kinds`, as other systems have theirs, is left out and given beside
    the text, else nothing. Raises FileRefusedError when it is no text.
    """
    try:
        text = Path(path).read_text("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise FileRefusedError(f"“{name}” is not UTF-8. Save it as UTF-8.") from error
    parted = foreign.part(text, path=name, suffix=".md")
    has_own = text.startswith("---\n") and bool(parted.values)
    known = {key: value for key, value in parted.values.items() if has_own or key in _FACTS}
    foreign_kind = str(known.get("kind") or "")
    if not foreign_kind or foreign_kind.strip().lower().replace(" ", "-") in kinds or not _KIND.search(text):
        foreign_kind = ""
    else:
        del known["kind"]
        text = _KIND.sub("", text, count=1)
    added = {key: value for key, value in said.items() if value and not known.get(key)}
    if not (known.get("title") or added.get("title")):
        added["title"] = _heading(parted.body) or title
    if has_own:
        head = [f"{key}: {_in_yaml(value)}" for key, value in added.items()]
        return "\n".join(["---", *head, text.removeprefix("---\n")]) if head else text, foreign_kind
    kept = {key: known[key] for key in ("title", "summary", "language") if isinstance(known.get(key), str)}
    head = [f"{key}: {_in_yaml(value)}" for key, value in {**kept, **added}.items()]
    return "\n".join(["---", *head, "---", "", parted.body.lstrip("\n")]), foreign_kind


def _heading(body: str) -> str:
    """Give the words of the heading that a text begins with."""
    first = next((line.strip() for line in body.split("\n") if line.strip()), "")
    return one_line(first.lstrip("#").strip()) if first.startswith("# ") else ""


def _in_yaml(value: str | Sequence[str]) -> str:
    """Write a value so that YAML reads it as the text it is."""
    return json.dumps(value if isinstance(value, str) else list(value), ensure_ascii=False)
