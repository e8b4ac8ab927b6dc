"""One asset and the marketers' table; pictures go out only to who may see their asset."""

from __future__ import annotations

import mimetypes
import re

from flask import Blueprint, Response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from contentlib.domain.assets import AssetPage, AssetStatus, LibraryRow, Vocabulary
from contentlib.domain.people import Permission
from contentlib.domain.uploads import MEDIA_TYPES
from contentlib.services import assets, documents, governance, taxonomy, uploads
from contentlib.web.files import send_as_file, send_path_as_file
from contentlib.web.lists import slice_page
from contentlib.web.login import actor, requires
from contentlib.web.requests import address_with, library, local_path, number
from contentlib.web.searches import note_opening
from contentlib.web.words import count_by_page

room = Blueprint("assets", __name__)

PER_PAGE = 50
TERM_LABELS = {
    Vocabulary.INDUSTRY: "Industry",
    Vocabulary.PERSONA: "Who it is for",
    Vocabulary.PRODUCT: "Product",
    Vocabulary.REGION: "Region",
    Vocabulary.TAG: "Tags",
}
# A picture's own path, as the author wrote it; whole addresses are left alone.
_PICTURE = re.compile(r'(<img\b[^>]*?\bsrc=")(?![a-z]+:|/)([^"]+)')
_SORTS = ("title", "owner", "review", "changed", "uses")


@room.get("/assets/<slug>")
@requires(Permission.FIND_ASSETS)
def show(slug: str) -> str | BaseResponse:
    """Show an asset: pages, evidence, record, versions."""
    with library().read(actor()) as reading:
        asset = assets.get_page(reading, slug)
        sentence = assets.sentence_about(reading, asset.slug)
        certificate = documents.find_certificate(reading, asset.slug)
        bar = governance.get_bar(reading, asset.slug)
    if asset.slug != slug:  # an address it once had
        return redirect(url_for("assets.show", slug=asset.slug, q=request.args.get("q")), code=301)
    note_opening(slug)
    query = request.args.get("q", "")
    hits = count_by_page(asset.pages, query)
    return render_template(
        "assets/asset.html",
        asset=asset,
        shown=_shown(asset, hits),
        hits_by_page=hits,
        query=query,
        sentence=sentence,
        certificate=certificate,
        bar=bar,
        terms=_terms(asset),
        language=asset.language,
        back=local_path(request.referrer) if query else None,
    )


def _shown(asset: AssetPage, hits: dict[int, int]) -> int:
    """Give the page to show: the one asked for, else the first where the words stand, else the first."""
    numbers = [page.number for page in asset.pages]
    wanted = number("page")
    if wanted in numbers:
        return wanted
    return min(hits) if hits else 1


def _terms(asset: AssetPage) -> list[tuple[str, list[str]]]:
    by_label = {
        label: [name for kept, _, name in asset.terms if kept is vocabulary]
        for vocabulary, label in TERM_LABELS.items()
    }
    return [(label, names) for label, names in by_label.items() if names]


@room.get("/assets/<slug>/versions/<int:version>/original")
@requires(Permission.USE_ASSETS)
def original(slug: str, version: int) -> Response:
    """Serve the authored file of a version, for kinds that have no document."""
    with library().read(actor()) as reading:
        name, data = assets.read_original(reading, slug, version)
    return send_as_file(data, "text/markdown; charset=utf-8", name)


@room.get("/assets/<slug>/file")
@requires(Permission.USE_ASSETS)
def file(slug: str) -> Response:
    """Serve the file that an asset was uploaded as: of its current version, or of the one that was used."""
    with library().read(actor()) as reading:
        found = uploads.read_original(reading, slug, number("version"))
    return send_path_as_file(found.path, MEDIA_TYPES[found.format], found.name)


@room.get("/pictures/<blob>.webp")
@requires(Permission.FIND_ASSETS)
def picture(blob: str) -> Response:
    """Serve a page picture; it never changes under its name, but only who may see the asset gets it."""
    with library().read(actor()) as reading:
        data = assets.read_picture(reading, blob)
    return Response(data, mimetype="image/webp", headers={"Cache-Control": "private, max-age=31536000, immutable"})


@room.get("/assets/<slug>/pictures/<path:name>")
@requires(Permission.FIND_ASSETS)
def media(slug: str, name: str) -> Response:
    """Serve a picture of an asset's text; a drawing may hold nothing that runs or loads."""
    with library().read(actor()) as reading:
        data = assets.read_media(reading, slug, name)
    response = Response(data, mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream")
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def illustrated(html: str, slug: str) -> str:
    """Let the pictures of an authored text, named as in its file, lead to where they are served."""
    return _PICTURE.sub(lambda found: found[1] + url_for("assets.media", slug=slug, name=found[2]), html)


@room.app_template_filter("illustrated")
def _illustrated(html: str, slug: str) -> Markup:
    return Markup(illustrated(html, slug))  # noqa: S704  (sanitised when the asset was read)


@room.get("/library", endpoint="library")
@requires(Permission.SEE_UNPUBLISHED)
def show_library() -> str:
    """Show every asset, for those who keep the library."""
    with library().read(actor()) as reading:
        rows = assets.list_library(reading)
        kinds = taxonomy.list_kinds(reading)
        stages = taxonomy.list_funnel_stages(reading)
    chosen = {name: request.args.get(name, "") for name in ("status", "kind", "stage", "owner")}
    text = request.args.get("text", "").strip()
    found = [row for row in rows if _matches(row, chosen, text)]
    sorted_by = request.args.get("sort", "changed")
    page = slice_page(_sorted(found, sorted_by), PER_PAGE)
    owners = sorted({row.owner for row in rows if row.owner})
    return render_template(
        "assets/library.html",
        rows=page.rows,
        total=len(found),
        counts=_status_tabs(rows, chosen["status"]),
        kinds=[("", "All kinds"), *((kind.label, kind.plural) for kind in kinds)],
        stages_to_choose=[("", "All stages"), *((stage.slug, stage.label) for stage in stages)],
        owners=[("", "All owners"), *((owner, owner) for owner in owners)],
        chosen=chosen,
        text=text,
        sorts={column: address_with(sort=column, page=None) for column in _SORTS},
        sorted_by=sorted_by,
        first_shown=page.first,
        last_shown=page.last,
        previous=page.previous,
        next=page.next,
    )


def _matches(row: LibraryRow, chosen: dict[str, str], text: str) -> bool:
    return (
        (not chosen["status"] or row.status.value == chosen["status"])
        and (not chosen["kind"] or row.kind_label == chosen["kind"])
        and (not chosen["stage"] or any(mark.is_on and mark.slug == chosen["stage"] for mark in row.stages))
        and (not chosen["owner"] or row.owner == chosen["owner"])
        and (not text or text.casefold() in f"{row.title} {row.owner or ''}".casefold())
    )


def _sorted(rows: list[LibraryRow], column: str) -> list[LibraryRow]:
    if column == "title":
        return sorted(rows, key=lambda row: row.title.casefold())
    if column == "owner":
        return sorted(rows, key=lambda row: (row.owner or "").casefold())
    if column == "review":
        return sorted(rows, key=lambda row: (row.review_by_on is None, row.review_by_on or row.updated_at.date()))
    if column == "uses":
        return sorted(rows, key=lambda row: -row.uses)
    return sorted(rows, key=lambda row: row.updated_at, reverse=True)


def _status_tabs(rows: list[LibraryRow], chosen: str) -> list[tuple[str, str, bool]]:
    tabs = [(f"All {len(rows)}", address_with(status=None, page=None), not chosen)]
    for status in AssetStatus:
        held = sum(row.status is status for row in rows)
        if held or chosen == status.value:
            label = f"{status.value.capitalize()} {held}"
            tabs.append((label, address_with(status=status.value, page=None), chosen == status.value))
    return tabs
