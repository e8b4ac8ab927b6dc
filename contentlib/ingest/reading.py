"""Files of a source, read by its layout into authored source; runs in the sandbox child and opens no file itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from contentlib.domain.errors import SourceRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.imports import RefusedSource
from contentlib.ingest import foreign, html_body, markdown_body, shortcodes
from contentlib.ingest import layout as layouts
from contentlib.ingest.facts import Finder, as_front_matter
from contentlib.ingest.foreign import Foreign
from contentlib.ingest.layout import Layout, Part
from contentlib.ingest.pictures import Shelf
from contentlib.markup import source
from contentlib.markup.front_matter import SLUG
from contentlib.markup.source import ReadSource

# A mended line can bring out one more fault, hardly a fourth.
_MOST_ROUNDS = 3
_NO_PICTURE = re.compile(r"!\[(?![^\]]+\]\(media/)")
_PICTURES = frozenset({"picture-path", "alt-missing"})
# What makes plain text of a line that breaks a rule, by the rule's code.
_MENDED: Mapping[str, Callable[[str], str]] = {
    "html": lambda line: line.replace("<", "&lt;"),
    "rule-under-text": lambda _: "",
    "open-comment": lambda line: line.replace("<!--", ""),
    "open-block": lambda line: line.replace(":", ""),
    "nested-block": lambda line: line.replace(":", ""),
    "stray-block-end": lambda line: line.replace(":", ""),
    "unknown-block": lambda line: line.replace(":", ""),
    "unknown-quote": lambda line: line.replace(":", ""),
    "picture-path": lambda line: line,
    "alt-missing": lambda line: line,
    "empty-heading": lambda line: line.replace("#", "").rstrip(),
}
# What no text shows and no parser takes; other signs for the end of a line become the usual one.
_CONTROLS = dict.fromkeys(n for n in range(0x20) if n not in {0x09, 0x0A, 0x0D}) | {
    0x85: "\n", 0x2028: "\n", 0x2029: "\n",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ComposedSource:
    """A foreign file as authored source: its text, what was read of that, and the files its pictures stand for.

    The findings of `source` are those of both steps; their lines are the composed text's.
    """

    path: str
    text: str
    source: ReadSource
    media: Mapping[str, str]


def read_batch(
    files: Sequence[tuple[str, str, bytes]],
    *,
    layout: str,
    root: str,
    pictures: Sequence[str],
    kinds: Sequence[str],
    templates: str,
) -> list[ComposedSource | RefusedSource]:
    """Read many files, each given as path, proposed slug and bytes, by a layout's name or file.

    `root` is the imported folder's own name, `pictures` the picture files in it. A file that cannot be taken is
    answered with the reason.
    """
    described = layouts.find(layout)
    answers: list[ComposedSource | RefusedSource] = []
    for path, slug, data in files:
        shelf = Shelf(path=path, files=frozenset(pictures), site=described.site)
        try:
            text = _decode(data, path, described.encoding)
            composed = compose(text, slug=slug, place=f"{root}/{path}", layout=described, kinds=kinds, shelf=shelf)
            composed, read = _read_mended(composed, shelf, Path(templates))
        except SourceRefusedError as refused:
            finding = refused.findings[0]
            answers.append(RefusedSource(path=path, line=finding.line or 1, reason=finding.message, mend=finding.mend))
            continue
        read = replace(read, findings=(*shelf.findings, *read.findings))
        answers.append(ComposedSource(path=path, text=composed, source=read, media=shelf.media))
    return answers


def _read_mended(composed: str, shelf: Shelf, templates: Path) -> tuple[str, ReadSource]:
    """Read composed source; lines that break a rule of the dialect after all become plain text."""
    read = source.read(composed, path=shelf.path, kind="page", templates=templates)
    for _ in range(_MOST_ROUNDS):
        faults = [finding for finding in read.findings if finding.code in _MENDED]
        if not faults:
            break
        lines = composed.split("\n")
        for finding in faults:
            at = (finding.line or 1) - 1
            if finding.code in _PICTURES:
                lines = [_NO_PICTURE.sub("[", line) for line in lines]
            elif at < len(lines):
                lines[at] = _MENDED[finding.code](lines[at])
        composed = "\n".join(lines)
        shelf.find("as-plain-text", "What could not be written in the dialect stands as plain text.", Level.WARNING)
        read = source.read(composed, path=shelf.path, kind="page", templates=templates)
    return composed, read


def compose(text: str, *, slug: str, place: str, layout: Layout, kinds: Sequence[str], shelf: Shelf) -> str:
    """Write a foreign file as an authored one: front matter in the library's words, a body in its dialect.

    Raises SourceRefusedError when the file cannot be read.
    """
    read = foreign.part(text, path=shelf.path, suffix=PurePosixPath(shelf.path).suffix.lower())
    shelf.findings += read.findings

    def first_heading(level: int) -> str:
        if layout.format == "html":
            return html_body.first_heading(html_body.parse(read.body), level)
        return markdown_body.first_heading(read.body, level)

    finder = Finder(
        layout=layout, read=read, place=place, kinds=frozenset(kinds), shelf=shelf, first_heading=first_heading
    )
    facts = finder.find_all()
    kept = finder.kept()
    if picture := finder.picture():
        kept.setdefault("hero", picture)
    finder.name_unknown()
    if not SLUG.match(facts.get("slug", "")):
        facts["slug"] = slug
    body = _body(read, layout, shelf, title=facts["title"])
    if not body.strip():
        shelf.find("no-body", "The file holds no text of its own.", Level.WARNING)
    head = yaml.safe_dump(as_front_matter(facts, kept), allow_unicode=True, sort_keys=False, width=100_000)
    return f"---\n{head}---\n\n{body.strip()}\n"


def _decode(data: bytes, path: str, encoding: str) -> str:
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            encoding = name
    try:
        return data.decode(encoding).translate(_CONTROLS)
    except (UnicodeDecodeError, LookupError) as fault:
        at = fault.start if isinstance(fault, UnicodeDecodeError) else 0
        message = f"The file is not {encoding.upper()} text. Name its encoding in a layout."
        finding = Finding(
            level=Level.ERROR, code="encoding", message=message, path=path, line=data[:at].count(b"\n") + 1
        )
        raise SourceRefusedError(message, findings=(finding,)) from fault


def _body(read: Foreign, layout: Layout, shelf: Shelf, *, title: str) -> str:
    if layout.format == "html" and not read.is_record:
        html = shortcodes.expand_tags(read.body, layout.shortcodes, shelf, is_html=True)
        return html_body.to_markdown(html, shelf, drop=layout.drop)
    text = _from_fields(read.values, layout.parts) if layout.format == "fields" or read.is_record else read.body
    text = shortcodes.expand_calls(text, layout.shortcodes, shelf)
    text, code = markdown_body.mask(text)
    text = shortcodes.expand_tags(text, layout.shortcodes, shelf)
    text = markdown_body.to_dialect(text, shelf)
    return markdown_body.unmask(markdown_body.without_title(text, title), code)


def _from_fields(values: Mapping[str, Any], parts: Sequence[Part]) -> str:
    """Put a body together from fields, part by part."""
    pieces: list[str] = []
    for part in parts:
        value = foreign.get(values, part.field)
        rows = value if isinstance(value, list) else [] if value is None else [value]
        written = [words for row in rows if (words := _piece(part, row))]
        if not written:
            continue
        if part.title:
            pieces.append(f"## {part.title}")
        pieces.append("\n".join(written) if part.form == "list" else "\n\n".join(written))
    return "\n\n".join(pieces) + "\n"


def _piece(part: Part, row: Any) -> str:
    if part.form == "quotations" and isinstance(row, dict):
        by = ", ".join(words for key in part.by if (words := _words(row.get(key))))
        return shortcodes.quotation(str(row.get(part.text) or ""), by).strip("\n")
    if part.form == "paragraphs":
        return "" if row is None or isinstance(row, dict) else _paragraph(str(row))
    words = _words(row)
    if part.form == "heading":
        return f"## {words}" if words else ""
    return f"- {words}" if words else ""


def _words(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else " ".join(str(value).split())


def _paragraph(text: str) -> str:
    """Give a field's Markdown; the indentation of its list items is the file's, not the text's."""
    return re.sub(r"^[ \t]+(?=[-*+] )", "", text.strip(), flags=re.MULTILINE)
