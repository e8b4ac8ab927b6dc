"""Puts the commands together: reads the settings, opens the library, and runs what a command left to be done."""

from __future__ import annotations

import contextlib
import gc
import logging
import sys
import time
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

import click
import structlog

from contentlib import __version__, settings
from contentlib.cli import brand, content, deals, documents, library, operations, people, reports, search, uploads
from contentlib.cli.door import Door, answer, answers, as_json, pass_door, progress, refuse, wait
from contentlib.demo import loading
from contentlib.domain.errors import ConflictError, ContentlibError
from contentlib.domain.people import OPERATOR
from contentlib.jobs import kinds, runner, worker
from contentlib.library import Library
from contentlib.services import operations as services

# How long a command waits for a running server to do what it left behind, before it says so and ends.
PATIENCE = 30.0
# Commands and pages make many objects and leave few of them in cycles: looked for so often, not at every seven
# hundredth, pages cost an eighth less. Everything that lives is gone through as rarely.
_NEW_OBJECTS, _ROUNDS = 5_000, 20
# A library's pictures take a second or two per asset.
PATIENCE_WITH_PICTURES = 600.0


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="contentlib")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="The library's data folder.")
@click.option("--as", "acting_as", metavar="EMAIL", help="Act for this person; without it as the operator.")
@click.pass_context
def commands(context: click.Context, data: Path | None, acting_as: str | None) -> None:
    """The content library: find, personalise and send what helps deals close."""
    found = settings.load(data)
    # A server's log goes where whoever runs it looks; a command answers in sentences and keeps its log out of sight.
    _log_to(sys.stderr if context.invoked_subcommand in {"serve", "worker"} else LogFile(found.data / "contentlib.log"))
    door = Door(settings=found, opener=lambda: Library(found), after=_finish_jobs, acting_as=acting_as)
    context.obj = door
    context.call_on_close(door.close)


class LogFile:
    """A log that is made when the first line is written, so that a command without one leaves nothing behind."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, text: str) -> int:
        """Append to the file; without a place to write there is nobody to tell."""
        with contextlib.suppress(OSError), self._path.open("a", encoding="utf-8") as log:
            return log.write(text)
        return 0

    def flush(self) -> None:
        """Do nothing: each write is closed at once."""


def _log_to(place: TextIO | LogFile) -> None:
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(file=place),  # type: ignore[arg-type]
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
    )


def _finish_jobs(library: Library, with_pictures: bool) -> None:
    """Do quick jobs, or wait for the server or the worker that does them; pictures are theirs unless asked for."""
    wanted = (*kinds.QUICK, *kinds.SLOW) if with_pictures else kinds.QUICK
    with runner.runner_lock(library.settings.data) as got:
        if got:
            runner.take_over(library)
            runner.heal_index(library)
            runner.drain(library, wanted)
            if library.is_embedded:
                return
    deadline = time.monotonic() + (PATIENCE_WITH_PICTURES if with_pictures else PATIENCE)
    while (waiting := runner.count_due(library, wanted)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if waiting:
        click.echo(f"{waiting} jobs still wait for the server that runs on this library.", err=True)


@commands.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@pass_door
@answers
def serve(door: Door, host: str, port: int) -> None:
    """Serve the library until Ctrl-C."""
    from contentlib import app  # no other command needs the web

    try:
        app.serve(door.library, host=host, port=port)
    except OSError as error:
        raise ConflictError(
            f"{host}:{port} cannot be listened on ({error.strerror}). Choose another --port."
        ) from error


@commands.command("worker")
@pass_door
@answers
def work(door: Door) -> None:
    """Do the work that follows deeds until Ctrl-C, beside the server and other workers; for PostgreSQL."""
    door.after = lambda *_: None  # whoever stops a worker does not wait for what the others do
    worker.run_until_stopped(door.library)


@commands.command("settings")
@as_json
@pass_door
@answers
def show_settings(door: Door, as_json: bool) -> None:
    """Print every setting with its value and where it came from; secrets are masked."""
    rows = settings.sources(door.settings)  # without opening the library: settings may be what keeps it shut
    lines = [f"{row['name']} = {row['value']}  ({row['from']}: {row['meaning']})" for row in rows]
    answer({"settings": rows}, as_json=as_json, text=lambda: "\n".join(lines))


@commands.command()
@click.option("--reset", is_flag=True, help="Empty the demo library and make it again.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day that all its dates are counted from.")
@wait
@as_json
@pass_door
@answers
def demo(door: Door, reset: bool, today: datetime | None, as_json: bool) -> None:
    """Fill an empty library with the sample company Tarnwell: assets, people, deals and usage."""
    filled = _fill(door.library, today.date() if today else None, reset=reset)
    told = asdict(filled)
    counts = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in told.items())
    answer(told, as_json=as_json, text=lambda: f"Demo library: {counts}.")


def _fill(library: Library, today: date | None, *, reset: bool) -> loading.Filled:
    """Make the demo unless it stands; one that was broken off, or is to be reset, is emptied first."""
    with library.read(OPERATOR) as reading:
        made_by_demo, finished = services.made_by_demo(reading), services.is_demo_finished(reading)
        holds_work = services.holds_work(reading)
    if holds_work and not made_by_demo:
        raise ConflictError(
            f"{library.settings.data} holds a library that the demo did not make. Choose another folder with --data."
        )
    if finished and not reset:
        return loading.count(library)
    with runner.runner_lock(library.settings.data, patience=runner.LOCK_PATIENCE) as got:
        if not got:
            raise ConflictError("A server runs on this library. Stop it, then make the demo again.")
        if made_by_demo:
            library.empty()
        return loading.fill(library, today or library.clock().date(), progress)


for command in (
    content.content,
    search.search,
    search.index,
    documents.documents,
    brand.brand,
    uploads.uploads,
    library.library,
    deals.deals,
    deals.usage,
    reports.reports,
    people.people,
    operations.verify,
    operations.doctor,
    operations.backup,
    operations.restore,
    operations.export,
    operations.import_library,
):
    commands.add_command(command)


def main() -> None:
    """Run the command line; refusals that come before a command runs are told the same way."""
    # What was loaded lives as long as the command: to look through it for garbage again and again is a tenth of a demo.
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _ROUNDS, _ROUNDS)
    try:
        commands()
    except ContentlibError as error:
        refuse(error, as_json="--json" in sys.argv)
        sys.exit(1)


if __name__ == "__main__":
    main()
