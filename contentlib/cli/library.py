"""`contentlib library …`: the library as those see it who keep it right."""

from __future__ import annotations

import sys

import click

from contentlib.cli.door import Door, answer, answers, as_json, describe, pass_door
from contentlib.domain.findings import has_errors
from contentlib.services import hygiene


@click.group()
def library() -> None:
    """Keep the library right."""


@library.command()
@as_json
@pass_door
@answers
def check(door: Door, as_json: bool) -> None:
    """Name what nobody looks after: duplicates, dead links, assets without owner, stage or tag, overdue, unused."""
    with door.library.read(door.actor) as reading:
        groups = hygiene.examine(reading, public_url=door.library.settings.url)
    findings = [finding for group in groups for finding in group.as_findings()]
    told = {"findings": [finding.as_dict() for finding in findings]}
    summary = f"{len(findings)} to mend." if findings else "Nothing to mend."
    answer(told, as_json=as_json, text=lambda: "\n".join([*map(describe, findings), summary]))
    sys.exit(1 if has_errors(findings) else 0)
