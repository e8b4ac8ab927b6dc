"""What people miss in the library, in pages: the list, one request with its votes and answer, and asking anew."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from contentlib.domain.content_requests import (
    LONGEST_ANSWER,
    LONGEST_TITLE,
    LONGEST_WISH,
    STATUS_LABELS,
    RequestSort,
    RequestStatus,
    Wanted,
)
from contentlib.domain.errors import ConflictError, FieldError, InvalidInputError
from contentlib.domain.people import Permission
from contentlib.payloads import content_requests as payloads
from contentlib.services import content_requests, deals
from contentlib.web.files import send_table
from contentlib.web.frame import working_deal
from contentlib.web.lists import neighbours
from contentlib.web.login import actor, requires
from contentlib.web.requests import address_with, flash_with_undo, library, number, page_number, way_back

room = Blueprint("requests", __name__)

_FIELDS = ("title", "wish", "stage", "industry", "persona", "kind", "deal")
# More than any field takes; what is longer than its field is refused with all of it kept.
_MOST_TYPED = 20_000
_MOST_ROWS, _MOST_DEALS = 10_000, 200


@room.get("/requests")
@requires(Permission.FIND_ASSETS)
def index() -> str:
    """List what is missing, most wanted first, a page at a time."""
    sort, status = _sort(), _status()
    with library().read(actor()) as reading:
        lines, total = content_requests.list_some(reading, sort=sort, status=status, page=page_number())
        counts = content_requests.count_by_status(reading)
    page = neighbours(lines, total=total, size=content_requests.PER_PAGE)
    return render_template(
        "requests/requests.html",
        lines=page.rows,
        total=total,
        tabs=_tabs(counts, status),
        sorts=_sorts(),
        sort=sort.value,
        status=status,
        is_none_yet=not counts,
        first_shown=page.first,
        last_shown=page.last,
        previous=page.previous,
        next=page.next,
        csv=address_with(url_for("requests.csv"), page=None),
    )


def _sort() -> RequestSort:
    wanted = request.args.get("sort", "")
    return RequestSort(wanted) if wanted in set(RequestSort) else RequestSort.VOTES


def _status() -> RequestStatus | None:
    wanted = request.args.get("status", "")
    return RequestStatus(wanted) if wanted in set(RequestStatus) else None


def _sorts() -> list[tuple[str, str]]:
    by_deals = "Largest open deals" if actor().may(Permission.SEE_ALL_DEALS) else "Most open deals"
    return [
        (RequestSort.VOTES.value, "Most wanted"),
        (RequestSort.DEALS.value, by_deals),
        (RequestSort.NEWEST.value, "Newest"),
    ]


def _tabs(counts: dict[RequestStatus, int], chosen: RequestStatus | None) -> list[tuple[str, str, bool]]:
    named = [(f"All {sum(counts.values()):,}", address_with(status=None, page=None), chosen is None)]
    for status, label in STATUS_LABELS.items():
        if counts.get(status) or status is chosen:
            address = address_with(status=status.value, page=None)
            named.append((f"{label} {counts.get(status, 0):,}", address, status is chosen))
    return named


@room.get("/requests.csv")
@requires(Permission.FIND_ASSETS)
def csv() -> Response:
    """Serve the list as it stands as CSV; amounts only to who sees all deals."""
    with library().read(actor()) as reading:
        lines, _ = content_requests.list_some(reading, sort=_sort(), status=_status(), per_page=_MOST_ROWS)
    return send_table(payloads.requests_csv(lines), "requests.csv")


@room.get("/requests/new")
@requires(Permission.FIND_ASSETS)
def new() -> str:
    """Ask what is missing, prefilled with what the address says; requests that say the same are offered first."""
    return _ask(_wanted(request.args))


def _wanted(values: Any) -> Wanted:
    return Wanted(**{name: values.get(name, "")[:_MOST_TYPED] for name in _FIELDS})


def _ask(wanted: Wanted, errors: tuple[FieldError, ...] = (), *, is_sent: bool = False) -> str:
    with library().read(actor()) as reading:
        offered = content_requests.choices(reading)
        alike = content_requests.find_alike(reading, wanted.title)
    deal = working_deal()
    return render_template(
        "requests/new.html",
        wanted=wanted,
        choices=offered,
        deals=_deals(),
        deal=wanted.deal if is_sent or wanted.deal else deal.id if deal else "",
        alike=alike,
        errors={error.field: error.message for error in errors},
        is_sent=is_sent,
        longest=(LONGEST_TITLE, LONGEST_WISH),
        back=way_back(url_for("requests.index")),
    )


def _deals() -> list[tuple[str, str]]:
    """List the person's open deals by their customers, and the one being worked on, which may be somebody else's."""
    with library().read(actor()) as reading:
        own, _ = deals.list_deals(reading, is_mine=True, limit=_MOST_DEALS)
    offered = {deal.id: deal for deal in [*own, working_deal()] if deal is not None}
    named = [(deal.id, f"{deal.account}, {deal.stage}" if deal.stage else deal.account) for deal in offered.values()]
    return [("", "No deal"), *sorted(named, key=lambda one: one[1].casefold())]


@room.post("/requests")
@requires(Permission.FIND_ASSETS)
def ask() -> BaseResponse | tuple[str, int]:
    """Ask for something that is missing; where the same is asked for already, that is offered once before."""
    wanted = _wanted(request.form)
    with library().read(actor()) as reading:
        alike = content_requests.find_alike(reading, wanted.title)
    known = {text for text in request.form.get("shown", "").split(",") if text}
    if {str(one.id) for one in alike} - known:
        return _ask(wanted, is_sent=True), 200
    try:
        with library().work(actor()) as uow:
            done = content_requests.ask(uow, wanted)
    except InvalidInputError as refused:
        return _ask(wanted, refused.fields, is_sent=True), 422
    flash_with_undo(done.sentence, url_for("requests.withdraw", request_id=done.id))
    return redirect(url_for("requests.show", request_id=done.id))


@room.get("/requests/<int:request_id>")
@requires(Permission.FIND_ASSETS)
def show(request_id: int) -> str:
    """Show a request: what it is for, who wants it, and what becomes of it."""
    return _show(request_id)


def _show(request_id: int, errors: tuple[FieldError, ...] = (), said: str = "") -> str:
    with library().read(actor()) as reading:
        view = content_requests.get(reading, request_id)
    return render_template(
        "requests/request.html",
        view=view,
        deals=_deals(),
        deal=view.my_deal[0] if view.my_deal else "",
        statuses=[(status.value, label) for status, label in STATUS_LABELS.items()],
        errors={error.field: error.message for error in errors},
        said=said,
        typed=request.form,
        longest=LONGEST_ANSWER,
    )


@room.post("/requests/<int:request_id>/vote")
@requires(Permission.FIND_ASSETS)
def vote(request_id: int) -> BaseResponse | tuple[str, int]:
    """Want it too, for a deal or for none."""
    try:
        with library().work(actor()) as uow:
            done = content_requests.vote(uow, request_id, deal=request.form.get("deal", ""))
    except InvalidInputError as refused:
        return _show(request_id, refused.fields), 422
    back = _back(request_id)
    if done.deal is None:
        flash_with_undo(done.sentence, url_for("requests.unvote", request_id=request_id), back=back)
    else:
        flash_with_undo(done.sentence, url_for("requests.vote", request_id=request_id), deal=done.deal, back=back)
    return redirect(back)


def _back(request_id: int) -> str:
    return way_back(url_for("requests.show", request_id=request_id))


@room.post("/requests/<int:request_id>/unvote")
@requires(Permission.FIND_ASSETS)
def unvote(request_id: int) -> BaseResponse:
    """Take one's vote back."""
    with library().work(actor()) as uow:
        done = content_requests.unvote(uow, request_id)
    back = _back(request_id)
    flash_with_undo(done.sentence, url_for("requests.vote", request_id=request_id), deal=done.deal or "", back=back)
    return redirect(back)


@room.post("/requests/<int:request_id>/withdraw")
@requires(Permission.FIND_ASSETS)
def withdraw(request_id: int) -> BaseResponse:
    """Take a request of one's own back."""
    with library().work(actor()) as uow:
        done = content_requests.withdraw(uow, request_id)
    flash_with_undo(done.sentence, url_for("requests.bring_back", request_id=request_id))
    return redirect(url_for("requests.index"))


@room.post("/requests/<int:request_id>/bring-back")
@requires(Permission.FIND_ASSETS)
def bring_back(request_id: int) -> BaseResponse:
    """Let a request of one's own stand again."""
    with library().work(actor()) as uow:
        done = content_requests.bring_back(uow, request_id)
    flash(done.sentence, "good")
    return redirect(url_for("requests.show", request_id=request_id))


@room.post("/requests/<int:request_id>/answer")
@requires(Permission.EDIT_ASSETS)
def answer(request_id: int) -> BaseResponse | tuple[str, int]:
    """Say what becomes of a request; what was typed stays when it is refused or somebody was quicker."""
    form = request.form
    try:
        with library().work(actor()) as uow:
            done = content_requests.answer(
                uow,
                request_id,
                status=form.get("status", ""),
                text=form.get("answer", "")[:_MOST_TYPED],
                asset=form.get("asset", "")[:500],
                seen=number("seen") or 0,
                is_undo=form.get("is_undo") == "yes",
            )
    except InvalidInputError as refused:
        return _show(request_id, refused.fields), 422
    except ConflictError as refused:
        return _show(request_id, said=refused.message), 409
    if form.get("is_undo") == "yes":
        flash(done.sentence, "good")
    else:
        status, text, asset = done.before
        before = {"status": status, "answer": text, "asset": asset, "seen": str(done.revision), "is_undo": "yes"}
        flash_with_undo(done.sentence, url_for("requests.answer", request_id=request_id), **before)
    return redirect(url_for("requests.show", request_id=request_id))
