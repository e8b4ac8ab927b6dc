"""`contentlib content …`: authored files in, and what is wrong with them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from contentlib.cli.door import Door, answer, answers, as_json, describe, pass_door, wait
from contentlib.domain.counting import count
from contentlib.domain.errors import InvalidInputError
from contentlib.domain.findings import Finding, has_errors
from contentlib.domain.imports import SyncAnswer
from contentlib.services import authoring, operations


@click.group()
def content() -> None:
    """Bring authored collateral in and check it."""


@content.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--create-terms", is_flag=True, help="Create unknown industries, personas, products, regions and tags.")
@wait
@as_json
@pass_door
@answers
def sync(door: Door, folder: Path | None, create_terms: bool, as_json: bool) -> None:
    """Keep assets equal to the files below FOLDER (<kind>/<name>.md); vanished files archive their asset."""
    library = door.library
    if folder is None:
        with library.read(door.actor) as reading:
            is_demo = operations.made_by_demo(reading)
        if library.settings.content is None and not is_demo:
            raise InvalidInputError(
                "Name the folder to sync, or set CONTENTLIB_CONTENT. The sample content is for demo libraries."
            )
        folder = library.settings.content_folder
    done = library.sync_content(door.actor, folder, create_terms=create_terms)
    answer(sync_answer(done), as_json=as_json, text=lambda: _sync_text(done))
    sys.exit(1 if done.refused else 0)


@content.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--layout", help="How the files are laid out: a layout's name, or a .toml file of your own.")
@click.option("--create-terms", is_flag=True, help="Create unknown industries, personas, products, regions and tags.")
@wait
@as_json
@pass_door
@answers
def import_content(door: Door, folder: Path, layout: str | None, create_terms: bool, as_json: bool) -> None:
    """Copy the files of another company or source below FOLDER in; without a layout any Markdown with front matter."""
    done = door.library.import_content(door.actor, folder, layout=layout, create_terms=create_terms)
    answer(sync_answer(done), as_json=as_json, text=lambda: _import_text(done))
    sys.exit(1 if done.refused else 0)


def _import_text(done: SyncAnswer) -> str:
    """Say what an import did; what many files have in common is said once."""
    kept = f"{done.changed} changed, {done.unchanged} unchanged, {len(done.refused)} refused"
    lines = [f"{count(done.total, 'file')}: {done.created} new, {kept}."]
    lines += [f"{row.path}:{row.line}: refused: {row.reason}" for row in done.refused]
    alike: dict[str, list[Finding]] = {}
    for finding in done.warnings:
        alike.setdefault(describe(replace(finding, path=None, line=None)), []).append(finding)
    for said, findings in alike.items():
        others = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
        lines.append(f"{findings[0].path}{others}: {said}")
    return "\n".join(lines)


def sync_answer(done: SyncAnswer) -> dict[str, object]:
    """Give a sync's answer as plain values."""
    return {
        "total": done.total,
        "created": done.created,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "vanished": done.vanished,
        "refused": [{"path": row.path, "line": row.line, "reason": row.reason} for row in done.refused],
        "warnings": [finding.as_dict() for finding in done.warnings],
    }


def _sync_text(done: SyncAnswer) -> str:
    kept = f"{done.changed} changed, {done.unchanged} unchanged, {done.vanished} vanished"
    lines = [f"{count(done.total, 'file')}: {done.created} new, {kept}, {len(done.refused)} refused."]
    lines += [f"{row.path}:{row.line}: refused: {row.reason}" for row in done.refused]
    lines += [describe(finding) for finding in done.warnings]
    return "\n".join(lines)


@content.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@as_json
@pass_door
@answers
def lint(door: Door, paths: tuple[Path, ...], as_json: bool) -> None:
    """Check authored files (or all below folders) without bringing them in."""
    library = door.library
    with library.read(door.actor) as reading:
        files, findings = authoring.lint(reading, list(paths) or [library.settings.content_folder])
    answer(
        {"files": files, "findings": [finding.as_dict() for finding in findings]},
        as_json=as_json,
        text=lambda: _lint_text(files, findings),
    )
    sys.exit(1 if has_errors(findings) else 0)


def _lint_text(files: int, findings: list[Finding]) -> str:
    return "\n".join(
        [*(describe(finding) for finding in findings), f"{count(files, 'file')}, {count(len(findings), 'finding')}."]
    )
