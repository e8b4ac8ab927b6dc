"""What was filled into the open fields, as a form brings it, and on to the next form; it judges and stores nothing."""

from __future__ import annotations

import base64
from dataclasses import replace

from flask import request

from contentlib.domain.documents import Paper
from contentlib.domain.errors import FieldError, InvalidInputError
from contentlib.services.documents import Filling
from contentlib.web.requests import number

_LARGEST_LOGO = 2_000_000
# What leaves out every optional slide.
NO_SLIDES = "none"


def read_filling() -> tuple[Filling, InvalidInputError | None]:
    """Read what was filled in: fields by name, the logo as a new file or as kept from before.

    A logo that cannot be taken is left out and refused beside its field, so that nothing else that was typed is lost.
    """
    values = {name: request.form[name] for name in request.form if "." in name or name in {"quote", "note"}}
    slides = _read_slides()
    if slides is not None:
        values["slides"] = slides
    paper = request.form.get("paper", Paper.A4.value)
    filling = Filling(values=values, paper=Paper(paper) if paper in set(Paper) else Paper.A4)
    try:
        return replace(filling, logo=_read_logo()), None
    except InvalidInputError as refused:
        return filling, refused


def _read_slides() -> str | None:
    """Give the chosen slides in the order of their numbers; None where none are offered, or all stand as written."""
    offered = [name for name in request.form.get("slides_offered", "").split(",") if name]
    if not offered:
        return request.form.get("slides")
    places = {name: number(f"order_{name}") or place for place, name in enumerate(offered, start=1)}
    chosen = sorted((name for name in request.form.getlist("slides") if name in places), key=lambda name: places[name])
    return None if chosen == offered else ",".join(chosen) or NO_SLIDES


def _read_logo() -> bytes | None:
    upload = request.files.get("prospect.logo")
    if upload is not None and upload.filename:
        upload.seek(0)  # read once to be judged, and once more to be carried along
        data: bytes = upload.read(_LARGEST_LOGO + 1)
        if len(data) > _LARGEST_LOGO:
            raise _no_logo("The logo is larger than 2 MB. Use a smaller file; 600 pixels are plenty.")
        return data
    kept = request.form.get("logo_kept", "")
    if not kept or request.form.get("logo_drop"):
        return None
    try:
        return base64.b64decode(kept, validate=True)
    except ValueError as error:
        raise _no_logo("The logo did not arrive whole. Choose the file again.") from error


def _no_logo(message: str) -> InvalidInputError:
    return InvalidInputError(message, fields=(FieldError(field="prospect.logo", message=message),))


def carry_form(*, without: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """Give what was filled in as text that another form carries along, since nothing is stored before the deed.

    A logo that cannot be taken is left behind.
    """
    left_out = without | {"csrf_token", "logo_kept", "logo_drop"}
    values = [(name, value) for name, value in request.form.items(multi=True) if name not in left_out]
    try:
        logo = _read_logo()
    except InvalidInputError:
        logo = None
    return [*values, ("logo_kept", base64.b64encode(logo).decode("ascii"))] if logo else values
