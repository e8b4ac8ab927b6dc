"""Jobs and the audit trail, for who looks after the library."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from contentlib.domain.counting import count
from contentlib.domain.operations import AuditFilter, AuditLine
from contentlib.domain.people import Actor, Permission
from contentlib.payloads import audit as payloads
from contentlib.services import operations
from contentlib.web.files import send_table
from contentlib.web.lists import neighbours
from contentlib.web.login import actor, requires
from contentlib.web.requests import address_with, library, page_number, to_day

room = Blueprint("operations_admin", __name__)

PER_PAGE = 100
_FILTERS = ("by", "deed", "subject", "about", "since", "until")
JOB_LABELS = {
    "index asset": "Have an asset found",
    "draw pictures": "Draw the pages of an asset",
    "draw other paper": "Draw an asset on the other paper",
    "rate usage": "Compute usage-to-close",
    "send letter": "Send somebody a letter",
    "change many": "Change many assets at once",
    "read meaning": "Have an asset found by meaning",
}


@room.get("/admin/jobs")
@requires(Permission.OPERATE)
def jobs() -> str:
    """Show what waits, runs and was given up."""
    with library().read(actor()) as reading:
        view = operations.look_at_jobs(reading, current_app.config["DATA_FOLDER"])
    return render_template("admin/jobs.html", view=view, labels=JOB_LABELS)


@room.post("/admin/jobs/<int:job>/retry")
@requires(Permission.OPERATE)
def retry(job: int) -> BaseResponse:
    """Have a job tried again."""
    with library().work(actor()) as uow:
        operations.retry_job(uow, job)
    flash("It is tried again.", "good")
    return redirect(url_for("operations_admin.jobs"))


@room.post("/admin/jobs/retry")
@requires(Permission.OPERATE)
def retry_all() -> BaseResponse:
    """Have every job that was given up tried again."""
    with library().work(actor()) as uow:
        revived = operations.retry_all_jobs(uow)
    flash(f"{count(revived, 'job')} tried again." if revived else "No job was given up.", "good")
    return redirect(url_for("operations_admin.jobs"))


@room.get("/admin/audit")
@requires(Permission.OPERATE)
def audit() -> str:
    """Show who did what when; the filters stand in the address."""
    with library().read(actor()) as reading:
        view = operations.look_through(reading, _wanted(), limit=PER_PAGE, offset=(page_number() - 1) * PER_PAGE)
    page = neighbours(view.lines, total=view.total, size=PER_PAGE)
    return render_template(
        "admin/audit.html",
        page=page,
        total=view.total,
        chosen={name: request.args.get(name, "") for name in _FILTERS},
        is_filtered=any(request.args.get(name) for name in _FILTERS),
        people=[("", "Anybody"), ("operator", "The operator"), *view.people],
        deeds=[("", "Any deed"), *((deed, deed.capitalize()) for deed in view.deeds)],
        subjects=[("", "Anything"), *((subject, subject.capitalize()) for subject in view.subjects)],
        address_of=_address_of,
        tell_apart=payloads.tell_apart,
        csv=address_with(url_for("operations_admin.audit_csv"), page=None),
    )


@room.get("/admin/audit.csv")
@requires(Permission.OPERATE)
def audit_csv() -> Response:
    """Serve the deeds asked for as CSV, as they are read."""
    return send_table(payloads.audit_csv(_iter(actor(), _wanted())), "audit.csv")


def _iter(who: Actor, wanted: AuditFilter) -> Iterator[AuditLine]:
    opened = library()

    def lines() -> Iterator[AuditLine]:
        with opened.read(who) as reading:
            yield from operations.iter_trail(reading, wanted)

    return lines()


def _wanted() -> AuditFilter:
    given = {name: request.args.get(name, "").strip()[:254].replace("\0", "") for name in _FILTERS}
    days = {name: to_day(given.pop(name)) for name in ("since", "until")}
    return AuditFilter(**given, **days)  # type: ignore[arg-type]


def _address_of(line: AuditLine) -> str | None:
    """Give the page of what a deed was done to, None where there is none."""
    if line.key is None:
        return None
    if line.subject == "asset":
        return url_for("assets.show", slug=line.key)
    return url_for("people_admin.show", email=line.key)
