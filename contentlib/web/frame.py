"""What every page is framed with: site, person, navigation, working deal; the page itself is its room's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user

from contentlib.domain.deals import DealView, OpenDeal
from contentlib.domain.people import OPERATOR, ROLE_LABELS, Permission
from contentlib.services import deals, notices, operations
from contentlib.web import brand, drawings, undoing
from contentlib.web.filters import FILTERS
from contentlib.web.login import actor, signed_in
from contentlib.web.requests import address_with, library, new_key

# (label, endpoint, permission) in order.
_NAVIGATION = (
    ("Find", "search.find", Permission.FIND_ASSETS),
    ("Deals", "deals.index", Permission.SEE_OWN_DEALS),
    ("Requests", "requests.index", Permission.FIND_ASSETS),
    ("Library", "assets.library", Permission.SEE_UNPUBLISHED),
    ("Review", "governance.review", Permission.SEE_REVIEWS),
    ("Write", "write.index", Permission.EDIT_ASSETS),
    ("Brand", "brand.show", Permission.SEE_UNPUBLISHED),
    ("Reports", "reports.usage_to_close", Permission.SEE_REPORTS),
    ("Admin", "admin.index", Permission.EDIT_TAXONOMY),
)
# Rooms whose pages all belong to the library's.
_OF_LIBRARY = frozenset({"uploads", "hygiene", "bulk", "library_table"})


@dataclass(frozen=True, kw_only=True)
class NavigationEntry:
    """One entry of the main navigation."""

    label: str
    href: str
    is_current: bool


def register(app: Flask) -> None:
    """Give templates their filters and the frame."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(new_key=new_key, fields_of_undo=undoing.fields_of)  # macros see globals, not the frame
    app.context_processor(_frame)
    drawings.register(app)


def working_deal() -> DealView | None:
    """Give the deal this session works on, read once per request."""
    if "working_deal" not in g:
        g.working_deal = None
        if current_user.is_authenticated and signed_in().working_deal_id is not None:
            with library().read(actor()) as reading:
                g.working_deal = deals.find_working(reading, signed_in().working_deal_id)
    found: DealView | None = g.working_deal
    return found


def suggested_deal() -> OpenDeal | None:
    """Give the deal to suggest while none is set, asked only by pages that show the line."""
    if working_deal() is not None or not actor().may(Permission.USE_ASSETS):
        return None
    with library().read(actor()) as reading:
        return deals.suggest_working(reading)


def _frame() -> dict[str, Any]:
    opened = library()
    now = opened.clock()
    frame = {
        "site": _site(),
        "now": now,
        "today": now.date(),
        "here": request.full_path.rstrip("?"),
        "url_with": address_with,
        "person": None,
        "navigation": (),
        "working_deal": None,
        "query": request.args.get("q", ""),
    }
    if not current_user.is_authenticated:
        return frame
    who = actor()
    deal = working_deal()
    return frame | {
        "person": {
            "name": who.name,
            "notices": _count_notices,
            "role_labels": [ROLE_LABELS[role] for role in ROLE_LABELS if role in who.roles],
            "may_work_deals": who.may(Permission.USE_ASSETS),
        },
        "may": who.may,
        "Permission": Permission,
        "navigation": navigation(),
        "working_deal": deal,
        "suggested_deal": suggested_deal,
        "here_stage": deal.funnel_stage if deal else None,
    }


def _count_notices() -> int:
    """Count what the person has not seen yet; asked by pages with a person menu."""
    with library().read(actor()) as reading:
        return notices.count_unseen(reading)


def _site() -> dict[str, Any]:
    kept: dict[str, Any] | None = current_app.extensions.get("site")
    if kept is not None:
        return kept
    with library().read(OPERATOR) as reading:
        is_demo = operations.made_by_demo(reading)
    site = brand.describe_site() | {"is_demo": is_demo}
    if site["mark"]:  # of a broken brand there is nothing to keep: it is mended while the library goes on
        current_app.extensions["site"] = site
    return site


def navigation() -> tuple[NavigationEntry, ...]:
    """List the pages that the person's roles lead to, in order."""
    room = (request.blueprint, request.endpoint)
    return tuple(
        NavigationEntry(label=label, href=url_for(endpoint), is_current=_is_in(room, endpoint))
        for label, endpoint, permission in _NAVIGATION
        if actor().may(permission) and not _stands_in_library(endpoint)
    )


def _stands_in_library(endpoint: str) -> bool:
    """Tell whether a page is a tab of the library for who keeps it; only sales reviewers come to it from here."""
    return endpoint == "governance.review" and actor().may(Permission.SEE_UNPUBLISHED)


def _is_in(room: tuple[str | None, str | None], endpoint: str) -> bool:
    blueprint, current = room
    if current == endpoint or (current == "governance.review" and endpoint == "assets.library"):
        return True
    if blueprint in _OF_LIBRARY and endpoint == "assets.library":
        return True
    own = endpoint.split(".", maxsplit=1)[0]
    if own == "admin":
        return request.path.startswith("/admin")
    return blueprint == own and own in {"deals", "reports", "requests", "write"}
