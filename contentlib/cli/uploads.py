"""`contentlib uploads …`: files from outside."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from contentlib.cli.door import Door, answer, answers, as_json, describe, pass_door, print_out, wait
from contentlib.domain.counting import count
from contentlib.domain.errors import UNREADABLE, FieldError, InvalidInputError
from contentlib.domain.findings import Finding, Level, has_errors
from contentlib.domain.uploads import FORMAT_LABELS, AddedFile, ExtractedFile, UploadStatus
from contentlib.services import uploads as services


@click.group()
def uploads() -> None:
    """Bring files from outside in, or look into them."""


@uploads.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path, exists=True))
@click.option("--kind", default="", help="The kind of all of them, as case-study; else it is guessed from each.")
@click.option("--stage", "stages", multiple=True, help="A funnel stage they serve; may be given several times.")
@click.option("--industry", "industries", multiple=True, help="An industry they are for; may be given several times.")
@click.option("--owner", default="", help="Who stands for them, by e-mail; else whoever uploads them.")
@click.option("--replace", "replaces", help="The asset whose next version the one file becomes.")
@as_json
@wait
@pass_door
@answers
def add(
    door: Door,
    files: tuple[Path, ...],
    kind: str,
    stages: tuple[str, ...],
    industries: tuple[str, ...],
    owner: str,
    replaces: str | None,
    as_json: bool,
) -> None:
    """Make drafts of files: PDF, PowerPoint, Word, Markdown, PNG, JPEG, or folders and ZIPs of those.

    A CSV file in a folder or ZIP says what is known of each: a column “name”, and any of front matter's keys. Ends
    with 1 when a file is not taken in; the others are.
    """
    said = {"kind": kind, "stages": list(stages), "industries": list(industries), "owner": owner}
    if replaces is not None:
        _refuse_unless_alone(files, any(said.values()))
    library, actor = door.library, door.actor
    with library.read(actor) as reading:
        services.check_said(reading, said)
    added: list[AddedFile] = []
    for file in files:
        added += library.add_upload(actor, file=file, said=said, replaces=replaces, on_file=_tell)
    answer({"files": [each.as_dict() for each in added]}, as_json=as_json, text=lambda: _summary(added))
    if any(each.status is UploadStatus.REFUSED for each in added):
        sys.exit(1)


def _refuse_unless_alone(files: tuple[Path, ...], is_described: bool) -> None:
    """A new version is one file, and what is known of its asset stays."""
    if len(files) > 1 or files[0].is_dir():
        message = "One file becomes the next version of an asset: name one."
    elif is_described:
        message = "What is known of an asset stays when its file is replaced: leave kind, stage, industry, owner out."
    else:
        return
    raise InvalidInputError(message, fields=(FieldError(field="replace", message=message),))


def _tell(added: AddedFile) -> None:
    """Say on stderr what became of a file, as soon as it is known."""
    if added.status is UploadStatus.REFUSED:
        print_out(f"{added.told_name}: refused. {added.reason}", err=True)
        return
    more = f" {added.reason}" if added.reason else ""
    seen = [f for f in added.findings if f.level is not Level.NOTE]
    found = f", {len(seen)} to look at" if seen else ""
    print_out(
        f"{added.told_name}: {added.status.value} → {added.asset}, version {added.version}{found}.{more}", err=True
    )


def _summary(added: list[AddedFile]) -> str:
    counts = {status: sum(each.status is status for each in added) for status in UploadStatus}
    return ", ".join(f"{count} {status.value}" for status, count in counts.items() if count)


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
    except UNREADABLE as refused:
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
        lines.append(f"{FORMAT_LABELS[found.format]}, {count(len(found.pages), 'page')}")
        lines += [f"{name}: {value}" for name, value in found.facts.items()]
    lines += [describe(finding) for finding in findings]
    for page in found.pages if found else ():
        lines += ["", f"— {page.number} {page.title}".rstrip(), page.text]
        lines += [f"Notes: {page.notes}"] if page.notes else []
    return "\n".join(lines)
