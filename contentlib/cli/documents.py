"""`contentlib documents …`: branded PDFs, and the kinds of which there are any."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import click

from contentlib.cli.door import Door, answer, answers, as_json, describe, pass_door
from contentlib.domain.documents import Paper
from contentlib.domain.errors import FieldError, InvalidInputError
from contentlib.services import documents as services
from contentlib.services.documents import Filling


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
    lines = [f"{out}: {rendered.pages} pages, {len(rendered.pdf):,} bytes", *map(describe, rendered.findings)]
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
    if path is None:
        return None
    try:
        return path.read_bytes()
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
        found = services.kinds(reading)
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
