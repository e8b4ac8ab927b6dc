"""Deeds that are recorded: download, present, "I sent this"; on the working deal, or asked once for which one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from contentlib.domain.errors import DocumentRefusedError, InvalidInputError
from contentlib.domain.people import Permission
from contentlib.domain.usage import Channel
from contentlib.services import asset_rights, assets, deals, documents, usage
from contentlib.services import emails as email_services
from contentlib.services.documents import Filling, Recorded
from contentlib.services.usage import RecordedUse
from contentlib.web import documents as document_pages
from contentlib.web import emails, filled_in
from contentlib.web.deals import set_working_deal
from contentlib.web.frame import working_deal
from contentlib.web.login import actor, requires
from contentlib.web.requests import library, local_path, new_key, sent_key, way_back

room = Blueprint("usage", __name__)

NO_DEAL = "none"
_ASKED_ANEW = frozenset({"deal", "remember", "key"})


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """How a deed is called while its deal is asked for."""

    doing: str
    verb: str


_DOWNLOAD = _Asked(doing="downloading", verb="Download")
_PRESENT = _Asked(doing="presenting", verb="Present")
_SENT = _Asked(doing="sending", verb="Record it")


def _chosen_deal() -> tuple[bool, str | None]:
    """Tell whether the deal is settled, and which; the form's answer wins over the working deal."""
    answer = request.form.get("deal")
    if answer == NO_DEAL:
        return True, None
    if answer:
        if request.form.get("remember") == "yes":
            set_working_deal(answer)
        return True, answer
    deal = working_deal()
    return deal is not None, deal.id if deal else None


def _ask(slug: str, asked: _Asked) -> str:
    """Ask for which deal, carrying along what was filled in, so that nothing is typed twice."""
    with library().read(actor()) as reading:
        asset_rights.get_usable(reading, slug)  # nobody is asked for a deal that it cannot be used on
        asset = assets.get_page(reading, slug)
        offered, total = deals.offer(reading)
    return render_template(
        "usage/for_which_deal.html",
        asset=asset,
        doing=asked.doing,
        verb=asked.verb,
        action=request.path,
        values=[*filled_in.carry_form(without=_ASKED_ANEW), ("key", sent_key())],
        deals=offered,
        total=total,
        suggested=offered[0].id if offered else None,
        back=_page_before(slug),
    )


def _page_before(slug: str) -> str:
    """Give the page that a deed was begun on; a page that answered a form has no address to come back to."""
    if request.form.get("personalise") == "yes":
        return url_for("documents.personalise", slug=slug)
    before = local_path(request.referrer)
    return before if before and before != request.path else url_for("assets.show", slug=slug)


@room.get("/assets/<slug>/download", endpoint="after_download")
@room.get("/assets/<slug>/present", endpoint="after_present")
@room.get("/assets/<slug>/sent", endpoint="after_sent")
@requires(Permission.USE_ASSETS)
def show_asset(slug: str) -> Response:
    """Lead to an asset whoever comes to the address of a deed without doing it, as after signing in anew."""
    with library().read(actor()) as reading:
        asset_rights.get_seen(reading, slug)
    return redirect(url_for("assets.show", slug=slug))


@room.post("/assets/<slug>/download")
@requires(Permission.USE_ASSETS, carry=filled_in.carry_form)
def download(slug: str) -> str | Response | tuple[str, int]:
    """Make the document, record it on the deal, and show where."""
    personalise = request.form.get("personalise") == "yes"
    if not personalise and not _has_document(slug):  # its original is what there is to take away
        return _record(slug, Channel.DOWNLOADED, _DOWNLOAD, "usage.done", fresh=1)
    settled, deal = _chosen_deal()
    filling, refused = filled_in.read_filling() if personalise else (documents.Filling(), None)
    if refused:
        return document_pages.page(slug, filling, refused=refused), 422
    if not settled:
        return _ask(slug, _DOWNLOAD)
    try:
        recorded = _make(slug, deal, filling, personalise=personalise)
    except (DocumentRefusedError, InvalidInputError) as error:
        if not personalise:
            raise
        return document_pages.page(slug, filling, refused=error), 422
    event = recorded.event.id if recorded.event else 0
    return redirect(url_for("usage.done", event=event, fresh=1))


def _make(slug: str, deal: str | None, filling: Filling, *, personalise: bool) -> Recorded:
    """Make a document, or write the e-mail that an asset is sent as, and record its use."""
    with library().read(actor()) as reading:
        kind = assets.get_page(reading, slug).kind
    if personalise and emails.is_email(kind):
        return library().make_email(actor(), asset=slug, deal=deal, filling=filling, key=sent_key())[1]
    return library().make_document(
        actor(), asset=slug, deal=deal, filling=filling, personalise=personalise, key=sent_key()
    )[1]


def _has_document(slug: str) -> bool:
    with library().read(actor()) as reading:
        return assets.has_document(reading, slug)


@room.post("/assets/<slug>/present")
@requires(Permission.USE_ASSETS)
def present(slug: str) -> str | Response:
    """Record that an asset is presented and open it for the whole screen."""
    return _record(slug, Channel.PRESENTED, _PRESENT, "usage.presenting")


@room.post("/assets/<slug>/sent")
@requires(Permission.USE_ASSETS)
def sent(slug: str) -> str | Response:
    """Record that an asset without a document of its own was sent."""
    return _record(slug, Channel.SHARED, _SENT, "usage.done")


def _record(slug: str, channel: Channel, asked: _Asked, then: str, fresh: int | None = None) -> str | Response:
    settled, deal = _chosen_deal()
    if not settled:
        return _ask(slug, asked)
    with library().work(actor()) as uow:
        event = usage.record(uow, asset=slug, channel=channel, deal=deal, key=sent_key())
    return redirect(url_for(then, event=event.id, fresh=fresh))


@room.post("/documents/<int:document>/sent")
@requires(Permission.USE_ASSETS)
def sent_document(document: int) -> Response:
    """Record that a finished document was sent, on the deal it was made for."""
    with library().work(actor()) as uow:
        event = usage.record_sent(uow, document_id=document, key=sent_key())
    return redirect(url_for("usage.done", event=event.id))


@room.get("/usage/<int:event>")
@requires(Permission.USE_ASSETS)
def done(event: int) -> str:
    """Show what was recorded where, with undo and what comes next."""
    found = _read(event)
    about = _about(found)
    is_file = found.document_id is not None or about["asset"].file is not None
    return render_template(
        "usage/done.html",
        event=found,
        **about,
        may_send=found.channel in {Channel.DOWNLOADED, Channel.PERSONALISED} and found.may_be_sent,
        may_undo=found.may_undo,
        key=new_key(),
        begins_download=request.args.get("fresh") == "1" and is_file,
    )


@room.get("/usage/<int:event>/presenting")
@requires(Permission.USE_ASSETS)
def presenting(event: int) -> str:
    """Show a presented asset page by page on the whole screen."""
    found = _read(event)
    with library().read(actor()) as reading:
        asset = assets.get_page(reading, found.asset_slug)
    return render_template("usage/present.html", asset=asset, event=found)


def _read(event: int) -> RecordedUse:
    with library().read(actor()) as reading:
        return usage.describe(reading, event)


def _about(found: RecordedUse) -> dict[str, Any]:
    with library().read(actor()) as reading:
        asset = assets.get_page(reading, found.asset_slug)
        document = documents.describe(reading, found.document_id) if found.document_id else None
        written = email_services.read(reading, found.document_id) if found.document_id else None
    certificate = document.certificate if document else None
    return {"asset": asset, "document": document, "certificate": certificate, "written": written}


@room.post("/usage/<int:event>/undo")
@requires(Permission.USE_ASSETS)
def undo(event: int) -> Response:
    """Take a record back."""
    with library().work(actor()) as uow:
        usage.undo(uow, event_id=event)
    flash("Undone. It counts nowhere now.", "note")
    return redirect(way_back(url_for("usage.done", event=event)))


@room.post("/usage/<int:event>/redo")
@requires(Permission.USE_ASSETS)
def redo(event: int) -> Response:
    """Put a record back."""
    with library().work(actor()) as uow:
        usage.redo(uow, event_id=event)
    flash("Recorded again.", "good")
    return redirect(url_for("usage.done", event=event))
