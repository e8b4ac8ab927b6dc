"""`contentlib brand …`: what is wrong with the company's brand files, and with files that were made elsewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from contentlib.cli.door import Door, answer, answer_findings, answers, as_json, pass_door
from contentlib.domain.counting import count
from contentlib.domain.errors import UNREADABLE
from contentlib.domain.findings import Finding, Level
from contentlib.domain.uploads import BrandProposal
from contentlib.services import brand as services


@click.group()
def brand() -> None:
    """Look after the company's brands."""


@brand.command()
@as_json
@pass_door
@answers
def lint(door: Door, as_json: bool) -> None:
    """Check every brand: keys, colours, contrast, fonts, logos, phrases; with file and line.

    Ends with 1 when there is an error among the findings.
    """
    with door.library.read(door.actor) as reading:
        findings = services.lint(reading)
    answer_findings(findings, as_json=as_json, nothing="Nothing to mend.")


_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_brand = click.option("--brand", "name", default="", metavar="NAME", help="Another brand than the company's own.")


@brand.command()
@click.argument("file", type=_FILE)
@_brand
@click.option("--kind", help="The kind of asset it is to become, which decides on notices that it must carry.")
@as_json
@pass_door
@answers
def check(door: Door, file: Path, name: str, kind: str | None, as_json: bool) -> None:
    """Hold a presentation, document or PDF against the brand: fonts, colours, logos, words, what was not filled in.

    A PDF that this library made, and nobody altered, was checked then: its certificate is read instead.
    Ends with 1 when there is an error among the findings.
    """
    limit = door.library.settings.upload_limit_mb
    try:
        with door.library.read(door.actor) as reading:
            found = services.look_at(reading, file, limit_mb=limit, brand=name, kind=kind)
        findings = [*_certified(found, file), *found.findings]
    except UNREADABLE as refused:
        findings = [Finding(level=Level.ERROR, code=refused.code, message=refused.message, path=file.name)]
    answer_findings(findings, as_json=as_json, nothing="Nothing off-brand was found.")


def _certified(found: services.LookedAt, file: Path) -> list[Finding]:
    """Give a note that says which document of this library a file is."""
    told = found.certificate
    if told is None or told.made_at is None:
        return []
    message = f"It is “{told.title}”, version {told.version}, made by this library on {told.made_at:%d %B %Y}."
    mend = f"“contentlib documents certificate {file}” tells all that is known of it."
    return [Finding(level=Level.NOTE, code="certified", message=message, mend=mend, path=file.name)]


@brand.command()
@click.argument("file", type=_FILE)
@_brand
@as_json
@pass_door
@answers
def learn(door: Door, file: Path, name: str, as_json: bool) -> None:
    """Propose fonts and colours that an approved file uses and the brand does not know; nothing is changed."""
    limit = door.library.settings.upload_limit_mb
    with door.library.read(door.actor) as reading:
        found = services.learn(reading, file, limit_mb=limit, brand=name)
    told = {"proposals": [asdict(proposal) for proposal in found]}
    lines = [
        f"{p.what} {p.value}: {p.share:.0%}, on {count(p.pages, 'page')}; the brand has {p.nearest}" for p in found
    ]
    how = _accepting(found) if found else ["It uses nothing that the brand does not know."]
    answer(told, as_json=as_json, text=lambda: "\n".join([*lines, *how]))


def _accepting(found: Sequence[BrandProposal]) -> list[str]:
    """Give the lines of `_brand.yml` by which what was proposed is accepted."""
    fonts = [f"      - {{family: {json.dumps(p.value, ensure_ascii=False)}}}" for p in found if p.what == "font"]
    colours = [f'      - {{value: "{p.value}"}}' for p in found if p.what == "colour"]
    return [
        "",
        "To accept in files what belongs to you, add its line to _brand.yml; “until: 2027-06-30” names a last day.",
        "defaults:",
        "  contentlib:",
        *(["    accepted-fonts:", *fonts] if fonts else []),
        *(["    legacy-colours:", *colours] if colours else []),
    ]
