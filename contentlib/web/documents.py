"""Personalise: the open fields beside the page exactly as it will be sent, and the files that come of it."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, replace

from flask import Blueprint, Response, render_template, request, url_for

from contentlib.domain.assets import AssetPage
from contentlib.domain.documents import Certificate, FieldType, OpenField, Paper
from contentlib.domain.errors import ContentlibError, DocumentRefusedError, InvalidInputError, to_findings
from contentlib.domain.field_marks import Mark, mark_fields, with_stand_ins
from contentlib.domain.findings import Finding, Level
from contentlib.domain.people import Permission
from contentlib.services import assets, documents, people
from contentlib.services.documents import Filling
from contentlib.web import emails, filled_in
from contentlib.web.files import address_holding, send_as_file
from contentlib.web.frame import working_deal
from contentlib.web.login import actor, requires
from contentlib.web.requests import library, new_key, wants_fragment

room = Blueprint("documents", __name__)

PAPERS = [(Paper.A4.value, "A4"), (Paper.LETTER.value, "Letter")]


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
    certificate: Certificate | None
    problems: tuple[Finding, ...]
    errors: dict[str, str]
    took_ms: float


@room.route("/assets/<slug>/personalise", methods=["GET", "POST"])
@requires(Permission.USE_ASSETS, carry=filled_in.carry_form)
def personalise(slug: str) -> str:
    """Show the open fields and the page; a POST draws it again with what is typed."""
    if request.method == "GET":
        return page(slug, _first_filling())
    filling, refused = filled_in.read_filling()
    return page(slug, filling, refused=refused)


def _first_filling() -> Filling:
    deal = working_deal()
    with library().read(actor()) as reading:
        return Filling(values=documents.suggested_values(reading, deal.id if deal else None))


def page(slug: str, filling: Filling, *, refused: ContentlibError | None = None) -> str:
    """Draw the personalise page, or, for htmx, what a keystroke is answered with."""
    with library().read(actor()) as reading:
        shown = assets.get_page(reading, slug)
        fields = documents.open_fields(reading, slug)
        person_id = reading.actor.person_id
        rep = people.contact_of(reading, person_id) if person_id is not None else None
    email = emails.draw(slug, filling) if emails.is_email(shown.kind) else None
    drawn = email or _draw(shown, fields, filling, refused)
    beside = {f.name: [p for p in drawn.problems if p.field == f.name] for f in fields}
    # A file that is no logo is not carried along: without another one, the next answer is free of it.
    kept = filling.logo if "prospect.logo" not in drawn.errors else None
    logo = base64.b64encode(kept).decode("ascii") if kept else None
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
        slides=_slide_rows(fields, filling),
        errors=drawn.errors,
        field_findings=beside,
        other_findings=[p for p in drawn.problems if p.field is None],
        paper=filling.paper.value,
        papers=PAPERS,
        logo=logo,
        logo_picture=_logo_picture(filling),
        rep=rep,
        drawn=drawn,
        email=email,
        key=request.form.get("key") or new_key(),
        is_answer=request.method == "POST",
    )


def _slide_rows(fields: tuple[OpenField, ...], filling: Filling) -> list[tuple[str, str, bool]]:
    """Give the optional slides as (id, title, is kept): the kept ones in their order, then those left out."""
    titles = {value: label for each in fields if each.type is FieldType.SLIDES for value, label in each.choices}
    wanted = filling.values.get("slides")
    kept = list(titles) if wanted is None else [name for name in wanted.split(",") if name in titles]
    return [(name, titles[name], name in kept) for name in (*kept, *(name for name in titles if name not in kept))]


def _logo_picture(filling: Filling) -> str | None:
    """Give the logo as a data address; only a picture that was read and drawn anew is shown."""
    if filling.logo is None:
        return None
    try:
        with library().read(actor()) as reading:
            picture = documents.read_logo(reading, filling.logo)
    except ContentlibError:
        return None
    return address_holding(picture, "image/png")


def _draw(shown: AssetPage, fields: tuple[OpenField, ...], filling: Filling, refused: ContentlibError | None) -> Drawn:
    """Draw what would be sent; where that is refused, mark on the page what has to be changed."""
    started = time.perf_counter()
    error = refused
    certificate = None
    pages: tuple[DrawnPage, ...] = ()
    try:
        if not isinstance(refused, DocumentRefusedError):  # which names everything already
            pages, certificate = _preview(shown, fields, filling)
    except (DocumentRefusedError, InvalidInputError) as wrong:
        error = _together(refused, wrong) if refused else wrong
    if error is not None:
        certificate = None
        # The first answer comes at once; with script the page asks for the marks as soon as it stands.
        marked = _with_stand_ins(shown, fields, filling, error) if request.method == "POST" else ()
        pages = marked or _plain_pages(shown)
    return Drawn(
        pages=pages,
        certificate=certificate,
        problems=_problems(error),
        errors={fault.field: fault.message for fault in error.fields} if error else {},
        took_ms=(time.perf_counter() - started) * 1000,
    )


def _together(logo: ContentlibError, others: ContentlibError) -> DocumentRefusedError:
    """Refuse for a logo that did not come in, and for everything else that is in the way."""
    return DocumentRefusedError(logo.message, fields=(*logo.fields, *others.fields), findings=others.findings)


def _with_stand_ins(
    shown: AssetPage, fields: tuple[OpenField, ...], filling: Filling, error: ContentlibError
) -> tuple[DrawnPage, ...]:
    """Draw the page with what is wrong replaced and marked; nothing where more than a field is in the way."""
    wrong = {fault.field for fault in error.fields} & {each.name for each in fields}
    if not wrong:
        return ()
    logo = None if "prospect.logo" in wrong else filling.logo
    values = with_stand_ins(filling.values, fields=fields, wrong=wrong)
    try:
        return _preview(shown, fields, replace(filling, values=values, logo=logo), frozenset(wrong))[0]
    except (DocumentRefusedError, InvalidInputError):
        return ()


def _preview(
    shown: AssetPage, fields: tuple[OpenField, ...], filling: Filling, wrong: frozenset[str] = frozenset()
) -> tuple[tuple[DrawnPage, ...], Certificate]:
    deal = working_deal()
    with library().read(actor()) as reading:
        drawn = documents.preview(reading, asset=shown.slug, deal=deal.id if deal else None, filling=filling)
    pages = tuple(
        DrawnPage(
            number=picture.number,
            src=address_holding(picture.webp, "image/webp"),
            width=picture.width,
            height=picture.height,
            marks=mark_fields(picture, drawn.places, fields=fields, paper=filling.paper, wrong=wrong),
        )
        for picture in drawn.pictures
    )
    return pages, drawn.document.certificate


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
    found = (*error.findings, *to_findings(error.fields, beside=error.findings))
    return found or (Finding(level=Level.ERROR, code=error.code, message=error.message),)


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
    """Serve an e-mail that was written, or a ready message that carries a document, to open in one's own mail."""
    with library().read(actor()) as reading:
        row, data = documents.read_pdf(reading, document)
        if not row.file_name.endswith(".eml"):
            data = documents.message_bytes(documents.message_for(reading, document_id=document))
    return send_as_file(data, "message/rfc822", row.file_name.removesuffix(".pdf").removesuffix(".eml") + ".eml")
