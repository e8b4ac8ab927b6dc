"""What the Undo of a toast sends, carried to the next page by the browser; nothing of it is kept here.

A browser drops a cookie of more than 4,096 bytes, and the session's with it; what is long goes in cookies of its own.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import zlib
from collections.abc import Mapping
from typing import Any

from flask import Response, after_this_request, current_app, request

# Beside so much the session's cookie has room for what toasts say.
_SHORT = 600
# A cookie takes 4,096 bytes with its name and attributes; proxies take some 8,000 of all cookies together.
_PART, _MOST_PARTS = 3500, 2
_LASTS = 3600
# More than fields of forms come to; whoever writes a cookie of their own cannot make it unpack to more.
_LARGEST = 100_000


def carry(fields: Mapping[str, str]) -> dict[str, Any]:
    """Give what the session's cookie holds of a form's fields: all of them, or which cookies hold them."""
    if len(json.dumps(fields)) <= _SHORT:
        return {"fields": dict(fields)}
    packed = base64.urlsafe_b64encode(zlib.compress(json.dumps(fields, ensure_ascii=False).encode(), 9)).decode()
    parts = [packed[start : start + _PART] for start in range(0, len(packed), _PART)]
    if len(parts) > _MOST_PARTS:
        return {"carried": ""}
    key = secrets.token_hex(4)

    @after_this_request
    def keep(response: Response) -> Response:
        for number, part in enumerate(parts):
            response.set_cookie(
                _name(number),
                f"{key}.{part}",
                max_age=_LASTS,
                secure=current_app.config["IS_SECURE"],
                httponly=True,
                samesite="Lax",
            )
        return response

    return {"carried": key}


def fields_of(message: Mapping[str, Any]) -> Mapping[str, str] | None:
    """Give the fields that a toast's Undo sends; None where they did not arrive, so that there is no Undo."""
    if "carried" not in message:
        return message.get("fields") or {}
    kept = [request.cookies.get(_name(number), "").partition(".") for number in range(_MOST_PARTS)]
    packed = "".join(part for key, _, part in kept if key == message["carried"])
    try:
        told = zlib.decompressobj().decompress(base64.urlsafe_b64decode(packed), _LARGEST)
        found = json.loads(told)
    except (binascii.Error, zlib.error, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _name(number: int) -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-undo-{number}"
