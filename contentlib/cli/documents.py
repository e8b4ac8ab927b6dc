"""`contentlib documents …`: branded PDFs, and the kinds of which there are any."""

from __future__ import annotations

import os
import sys
import uuid
from pathlib import Path

import click

from contentlib.cli.door import Door, answer, answer_findings, answers, as_json, describe, pass_door
from contentlib.domain.counting import count
from contentlib.domain.documents import Paper
from contentlib.domain.errors import FieldError, InvalidInputError
from contentlib.domain.findings import has_errors
from contentlib.services import documents as services
from contentlib.services.documents import CertificateAnswer, Filling

_MOST_BYTES = 100_000_000


@click.group()
def documents() -> None:
    """Make branded documents."""


@documents.command()
@click.argument("asset")
@click.option("--deal", help="Make it for this deal.")
@click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="Fill an open field.")
@click.option("--logo", type=click.Path(path_type=Path, dir_okay=False), help="The prospect's logo: PNG, JPEG or SVG.")
@click.option("--paper", type=click.Choice([paper.value for paper in Paper]), default=Paper.A4.value, show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Where to write the PDF.")
@as_json
@pass_door
@answers
def render(
    door: Door,
    asset: str,
    deal: str | None,
    settings: tuple[str, ...],
    logo: Path | None,
    paper: str,
    out: Path,
    as_json: bool,
) -> None:
    """Draw an asset as a PDF; without --deal and --set it is the plain asset."""
    library, actor = door.library, door.actor
    _check_writable(out)
    values = _values(settings)
    if values.get("paper") in set(Paper):  # a field like others on the page, and an option here
        paper = values.pop("paper")
    personalise = bool(values or deal or logo)
    if personalise and deal is not None:
        with library.read(actor) as reading:
            values = services.suggested_values(reading, deal) | values
    filling = Filling(values=values, logo=_read(logo), paper=Paper(paper))
    prepared, _ = library.make_document(
        actor, asset=asset, deal=deal, filling=filling, personalise=personalise, key=f"command:{uuid.uuid4()}"
    )
    _write(out, prepared.rendered.pdf)
    rendered = prepared.rendered
    told = {
        "out": str(out),
        "pages": rendered.pages,
        "bytes": len(rendered.pdf),
        "sha256": rendered.sha256,
        "cached": rendered.is_cached,
        "certificate": rendered.certificate.as_dict(),
        "findings": [finding.as_dict() for finding in rendered.findings],
    }
    lines = [f"{out}: {count(rendered.pages, 'page')}, {len(rendered.pdf):,} bytes", *map(describe, rendered.findings)]
    answer(told, as_json=as_json, text=lambda: "\n".join(lines))


def _values(settings: tuple[str, ...]) -> dict[str, str]:
    values = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise InvalidInputError(
                "Write --set as field=value.", fields=(FieldError(field=setting, message="There is no = in it."),)
            )
        values[name.strip()] = value
    return values


def _read(path: Path | None) -> bytes | None:
    """Read a file, of one that is larger than any that is taken only so much as tells that."""
    if path is None:
        return None
    try:
        with path.open("rb") as opened:
            return opened.read(_MOST_BYTES)
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be opened: {error.strerror}.") from error


def _check_writable(path: Path) -> None:
    """Refuse a place that cannot be written to before anything is made and recorded for it."""
    place = path if path.exists() else path.parent
    if not os.access(place, os.W_OK):
        reason = "this user may not" if place.exists() else f"there is no folder {place}"
        raise InvalidInputError(f"{path} cannot be written: {reason}.")


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be written: {error.strerror}.") from error


@documents.command()
@as_json
@pass_door
@answers
def kinds(door: Door, as_json: bool) -> None:
    """List the kinds of documents that can be made, with their open fields."""
    with door.library.read(door.actor) as reading:
        found, faults = services.kinds(reading), services.faults_of_kinds(reading)
    for fault in faults.values():
        click.echo(f"Left out: {fault}", err=True)
    told = [
        {
            "slug": kind.slug,
            "title": kind.title,
            "page": kind.page,
            "fields": [
                {"name": f.name, "type": f.type.value, "limit": f.limit, "required": f.required} for f in kind.fields
            ],
        }
        for kind in found
    ]
    lines = [f"{kind.slug}: {kind.title} ({kind.page})" for kind in found]
    answer({"kinds": told}, as_json=as_json, text=lambda: "\n".join(lines))


@documents.command()
@as_json
@pass_door
@answers
def lint(door: Door, as_json: bool) -> None:
    """Check the files of every kind by drawing one of everything with them; with file and line.

    Ends with 1 when there is an error among the findings.
    """
    with door.library.read(door.actor) as reading:
        findings = services.lint_kinds(reading)
    answer_findings(findings, as_json=as_json, nothing="Nothing to mend.")


@documents.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@as_json
@pass_door
@answers
def certificate(door: Door, file: Path, as_json: bool) -> None:
    """Tell whether a PDF is one of this library's, as it was made, and still current.

    Ends with 1 unless the file is ours and unaltered; an outdated one is told by a warning.
    """
    data = _read(file) or b""
    with door.library.read(door.actor) as reading:
        found = services.read_certificate(reading, data)
    told = {
        "ours": found.ours,
        "unaltered": found.unaltered,
        "current": found.current,
        "asset": found.asset,
        "version": found.version,
        "brand": found.brand,
        "template": found.template,
        "values": found.values,
        "deal": found.deal,
        "made_at": found.made_at,
        "findings": [finding.as_dict() for finding in found.findings],
    }
    answer(told, as_json=as_json, text=lambda: _tell(file, found))
    if has_errors(found.findings):
        sys.exit(1)


def _tell(file: Path, found: CertificateAnswer) -> str:
    lines = [f"{file}: {'as it was made' if found.unaltered else 'not as it was made, or not ours'}"]
    if found.ours and found.made_at is not None and found.brand is not None:
        lines.append(f"  {found.title}, version {found.version}, made on {found.made_at:%d %B %Y at %H:%M} UTC")
        lines.append(f"  Brand {found.brand['name']}{f', for the deal {found.deal}' if found.deal else ''}")
        lines += [f"  {name}: {value}" for name, value in found.values.items()]
        lines.append("  Current." if found.current else "  Outdated.")
    return "\n".join([*lines, *(f"  {describe(finding)}" for finding in found.findings)])
