"""Who is at the door and what each door takes; every view is `@requires(…)` or `@public`, nothing in between."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, redirect, render_template, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response as BaseResponse

from contentlib.domain.errors import ForbiddenError
from contentlib.domain.people import OPERATOR, ROLE_LABELS, ROLE_PERMISSIONS, Actor, Permission, Role
from contentlib.services import people
from contentlib.services.people import SIGN_IN_LASTS, SignedIn
from contentlib.web.filters import listed
from contentlib.web.requests import library, local_path

View = TypeVar("View", bound=Callable[..., Any])
Carry = Callable[[], list[tuple[str, str]]]

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_KNOWN_LASTS = 365 * 24 * 3600
# A proxy in front means that people come from elsewhere, whatever address the server is bound to.
_FORWARDING = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via")


class SignedInUser(UserMixin):  # type: ignore[misc]
    """What Flask-Login holds for a request: the living sign-in behind the cookie."""

    def __init__(self, signed_in: SignedIn) -> None:
        self.signed_in = signed_in

    @property
    def actor(self) -> Actor:
        """Give who acts."""
        return self.signed_in.actor

    def get_id(self) -> str:
        """Give the sign-in's row, which is what can be revoked."""
        return str(self.signed_in.sign_in_id)


def register(app: Flask) -> None:
    """Let Flask-Login find the person behind the cookie; there is no session without a row in the database."""
    manager = LoginManager()
    manager.init_app(app)
    manager.request_loader(_load)
    manager.unauthorized_handler(_send_to_sign_in)


def cookie_name() -> str:
    """Give the cookie's name; `__Host-` binds it to https and this host where the public address is https."""
    return "__Host-contentlib-sign-in" if current_app.config["IS_SECURE"] else "contentlib-sign-in"


def _load(_request: Any) -> SignedInUser | None:
    token = request.cookies.get(cookie_name())
    if not token:
        return None
    with library().read(OPERATOR) as reading:
        found = people.find_sign_in(reading, token=token)
    return SignedInUser(found) if found else None


def _send_to_sign_in(carry: Carry | None = None) -> BaseResponse:
    """Send to the sign-in page and from there back; a form that was posted comes back to its own page.

    Whoever is typing stays: the part of the page that follows what is typed says how to go on. What
    `carry` gives of a form waits on a page that says so, to be sent once more.
    """
    if request.method == "POST" and request.headers.get("HX-Request"):
        return Response(render_template("_parts/signed_out.html"), status=401)
    if request.method == "POST" and carry is not None:
        page = render_template("people/signed_out.html", action=request.full_path.rstrip("?"), values=carry())
        return Response(page, status=401)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else local_path(request.referrer)
    target = url_for("people.sign_in", next=None if wanted in {None, "/"} else wanted)
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target)


def keep(response: BaseResponse, token: str) -> BaseResponse:
    """Put a sign-in's token into the cookie."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(SIGN_IN_LASTS.total_seconds()),
        secure=current_app.config["IS_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def know(response: BaseResponse, email: str) -> BaseResponse:
    """Have this browser known as one that somebody has signed in with, whoever else guesses at their password."""
    response.set_cookie(
        _known_cookie(),
        _sign(secrets.token_urlsafe(12), email),
        max_age=_KNOWN_LASTS,
        secure=current_app.config["IS_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def known_browser(email: str) -> str | None:
    """Give what names this browser, if the person with this address has signed in with it before."""
    kept = request.cookies.get(_known_cookie(), "")
    name = kept.partition(".")[0]
    return name if kept.isascii() and hmac.compare_digest(kept, _sign(name, email)) else None


def _sign(name: str, email: str) -> str:
    told = f"known browser {name} {email.strip().lower()}"
    return f"{name}.{hmac.digest(current_app.config['SECRET_KEY'].encode(), told.encode(), 'sha256').hex()}"


def _known_cookie() -> str:
    return "__Host-contentlib-known" if current_app.config["IS_SECURE"] else "contentlib-known"


def forget(response: BaseResponse) -> BaseResponse:
    """Take the cookie away."""
    response.delete_cookie(cookie_name(), secure=current_app.config["IS_SECURE"], httponly=True, samesite="Lax")
    return response


def actor() -> Actor:
    """Give who is signed in; only in views that are not public."""
    return signed_in().actor


def signed_in() -> SignedIn:
    """Give the living sign-in of this request."""
    found: SignedIn = current_user.signed_in
    return found


def requires(permission: Permission, *, carry: Carry | None = None) -> Callable[[View], View]:
    """Let only people with a permission through; others are sent to sign in, or refused when they have.

    `carry` gives the fields of a form that took long to fill in: it is not lost when the sign-in ended meanwhile.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return _send_to_sign_in(carry)
            if not actor().may(permission):
                raise ForbiddenError(f"This page is for {_who_may(permission)}, and your role is another.")
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.is_public = False  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def _who_may(permission: Permission) -> str:
    """Name the roles that carry a permission."""
    return listed([f"{ROLE_LABELS[role].lower()}s" for role in Role if permission in ROLE_PERMISSIONS[role]])


def public(view: View) -> View:
    """Let everybody through."""
    view.permission = None  # type: ignore[attr-defined]
    view.is_public = True  # type: ignore[attr-defined]
    return view


def may_sign_in_without_password() -> bool:
    """Tell whether one-click sign-in is safe here: bound to, reached by and known as this machine only, no proxy.

    Whether the library is the demo's is asked by the service.
    """
    host = urlsplit(f"//{request.host}").hostname
    return (
        current_app.config["IS_ON_LOOPBACK"]
        and current_app.config["IS_PUBLIC_URL_LOOPBACK"]
        and host in LOOPBACK_NAMES
        and not any(name in request.headers for name in _FORWARDING)
    )
