"""The web door: pages for people at work. It asks services and draws their answers; it knows no table and no engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_wtf import CSRFProtect

from contentlib.web import (
    addresses,
    admin,
    assets,
    brand,
    bulk,
    content_requests,
    deals,
    design,
    documents,
    errors,
    feedback,
    findings,
    frame,
    governance,
    hygiene,
    letters,
    library_table,
    login,
    operations,
    operations_admin,
    people,
    people_admin,
    receiving,
    reports,
    search,
    searches,
    security,
    static_files,
    taxonomy,
    template_calls,
    tuning,
    uploads,
    usage,
    write,
)
from contentlib.web.receiving import may_send_much
from contentlib.web.static_files import STATIC_ADDRESS

if TYPE_CHECKING:
    from flask import Flask

    from contentlib.library import Library

__all__ = ["ROOMS", "STATIC_ADDRESS", "may_send_much", "register"]

ROOMS = (
    admin, assets, brand, bulk, content_requests, deals, design, documents, feedback, findings, governance, hygiene,
    letters, library_table, operations, operations_admin, people, people_admin, reports, search, searches, taxonomy,
    tuning, uploads, usage, write,
)  # fmt: skip


def register(app: Flask, library: Library) -> None:
    """Hang every room into the application."""
    app.extensions["contentlib"] = library
    is_secure = app.config["IS_SECURE"]
    app.config.update(
        SESSION_COOKIE_NAME="__Host-contentlib" if is_secure else "contentlib",
        SESSION_COOKIE_SECURE=is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch is still the same person's
        WTF_CSRF_SSL_STRICT=is_secure,
    )
    addresses.register(app)
    static_files.register(app)
    template_calls.register(app)
    security.register(app)
    receiving.register(app)
    login.register(app)
    CSRFProtect(app)
    frame.register(app)
    errors.register(app)
    for room in ROOMS:
        app.register_blueprint(room.room)
