"""Looks what this machine lacks to run a library, each with the line that mends it; it changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from contentlib.branding import brand as brands
from contentlib.domain.errors import BrandRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.people import Permission
from contentlib.rendering import setup
from contentlib.services.operations.facts import is_index_ready, made_by_demo
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage import disks
from contentlib.storage.queries import operations as queries

# A demo library takes 30 MB, its cache as much again; below the first nothing can be promised, the second is a warning.
_TOO_LITTLE_ROOM, _LITTLE_ROOM = 200_000_000, 1_000_000_000
_OFFICE_LINE = "apt-get install --yes --no-install-recommends libreoffice-impress libreoffice-writer"
# RETURNING, which storage uses, came with this one.
_OLDEST_SQLITE = (3, 35)
# Clocks of two machines differ by seconds; what was written down later than this was written under another clock.
_CLOCK_SLACK = timedelta(minutes=5)
# No library is older than its program.
_NOT_BEFORE_YEAR = 2026


def examine_machine(
    *, data: Path, blobs: Path, is_embedded: bool, now: datetime, office: str | None
) -> Iterator[Finding]:
    """Look at libraries, disk, rights and clock; needs no opened library. `office` is LibreOffice's program."""
    missing = setup.missing_libraries()
    if missing:
        yield _finding(
            Level.ERROR,
            "pango-missing",
            f"PDFs cannot be made: {', '.join(missing)} not found. Everything else works.",
            f"Run as root: {setup.PANGO_LINE}",
        )
    if office is None:
        message = (
            "LibreOffice is not installed: PowerPoint and Word files that are brought in have no page pictures, are "
            "shown by their words, and are compared by words alone. Everything else works."
        )
        yield _finding(Level.NOTE, "libreoffice-missing", message, f"Run as root: {_OFFICE_LINE}")
    yield from _examine_disk(data, blobs)
    yield from _examine_rights(data, blobs)
    if is_embedded:
        yield from _examine_sqlite(data)
    if now.year < _NOT_BEFORE_YEAR:
        yield _finding(
            Level.ERROR, "clock-wrong", f"The clock says {now:%Y-%m-%d}.", "Set it: timedatectl set-ntp true"
        )


def _examine_disk(data: Path, blobs: Path) -> Iterator[Finding]:
    for folder in {disks.device_of(folder): folder for folder in (blobs, data)}.values():
        free = disks.free_bytes(folder)
        if free < _LITTLE_ROOM:
            level = Level.ERROR if free < _TOO_LITTLE_ROOM else Level.WARNING
            message = f"Only {free // 1_000_000:,} MB are free on the disk of {folder}."
            mend = f"Make room: df -h {folder} shows what fills it."
            yield _finding(level, "disk-full", message, mend, path=folder)


def _examine_rights(data: Path, blobs: Path) -> Iterator[Finding]:
    if data.exists() and not data.is_dir():
        yield _finding(Level.ERROR, "data-no-folder", f"{data} is a file.", "Name a folder with --data.", path=data)
        return
    places = (data, blobs, data / "index", data / "cache", data / "library.sqlite3", data / "runner.lock")
    for place in dict.fromkeys(places):
        if disks.is_read_only(place):
            message = f"{place} lies on a disk that takes no writes."
            yield _finding(Level.ERROR, "disk-read-only", message, "Mount it for writing.", path=place)
            return
        if not disks.may_write(place):
            message = f"{place} is not writable for this user."
            mend = f'Run as root: chown -R "$USER" {disks.existing_part(place)}'
            yield _finding(Level.ERROR, "not-writable", message, mend, path=place)
            return
    secret = data / "secret"
    if secret.exists() and secret.stat().st_mode & 0o077:
        message = "Others on this machine can read the key that signs cookies."
        yield _finding(Level.WARNING, "secret-readable", message, f"Run: chmod 600 {secret}", path=secret)


def _examine_sqlite(data: Path) -> Iterator[Finding]:
    kind = disks.network_kind(data)
    if kind is not None:
        message = f"The database lies on a network disk ({kind}), whose locks cannot be trusted."
        mend = "Move the data folder to a local disk, or set CONTENTLIB_DATABASE_URL to a PostgreSQL database."
        yield _finding(Level.ERROR, "network-disk", message, mend, path=data)
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        message = f"SQLite {sqlite3.sqlite_version} is too old."
        yield _finding(Level.ERROR, "sqlite-old", message, "Use a Python that carries SQLite 3.35 or newer.")


def examine_folders(*, brand: Path, templates: Path, content: Path | None) -> Iterator[Finding]:
    """Look at what a company brings along: brand with its fonts, templates, and the content folder if one is set."""
    for folder, name in ((templates / "pages", "pages"), (templates / "documents", "documents")):
        if not folder.is_dir():
            message = f"There are no templates for {name} in {templates}."
            yield _finding(
                Level.ERROR, "templates-missing", message, "Set CONTENTLIB_TEMPLATES, or unset it.", path=templates
            )
    if content is not None and not content.is_dir():
        message = f"The content folder {content} is not there."
        yield _finding(Level.ERROR, "content-missing", message, "Set CONTENTLIB_CONTENT to a folder.", path=content)
    try:
        loaded = brands.load(brand)
    except BrandRefusedError as refused:
        yield from refused.findings
        return
    yield from loaded.findings
    if loaded.is_sample:
        message = "The brand is the sample brand; every document says so."
        yield _finding(Level.NOTE, "sample-brand", message, "Set CONTENTLIB_BRAND to the folder of your brand.")


def examine_library(reading: UnitOfWork) -> Iterator[Finding]:
    """Look at an opened library: whether its index answers, what was given up, and whether the clock was set back."""
    reading.require(Permission.OPERATE)
    if not is_index_ready(reading):
        message = "The search index does not answer; search asks the database meanwhile."
        yield _finding(Level.ERROR, "index-unavailable", message, "Run: contentlib index rebuild")
    dead = len(queries.list_dead_jobs(reading.session))
    if dead:
        message = f"{dead} jobs were given up after several attempts."
        yield _finding(Level.ERROR, "jobs-dead", message, "Run: contentlib verify --mend")
    yield from examine_clock(reading)


def examine_clock(reading: UnitOfWork) -> Iterator[Finding]:
    """Look whether the clock was set back behind what the library wrote down last."""
    reading.require(Permission.OPERATE)
    if made_by_demo(reading):  # its dates are made up
        return
    newest = queries.newest_instant(reading.session)
    if newest is not None and newest > reading.now + _CLOCK_SLACK:
        message = (
            f"The clock was set back: it says {reading.now:%Y-%m-%d %H:%M}, "
            f"but something was recorded at {newest:%Y-%m-%d %H:%M} (UTC)."
        )
        yield _finding(Level.WARNING, "clock-set-back", message, "Set the clock: timedatectl set-ntp true")


def _finding(level: Level, code: str, message: str, mend: str, *, path: Path | None = None) -> Finding:
    return Finding(level=level, code=code, message=message, mend=mend, path=str(path) if path else None)
