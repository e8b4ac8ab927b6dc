"""Findings of an uploaded asset on its page: set aside with a reason, or counted again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from contentlib.domain.errors import InvalidInputError
from contentlib.domain.people import Permission
from contentlib.services import brand_findings
from contentlib.web.login import actor, requires
from contentlib.web.requests import flash_with_undo, library

room = Blueprint("findings", __name__)


@room.post("/assets/<slug>/findings/ignore")
@requires(Permission.EDIT_ASSETS)
def ignore(slug: str) -> Response:
    """Set a finding aside with a reason; it blocks nothing from then on, in later versions neither."""
    key, reason = _sent_key(), request.form.get("reason", "")
    try:
        with library().work(actor()) as uow:
            said = brand_findings.ignore(uow, slug=slug, key=key, reason=reason)
    except InvalidInputError as error:
        flash(error.message, "refused")
    else:
        flash_with_undo(said, url_for("findings.count_again", slug=slug), key=key)
    return _back(slug)


@room.post("/assets/<slug>/findings/count-again")
@requires(Permission.EDIT_ASSETS)
def count_again(slug: str) -> Response:
    """Let a finding that was set aside count again."""
    key = _sent_key()
    with library().work(actor()) as uow:
        reason = next((one.reason for one in brand_findings.list_ignored(uow, slug) if one.key == key), "")
        said = brand_findings.count_again(uow, slug=slug, key=key)
    flash_with_undo(said, url_for("findings.ignore", slug=slug), key=key, reason=reason)
    return _back(slug)


def _back(slug: str) -> Response:
    section = "findings-behind" if request.form.get("section") == "findings-behind" else "findings"
    return redirect(f"{url_for('assets.show', slug=slug)}#{section}")


def _sent_key() -> str:
    """Read by which key a form names a finding; browsers end the lines of all that they send with two signs."""
    return request.form.get("key", "").replace("\r\n", "\n")
