"""Personalise: the open fields beside the page exactly as it will be sent, and the files that come of it."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, replace

from flask import Blueprint, Response, render_template, request, url_for

from contentlib.domain.assets import AssetPage
from contentlib.domain.documents import FieldPlace, OpenField, PagePicture, Paper
from contentlib.domain.errors import ContentlibError, DocumentRefusedError, InvalidInputError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.people import Permission
from contentlib.services import assets, documents, people
from contentlib.services.documents import Filling
from contentlib.web.files import send_as_file
from contentlib.web.frame import working_deal
from contentlib.web.login import actor, requires
from contentlib.web.requests import library, new_key, wants_fragment

room = Blueprint("documents", __name__)

PAPERS = [(Paper.A4.value, "A4"), (Paper.LETTER.value, "Letter")]
_LARGEST_LOGO = 2_000_000
_PAPER_MM = {Paper.A4: (210.0, 297.0), Paper.LETTER: (215.9, 279.4)}
_SLIDE_MM = (338.667, 190.5)  # 1280 by 720 CSS pixels


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Where an open field stands on a page, in percent of the page; its letter stands beside the page, or beside the
    field itself where another one further right has that place.
    """

    letter: str
    x: float
    y: float
    width: float
    height: float
    is_wrong: bool
    is_beside_page: bool = True


@dataclass(frozen=True, kw_only=True)
class DrawnPage:
    """One page as a picture that travels inside the answer, since nothing of a preview is kept."""

    number: int
    src: str
    width: int
    height: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A drawn document, or what is in its way."""

    pages: tuple[DrawnPage, ...]
    checks: tuple[str, ...]
    problems: tuple[Finding, ...]
    errors: dict[str, str]
    took_ms: float


@room.route("/assets/<slug>/personalise", methods=["GET", "POST"])
@requires(Permission.USE_ASSETS)
def personalise(slug: str) -> str:
    """Show the open fields and the page; a POST draws it again with what is typed."""
    filling = read_filling() if request.method == "POST" else _first_filling()
    return page(slug, filling)


def _first_filling() -> Filling:
    deal = working_deal()
    with library().read(actor()) as reading:
        return Filling(values=documents.suggested_values(reading, deal.id if deal else None))


def read_filling() -> Filling:
    """Read what was filled in: fields by name, the logo as a new file or as kept from before."""
    values = {}
    for name in request.form:
        if "." in name or name in {"quote", "note", "slides"}:
            values[name] = ",".join(request.form.getlist(name)) if name == "slides" else request.form[name]
    paper = request.form.get("paper", Paper.A4.value)
    return Filling(values=values, logo=_read_logo(), paper=Paper(paper) if paper in set(Paper) else Paper.A4)


def _read_logo() -> bytes | None:
    upload = request.files.get("prospect.logo")
    if upload is not None and upload.filename:
        data: bytes = upload.read(_LARGEST_LOGO + 1)
        if len(data) > _LARGEST_LOGO:
            raise InvalidInputError("The logo is larger than 2 MB. Use a smaller file; 600 pixels are plenty.")
        return data
    kept = request.form.get("logo_kept", "")
    if not kept or request.form.get("logo_drop"):
        return None
    try:
        return base64.b64decode(kept, validate=True)
    except ValueError as error:
        raise InvalidInputError("The logo did not arrive whole. Choose the file again.") from error


def carry_logo() -> str:
    """Give the logo as text that a form carries along, since nothing is stored before the deed."""
    logo = _read_logo()
    return base64.b64encode(logo).decode("ascii") if logo else ""


def page(slug: str, filling: Filling, *, refused: ContentlibError | None = None) -> str:
    """Draw the personalise page, or, for htmx, what a keystroke is answered with."""
    with library().read(actor()) as reading:
        shown = assets.get_page(reading, slug)
        fields = documents.open_fields(reading, slug)
        person_id = reading.actor.person_id
        rep = people.contact_of(reading, person_id) if person_id is not None else None
    drawn = _draw(shown, fields, filling, refused)
    beside = {f.name: [p for p in drawn.problems if p.field == f.name] for f in fields}
    logo = base64.b64encode(filling.logo).decode("ascii") if filling.logo else None
    template = "_parts/drawn_answer.html" if wants_fragment() else "documents/personalise.html"
    return render_template(
        template,
        asset={
            "slug": shown.slug,
            "title": shown.title,
            "version": shown.trust.version,
            "kind_label": shown.kind_label,
        },
        fields=fields,
        values=filling.values,
        errors=drawn.errors,
        field_findings=beside,
        other_findings=[p for p in drawn.problems if p.field is None],
        paper=filling.paper.value,
        papers=PAPERS,
        logo=logo,
        logo_picture=_logo_picture(filling),
        rep=rep,
        drawn=drawn,
        key=request.form.get("key") or new_key(),
    )


def _logo_picture(filling: Filling) -> str | None:
    """Give the logo as a data address; only a picture that was read and drawn anew is shown."""
    if filling.logo is None:
        return None
    try:
        with library().read(actor()) as reading:
            picture = documents.read_logo(reading, filling.logo)
    except ContentlibError:
        return None
    return "data:image/png;base64," + base64.b64encode(picture).decode("ascii")


def _draw(shown: AssetPage, fields: tuple[OpenField, ...], filling: Filling, refused: ContentlibError | None) -> Drawn:
    """Draw what would be sent; where that is refused, show the plain pages beside what is in the way."""
    started = time.perf_counter()
    letters = {field.name: field.mark for field in fields}
    pages: tuple[DrawnPage, ...] = ()
    checks: tuple[str, ...] = ()
    error = refused
    try:
        if error is None:
            pages, checks = _preview(shown, filling, letters)
    except (DocumentRefusedError, InvalidInputError) as wrong:
        error = wrong
    if error is not None:
        pages = _plain_pages(shown)
    return Drawn(
        pages=pages,
        checks=checks,
        problems=_problems(error),
        errors={fault.field: fault.message for fault in error.fields} if error else {},
        took_ms=(time.perf_counter() - started) * 1000,
    )


def _preview(
    shown: AssetPage, filling: Filling, letters: dict[str, str]
) -> tuple[tuple[DrawnPage, ...], tuple[str, ...]]:
    deal = working_deal()
    with library().read(actor()) as reading:
        drawn = documents.preview(reading, asset=shown.slug, deal=deal.id if deal else None, filling=filling)
    pages = tuple(
        DrawnPage(
            number=picture.number,
            src="data:image/webp;base64," + base64.b64encode(picture.webp).decode("ascii"),
            width=picture.width,
            height=picture.height,
            marks=_marks(picture, drawn.places, letters, filling.paper),
        )
        for picture in drawn.pictures
    )
    return pages, drawn.prepared.rendered.certificate.checks


def _marks(
    picture: PagePicture, places: tuple[FieldPlace, ...], letters: dict[str, str], paper: Paper
) -> tuple[Mark, ...]:
    width, height = _SLIDE_MM if picture.width > picture.height else _PAPER_MM[paper]
    # Two fields that share a place share a letter, and it is drawn once.
    marks = {
        Mark(
            letter=letters[place.field],
            x=round(place.x / width * 100, 2),
            y=round(place.y / height * 100, 2),
            width=round(place.width / width * 100, 2),
            height=round(place.height / height * 100, 2),
            is_wrong=False,
        )
        for place in places
        if place.page == picture.number and letters.get(place.field)
    }
    found = sorted(marks, key=lambda mark: (mark.y, mark.x))
    return tuple(replace(mark, is_beside_page=not any(_is_right_of(other, mark) for other in found)) for mark in found)


def _is_right_of(other: Mark, mark: Mark) -> bool:
    """Tell whether another field stands further right at the same height."""
    return other.x > mark.x and other.y < mark.y + mark.height and mark.y < other.y + other.height


def _plain_pages(shown: AssetPage) -> tuple[DrawnPage, ...]:
    return tuple(
        DrawnPage(
            number=page.number,
            src=url_for("assets.picture", blob=page.blob),
            width=page.width,
            height=page.height,
            marks=(),
        )
        for page in shown.pages
    )


def _problems(error: ContentlibError | None) -> tuple[Finding, ...]:
    """Give what is in the way: findings, and a finding for each field that has only a sentence."""
    if error is None:
        return ()
    told = {finding.field for finding in error.findings if finding.field}
    fields = [
        Finding(level=Level.ERROR, code="field", message=fault.message, field=fault.field)
        for fault in error.fields
        if fault.field not in told
    ]
    found = [*error.findings, *fields]
    return tuple(found) or (Finding(level=Level.ERROR, code=error.code, message=error.message),)


@room.get("/documents/<int:document>.pdf")
@requires(Permission.USE_ASSETS)
def pdf(document: int) -> Response:
    """Serve a recorded document, exactly as it was made."""
    with library().read(actor()) as reading:
        row, data = documents.read_pdf(reading, document)
    return send_as_file(data, "application/pdf", row.file_name)


@room.get("/documents/<int:document>.eml")
@requires(Permission.USE_ASSETS)
def letter(document: int) -> Response:
    """Serve a ready message that carries a document, to open in one's own mail."""
    with library().read(actor()) as reading:
        row = documents.get_own(reading, document)
        data = documents.message_bytes(documents.message_for(reading, document_id=document))
    return send_as_file(data, "message/rfc822", row.file_name.removesuffix(".pdf") + ".eml")
