"""What nobody looks after, in the pages, each sort with what mends it."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request

from contentlib.domain.hygiene import FAULTS, Mend
from contentlib.domain.library import BulkDeed
from contentlib.domain.people import Permission
from contentlib.services import hygiene
from contentlib.web.login import actor, requires
from contentlib.web.requests import library

room = Blueprint("hygiene", __name__)

# What a deed needs that could not always be told; without it, it asks first. Where a link should lead is always asked.
_NEEDS = {
    BulkDeed.OWNER: "owner",
    BulkDeed.STAGE: "word",
    BulkDeed.TAG: "word",
    BulkDeed.ARCHIVE: "reason",
    BulkDeed.ACCEPT: "reason",
}
# So many of a sort stand open; the rest unfold.
_SHOWN = 5


@room.get("/library/hygiene")
@requires(Permission.SEE_UNPUBLISHED)
def show() -> str:
    """Show everything to mend, the gravest first, or what of it the reader owns."""
    is_own = request.args.get("own") == "yes"
    with library().read(actor()) as reading:
        groups = hygiene.examine(reading, public_url=current_app.config["PUBLIC_URL"], is_own=is_own)
    return render_template(
        "assets/hygiene.html",
        groups=groups,
        words=FAULTS,
        total=sum(len(group.assets) for group in groups),
        shown=_SHOWN,
        is_own=is_own,
        may_mend=actor().may(Permission.EDIT_ASSETS),
        asks_first=_asks_first,
    )


def _asks_first(mend: Mend) -> bool:
    needed = _NEEDS.get(mend.deed)
    return mend.deed is BulkDeed.RELINK or (needed is not None and not getattr(mend, needed))
