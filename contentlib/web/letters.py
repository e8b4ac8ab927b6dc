"""What a letter leads to: the notice that it tells of, opened by its number, and turning letters on or off."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from contentlib.domain.notices import NoticeKind, NoticeLine
from contentlib.domain.people import Permission
from contentlib.services import digests, notices
from contentlib.web.login import actor, requires
from contentlib.web.requests import flash_with_undo, library

room = Blueprint("letters", __name__)


def address_of(line: NoticeLine) -> str | None:
    """Give where a notice leads: to the review or request it speaks of, to what is overdue, else to its asset."""
    if line.kind is NoticeKind.REVIEWS_OVERDUE:
        return url_for("assets.library", owner=actor().name, sort="review")
    if line.kind in {NoticeKind.REQUEST_ASKED, NoticeKind.REQUEST_ANSWERED}:
        return url_for("requests.show", request_id=line.detail["request_id"])
    if line.slug is None and line.kind is NoticeKind.TO_MEND:
        return url_for("hygiene.show", own="yes", _anchor=line.detail["fault"])
    if line.slug is None:
        return None
    if line.kind is NoticeKind.REVIEW_WANTED:
        return url_for("governance.review", slug=line.slug)
    if line.kind in {NoticeKind.FEEDBACK, NoticeKind.FEEDBACK_ANSWERED}:
        return url_for("assets.show", slug=line.slug, _anchor="feedback")
    return url_for("assets.show", slug=line.slug)


@room.get("/notices/<int:notice_id>")
@requires(Permission.FIND_ASSETS)
def follow(notice_id: int) -> Response:
    """Lead to what a notice speaks of, which is seen by that."""
    with library().work(actor()) as uow:
        line = notices.open_mine(uow, notice_id)
    return redirect(address_of(line) or url_for("governance.inbox"))


@room.post("/notices/letters")
@requires(Permission.FIND_ASSETS)
def choose() -> Response:
    """Turn the letter about what is new on or off."""
    wants = request.form.get("wants") == "yes"
    with library().work(actor()) as uow:
        digests.choose(uow, wants=wants)
    undo = url_for("letters.choose")
    if request.form.get("is_undo"):
        flash("It is as it was before.", "good")
    elif wants:
        flash_with_undo("You get a letter when something is new.", undo, wants="no", is_undo="yes")
    else:
        flash_with_undo("You get no letters any more.", undo, wants="yes", is_undo="yes")
    return redirect(url_for("governance.inbox"))
