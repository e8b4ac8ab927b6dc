"""The brand as the pages need it: its colours as CSS, its mark; checking files against it is not done here."""

from __future__ import annotations

import mimetypes
from typing import Any

from flask import Blueprint, Response, abort, current_app, request, send_file, url_for

from contentlib.branding import brand as brands
from contentlib.branding import tokens
from contentlib.branding.parts import Brand, Ground, LogoSize
from contentlib.web.login import public

room = Blueprint("brand", __name__)


def current() -> Brand:
    """Give the company's brand, read once per process."""
    if "brand" not in current_app.extensions:
        current_app.extensions["brand"] = brands.load(current_app.config["BRAND_FOLDER"])
    found: Brand = current_app.extensions["brand"]
    return found


def describe_site() -> dict[str, Any]:
    """Give what the frame shows of the brand: the library's name and the mark for light and dark ground."""
    brand = current()
    return {
        "name": f"{brand.name} library",
        "company": brand.name,
        "mark": url_for("brand.logo", ground=Ground.LIGHT.value),
        "mark_dark": url_for("brand.logo", ground=Ground.DARK.value),
    }


@room.get("/brand.css")
@public
def css() -> Response:
    """Serve the brand's colours as variables."""
    return _cached(Response(tokens.web_css(current()), mimetype="text/css"))


@room.get("/brand/mark-<ground>.svg")
@public
def logo(ground: str) -> Response:
    """Serve the mark for a ground."""
    if ground not in {Ground.LIGHT.value, Ground.DARK.value}:
        abort(404)
    path = current().folder / current().logo(LogoSize.SMALL, Ground(ground)).path
    return _cached(send_file(path, mimetype=mimetypes.guess_type(path.name)[0]))


def _cached(response: Response) -> Response:
    """Let browsers ask whether it changed instead of fetching it each time."""
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(current().hash[:32] + (request.endpoint or "") + request.path)
    response.make_conditional(request)
    return response
