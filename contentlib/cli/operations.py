"""`contentlib verify`, `doctor`, `backup`, `restore`, `export`, `import-library`: looking after the library itself.

What is looked at, written and checked is decided by the services.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from contentlib.cli.door import Door, answer, answers, as_json, describe, pass_door, progress
from contentlib.domain.counting import count
from contentlib.domain.errors import ConflictError, ContentlibError, LibraryRefusedError
from contentlib.domain.findings import Finding, Level, has_errors
from contentlib.jobs import runner
from contentlib.library import find_office, wall_clock
from contentlib.services import operations as services
from contentlib.services.operations import Carried


@click.command()
@click.option("--mend", "mends", is_flag=True, help="Make anew what can be made from the rest.")
@as_json
@pass_door
@answers
def verify(door: Door, mends: bool, as_json: bool) -> None:
    """Check that database, stored files, search index and figures agree; may run beside a server."""
    library = door.library
    before = differences = _look_twice(door)
    if mends and before:
        places = (library.settings.content_folder, library.settings.data / "cache")
        found = services.find_bytes(before, places)
        with library.read(door.actor) as reading:
            services.make_documents_again(reading, before, found)
        with library.work(door.actor) as uow:
            services.mend(uow, before, found)
        door.after(library, False)
        differences = _look_twice(door)
    removed = 0
    if mends:
        with library.work(door.actor) as uow:
            removed = services.remove_unnamed_files(uow, differences)
    left = {(difference.sort, difference.subject, difference.blob) for difference in differences}
    findings = [difference.as_finding(is_left=mends) for difference in differences]
    mended = [d.as_finding() for d in before if (d.sort, d.subject, d.blob) not in left]
    told = {
        "ok": not findings,
        "differences": [finding.as_dict() for finding in findings],
        "mended": [finding.as_dict() for finding in mended],
        "removed_files": removed,
    }
    lines = [f"mended: {finding.message}" for finding in mended] + [describe(finding) for finding in findings]
    if removed:
        lines.append(f"Stored files that nothing named and that were removed: {removed:,}.")
    summary = f"{len(findings)} differences." if findings else "Everything agrees."
    answer(told, as_json=as_json, text=lambda: "\n".join([*lines, summary]))
    sys.exit(1 if findings else 0)


def _look_twice(door: Door) -> tuple[services.Difference, ...]:
    """Verify, and where anything differs once more: beside a server it may have been in the middle of a change."""

    def look() -> tuple[services.Difference, ...]:
        with door.library.read(door.actor) as reading:
            return services.verify(reading, progress)

    first = {(difference.sort, difference.subject, difference.blob) for difference in look()}
    if not first:
        return ()
    return tuple(found for found in look() if (found.sort, found.subject, found.blob) in first)


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
            office=find_office(),
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


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@as_json
@pass_door
@answers
def backup(door: Door, file: Path, as_json: bool) -> None:
    """Write the whole library into one file, while it goes on being used."""
    with door.library.read(door.actor) as reading:
        carried = services.back_up(reading, file.absolute(), progress, data=door.settings.data)
    _answer_carried(carried, as_json=as_json, done=f"Backed up into {file}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@as_json
@pass_door
@answers
def restore(door: Door, file: Path, as_json: bool) -> None:
    """Check a backup whole, put it into an empty data folder, and build its index."""
    data, blobs = door.settings.data, door.settings.blobs_folder
    is_embedded = door.settings.database_url is None
    with _without_server(door):
        services.require_empty(data=data, blobs=blobs)
        with services.unpack_backup(file, data=data, blobs=blobs, progress=progress) as unpacked:
            if unpacked.listed.has_database and is_embedded:
                carried = services.put_in_place(unpacked, data=data, blobs=blobs)
            else:
                with door.library.work(door.actor) as uow:
                    carried = services.take_in(uow, unpacked, progress, data=door.settings.data)
        _build_index(door)
    _answer_carried(carried, as_json=as_json, done=f"Restored into {data}")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@as_json
@pass_door
@answers
def export(door: Door, folder: Path, as_json: bool) -> None:
    """Write the whole library into a new folder, in a form that any database takes in."""
    with door.library.read(door.actor) as reading:
        carried = services.export(reading, folder.absolute(), progress, data=door.settings.data)
    _answer_carried(carried, as_json=as_json, done=f"Exported into {folder}")


@click.command("import-library")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False, exists=True))
@as_json
@pass_door
@answers
def import_library(door: Door, folder: Path, as_json: bool) -> None:
    """Take an exported library into an empty one, and compare every row and file with what was sent."""
    with _without_server(door):
        unpacked = services.check_export(folder, progress)
        with door.library.work(door.actor) as uow:
            carried = services.take_in(uow, unpacked, progress, data=door.settings.data)
        _build_index(door)
    _answer_carried(carried, as_json=as_json, done=f"Taken in from {folder}")


@contextmanager
def _without_server(door: Door) -> Iterator[None]:
    """Keep servers off the data folder meanwhile; ConflictError when one runs."""
    data = door.settings.data
    try:
        data.mkdir(parents=True, exist_ok=True)
        (data / "runner.lock").touch()
    except OSError as error:
        raise LibraryRefusedError(f"The data folder {data} cannot be used: {error.strerror}.") from error
    with runner.runner_lock(data, patience=runner.LOCK_PATIENCE) as got:
        if not got:
            raise ConflictError(f"A server runs on {data}. Stop it, then try again.")
        yield


def _build_index(door: Door) -> None:
    with progress(None, "Indexing assets") as step:
        door.library.rebuild_index(on_progress=lambda _: step(1))


def _answer_carried(carried: Carried, *, as_json: bool, done: str) -> None:
    told = {
        "ok": not carried.findings,
        "rows": carried.rows,
        "blobs": carried.blobs,
        "bytes": carried.bytes,
        "findings": [finding.as_dict() for finding in carried.findings],
    }
    counts = f"{done}: {count(carried.rows, 'row')}, {count(carried.blobs, 'stored file')}, {carried.bytes:,} bytes."
    answer(told, as_json=as_json, text=lambda: "\n".join([*map(describe, carried.findings), counts]))
    sys.exit(1 if carried.findings else 0)
