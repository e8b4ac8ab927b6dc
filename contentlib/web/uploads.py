"""Files that people bring in: taken one by one, shown with what they seem to be, confirmed as assets or versions."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from contentlib.domain.assets import AssetPage
from contentlib.domain.counting import count
from contentlib.domain.errors import ConflictError, InvalidInputError
from contentlib.domain.intake import Confirmed, WaitingFile
from contentlib.domain.people import Permission
from contentlib.domain.uploads import AddedFile, UploadStatus
from contentlib.services import assets, governance, intake, uploads
from contentlib.web import brand
from contentlib.web.confirming import Confirming, choices_of, read_form
from contentlib.web.filters import listed
from contentlib.web.login import actor, requires
from contentlib.web.receiving import is_awaited
from contentlib.web.requests import flash_with_undo, library, numbers

room = Blueprint("uploads", __name__)

# How a script sends one file: as it is, without a form around it.
_BARE = "application/octet-stream"
ACCEPTED = ".pdf,.pptx,.ppsx,.potx,.docx,.dotx,.md,.markdown,.png,.jpg,.jpeg,.zip"


@room.get("/library/upload")
@requires(Permission.EDIT_ASSETS)
def ask() -> str:
    """Ask for files, and say which of earlier ones wait to be confirmed."""
    return _upload_page()


@room.post("/library/upload")
@requires(Permission.EDIT_ASSETS)
def add() -> str | tuple[str, int]:
    """Take files in, each by itself, and say what became of each."""
    if request.mimetype == _BARE:
        name = request.args.get("name", "file")
        added = library().add_upload(actor(), file=request.stream, name=name, is_wanted=is_awaited)
        return render_template("uploads/_results.html", results=_told(added))
    sent = [file for file in request.files.getlist("files") if file.filename]
    if not sent:
        return _upload_page(fault="Choose at least one file first."), 422
    done: list[AddedFile] = []
    for file in sent:
        done += library().add_upload(actor(), file=file.stream, name=file.filename, is_wanted=is_awaited)
    return _upload_page(results=done)


def _upload_page(results: Sequence[AddedFile] = (), fault: str | None = None) -> str:
    with library().read(actor()) as reading:
        waiting = intake.list_waiting(reading)
    return render_template(
        "uploads/upload.html",
        results=_told(results),
        waiting=len(waiting),
        fault=fault,
        accept=ACCEPTED,
        limit_mb=current_app.config["UPLOAD_LIMIT_MB"],
    )


def _told(results: Sequence[AddedFile]) -> list[tuple[AddedFile, bool]]:
    """Give what became of files, and of each whether it waits to be confirmed; a text says what it is by itself."""
    with library().read(actor()) as reading:
        waiting = set(intake.list_waiting(reading))
    return [(one, one.status is UploadStatus.ADDED and one.asset in waiting) for one in results]


@room.get("/library/upload/confirm")
@requires(Permission.EDIT_ASSETS)
def look() -> str:
    """Show what uploaded files seem to be, to be confirmed or changed."""
    files = _waiting()
    return _confirm_page(files, [Confirming.of(file) for file in files])


@room.post("/library/upload/confirm")
@requires(Permission.EDIT_ASSETS)
def confirm() -> Response | tuple[str, int]:
    """Keep what was confirmed, all of it or nothing."""
    typed = read_form(request.form)
    faults = [fault for one in typed for fault in one.faults]
    try:
        with library().work(actor()) as uow:
            done = intake.confirm(uow, [one.described for one in typed], unreadable=faults)
    except (InvalidInputError, ConflictError) as error:
        files = _waiting([one.slug for one in typed])
        kept = [one.with_faults(error.fields) for one in typed]
        return _confirm_page(files, kept, fault=error.message), 422 if isinstance(error, InvalidInputError) else 409
    return _say(done)


def _say(done: Confirmed) -> Response:
    """Say what was kept, with a way back where there is one, and lead to where it stands."""
    said = []
    if done.described:
        said.append(f"{count(len(done.described), 'file')} described")
    if done.versions:
        said.append(f"{count(len(done.versions), 'new version')} added")
    if done.put_away:
        said.append(f"{count(len(done.put_away), 'file')} put into the archive")
    sentence = f"{listed(said)}." if said else "Nothing was decided; the files wait on."
    if done.described:
        sentence += " They are drafts until they are published."
    if done.entries:
        flash_with_undo(sentence, url_for("uploads.undo"), entries=",".join(map(str, done.entries)))
    else:
        flash(sentence, "good")
    if len(done.described) == 1 and not done.versions:
        return redirect(url_for("assets.show", slug=done.described[0]))
    return redirect(url_for("assets.library", status="draft") if done.described else url_for("uploads.ask"))


@room.post("/library/upload/undo")
@requires(Permission.EDIT_ASSETS)
def undo() -> Response:
    """Let files that were just confirmed wait again."""
    entries = numbers("entries", most=500)
    with library().work(actor()) as uow:
        for entry in reversed(entries):  # a file may have become the version of one that was confirmed before it
            governance.undo(uow, entry=entry)
    flash(f"Taken back: {count(len(entries), 'file')} to be confirmed again.", "good")
    return redirect(url_for("uploads.look"))


def _waiting(slugs: Sequence[str] | None = None) -> tuple[WaitingFile, ...]:
    with library().read(actor()) as reading:
        return intake.read_waiting(reading, slugs, own_names=brand.own_names())


def _confirm_page(files: Sequence[WaitingFile], typed: Sequence[Confirming], fault: str | None = None) -> str:
    with library().read(actor()) as reading:
        known = intake.know_words(reading)
    by_slug, names = {one.slug: one for one in typed}, {file.slug: file.name for file in files}
    return render_template(
        "uploads/confirm.html",
        files=[(file, by_slug.get(file.slug) or Confirming.of(file)) for file in files],
        fault=fault,
        faults=[
            (f"f-{fault.field}", f"{names.get(one.slug, one.slug)}: {fault.message}")
            for one in typed
            for fault in one.faults
        ],
        choices=choices_of(known),
    )


@room.get("/assets/<slug>/upload", endpoint="ask_replacement")
@requires(Permission.EDIT_ASSETS)
def ask_for_version(slug: str) -> str:
    """Ask for the file that becomes an asset's next version."""
    return _replace_page(_asset(slug))


@room.post("/assets/<slug>/upload")
@requires(Permission.EDIT_ASSETS)
def replace(slug: str) -> Response | tuple[str, int]:
    """Make a file an asset's next version."""
    asset = _asset(slug)
    sent, note = request.files.get("file"), request.form.get("note", "").strip()
    if sent is None or not sent.filename:
        return _replace_page(asset, fault="Choose a file first.", note=note), 422
    said = {"version_note": note} if note else {}
    (done, *_) = library().add_upload(
        actor(), file=sent.stream, name=sent.filename, said=said, replaces=asset.slug
    ) or (AddedFile(name=sent.filename, status=UploadStatus.REFUSED, reason="It holds no file."),)
    if done.status is not UploadStatus.ADDED:
        return _replace_page(asset, fault=done.reason, note=note), 422
    is_out = asset.status.value == "published"
    later = " It waits as a draft behind what is published." if is_out else ""
    sentence = f"Version {done.version} of “{asset.title}” is {sent.filename}.{later}"
    if done.entry is None:
        flash(sentence, "good")
    else:
        flash_with_undo(sentence, url_for("governance.undo", entry=done.entry))
    return redirect(url_for("assets.show", slug=asset.slug))


def _asset(slug: str) -> AssetPage:
    with library().read(actor()) as reading:
        uploads.require_target(reading, slug)
        return assets.get_page(reading, slug)


def _replace_page(asset: AssetPage, fault: str | None = None, note: str = "") -> str:
    limit_mb = current_app.config["UPLOAD_LIMIT_MB"]
    return render_template(
        "uploads/replace.html", asset=asset, fault=fault, note=note, accept=ACCEPTED, limit_mb=limit_mb
    )
