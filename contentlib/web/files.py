"""Files that people take away; whatever they hold, they run nothing here."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from flask import Response, send_file

_POLICY = "sandbox; default-src 'none'"


def send_as_file(data: bytes, mimetype: str, name: str) -> Response:
    """Serve bytes as a download under a name of any script."""
    response = send_file(BytesIO(data), mimetype=mimetype, as_attachment=True, download_name=name)
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response


def send_table(lines: Iterable[str], name: str) -> Response:
    """Serve rows of CSV as a download, as they are read."""
    response = Response(lines, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def send_picture(data: bytes, name: str) -> Response:
    """Serve a picture of a text to be seen on a page; a drawing may hold nothing that runs or loads."""
    response = Response(data, mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream")
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def address_holding(picture: bytes, mimetype: str) -> str:
    """Give the address of a picture that travels inside the answer, since nothing of a preview is kept."""
    return f"data:{mimetype};base64,{base64.b64encode(picture).decode('ascii')}"


def send_path_as_file(path: Path, mimetype: str, name: str) -> Response:
    """Serve a file from disk as a download under a name of any script, without holding it in memory."""
    response = send_file(path, mimetype=mimetype, as_attachment=True, download_name=name, etag=path.name)
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response
