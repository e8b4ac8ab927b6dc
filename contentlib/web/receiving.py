"""How large requests come in: how much of them, and where their files lie until they are read; it keeps none."""

from __future__ import annotations

import tempfile
from typing import IO

from flask import Flask, Request, current_app, request

# Views that take files; any other takes what a form with a picture needs.
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


def _make_room() -> None:
    if request.endpoint in _TAKES_FILES:
        request.max_content_length = current_app.config["REQUEST_LIMIT"]
