"""The way into the administration: each role sees its own sections; what they hold is theirs."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from contentlib.domain.people import Permission
from contentlib.web.login import actor, requires

room = Blueprint("admin", __name__)

# (label, endpoint, permission) in order.
SECTIONS = (
    ("People", "people_admin.index", Permission.MANAGE_PEOPLE),
    ("Taxonomy", "taxonomy.index", Permission.EDIT_TAXONOMY),
    ("Jobs", "operations_admin.jobs", Permission.OPERATE),
    ("Audit", "operations_admin.audit", Permission.OPERATE),
    ("Search words", "tuning.edit", Permission.EDIT_TAXONOMY),
)


@room.app_template_global()
def admin_sections() -> list[tuple[str, str, bool]]:
    """List the sections that the person's roles lead to, as tabs."""
    return [
        (label, url_for(endpoint), request.path.startswith(url_for(endpoint)))
        for label, endpoint, permission in SECTIONS
        if actor().may(permission)
    ]


@room.get("/admin")
@requires(Permission.EDIT_TAXONOMY)
def index() -> Response:
    """Lead to the first section that the person may see."""
    return redirect(admin_sections()[0][1])
