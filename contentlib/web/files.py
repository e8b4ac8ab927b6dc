"""Files that people take away; whatever they hold, they run nothing here."""

from __future__ import annotations

from flask import Response


def send_as_file(data: bytes, mimetype: str, name: str) -> Response:
    """Serve bytes as a download under a name."""
    response = Response(data, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
