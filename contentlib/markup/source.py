"""Authored files to what the library keeps of them; runs where foreign bytes may be parsed, and stores nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from contentlib.domain.errors import LimitExceededError, SourceRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.imports import RefusedSource
from contentlib.domain.search import PageText
from contentlib.markup import dialect, front_matter, plain_text, schema
from contentlib.markup.front_matter import AuthoredAsset

# Authored prose is a few thousand words; beyond this a file is something else.
LARGEST_SOURCE = 1_000_000
EMAIL_WORDS = (50, 125)


@dataclass(frozen=True, kw_only=True)
class ReadSource:
    """An authored file, read: its facts, its body as written, and what page and search need of it.

    `html` is sanitised and holds no title; pictures keep their path (`media/…`). `body_line` is the line on which
    the body starts. `findings` with the level error keep a file from being published.
    """

    path: str
    asset: AuthoredAsset
    body: str
    body_line: int
    html: str
    pages: tuple[PageText, ...]
    media: tuple[str, ...]
    findings: tuple[Finding, ...]


def read(text: str, *, path: str, kind: str, templates: Path) -> ReadSource:
    """Read one authored file; `kind` is its folder's, `templates` the folder of document kinds.

    Raises SourceRefusedError, with a finding that carries path and line, when it cannot be taken.
    """
    if len(text) > LARGEST_SOURCE:
        raise _refused(path, 1, "too-long", "The file is longer than a million characters.")
    head, body, body_line = front_matter.split(text, path=path)
    asset, findings = front_matter.parse(head, path=path, kind=kind)
    kind_schema = schema.load(templates, asset.kind)
    try:
        found = dialect.read_body(body, asset=asset, schema=kind_schema, path=path, first_line=body_line)
    except LimitExceededError as bomb:
        raise _refused(path, body_line, "bomb", bomb.message) from None
    findings += schema.check(kind_schema, asset, path=path)
    findings += _check_email(asset, found, path, body_line)
    return ReadSource(
        path=path,
        asset=asset,
        body=body,
        body_line=body_line,
        html=found.html,
        pages=dialect.pages_of(found, asset),
        media=found.media,
        findings=(*findings, *found.findings),
    )


def read_batch(files: list[tuple[str, str, bytes]], templates: str) -> list[ReadSource | RefusedSource]:
    """Read many files, each given as path, kind and bytes; a file that cannot be taken is answered with the reason."""
    answers: list[ReadSource | RefusedSource] = []
    for path, kind, data in files:
        try:
            answers.append(read(_decode(data, path), path=path, kind=kind, templates=Path(templates)))
        except SourceRefusedError as refused:
            finding = refused.findings[0]
            answers.append(RefusedSource(path=path, line=finding.line or 1, reason=finding.message))
    return answers


def _decode(data: bytes, path: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise _refused(path, line, "not-utf-8", "The file is not UTF-8 text.") from None


def _check_email(asset: AuthoredAsset, body: dialect.Body, path: str, line: int) -> list[Finding]:
    """Warn when an outreach e-mail is longer or shorter than people answer, or names no subject."""
    if asset.kind != "outreach-email":
        return []
    words = plain_text.count_words(body.text)
    least, most = EMAIL_WORDS
    found = []
    if not least <= words <= most:
        message = f"The e-mail has {words} words; between {least} and {most} are read and answered."
        found.append(Finding(level=Level.WARNING, code="email-length", message=message, path=path, line=line))
    if not asset.facts.get("subject"):
        message = "The e-mail has no subject."
        mend = "Write subject: … in the front matter."
        found.append(
            Finding(
                level=Level.WARNING, code="missing-fact", message=message, mend=mend, path=path, line=1, field="subject"
            )
        )
    return found


def _refused(path: str, line: int, code: str, message: str) -> SourceRefusedError:
    finding = Finding(level=Level.ERROR, code=code, message=message, path=path, line=line)
    return SourceRefusedError(f"{path}, line {line}: {message}", findings=(finding,))
