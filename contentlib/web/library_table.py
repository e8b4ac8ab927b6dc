"""The marketers' table: filtered, sorted and paged in the address; what is done to many is shown before it is done."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from contentlib.domain.assets import AssetStatus
from contentlib.domain.counting import count
from contentlib.domain.errors import ContentlibError
from contentlib.domain.imports import ImportAnswer
from contentlib.domain.library import (
    LEFT,
    NOBODY,
    LibraryFilter,
    LibraryPage,
    LibrarySort,
    SheetRow,
)
from contentlib.domain.people import Actor, Permission
from contentlib.payloads import library_sheet as payloads
from contentlib.services import governance, library_sheet, library_table, taxonomy
from contentlib.services.bulk import runs, sheets
from contentlib.web.deed_words import BULK_WORDS, OFFERED_WORDS
from contentlib.web.files import send_table
from contentlib.web.lists import neighbours
from contentlib.web.login import actor, requires
from contentlib.web.requests import address_with, flash_with_undo, library, page_number, sent_file

room = Blueprint("library_table", __name__)

PER_PAGE = 100


def show() -> str:
    """Show a page of the table."""
    wanted, sort, may_edit = wanted_of(), _sort(), actor().may(Permission.EDIT_ASSETS)
    with library().read(actor()) as reading:
        found = library_table.list_page(
            reading, wanted, sort=sort, limit=PER_PAGE, offset=(page_number() - 1) * PER_PAGE
        )
        kinds, stages = taxonomy.list_kinds(reading), taxonomy.list_funnel_stages(reading)
        waiting = governance.count_queue(reading)
        going_on = runs.list_mine(reading)
    page = neighbours(found.rows, total=found.total, size=PER_PAGE)
    return render_template(
        "assets/library.html",
        rows=page.rows,
        total=found.total,
        counts=_status_tabs(found, wanted, waiting),
        kinds=[("", "All kinds"), *((kind.slug, kind.plural) for kind in kinds)],
        stages_to_choose=[("", "All stages"), *((stage.slug, stage.label) for stage in stages)],
        owners=[("", "All owners"), *found.owners, (NOBODY, "Nobody"), (LEFT, "Anybody disabled")],
        wanted=wanted,
        is_filtered=wanted != LibraryFilter(status=wanted.status),
        sorts={column: address_with(sort=column, page=None) for column in LibrarySort},
        sorted_by=sort,
        first_shown=page.first,
        last_shown=page.last,
        previous=page.previous,
        next=page.next,
        deeds=[(deed, asked) for deed, (asked, _) in OFFERED_WORDS.items()] if may_edit else [],
        going_on=[(run, BULK_WORDS[run.order.deed][0]) for run in going_on],
        choose=address_with(url_for("bulk.ask"), page=None, sort=None),
        csv=address_with(url_for("library_table.sheet"), page=None, sort=None),
    )


def wanted_of() -> LibraryFilter:
    """Give what the address asks for."""
    status = request.args.get("status", "")
    return LibraryFilter(
        status=AssetStatus(status) if status in set(AssetStatus) else None,
        kind=_given("kind"),
        stage=_given("stage"),
        owner=_given("owner"),
        tag=_given("tag"),
        is_overdue=request.args.get("overdue") == "yes",
        text=_given("text"),
    )


def _given(name: str) -> str:
    return request.args.get(name, "").strip()[:200].replace("\0", "")


def _sort() -> LibrarySort:
    wanted = request.args.get("sort", "")
    return LibrarySort(wanted) if wanted in set(LibrarySort) else LibrarySort.CHANGED


def _status_tabs(found: LibraryPage, wanted: LibraryFilter, waiting: int) -> list[tuple[str, str, bool]]:
    every = sum(found.counts.values())
    tabs = [(f"All {every:,}", address_with(status=None, page=None), wanted.status is None)]
    if waiting:
        tabs.append((f"To review {waiting}", url_for("governance.review"), False))
    for status in AssetStatus:
        held = found.counts.get(status, 0)
        if held or wanted.status is status:
            label = f"{status.value.capitalize()} {held:,}"
            tabs.append((label, address_with(status=status.value, page=None), wanted.status is status))
    return tabs


@room.get("/library.csv")
@requires(Permission.SEE_UNPUBLISHED)
def sheet() -> Response:
    """Serve the assets asked for as a sheet, as they are read."""
    return send_table(payloads.write_sheet(_iter(actor(), wanted_of())), "library.csv")


def _iter(who: Actor, wanted: LibraryFilter) -> Iterator[SheetRow]:
    opened = library()

    def rows() -> Iterator[SheetRow]:
        with opened.read(who) as reading:
            yield from library_sheet.iter_sheet(reading, wanted)

    return rows()


@room.get("/library/sheet")
@requires(Permission.EDIT_ASSETS)
def show_sheet() -> str:
    """Ask for a sheet."""
    return _sheet_page(step="file")


@room.post("/library/sheet", endpoint="take_sheet")
@requires(Permission.EDIT_ASSETS)
def take_sheet() -> str | Response | BaseResponse | tuple[str, int]:
    """Show what a sheet would change; write it when asked to, or give the rows that were refused."""
    deed = request.form.get("do", "look")
    try:
        name, data = sent_file("library.csv")
        read = payloads.read_sheet(data)
        if len(read.texts) > runs.ROWS_AT_ONCE:
            return _begin(read, name)
        is_look = deed != "write"
        with library().rehearse(actor(), rows=len(read.rows)) if is_look else library().work(actor()) as uow:
            taken = sheets.take_in(uow, read.rows, is_rehearsal=is_look)
    except ContentlibError as error:
        return _sheet_page(step="file", error=error.message), 400
    answer = _whole(read, taken.answer)
    if deed == "refused":
        text = payloads.refused_csv(read, answer.refused)
        return send_table(text, "refused.csv")
    if deed == "write" and not answer.refused and taken.entry is not None:
        undone = url_for("bulk.undo", entry=taken.entry)
        flash_with_undo(f"{count(answer.changed, 'asset')} changed by the sheet.", undo=undone)
        return redirect(url_for("assets.library"))
    kept = base64.b64encode(data).decode("ascii")
    step = "done" if deed == "write" else "dry run"
    return _sheet_page(step=step, answer=answer, file_name=name, kept=kept, unknown=read.unknown, entry=taken.entry)


def _begin(read: payloads.Sheet, name: str) -> BaseResponse:
    """Have a sheet looked at in the background that takes longer than anybody waits."""
    with library().work(actor()) as uow:
        run = runs.begin_sheet(uow, read.lines(), name=name, header=read.header, unknown=read.unknown)
    return redirect(url_for("bulk.show_run", run_id=run))


def _whole(read: payloads.Sheet, answer: ImportAnswer) -> ImportAnswer:
    refused = sorted((*read.refused, *answer.refused), key=lambda row: row.line)
    return ImportAnswer(
        total=len(read.texts), changed=answer.changed, unchanged=answer.unchanged, refused=tuple(refused)
    )


def _sheet_page(
    *,
    step: str,
    answer: ImportAnswer | None = None,
    error: str | None = None,
    kept: str = "",
    file_name: str = "",
    unknown: tuple[str, ...] = (),
    entry: int | None = None,
) -> str:
    shown: dict[str, Any] = {"answer": answer, "error": error, "kept": kept, "file_name": file_name}
    return render_template(
        "assets/sheet.html", step=step, unknown=unknown, entry=entry, columns=payloads.COLUMNS, **shown
    )
