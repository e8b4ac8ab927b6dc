"""Write: a text beside the page it becomes, what is to mend at its line, and saving it as a version."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from contentlib.domain.assets import AssetStatus
from contentlib.domain.documents import PagePicture
from contentlib.domain.errors import ConflictError, InvalidInputError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.people import Permission
from contentlib.services import assets, library_table, taxonomy
from contentlib.services.authoring import insertions, pictures, saving, writing
from contentlib.services.authoring.pictures import KeptPicture
from contentlib.services.authoring.saving import SavedText
from contentlib.services.authoring.writing import CheckedText, OpenText
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.web import brand, write_facts
from contentlib.web.files import address_holding, send_picture
from contentlib.web.login import actor, requires
from contentlib.web.requests import flash_with_undo, library, number, wants_fragment

room = Blueprint("write", __name__)

# More than this is refused anyway; what is read of it stays within bounds.
_LARGEST_PICTURE = 5_000_000
# As many of the latest texts, and of drafts, as one looks through without a search.
_LATEST, _DRAFTS = 12, 50
_LEVELS = ((Level.ERROR, "blocks publishing", "block publishing"), (Level.WARNING, "to look at", "to look at"),
           (Level.NOTE, "to know", "to know"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Said:
    """What is told after a save that did not happen: a sentence, its findings, and what a colleague saved meanwhile."""

    message: str
    findings: tuple[Finding, ...] = ()
    newer: saving.NewerText | None = None


@room.get("/library/write")
@requires(Permission.EDIT_ASSETS)
def index() -> str:
    """Show what can be begun, drafts, and the latest texts."""
    with library().read(actor()) as reading:
        unpublished = {AssetStatus.DRAFT, AssetStatus.IN_REVIEW}
        drafts, waiting = library_table.list_latest(reading, unpublished, limit=_DRAFTS)
        latest, _ = library_table.list_latest(reading, {AssetStatus.PUBLISHED}, limit=_LATEST)
        kinds = taxonomy.list_kinds(reading, offered=True)
    return render_template(
        "write/index.html",
        kinds=kinds,
        drafts=drafts,
        waiting=waiting,
        latest=latest,
    )


@room.route("/library/write/new/<kind>", methods=["GET", "POST"])
@requires(Permission.EDIT_ASSETS)
def begin(kind: str) -> str | Response | tuple[str, int]:
    """Write a new text of a kind."""
    with library().read(actor()) as reading:
        opened = writing.begin_text(reading, kind)
    return _answer(opened)


@room.route("/library/write/<slug>", methods=["GET", "POST"])
@requires(Permission.EDIT_ASSETS)
def edit(slug: str) -> str | Response | tuple[str, int]:
    """Write on an asset's text."""
    with library().read(actor()) as reading:
        opened = writing.open_text(reading, slug)
    if opened.slug != slug and request.method == "GET":  # an address it once had
        return redirect(url_for("write.edit", slug=opened.slug), code=301)
    return _answer(opened)


def _answer(opened: OpenText) -> str | Response | tuple[str, int]:
    """Show the text, draw it again, or save it, as the form asks."""
    if request.method == "GET":
        return _page(opened, opened.text, draw=False)
    # A form sends lines ended in two signs; the files that texts come from have one.
    text = write_facts.put_into(request.form.get("text", "").replace("\r\n", "\n"))
    deed = request.form.get("do", "check")
    if deed == "picture":
        return _with_picture(opened, text)
    if deed not in {"save", "publish"}:
        return _page(opened, text, draw=True)
    try:
        saved = library().save_text(
            actor(),
            slug=opened.slug or None,
            kind=opened.kind,
            text=text,
            base=number("base") or 0,
            publish=deed == "publish",
            note=request.form.get("note", ""),
            phrases=brand.phrases(),
        )
    except (ConflictError, InvalidInputError) as refused:
        return _page(opened, text, draw=False, said=_said(opened, text, refused)), _status(refused)
    _tell(saved)
    return redirect(url_for("write.edit", slug=saved.slug))


def _with_picture(opened: OpenText, text: str) -> str | tuple[str, int]:
    """Keep a picture and show it at the end of the text, which is where one can see that it came."""
    try:
        kept = _keep_picture()
    except InvalidInputError as refused:
        wrong = {each.field: each.message for each in refused.fields}
        return _page(opened, text, draw=False, said=Said(message=refused.message), wrong=wrong), 422
    return _page(opened, f"{text.rstrip()}\n\n{kept.line}\n", draw=True)


@room.post("/library/write/pictures")
@requires(Permission.EDIT_ASSETS)
def add_picture() -> Response:
    """Keep a picture, and answer a script with what to write for it or with what is wrong, by field."""
    try:
        kept = _keep_picture()
    except InvalidInputError as refused:
        answer = jsonify(errors={each.field: each.message for each in refused.fields})
        answer.status_code = 422
        return answer
    return jsonify(line=kept.line)


def _keep_picture() -> KeptPicture:
    sent = request.files.get("picture")
    data = sent.read(_LARGEST_PICTURE + 1) if sent else b""
    return library().add_picture(
        actor(), name=(sent.filename or "") if sent else "", data=data, alt=request.form.get("alt", "")
    )


@room.get("/library/write/pictures/<path:name>")
@requires(Permission.EDIT_ASSETS)
def picture(name: str) -> Response:
    """Serve a picture that texts may show."""
    with library().read(actor()) as reading:
        data = pictures.read_picture(reading, name)
    return send_picture(data, name)


def _tell(saved: SavedText) -> None:
    """Say where a saved text stands, with the way back where there is one."""
    words = f"Published as version {saved.number}." if saved.is_published else f"Draft kept as version {saved.number}."
    if saved.waits_for:
        words = f"Kept as version {saved.number}, agreed to by marketing. It is published once {saved.waits_for} agree."
    if saved.entry and (saved.is_published or saved.waits_for):
        flash_with_undo(words, url_for("governance.undo", entry=saved.entry))
    else:
        flash(words)


def _status(refused: ConflictError | InvalidInputError) -> int:
    return 409 if isinstance(refused, ConflictError) else 422


def _said(opened: OpenText, text: str, refused: ConflictError | InvalidInputError) -> Said:
    newer = None
    if opened.slug and isinstance(refused, ConflictError):
        with library().read(actor()) as reading:
            newer = saving.find_newer(reading, slug=opened.slug, base=number("base") or 0, text=text)
    return Said(message=refused.message, findings=refused.findings, newer=newer)


def _page(
    opened: OpenText, text: str, *, draw: bool, said: Said | None = None, wrong: Mapping[str, str] | None = None
) -> str:
    started = time.perf_counter()
    with library().read(actor()) as reading:
        checked = writing.check_text(
            reading, slug=opened.slug or None, kind=opened.kind, text=text, phrases=brand.phrases(), draw=draw
        )
        shown = writing.list_pictures(reading)
        groups = insertions.list_insertions(checked.schema, checked.asset, shown, reading.today)
        facts = write_facts.show_facts(reading, checked.asset) if checked.asset else None
        kept = _kept_pages(reading, opened) if not checked.pictures else []
    if said is not None and said.findings:
        checked = replace(checked, findings=said.findings)
    # Once a colleague's version was shown, a save is written on top of it.
    base = said.newer.number if said and said.newer else number("base") if request.method == "POST" else opened.number
    return render_template(
        "write/_drawn_answer.html" if wants_fragment() else "write/edit.html",
        opened=opened,
        text=text,
        base=base or 0,
        note=request.form.get("note", ""),
        said=said,
        checked=checked,
        tallies=_tallies(checked),
        pages=[_drawn(picture) for picture in checked.pictures],
        kept_pages=kept,
        groups=groups,
        facts=facts,
        summary_limit=checked.schema.limits.get("summary", (0, None))[1],
        wrong=wrong or {},
        took_ms=(time.perf_counter() - started) * 1000 if draw else None,
        words=writing.count_words(text),
    )


def _tallies(checked: CheckedText) -> list[tuple[str, int, str]]:
    """Count the findings of each weight, with what that means."""
    found = [(level.value, sum(each.level is level for each in checked.findings), words) for level, *words in _LEVELS]
    return [(level, count, words[0] if count == 1 else words[1]) for level, count, words in found if count]


def _drawn(picture: PagePicture) -> dict[str, object]:
    src = address_holding(picture.webp, "image/webp")
    return {"number": picture.number, "src": src, "width": picture.width, "height": picture.height}


def _kept_pages(reading: UnitOfWork, opened: OpenText) -> list[dict[str, object]]:
    """Give the pages of the published text, to look at until the new ones are drawn."""
    if not opened.slug:
        return []
    return [
        {
            "number": page.number,
            "src": url_for("assets.picture", blob=page.blob),
            "width": page.width,
            "height": page.height,
        }
        for page in assets.get_page(reading, opened.slug).pages
    ]


@room.post("/library/write/<slug>/take-over")
@requires(Permission.EDIT_ASSETS)
def take_over(slug: str) -> Response:
    """Make an asset the library's own that a file has kept."""
    with library().work(actor()) as uow:
        saving.take_over(uow, slug)
    flash("Taken over. Its file is left alone from now on; what you save here is what counts.")
    return redirect(url_for("write.edit", slug=slug))
