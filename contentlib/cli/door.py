"""What all commands share: the library they open, how they answer, and what a refusal looks like."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click
import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from contentlib.domain.errors import ContentlibError, InvalidInputError
from contentlib.domain.findings import Finding, has_errors
from contentlib.domain.people import Actor
from contentlib.library import Library

if TYPE_CHECKING:
    from contentlib.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")
_log = structlog.get_logger()


@dataclass
class Door:
    """One run of the command line: opens the library when a command first asks for it."""

    settings: Settings
    opener: Callable[[], Library]
    after: Callable[[Library, bool], None]
    acting_as: str | None = None
    waits_for_pictures: bool = False
    _library: Library | None = field(default=None, init=False)

    @property
    def library(self) -> Library:
        """Give the library, opened on first use."""
        if self._library is None:
            self._library = self.opener()
        return self._library

    @property
    def actor(self) -> Actor:
        """Give who the command acts for."""
        return self.library.act_as(self.acting_as)

    def close(self) -> None:
        """Do the work that the command left behind and close the library."""
        if self._library is None:
            return
        try:
            self.after(self._library, self.waits_for_pictures)
        except Exception as fault:  # the command has answered; what it left behind waits for the next one or a server
            _log.exception("what follows a command broke off")
            told = fault.message if isinstance(fault, ContentlibError) else f"{type(fault).__name__}."
            click.echo(f"What follows this command waits for the next one: {told}", err=True)
        finally:
            self._library.close()
            self._library = None


pass_door = click.make_pass_decorator(Door)
as_json = click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON document.")


def _wait_for_pictures(context: click.Context, _: click.Parameter, chosen: bool) -> None:
    door = context.find_object(Door)
    if door is not None:
        door.waits_for_pictures = chosen


wait = click.option(
    "--wait",
    is_flag=True,
    expose_value=False,
    callback=_wait_for_pictures,
    help="Draw page pictures too before ending.",
)


def answers(function: Callable[P, T]) -> Callable[P, T]:
    """Turn refusals into exit 1 with the error's own words, and faults into one sentence with an id for the log."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        wants_json = bool(kwargs.get("as_json"))
        try:
            return function(*args, **kwargs)
        except ContentlibError as error:
            refuse(error, as_json=wants_json)
        except UnicodeEncodeError as error:  # an argument or a file's name that is not UTF-8
            shown = str(error.object)[:80].encode(errors="replace").decode()
            refuse(InvalidInputError(f"“{shown}” holds bytes that are not UTF-8."), as_json=wants_json)
        except (click.ClickException, click.exceptions.Exit, click.Abort, KeyboardInterrupt, BrokenPipeError):
            raise
        except Exception as fault:
            reference = uuid.uuid4().hex[:8]
            _log.exception("unexpected fault", reference=reference)
            message = (
                f"Something went wrong that should not have ({type(fault).__name__}). The log has it as {reference}."
            )
            _print_error({"code": "fault", "message": message, "fields": [], "findings": []}, as_json=wants_json)
        sys.exit(1)

    return run


def refuse(error: ContentlibError, *, as_json: bool) -> None:
    """Print a refusal: what is wrong, field by field, finding by finding."""
    told = {
        "code": error.code,
        "message": error.message,
        "fields": [{"field": f.field, "message": f.message} for f in error.fields],
        "findings": [finding.as_dict() for finding in error.findings],
    }
    _print_error(told, as_json=as_json)


def _print_error(told: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_out(json.dumps({"error": told}, ensure_ascii=False))
        return
    print_out(f"Refused: {told['message']}", err=True)
    for fault in told["fields"]:
        print_out(f"  {fault['field']}: {fault['message']}", err=True)
    for finding in told["findings"]:
        print_out("  " + describe(Finding.from_dict(finding)), err=True)


def answer(told: Any, *, as_json: bool, text: Callable[[], str]) -> None:
    """Print an answer: one JSON document, or the text for people."""
    print_out(json.dumps(told, ensure_ascii=False, allow_nan=False, default=plain) if as_json else text())


def answer_findings(findings: tuple[Finding, ...] | list[Finding], *, as_json: bool, nothing: str) -> None:
    """Print findings, or that there is `nothing` to tell; ends with 1 when an error is among them."""
    told = {"findings": [finding.as_dict() for finding in findings]}
    answer(told, as_json=as_json, text=lambda: "\n".join(map(describe, findings)) or nothing)
    if has_errors(findings):
        sys.exit(1)


def print_out(text: str, *, err: bool = False) -> None:
    """Print text; what no encoding can hold, from an argument or a file name that is not UTF-8, is shown as “?”."""
    click.echo(text.encode(errors="replace").decode(), err=err)


def plain(value: Any) -> Any:
    """Give what JSON has no word for as text: instants and dates in ISO 8601."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def describe(finding: Finding) -> str:
    """Give a finding as one line: where, how grave, what, and what mends it."""
    where = ":".join(str(part) for part in (finding.path, finding.line) if part is not None)
    page = f"page {finding.page}" if finding.page is not None else ""
    place = " ".join(part for part in (where, page) if part)
    mend = f" {finding.mend}" if finding.mend else ""
    quoted = f"“{finding.text[:60]}”" if finding.text and finding.text not in finding.message else ""
    # Without a page or line, what it quotes is all that leads there.
    words = ", ".join(filter(None, (quoted, finding.evidence))) if quoted and not page and not finding.line else ""
    said = f"{finding.level.value}: {finding.message}{mend}{f' ({words})' if words else ''}"
    return f"{place + ': ' if place else ''}{said}"


@contextmanager
def progress(total: int | None, label: str) -> Iterator[Callable[[int], None]]:
    """Show a bar on stderr while work of known size goes on; yields what to call with each step."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=total)
        yield lambda steps: bar.advance(task, steps)
