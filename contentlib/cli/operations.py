"""`contentlib verify`: looking after the library itself; what is looked at is decided by the services."""

from __future__ import annotations

import sys

import click

from contentlib.cli.door import Door, answer, answers, as_json, describe, pass_door, progress
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
