"""`contentlib uploads …`: files from outside."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from contentlib.cli.door import Door, answer, answers, as_json, describe, pass_door
from contentlib.domain.errors import FileRefusedError, LimitExceededError
from contentlib.domain.findings import Finding, Level, has_errors
from contentlib.domain.uploads import FORMAT_LABELS, ExtractedFile
from contentlib.services import uploads as services


@click.group()
def uploads() -> None:
    """Look into files from outside."""


@uploads.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@as_json
@pass_door
@answers
def extract(door: Door, file: Path, as_json: bool) -> None:
    """Tell what a file holds: its words page by page, what it says of itself, what to know of it.

    Ends with 1 when the file is not taken in.
    """
    library = door.library
    found: ExtractedFile | None = None
    try:
        with library.read(door.actor) as reading:
            found = services.extract(reading, file, limit_mb=library.settings.upload_limit_mb)
        findings = list(found.findings)
    except (FileRefusedError, LimitExceededError) as refused:
        findings = [Finding(level=Level.ERROR, code=refused.code, message=refused.message, path=file.name)]
    answer(_told(found, findings), as_json=as_json, text=lambda: _text(found, findings))
    if has_errors(findings):
        sys.exit(1)


def _told(found: ExtractedFile | None, findings: list[Finding]) -> dict[str, object]:
    return {
        "format": found.format.value if found else None,
        "pages": [
            {"number": page.number, "title": page.title, "text": page.text, "notes": page.notes}
            for page in (found.pages if found else ())
        ],
        "facts": found.facts if found else {},
        "findings": [finding.as_dict() for finding in findings],
    }


def _text(found: ExtractedFile | None, findings: list[Finding]) -> str:
    lines = []
    if found is not None:
        lines.append(f"{FORMAT_LABELS[found.format]}, {len(found.pages)} pages")
        lines += [f"{name}: {value}" for name, value in found.facts.items()]
    lines += [describe(finding) for finding in findings]
    for page in found.pages if found else ():
        lines += ["", f"— {page.number} {page.title}".rstrip(), page.text]
        lines += [f"Notes: {page.notes}"] if page.notes else []
    return "\n".join(lines)
