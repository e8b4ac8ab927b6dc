"""Style sheets, scripts, fonts and icons at an address that changes with them, so that browsers ask for each once.

The address carries the edition: a hash of all of them. Scripts and style sheets name each other by relative addresses
and so stay within their edition.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, g

# Flask's own route for them, with the edition in it.
STATIC_ADDRESS = "/static/<edition>"
# What never changes may be kept for a year, by the browser that asked.
KEPT = "private, max-age=31536000, immutable"


def register(app: Flask) -> None:
    """Put the edition into every address that is made, and take it out of those that are asked for."""
    edition = _edition(Path(str(app.static_folder)))

    def put_in(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("edition", edition)

    def take_out(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if endpoint == "static" and values is not None:
            # A page that was open before the library was renewed asks for its old edition and gets today's files.
            g.may_be_kept = values.pop("edition", None) == edition

    def say_how_long(response: Response) -> Response:
        if g.get("may_be_kept") and response.status_code < 400:
            response.headers["Cache-Control"] = KEPT
        return response

    app.url_defaults(put_in)
    app.url_value_preprocessor(take_out)
    app.after_request(say_how_long)


@functools.cache
def _edition(folder: Path) -> str:
    """Give the hash of all files in a folder, by names and bytes."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
