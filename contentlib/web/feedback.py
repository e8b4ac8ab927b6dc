"""What people say of an asset, in pages: one form that works on its own, and the owner's answers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from contentlib.domain.errors import FieldError, InvalidInputError
from contentlib.domain.feedback import LONGEST_ANSWER, LONGEST_COMMENT, SORT_LABELS
from contentlib.domain.people import Permission
from contentlib.services import assets, feedback
from contentlib.services.feedback import FeedbackDone
from contentlib.web.login import actor, requires
from contentlib.web.requests import flash_with_undo, library, way_back

room = Blueprint("feedback", __name__)

SORTS = tuple((sort.value, label) for sort, label in SORT_LABELS.items())


@room.app_context_processor
def _words() -> dict[str, object]:
    return {"FEEDBACK_SORTS": SORTS, "LONGEST_COMMENT": LONGEST_COMMENT, "LONGEST_ANSWER": LONGEST_ANSWER}


@room.get("/assets/<slug>/feedback")
@requires(Permission.FIND_ASSETS)
def show(slug: str) -> str:
    """Ask what somebody finds of an asset, and show what was said as far as they may read it."""
    return _page(slug)


def _page(slug: str, errors: tuple[FieldError, ...] = ()) -> str:
    with library().read(actor()) as reading:
        asset = assets.get_page(reading, slug)
        panel = feedback.look(reading, asset.slug)
    return render_template(
        "feedback/feedback.html",
        asset=asset,
        feedback=panel,
        errors={error.field: error.message for error in errors},
        faults=[(_place_of(error.field), error.message) for error in errors],
        typed=request.form,
        back=way_back(url_for("assets.show", slug=asset.slug)),
    )


def _place_of(field: str) -> str:
    """Give the id of what a fault leads to: the form itself where its field may not stand there."""
    return f"f-{field}" if field.startswith("answer") else "f-opine-comment" if field == "comment" else "feedback"


@room.post("/assets/<slug>/feedback")
@requires(Permission.FIND_ASSETS)
def give(slug: str) -> Response | tuple[str, int]:
    """Take down what somebody finds of an asset; what was typed stays when it is refused."""
    form = request.form
    try:
        with library().work(actor()) as uow:
            given = feedback.give(
                uow,
                slug=slug,
                sort=form.get("sort", ""),
                page=form.get("page", ""),
                comment=form.get("comment", "")[: 2 * LONGEST_COMMENT],
            )
    except InvalidInputError as refused:
        return _page(slug, refused.fields), 422
    back = _back(given)
    if given.before is None:
        flash_with_undo(given.sentence, _deed("take_back", given), back=back)
    else:
        page, comment = given.before
        again = {"sort": form["sort"], "page": page, "comment": comment, "back": back}
        flash_with_undo(given.sentence, url_for("feedback.give", slug=given.slug), **again)
    return redirect(back)


def _back(done: FeedbackDone) -> str:
    return way_back(url_for("assets.show", slug=done.slug) + "#feedback")


def _deed(endpoint: str, done: FeedbackDone) -> str:
    return url_for(f"feedback.{endpoint}", slug=done.slug, feedback_id=done.id)


@room.post("/assets/<slug>/feedback/<int:feedback_id>/take-back")
@requires(Permission.FIND_ASSETS)
def take_back(slug: str, feedback_id: int) -> Response:
    """Take back what one said."""
    with library().work(actor()) as uow:
        done = feedback.take_back(uow, slug=slug, feedback_id=feedback_id)
    back = _back(done)
    flash_with_undo(done.sentence, _deed("stand_again", done), back=back)
    return redirect(back)


@room.post("/assets/<slug>/feedback/<int:feedback_id>/stand-again")
@requires(Permission.FIND_ASSETS)
def stand_again(slug: str, feedback_id: int) -> Response:
    """Let stand again what one took back."""
    with library().work(actor()) as uow:
        done = feedback.stand_again(uow, slug=slug, feedback_id=feedback_id)
    flash(done.sentence, "good")
    return redirect(_back(done))


@room.post("/assets/<slug>/feedback/<int:feedback_id>/settle")
@requires(Permission.FIND_ASSETS)
def settle(slug: str, feedback_id: int) -> Response | tuple[str, int]:
    """Settle what somebody said, with an answer or without; what was typed stays when it is refused."""
    try:
        with library().work(actor()) as uow:
            done = feedback.settle(uow, slug=slug, feedback_id=feedback_id, answer=request.form.get("answer", ""))
    except InvalidInputError as refused:
        named = tuple(FieldError(field=f"answer-{feedback_id}", message=fault.message) for fault in refused.fields)
        return _page(slug, named), 422
    back = _back(done)
    flash_with_undo(done.sentence, _deed("reopen", done), back=back)
    return redirect(back)


@room.post("/assets/<slug>/feedback/<int:feedback_id>/reopen")
@requires(Permission.FIND_ASSETS)
def reopen(slug: str, feedback_id: int) -> Response:
    """Take a settling back."""
    with library().work(actor()) as uow:
        done = feedback.reopen(uow, slug=slug, feedback_id=feedback_id)
    flash(done.sentence, "good")
    return redirect(_back(done))
