"""`contentlib brand …`: what is wrong with the company's brand files."""

from __future__ import annotations

import sys

import click

from contentlib.cli.door import Door, answer, answers, as_json, describe, pass_door
from contentlib.domain.findings import has_errors
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
    told = {"findings": [finding.as_dict() for finding in findings]}
    answer(told, as_json=as_json, text=lambda: "\n".join(map(describe, findings)) or "Nothing to mend.")
    if has_errors(findings):
        sys.exit(1)
