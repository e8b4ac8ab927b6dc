"""`contentlib verify`, `contentlib doctor`: looking after the library itself; what to look at is for the services."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from contentlib.cli.door import Door, answer, answers, as_json, describe, pass_door, progress
from contentlib.domain.errors import ContentlibError
from contentlib.domain.findings import Finding, Level, has_errors
from contentlib.jobs import runner
from contentlib.library import wall_clock
from contentlib.services import operations as services


@click.command()
@click.option("--mend", "mends", is_flag=True, help="Make anew what can be made from the rest.")
@as_json
@pass_door
@answers
def verify(door: Door, mends: bool, as_json: bool) -> None:
    """Check that database, stored files, search index and figures agree; may run beside a server."""
    library = door.library
    with library.read(door.actor) as reading:
        differences = services.verify(reading, progress)
    before = differences
    if mends and before:
        places = (library.settings.content_folder, library.settings.data / "cache")
        found = services.find_bytes(before, places)
        with library.work(door.actor) as uow:
            services.mend(uow, before, found)
        door.after(library)
        with library.read(door.actor) as reading:
            differences = services.verify(reading, progress)
    left = {(difference.sort, difference.subject, difference.blob) for difference in differences}
    findings = [difference.as_finding(is_left=mends) for difference in differences]
    mended = [d.as_finding() for d in before if (d.sort, d.subject, d.blob) not in left]
    told = {
        "ok": not findings,
        "differences": [finding.as_dict() for finding in findings],
        "mended": [finding.as_dict() for finding in mended],
    }
    lines = [f"mended: {finding.message}" for finding in mended] + [describe(finding) for finding in findings]
    summary = f"{len(findings)} differences." if findings else "Everything agrees."
    answer(told, as_json=as_json, text=lambda: "\n".join([*lines, summary]))
    sys.exit(1 if findings else 0)


@click.command()
@as_json
@pass_door
@answers
def doctor(door: Door, as_json: bool) -> None:
    """Name what this machine lacks to run the library, each with the line that mends it."""
    findings = list(_examine(door))
    told = {"ok": not has_errors(findings), "findings": [finding.as_dict() for finding in findings]}
    summary = "Nothing is missing." if told["ok"] else "Something must be mended."
    answer(told, as_json=as_json, text=lambda: "\n".join([*map(describe, findings), summary]))
    sys.exit(0 if told["ok"] else 1)


def _examine(door: Door) -> Iterator[Finding]:
    """Look at the machine first: a library that cannot be opened is one finding among others."""
    settings = door.settings
    machine = list(
        services.examine_machine(
            data=settings.data,
            blobs=settings.blobs_folder,
            is_embedded=settings.database_url is None,
            now=wall_clock(),
        )
    )
    yield from machine
    yield from services.examine_folders(
        brand=settings.brand_folder, templates=settings.templates_folder, content=settings.content
    )
    if settings.database_url is None and not (settings.data / "library.sqlite3").exists():
        message = f"There is no library in {settings.data} yet."
        yield Finding(level=Level.NOTE, code="no-library", message=message, mend="The first command makes one.")
        return
    if _is_served(door):
        message = "A server runs on this library; a second one is refused."
        yield Finding(level=Level.NOTE, code="server-runs", message=message)
    if has_errors([finding for finding in machine if finding.path]):
        return  # where the data folder cannot be used, opening the library says the same again
    try:
        with door.library.read(door.actor) as reading:
            yield from services.examine_library(reading)
    except ContentlibError as refused:
        yield Finding(level=Level.ERROR, code=refused.code, message=refused.message)


def _is_served(door: Door) -> bool:
    try:
        with runner.runner_lock(door.settings.data) as got:
            return not got
    except OSError:
        return False
