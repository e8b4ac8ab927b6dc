"""What every answer carries and every request must satisfy: host, content security, framing; it serves nothing."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request

from contentlib.web.login import LOOPBACK_NAMES

_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def register(app: Flask) -> None:
    """Check hosts before views run and add headers after them."""
    app.before_request(_check_host)
    app.after_request(_add_headers)
    app.jinja_env.globals["csp_nonce"] = nonce


def nonce() -> str:
    """Give this answer's nonce, the only thing that lets a script run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    made: str = g.nonce
    return made


def _check_host() -> None:
    """Refuse hosts this library is not known by, so that no link can be made to point elsewhere."""
    host = urlsplit(f"//{request.host}").hostname or ""
    config = current_app.config
    at_home = config["IS_PUBLIC_URL_LOOPBACK"] or config["IS_ON_LOOPBACK"]
    if host != config["PUBLIC_HOST"] and not (at_home and host in LOOPBACK_NAMES):
        abort(400, "This library is not served under that name.")


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY.format(nonce=nonce()))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if current_app.config["IS_SECURE"]:
        headers.setdefault("Strict-Transport-Security", "max-age=63072000")
    if request.endpoint != "static" and "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    headers.add("Vary", "HX-Request")
    return response
