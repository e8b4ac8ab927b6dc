"""Authored files to what the library keeps of them; runs where foreign bytes may be parsed, and stores nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from contentlib.domain.assets import Audience
from contentlib.domain.errors import LimitExceededError, SourceRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.imports import RefusedSource
from contentlib.domain.search import PageText
from contentlib.markup import dialect, emails, examples, front_matter, needs, oversights, schema
from contentlib.markup.front_matter import AuthoredAsset
from contentlib.markup.schema import KindSchema

# Authored prose is a few thousand words; beyond this a file is something else.
LARGEST_SOURCE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class ReadSource:
    """An authored file, read: its facts, its body as written, and what page and search need of it.

    `html` is sanitised and holds no title; pictures keep their path (`media/…`). `findings` with the level error
    keep a file from being published.
    """

    path: str
    asset: AuthoredAsset
    body: str
    html: str
    pages: tuple[PageText, ...]
    media: tuple[str, ...]
    findings: tuple[Finding, ...]


def read(text: str, *, path: str, kind: str, templates: Path) -> ReadSource:
    """Read one authored file; `kind` is its folder's, `templates` the folder of document kinds.

    Raises SourceRefusedError, with a finding that carries path and line, when it cannot be taken.
    """
    if len(text) > LARGEST_SOURCE:
        raise _refused(path, 1, "too-long", "The file is longer than a million characters.", "Split it.")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise _refused(path, line, "not-text", "A character stands here that no text has. Take it out.")
    head, body, body_line = front_matter.split(text, path=path)
    asset, findings = front_matter.parse(head, path=path, kind=kind)
    kind_schema = schema.load(templates, asset.kind)
    try:
        found = dialect.read_body(body, asset=asset, schema=kind_schema, path=path, first_line=body_line)
    except LimitExceededError as bomb:
        raise _refused(path, body_line, "bomb", bomb.message) from None
    findings += oversights.find_cut_values(head, path=path)
    findings += needs.check(kind_schema, asset, path=path)
    if kind_schema.email is not None:
        names = emails.placeholders(asset.facts.get("subject", ""), found.placeholders)
        findings += emails.check(kind_schema.email, found.text, names, path=path, line=body_line)
    if kind_schema.is_internal and asset.audience is not Audience.INTERNAL:
        findings += _keep_inside(asset, kind_schema, path)
        asset = replace(asset, audience=Audience.INTERNAL)
    return ReadSource(
        path=path,
        asset=asset,
        body=body,
        html=found.html,
        pages=dialect.pages_of(found, asset),
        media=found.media,
        findings=(*findings, *found.findings),
    )


def warm(templates: str) -> None:
    """Read a text with one of everything once, in the process that all later calls are copies of.

    Finding the parts of the dialect and putting them together takes as long as reading twenty texts.
    """
    kinds = {kind.flow: kind for kind in schema.list_kinds(Path(templates))}
    read_batch(
        [("example.md", kind.slug, examples.write_everything(kind).encode()) for kind in kinds.values()], templates
    )


def read_batch(files: list[tuple[str, str, bytes]], templates: str) -> list[ReadSource | RefusedSource]:
    """Read many files, each given as path, kind and bytes; a file that cannot be taken is answered with the reason."""
    answers: list[ReadSource | RefusedSource] = []
    for path, kind, data in files:
        try:
            answers.append(read(_decode(data, path), path=path, kind=kind, templates=Path(templates)))
        except SourceRefusedError as refused:
            finding = refused.findings[0]
            answers.append(RefusedSource(path=path, line=finding.line or 1, reason=finding.message, mend=finding.mend))
    return answers


def _decode(data: bytes, path: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise _refused(path, line, "not-utf-8", "The file is not UTF-8 text.", "Save it as UTF-8.") from None


def _keep_inside(asset: AuthoredAsset, kind: KindSchema, path: str) -> list[Finding]:
    """Say that a file asks for an audience which its kind never has; one that asks for nothing needs no word."""
    line = asset.lines.get(("audience",))
    if line is None:
        return []
    message = f"A {kind.title.lower()} is always internal, whatever the file says."
    return [
        Finding(level=Level.WARNING, code="always-internal", message=message, mend="Write audience: internal.",
                path=path, line=line, field="audience")
    ]  # fmt: skip


def _refused(path: str, line: int, code: str, message: str, mend: str | None = None) -> SourceRefusedError:
    finding = Finding(level=Level.ERROR, code=code, message=message, mend=mend, path=path, line=line)
    return SourceRefusedError(f"{path}, line {line}: {message}", findings=(finding,))
