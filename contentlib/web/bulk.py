"""Many assets at once in pages: what a deed needs, what it would do, how far it is, and taking it back.

Few are done while somebody waits; more go on in the background, on a page that says how far they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from contentlib.domain.counting import count
from contentlib.domain.errors import InvalidInputError
from contentlib.domain.hygiene import Fault
from contentlib.domain.library import BULK_DAYS, BulkDeed, BulkEffect, BulkOrder, BulkOutcome, RunState
from contentlib.domain.people import Permission
from contentlib.payloads import library_sheet as payloads
from contentlib.services import bulk, governance, hygiene, library_table
from contentlib.services.bulk import runs
from contentlib.web import filters
from contentlib.web.deed_words import BULK_WORDS
from contentlib.web.files import send_table
from contentlib.web.library_table import wanted_of
from contentlib.web.login import actor, requires
from contentlib.web.requests import address_with, day, flash_with_undo, library, way_back

room = Blueprint("bulk", __name__)

_TEXTS = ("word", "owner", "reason", "link", "to", "fault")
# These need nothing that could not be told before.
_PLAIN = frozenset({BulkDeed.VERIFY, BulkDeed.SUBMIT})
_DAY_WORDS = {"publish_on": "publish on", "expires_on": "expires on", "review_by_on": "review by"}
# A form names so many assets at most; more are chosen by what the address asks for.
_MOST_NAMED = 1000


@room.post("/library/bulk")
@requires(Permission.EDIT_ASSETS)
def ask() -> str | Response | tuple[str, int]:
    """Show what a deed would do to the assets that were chosen, or ask for what it needs first."""
    order = _order()
    try:
        slugs = _chosen()
    except InvalidInputError as none:  # the list is the place to choose
        flash(none.message, "refused")
        return redirect(_back())
    try:
        order = _with_days(order)
        if order.deed not in _PLAIN and "again" not in request.form:
            return _bulk_page(order, slugs)
        if len(slugs) > runs.AT_ONCE:
            with library().work(actor()) as uow:
                run = runs.begin(uow, _with_address(order), slugs)
            return redirect(url_for("bulk.show_run", run_id=run, back=_back()))
        effect = library().do_many(actor(), _with_address(order), slugs, is_rehearsal=True)
    except InvalidInputError as error:
        return _bulk_page(order, slugs, error=error), 400
    return _bulk_page(order, slugs, effect=effect)


@room.post("/library/bulk/do")
@requires(Permission.EDIT_ASSETS)
def do() -> Response | tuple[str, int]:
    """Do it, and offer to take it back."""
    slugs, order = _chosen(), _order()
    try:
        order = _with_days(order)
        effect = library().do_many(actor(), _with_address(order), slugs)
    except InvalidInputError as error:
        return _bulk_page(order, slugs, error=error), 400
    said = f"{count(len(effect.done), 'asset')} {BULK_WORDS[order.deed][1]}"
    said += f", {len(effect.refused)} left as they were." if effect.refused else "."
    if effect.entry is None:
        flash("Nothing was changed.", "note")
    else:
        flash_with_undo(said, url_for("bulk.undo", entry=effect.entry), back=_back())
    return redirect(_back())


@room.post("/library/bulk/<int:entry>/undo")
@requires(Permission.EDIT_ASSETS)
def undo(entry: int) -> Response:
    """Take back what was done to many."""
    with library().work(actor()) as uow:
        effect = bulk.undo(uow, entry)
    said = f"Taken back for {count(len(effect.done), 'asset')}."
    flash(said + (f" {effect.refused[0].reason}" if effect.refused else ""), "good" if effect.done else "refused")
    return redirect(_back())


@room.get("/library/bulk/runs/<int:run_id>")
@requires(Permission.EDIT_ASSETS)
def show_run(run_id: int) -> str:
    """Show how far a deed on many assets is, or what it came to."""
    with library().read(actor()) as reading:
        run = runs.look(reading, run_id)
        told = _told(run.order, bulk.list_choices(reading), governance.list_keepers(reading))
    title, came_to = BULK_WORDS[run.order.deed]
    return render_template(
        "assets/bulk_run.html",
        run=run,
        RunState=RunState,
        outcomes=BulkOutcome,
        title=title,
        told=told,
        came_to=came_to,
        back=_back(),
    )


@room.get("/library/bulk/runs/<int:run_id>/refused.csv")
@requires(Permission.EDIT_ASSETS)
def show_refused(run_id: int) -> Response:
    """Serve the rows of a sheet that were refused as a file to mend."""
    with library().read(actor()) as reading:
        header, rows = runs.iter_refused(reading, run_id)
        return send_table(payloads.write_refused(header, rows), "refused.csv")


@room.post("/library/bulk/runs/<int:run_id>")
@requires(Permission.EDIT_ASSETS)
def decide(run_id: int) -> Response:
    """Do what was looked at, stop, or take back what was done."""
    wanted = request.form.get("do", "")
    is_left = True
    with library().work(actor()) as uow:
        if wanted == "go":
            runs.go(uow, run_id)
        elif wanted == "undo":
            runs.take_back(uow, run_id)
        elif wanted == "stop":
            is_left = runs.stop(uow, run_id)
    if is_left:
        return redirect(url_for("bulk.show_run", run_id=run_id, back=_back()))
    flash("Nothing was changed.", "note")
    return redirect(_back())


def _chosen() -> list[str]:
    """Give the assets that a form chose: those ticked, those of a sort to mend, or all that the address asks for.

    Raises InvalidInputError when there is none.
    """
    if request.form.get("every") != "yes":
        slugs = [slug.replace("\0", "") for slug in request.form.getlist("slugs")[:_MOST_NAMED]]
        if not slugs:
            raise InvalidInputError("Choose at least one asset first: tick it at its left.")
        return slugs
    mended = request.args.get("mend", "")
    with library().read(actor()) as reading:
        if mended in set(Fault):
            slugs = hygiene.list_faulty(
                reading,
                Fault(mended),
                public_url=current_app.config["PUBLIC_URL"],
                link=request.form.get("link", ""),
                is_own=request.args.get("own") == "yes",
            )
        else:
            slugs = library_table.list_slugs(reading, wanted_of())
    if not slugs:
        raise InvalidInputError("No asset is left that this is about.")
    return slugs


def _order() -> BulkOrder:
    named = request.form.get("deed", "")
    if named not in set(BulkDeed) - {BulkDeed.SHEET}:
        raise InvalidInputError("Choose what to do with them.")
    given = {name: request.form.get(name, "")[:500].replace("\0", "") for name in _TEXTS}
    return BulkOrder(deed=BulkDeed(named), cleared=frozenset(request.form.getlist("cleared")), **given)  # type: ignore[arg-type]


def _with_days(order: BulkOrder) -> BulkOrder:
    """Give an order with its days; InvalidInputError names what is no day."""
    return replace(order, **{name: day(name) for name in BULK_DAYS})  # type: ignore[arg-type]


def _with_address(order: BulkOrder) -> BulkOrder:
    """Give an order with the whole address of the asset that somebody named in a link's place."""
    if not order.to:
        return order
    with library().read(actor()) as reading:
        return replace(order, to=hygiene.find_address(reading, order.to, public_url=current_app.config["PUBLIC_URL"]))


def _back() -> str:
    return way_back(url_for("assets.library"))


def _bulk_page(
    order: BulkOrder,
    slugs: list[str],
    *,
    effect: BulkEffect | None = None,
    error: InvalidInputError | None = None,
) -> str:
    with library().read(actor()) as reading:
        words = bulk.list_choices(reading)
        keepers = governance.list_keepers(reading)
    is_stage = order.deed is BulkDeed.STAGE
    is_named = len(slugs) <= runs.AT_ONCE
    return render_template(
        "assets/bulk.html",
        order=order,
        slugs=slugs,
        # Few are named one by one, so that what is done is what was shown; more are fixed when they are looked at.
        is_named=is_named,
        ask=url_for("bulk.ask") if is_named else address_with(url_for("bulk.ask")),
        title=BULK_WORDS[order.deed][0],
        told=_told(order, words, keepers) if effect else "",
        came_to=BULK_WORDS[order.deed][1],
        effect=effect,
        error=error,
        errors={each.field: each.message for each in error.fields} if error else {},
        texts=_TEXTS,
        words=[(name, choices) for name, choices in words if (name == "Funnel stages") is is_stage],
        keepers=[("", "Choose a person"), *keepers],
        back=_back(),
    )


def _told(
    order: BulkOrder, words: Sequence[tuple[str, Sequence[tuple[str, str]]]], keepers: Sequence[tuple[str, str]]
) -> str:
    """Say what an order was told: a term, an owner, days, a reason; nothing where its name says all."""
    labels = dict(choice for _, choices in words for choice in choices)
    days = {name: filters.day(getattr(order, name)) for name in BULK_DAYS if getattr(order, name)}
    days |= dict.fromkeys(order.cleared, "none")
    said = [
        labels.get(order.word, order.word),
        dict(keepers).get(order.owner, order.owner),
        *(f"{_DAY_WORDS[name]} {days[name]}" for name in BULK_DAYS if name in days),
        order.reason and f"“{order.reason}”",
    ]
    return filters.listed([each for each in said if each])
