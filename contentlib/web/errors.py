"""What a refusal looks like on a page: one table from its class to a status, and one page for all of them."""

from __future__ import annotations

import uuid

import structlog
from flask import Flask, current_app, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from contentlib.domain.errors import (
    BrandRefusedError,
    ConflictError,
    ContentlibError,
    DocumentRefusedError,
    FileRefusedError,
    ForbiddenError,
    IndexUnavailableError,
    InvalidInputError,
    LibraryRefusedError,
    LimitExceededError,
    NotFoundError,
    SetupMissingError,
    SourceRefusedError,
    WorkBrokeOffError,
)
from contentlib.web.requests import local_path, wants_fragment

_log = structlog.get_logger()

STATUSES: dict[type[ContentlibError], int] = {
    NotFoundError: 404,
    ForbiddenError: 403,
    InvalidInputError: 400,
    ConflictError: 409,
    DocumentRefusedError: 422,
    SourceRefusedError: 422,
    FileRefusedError: 422,
    LimitExceededError: 422,
    SetupMissingError: 503,
    LibraryRefusedError: 503,
    WorkBrokeOffError: 500,
    IndexUnavailableError: 503,
    BrandRefusedError: 503,
}

TITLES = {
    400: "That cannot be taken as it is",
    403: "Not with your role",
    404: "Nothing stands here",
    405: "Not that way",
    409: "Something changed in between",
    413: "That is too large",
    422: "That cannot be done cleanly",
    500: "Something went wrong here",
    503: "The library cannot do that now",
}

_SAID = {
    404: "The address may be mistyped, or what stood here was taken away.",
    405: "This address does not take that kind of request. Go back and use the page’s own buttons.",
    413: "The file or form is larger than what this page takes.",
}


def status_of(error: ContentlibError) -> int:
    """Give the HTTP status of a refusal."""
    return next((STATUSES[cls] for cls in type(error).__mro__ if cls in STATUSES), 500)


def register(app: Flask) -> None:
    """Answer refusals and faults with a page."""
    app.register_error_handler(ContentlibError, _refused)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def _refused(error: ContentlibError) -> tuple[str, int]:
    status = status_of(error)
    if isinstance(error, BrandRefusedError):
        told = error.for_everyone()
        return _page(status, f"{told.message} {told.mend}"), status
    return _page(status, error.message, error=error), status


def _form_too_old(_error: CSRFError) -> tuple[str, int]:
    said = "This form was opened too long ago, or in another sign-in: load the page again and send it once more."
    return _page(400, said, way_on=local_path(request.referrer)), 400


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    return _page(status, _SAID.get(status) or error.description or ""), status


def _fault(error: Exception) -> tuple[str, int]:
    reference = uuid.uuid4().hex[:8]
    _log.exception("unexpected fault", reference=reference, path=request.path, kind=type(error).__name__)
    return _page(500, f"What you did was not saved. The log has the reason as {reference}."), 500


def _page(status: int, said: str, *, error: ContentlibError | None = None, way_on: str | None = None) -> str:
    shown: dict[str, object] = {
        "status": status,
        "title": TITLES.get(status, "That did not work"),
        "said": said,
        "error": error,
        "way_on": way_on,
    }
    try:
        template = "errors/_error.html" if wants_fragment() else "errors/error.html"
        return render_template(template, **shown, is_signed_in=current_user.is_authenticated)
    except Exception as fault:  # the frame asks the library, and the library may be what cannot be asked
        _log.warning("refusal shown without its frame", status=status, path=request.path, reason=str(fault))
        return current_app.jinja_env.get_template("errors/bare.html").render(shown, is_signed_in=True)
