"""Deals: the list, one deal with its timeline, the deal being worked on, and a file of deals from the CRM."""

from __future__ import annotations

import base64

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from contentlib.domain.errors import ContentlibError
from contentlib.domain.imports import ImportAnswer
from contentlib.domain.people import Permission
from contentlib.payloads import rows as row_files
from contentlib.services import deal_imports, deals, taxonomy, usage
from contentlib.web.frame import working_deal
from contentlib.web.lists import neighbours
from contentlib.web.login import actor, requires, signed_in
from contentlib.web.requests import address_with, library, page_number, sent_file, way_back

room = Blueprint("deals", __name__)

PER_PAGE = 50


@room.get("/deals")
@requires(Permission.SEE_OWN_DEALS)
def index() -> str:
    """Show the deals of the person, or all of them for who may see all; open ones first asked for."""
    whose, state = request.args.get("whose", ""), request.args.get("state", "open")
    is_mine = not (whose == "all" and actor().may(Permission.SEE_ALL_DEALS))
    text, stage = request.args.get("text", "").strip(), request.args.get("stage") or None
    with library().read(actor()) as reading:
        found, total = deals.list_deals(
            reading,
            is_mine=is_mine,
            is_open=state != "closed",
            text=text,
            stage=stage,
            limit=PER_PAGE,
            offset=(page_number() - 1) * PER_PAGE,
        )
        stages = taxonomy.list_deal_stages(reading)
    page = neighbours(found, total=total, size=PER_PAGE)
    return render_template(
        "deals/deals.html",
        deals=page.rows,
        total=total,
        tabs=_tabs(is_mine=is_mine, is_open=state != "closed"),
        kept=[(name, request.args[name]) for name in ("whose", "state") if request.args.get(name)],
        text=text,
        stages=[("", "All stages"), *((s.slug, s.label) for s in stages)],
        stage=stage,
        is_mine=is_mine,
        may_import=actor().may(Permission.IMPORT_DEALS),
        previous=page.previous,
        next=page.next,
        first_shown=page.first,
        last_shown=page.last,
    )


def _tabs(*, is_mine: bool, is_open: bool) -> list[tuple[str, str, bool]]:
    tabs = [
        ("My open deals", url_for("deals.index"), is_mine and is_open),
        ("My closed deals", url_for("deals.index", state="closed"), is_mine and not is_open),
    ]
    if actor().may(Permission.SEE_ALL_DEALS):
        tabs += [
            ("All open deals", url_for("deals.index", whose="all"), not is_mine and is_open),
            ("All closed deals", url_for("deals.index", whose="all", state="closed"), not is_mine and not is_open),
        ]
    return tabs


@room.get("/deals/<named_to_the_end('choose', 'import', 'work-on', 'stop-work'):deal>")
@requires(Permission.SEE_OWN_DEALS)
def show(deal: str) -> str:
    """Show a deal: its stages with what was used in each."""
    with library().read(actor()) as reading:
        found = deals.get(reading, deal)
        stays = deals.timeline(reading, deal)
        plates = deals.plates_of(reading, stays)
        may_undo = usage.undoable(reading, [use.event_id for stay in stays for use in stay.used])
    current = working_deal()
    return render_template(
        "deals/deal.html",
        deal=found,
        stays=stays,
        ahead=[] if found.outcome else [mark.label for mark in found.thread if not (mark.is_past or mark.is_current)],
        plates=plates,
        may_undo=may_undo,
        is_working=current is not None and current.id == found.id,
        find_href=url_for("search.find", stage=found.funnel_stage),
    )


@room.get("/deals/choose")
@requires(Permission.USE_ASSETS)
def choose() -> str:
    """Ask which deal is being worked on."""
    text = request.args.get("text", "").strip()
    with library().read(actor()) as reading:
        offered, total = deals.offer(reading, text=text)
    return render_template(
        "deals/choose.html", deals=offered, total=total, text=text, back=way_back(url_for("search.find"))
    )


@room.post("/deals/work-on")
@requires(Permission.USE_ASSETS)
def work_on() -> Response:
    """Set the deal being worked on."""
    account = set_working_deal(request.form.get("deal", ""))
    flash(f"You are working on {account}. What you download or send is recorded there.", "good")
    return redirect(way_back(url_for("search.find")))


def set_working_deal(deal: str) -> str:
    """Remember a deal in the session; gives its account."""
    session = signed_in()
    with library().work(session.actor) as uow:
        return deals.work_on(uow, sign_in_id=session.sign_in_id, deal=deal)


@room.post("/deals/stop-work")
@requires(Permission.USE_ASSETS)
def stop_work() -> Response:
    """Clear the deal being worked on."""
    session = signed_in()
    with library().work(session.actor) as uow:
        deals.stop_work(uow, sign_in_id=session.sign_in_id)
    return redirect(way_back(url_for("search.find")))


@room.get("/deals/import")
@requires(Permission.IMPORT_DEALS)
def show_import() -> str:
    """Ask for a file of deals."""
    return _import_page(step="file")


@room.post("/deals/import", endpoint="import_deals")
@requires(Permission.IMPORT_DEALS)
def take_file() -> str | tuple[str, int]:
    """Show what a file of deals would change; write it when asked to."""
    write = request.form.get("write") == "yes"
    try:
        name, data = sent_file("deals.csv")
        answer = _run_import(data, dry_run=not write)
    except ContentlibError as error:
        return _import_page(step="file", error=error.message), 400
    kept = None if write else base64.b64encode(data).decode("ascii")
    return _import_page(step="done" if write else "dry run", answer=answer, file_name=name, kept=kept)


def _run_import(data: bytes, *, dry_run: bool) -> ImportAnswer:
    source = row_files.read_deals(data)
    done = library().import_rows(actor(), deal_imports.import_deals, source.rows, dry_run=dry_run)
    return ImportAnswer(
        total=source.total,
        created=done.created,
        changed=done.changed,
        unchanged=done.unchanged,
        refused=tuple(sorted((*source.refused, *done.refused), key=lambda row: row.line)),
        warnings=source.warnings,
    )


def _import_page(
    *,
    step: str,
    answer: ImportAnswer | None = None,
    file_name: str = "",
    kept: str | None = None,
    error: str | None = None,
) -> str:
    return render_template(
        "deals/import.html", step=step, answer=answer, file_name=file_name, kept=kept, error=error, again=address_with()
    )
