"""What views read from a request: the library, filters in the address, safe ways back; it writes nothing."""

from __future__ import annotations

import base64
import uuid
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import current_app, flash, g, request
from werkzeug.datastructures import MultiDict

from contentlib.domain.errors import FieldError, InvalidInputError
from contentlib.library import Library
from contentlib.web import undoing


def library() -> Library:
    """Give the library that this application serves."""
    opened: Library = current_app.extensions["contentlib"]
    return opened


def local_path(address: str | None) -> str | None:
    """Give path and query of an address of this site, None for any other; never leads away from here."""
    if not address:
        return None
    parts = urlsplit(address)
    if parts.netloc and parts.netloc != request.host:
        return None
    path = parts.path
    # Browsers read a backslash as a slash, and two of them begin another host.
    if not path.startswith("/") or path.startswith(("//", "/\\")) or "\\" in path:
        return None
    return f"{path}?{parts.query}" if parts.query else path


def way_back(default: str) -> str:
    """Give where a form wants to return to: its `back` field, if that is a place on this site."""
    return local_path(request.values.get("back")) or default


def wants_fragment() -> bool:
    """Tell whether htmx asks for a part of the page only."""
    return request.headers.get("HX-Request") == "true"


def page_number() -> int:
    """Give the page of a list, from 1; anything unreadable is the first."""
    return max(1, min(number("page") or 1, 100_000))


def number(name: str) -> int | None:
    """Give a whole number from the address or form, None when there is none."""
    text = request.values.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def numbers(name: str, most: int) -> list[int]:
    """Give the whole numbers of a form's list with commas between them, the first `most` of them."""
    given = request.form.get(name, "").split(",")
    return [int(text) for text in given if text.isascii() and text.isdigit() and len(text) < 10][:most]


def to_day(text: str) -> date | None:
    """Read a day as pages send it; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def instant(name: str) -> datetime | None:
    """Give an instant with its zone from the address; None for anything else."""
    try:
        found = datetime.fromisoformat(request.args.get(name, ""))
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):  # an hour west of the last day there is
        return None


def day(name: str) -> date | None:
    """Give a day from a form, None for an empty field; InvalidInputError names the field of what is none."""
    text = request.form.get(name, "").strip()
    found = to_day(text)
    if text and found is None:
        message = f"“{text[:40]}” is no day. Write it as 2026-11-30."
        raise InvalidInputError(message, fields=(FieldError(field=name, message=message),))
    return found


def address_with(path: str | None = None, /, **changes: Any) -> str:
    """Give this page's address with some values changed; None removes one, a tuple sets several.

    `path` leads to another page with the same values.
    """
    values: MultiDict[str, str] = MultiDict(request.args)
    for name, value in changes.items():
        values.poplist(name)
        if value is not None:
            values.setlist(name, [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)])
    kept = [(name, value) for name, value in values.items(multi=True) if value != ""]
    path = path or request.path
    return f"{path}?{urlencode(kept)}" if kept else path


def flash_with_undo(text: str, undo: str, **fields: str) -> None:
    """Have the next page say what happened, with a button that posts `fields` to the address of its undoing."""
    flash({"text": text, "undo": undo} | undoing.carry(fields), "good")  # type: ignore[arg-type]


def new_key() -> str:
    """Give a form an idempotency key, so that sending it twice counts once."""
    # Chance is asked of the system, which takes its time; the dozens of forms of one answer share it.
    if "keys" not in g:
        g.keys = map(f"web:{uuid.uuid4()}:{{}}".format, count(1))
    made: str = next(g.keys)
    return made


def sent_key() -> str:
    """Give the key a form carries; one it does not own is replaced, so that it cannot stand for an import's row."""
    key = request.form.get("key", "")
    return key if key.startswith("web:") and len(key) <= 60 else new_key()


def sent_file(default_name: str) -> tuple[str, bytes]:
    """Give name and bytes of the file of a form, or of the one that its dry run kept in the page.

    Raises InvalidInputError when there is none or it is not whole.
    """
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return upload.filename, upload.read()
    kept = request.form.get("kept", "")
    if not kept:
        raise InvalidInputError("Choose a file first.")
    try:
        return request.form.get("file_name", default_name), base64.b64decode(kept, validate=True)
    except ValueError as error:
        raise InvalidInputError("The file did not arrive whole. Choose it again.") from error
