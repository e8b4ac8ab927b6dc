"""Whether the server lives and can work, for whoever watches it; nothing about what the library holds."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from contentlib.domain.errors import ContentlibError
from contentlib.domain.people import OPERATOR
from contentlib.services import operations
from contentlib.web.login import public
from contentlib.web.requests import library

room = Blueprint("operations", __name__)


@room.get("/healthz")
@public
def healthz() -> Response:
    """Say that the process answers."""
    return jsonify(status="ok")


@room.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Say whether database and index answer; 503 while one does not."""
    try:
        with library().read(OPERATOR) as reading:
            ready = operations.is_ready(reading)
    except ContentlibError:  # why stands in the log and on every page, not in an answer that anybody may ask for
        return jsonify(status="database does not answer"), 503
    return jsonify(status="ok" if ready else "index is being built"), 200 if ready else 503
