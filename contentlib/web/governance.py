"""Review and governance in pages: the queue, moves with the question each asks, versions side by side, notices."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from contentlib.domain.errors import ConflictError, InvalidInputError, NotFoundError
from contentlib.domain.governance import ARCHIVE_REASONS, SEND_BACK_REASONS, Move
from contentlib.domain.people import Permission
from contentlib.services import assets, digests, governance, notices
from contentlib.services.governance import Done, Order
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.web.deed_words import MOVE_WORDS
from contentlib.web.letters import address_of
from contentlib.web.lists import neighbours
from contentlib.web.login import actor, requires
from contentlib.web.requests import day, flash_with_undo, library, number, page_number, way_back

room = Blueprint("governance", __name__)


@room.app_context_processor
def _words() -> dict[str, object]:
    return {"MOVE_WORDS": MOVE_WORDS, "Move": Move}


@room.get("/library/review", defaults={"slug": None})
@room.get("/library/review/<slug>")
@requires(Permission.SEE_REVIEWS)
def review(slug: str | None) -> str | Response:
    """Show what waits, and one of it whole: what changed, who has agreed, and the two ways on."""
    try:
        return _review_page(slug)
    except ConflictError as settled:  # an old notice, or the way back in the browser, leads to what was decided
        flash(settled.message, "good")
        return redirect(url_for("assets.show", slug=slug))


def _review_page(slug: str | None, refused: InvalidInputError | None = None, wanted: Move | None = None) -> str:
    with library().read(actor()) as reading:
        queue = governance.list_queue(reading, page=page_number(), slug=slug)
        chosen = slug or (queue.lines[0].slug if queue.lines else None)
        page = governance.get_review(reading, chosen) if chosen is not None else None
    return render_template(
        "governance/review.html",
        queue=queue,
        shown=neighbours(
            queue.lines,
            total=queue.total,
            size=governance.PER_PAGE,
            number=queue.page,
            path=url_for("governance.review"),
        ),
        page=page,
        is_chosen=slug is not None,
        reasons=SEND_BACK_REASONS,
        refused=refused,
        wanted=wanted,
        typed=request.form,
    )


@room.route("/assets/<slug>/moves/<move>", methods=["GET", "POST"])
@requires(Permission.SEE_REVIEWS)
def move(slug: str, move: str) -> str | Response | tuple[str, int]:
    """Ask what a move needs to know, or make it; what was typed stays when it is refused."""
    if move not in {each.value.replace(" ", "-") for each in MOVE_WORDS}:
        abort(404)
    wanted = Move(move.replace("-", " "))
    if request.method == "GET":
        return _ask(slug, wanted)
    try:
        done = library().govern(actor(), _order(slug, wanted))
    except InvalidInputError as refused:
        is_reviewing = request.form.get("from") == "review"
        return (_review_page(slug, refused, wanted) if is_reviewing else _ask(slug, wanted, refused)), 422
    return _tell(done, url_for("assets.show", slug=done.slug))


def _tell(done: Done, default: str) -> Response:
    flash_with_undo(done.sentence, url_for("governance.undo", entry=done.entry))
    return redirect(way_back(default))


def _order(slug: str, wanted: Move) -> Order:
    return Order(
        move=wanted,
        slug=slug,
        number=number("number"),
        reason=request.form.get("reason", "")[:1000],
        reasons=tuple(request.form.getlist("reasons")),
        reviewer=request.form.get("reviewer") or None,
        publish_on=day("publish_on"),
    )


def _ask(slug: str, wanted: Move, refused: InvalidInputError | None = None) -> str:
    with library().read(actor()) as reading:
        asset = assets.get_page(reading, slug)
        bar = governance.get_bar(reading, slug)
        reviewers = governance.list_sales_reviewers(reading) if actor().may(Permission.EDIT_ASSETS) else ()
    if wanted not in bar.moves and refused is None:
        raise NotFoundError(f"“{asset.title}” cannot be moved this way now. Its page shows how it stands.")
    return render_template(
        "governance/move.html",
        asset=asset,
        bar=bar,
        move=wanted,
        reviewers=reviewers,
        archive_reasons=ARCHIVE_REASONS,
        reasons=SEND_BACK_REASONS,
        refused=refused,
        typed=request.form,
    )


@room.post("/assets/<slug>/verify")
@requires(Permission.EDIT_ASSETS)
def verify(slug: str) -> Response:
    """Say that an asset is still right."""
    with library().work(actor()) as uow:
        done = governance.verify(uow, slug=slug)
    return _tell(done, url_for("assets.show", slug=done.slug))


@room.route("/assets/<slug>/keeping", methods=["GET", "POST"])
@requires(Permission.EDIT_ASSETS)
def keeping(slug: str) -> str | Response | tuple[str, int]:
    """Show who looks after an asset and the days that govern it, or set them."""
    if request.method == "GET":
        return _keeping_page(slug)
    try:
        with library().work(actor()) as uow:
            done = _keep(uow, slug)
    except InvalidInputError as refused:
        return _keeping_page(slug, refused), 422
    return _tell(done, url_for("assets.show", slug=done.slug))


def _keep(uow: UnitOfWork, slug: str) -> Done:
    if request.form.get("do") == "owner":
        return governance.set_owner(uow, slug=slug, email=request.form.get("owner") or None)
    return governance.set_dates(
        uow,
        slug=slug,
        publish_on=day("publish_on"),
        expires_on=day("expires_on"),
        review_by_on=day("review_by_on"),
    )


def _keeping_page(slug: str, refused: InvalidInputError | None = None) -> str:
    with library().read(actor()) as reading:
        asset = assets.get_page(reading, slug)
        keepers, owner = governance.list_keepers(reading), governance.find_owner(reading, slug)
    return render_template(
        "governance/keeping.html", asset=asset, keepers=keepers, owner=owner, refused=refused, typed=request.form
    )


@room.get("/assets/<slug>/versions/<int:version>")
@requires(Permission.FIND_ASSETS)
def compare(slug: str, version: int) -> str:
    """Show a version beside an earlier one: words, record and pages."""
    with library().read(actor()) as reading:
        asset = assets.get_page(reading, slug)
        comparison = governance.compare(reading, slug=slug, number=version, against=number("against"))
    return render_template("governance/compare.html", asset=asset, comparison=comparison)


@room.post("/assets/<slug>/versions/<int:version>/restore")
@requires(Permission.EDIT_ASSETS)
def restore(slug: str, version: int) -> Response:
    """Take an earlier version up again as the next one, a draft."""
    with library().work(actor()) as uow:
        done = governance.restore(uow, slug=slug, number=version)
    return _tell(done, url_for("assets.show", slug=done.slug))


@room.post("/governance/<int:entry>/undo")
@requires(Permission.SEE_REVIEWS)
def undo(entry: int) -> Response:
    """Take a deed on an asset back."""
    with library().work(actor()) as uow:
        undone = governance.undo(uow, entry=entry)
    flash(undone.sentence)
    is_keeper = actor().may(Permission.SEE_UNPUBLISHED)
    # What a reviewer takes back is their word, so that the asset waits for it again.
    return redirect(url_for("assets.show" if is_keeper else "governance.review", slug=undone.slug))


@room.get("/notices")
@requires(Permission.FIND_ASSETS)
def inbox() -> str:
    """Show what the person was told, newest first."""
    with library().read(actor()) as reading:
        lines, total = notices.list_mine(reading, page=page_number())
        gets_letters = digests.wants_letters(reading)
    return render_template(
        "governance/notices.html",
        shown=neighbours([(line, address_of(line)) for line in lines], total=total, size=notices.PER_PAGE),
        total=total,
        gets_letters=gets_letters,
    )


@room.post("/notices/seen")
@requires(Permission.FIND_ASSETS)
def see_notices() -> Response:
    """Mark what the person was told as seen."""
    with library().work(actor()) as uow:
        notices.mark_seen(uow)
    return redirect(url_for("governance.inbox"))
