"""`contentlib deals …` and `contentlib usage …`: what the CRM knows, in; nothing is invented and nothing doubled."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from contentlib.cli.door import Door, answer, answers, as_json, describe, pass_door, progress
from contentlib.domain.counting import count
from contentlib.domain.errors import InvalidInputError
from contentlib.domain.imports import ImportAnswer
from contentlib.payloads import rows
from contentlib.services import deal_imports
from contentlib.services import usage as usage_services
from contentlib.services.unit_of_work import UnitOfWork

_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
_dry_run = click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")


@click.group()
def deals() -> None:
    """Bring deals and their history in."""


@deals.command("import")
@_file
@click.option("--mapping", help="What the columns mean: a .toml file; `contentlib` is the neutral file.")
@click.option("--suggest", is_flag=True, help="Print a first mapping for FILE, and import nothing.")
@_dry_run
@as_json
@pass_door
@answers
def import_deals(door: Door, file: Path, mapping: str | None, suggest: bool, dry_run: bool, as_json: bool) -> None:
    """Create and update deals from FILE, read by a mapping."""
    if suggest:
        text = deal_imports.suggest_mapping(_bytes_of(file), file_name=file.name)
        answer({"mapping": text}, as_json=as_json, text=lambda: text.rstrip("\n"))
        return
    if mapping is None:
        raise click.UsageError("Name --mapping, or let --suggest write one.")
    form = deal_imports.find_form(mapping)
    read = partial(rows.read_deals, form=form)
    _import(door, file, read, deal_imports.import_deals, dry_run=dry_run, as_json=as_json)


@deals.command("import-stages")
@_file
@_dry_run
@as_json
@pass_door
@answers
def import_stages(door: Door, file: Path, dry_run: bool, as_json: bool) -> None:
    """Add to the stage history of deals from FILE."""
    _import(door, file, rows.read_stages, deal_imports.import_stages, dry_run=dry_run, as_json=as_json)


@deals.command("import-health")
@_file
@_dry_run
@as_json
@pass_door
@answers
def import_health(door: Door, file: Path, dry_run: bool, as_json: bool) -> None:
    """Add to the health history of deals from FILE."""
    _import(door, file, rows.read_health, deal_imports.import_health, dry_run=dry_run, as_json=as_json)


@click.group()
def usage() -> None:
    """Bring usage in that was recorded elsewhere."""


@usage.command("import")
@_file
@_dry_run
@as_json
@pass_door
@answers
def import_usage(door: Door, file: Path, dry_run: bool, as_json: bool) -> None:
    """Add usage from FILE."""
    _import(door, file, rows.read_usage, usage_services.import_usage, dry_run=dry_run, as_json=as_json)


def _import(
    door: Door,
    file: Path,
    read: Callable[[bytes], rows.RowFile[Any]],
    deed: Callable[[UnitOfWork, Sequence[Any]], ImportAnswer],
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read a file, import its good rows, keep the refused ones as a file to mend; exit 1 when any was refused."""
    source = read(_bytes_of(file))
    library, actor = door.library, door.actor
    with progress(len(source.rows), f"Importing {file.name}") as step:
        done = library.import_rows(actor, deed, source.rows, dry_run=dry_run, on_progress=step)
    refused = sorted((*source.refused, *done.refused), key=lambda row: row.line)
    kept = library.keep_refused(file.stem, source.refused_csv(refused)) if refused and not dry_run else None
    told = {
        "total": source.total,
        "created": done.created,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "refused": [{"line": row.line, "reason": row.reason} for row in refused],
        "refused_file": str(kept) if kept else None,
        "warnings": [finding.as_dict() for finding in source.warnings],
    }
    dry = "Dry run, nothing written. " if dry_run else ""
    counts = f"{done.created} new, {done.changed} changed, {done.unchanged} unchanged, {len(refused)} refused"
    lines = [f"{dry}{count(source.total, 'row')}: {counts}."]
    lines += [f"line {row.line}: {row.reason}" for row in refused]
    lines += [describe(finding) for finding in source.warnings]
    lines += [f"The refused rows are in {kept}."] if kept else []
    answer(told, as_json=as_json, text=lambda: "\n".join(lines))
    sys.exit(1 if refused else 0)


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be opened: {error.strerror}.") from error
