"""`contentlib reports …`: the numbers both teams believe, for scripts and spreadsheets."""

from __future__ import annotations

import click

from contentlib.cli.door import Door, answer, answers, as_json, pass_door
from contentlib.domain.errors import NotFoundError
from contentlib.payloads import reports as payloads
from contentlib.services import reports as services


@click.command()
@click.argument("name", required=False)
@click.option("--csv", "as_csv", is_flag=True, help="Print rows as CSV.")
@as_json
@pass_door
@answers
def reports(door: Door, name: str | None, as_csv: bool, as_json: bool) -> None:
    """List the reports, or print one."""
    if name is None:
        listed = {"reports": [{"name": slug, "title": title} for slug, title in services.REPORTS]}
        answer(listed, as_json=as_json, text=lambda: "\n".join(f"{slug}: {title}" for slug, title in services.REPORTS))
        return
    if name not in dict(services.REPORTS):
        raise NotFoundError(f"There is no report “{name}”. Known: {', '.join(dict(services.REPORTS))}.")
    with door.library.read(door.actor) as reading:
        report = services.usage_to_close(reading)
    if as_csv:
        click.echo(payloads.usage_to_close_csv(report), nl=False)
        return
    answer(payloads.usage_to_close(report), as_json=as_json, text=lambda: payloads.usage_to_close_text(report))
