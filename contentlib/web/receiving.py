"""How large requests come in: how much of them, and where their files lie until they are read; it keeps none."""

from __future__ import annotations

import tempfile
from typing import IO

from flask import Flask, Request, current_app, request
from flask_login import current_user
from werkzeug.http import parse_cookie

from contentlib.domain.errors import ContentlibError
from contentlib.domain.people import OPERATOR, Permission
from contentlib.services import people
from contentlib.web.login import actor, cookie_name
from contentlib.web.requests import library

# Views that take files, from who brings files in; anything else takes what a form with a picture needs.
_TAKES_FILES = frozenset({"uploads.add", "uploads.replace"})
# Larger parts of a form are written to the disk as they come.
_IN_MEMORY = 500_000


class StreamedRequest(Request):
    """A request whose files pass to the library's own disk, unseen by others and gone with the request."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        folder = current_app.config["DATA_FOLDER"]
        return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=folder)


def register(app: Flask) -> None:
    """Let pages that take files have room for them; before anything reads the request."""
    app.request_class = StreamedRequest
    app.before_request(_make_room)


def is_awaited() -> bool:
    """Tell whether who sent this request still waits for its answer; servers that cannot tell are believed to know."""
    has_left = request.environ.get("waitress.client_disconnected")
    return has_left is None or not has_left()


def may_send_much(app: Flask, cookies: str) -> bool:
    """Tell of a request's cookies whether it comes from who brings files in, before anything of it is kept."""
    with app.app_context():
        token = parse_cookie(cookies).get(cookie_name())
        if not token:
            return False
        try:
            with library().read(OPERATOR) as reading:
                found = people.find_sign_in(reading, token=token)
        except ContentlibError:  # the page that would take it says why it cannot
            return False
    return found is not None and found.actor.may(Permission.EDIT_ASSETS)


def _make_room() -> None:
    if request.endpoint in _TAKES_FILES and current_user.is_authenticated and actor().may(Permission.EDIT_ASSETS):
        request.max_content_length = current_app.config["REQUEST_LIMIT"]
