"""`contentlib reports …`: the numbers both teams believe, for scripts and spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import click

from contentlib.cli.door import Door, answer, answers, as_json, pass_door
from contentlib.domain.errors import NotFoundError
from contentlib.payloads import reports as payloads
from contentlib.services import reports as services
from contentlib.services import search_log


@dataclass(frozen=True, kw_only=True)
class Form:
    """How a report is read, and what it looks like as JSON values, as a table and as lines."""

    read: Callable[..., Any]
    values: Callable[[Any], Mapping[str, Any]]
    csv: Callable[[Any], str]
    text: Callable[[Any], str]


FORMS = {
    "usage-to-close": Form(
        read=services.usage_to_close,
        values=payloads.usage_to_close,
        csv=payloads.usage_to_close_csv,
        text=payloads.usage_to_close_text,
    ),
    "search-gaps": Form(
        read=search_log.gaps,
        values=payloads.search_gaps,
        csv=payloads.search_gaps_csv,
        text=payloads.search_gaps_text,
    ),
}


@click.command()
@click.argument("name", required=False)
@click.option("--csv", "as_csv", is_flag=True, help="Print rows as CSV.")
@as_json
@pass_door
@answers
def reports(door: Door, name: str | None, as_csv: bool, as_json: bool) -> None:
    """List the reports, or print one."""
    if name is None:
        listed = {"reports": [{"name": slug, "title": title} for slug, title in services.REPORTS.items()]}
        answer(listed, as_json=as_json, text=_listed)
        return
    form = FORMS.get(name)
    if form is None:
        raise NotFoundError(f"There is no report “{name}”. Known: {', '.join(FORMS)}.")
    with door.library.read(door.actor) as reading:
        report = form.read(reading)
    if as_csv:
        click.echo(form.csv(report), nl=False)
        return
    answer(form.values(report), as_json=as_json, text=lambda: form.text(report))


def _listed() -> str:
    return "\n".join(f"{slug}: {title}" for slug, title in services.REPORTS.items())
