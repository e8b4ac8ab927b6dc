"""One asset and the marketers' table; pictures go out only to who may see their asset."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from contentlib.domain.assets import AssetPage, Vocabulary
from contentlib.domain.errors import NotFoundError
from contentlib.domain.people import Permission
from contentlib.domain.uploads import MEDIA_TYPES
from contentlib.services import assets, documents, feedback, gone_assets, governance, page_lines, uploads
from contentlib.web import library_table
from contentlib.web.files import send_as_file, send_path_as_file, send_picture
from contentlib.web.login import actor, requires
from contentlib.web.requests import library, local_path, number
from contentlib.web.searches import note_opening
from contentlib.web.static_files import KEPT
from contentlib.web.words import count_by_page, mark_places

room = Blueprint("assets", __name__)

TERM_LABELS = {
    Vocabulary.INDUSTRY: "Industry",
    Vocabulary.PERSONA: "Who it is for",
    Vocabulary.PRODUCT: "Product",
    Vocabulary.REGION: "Region",
    Vocabulary.TAG: "Tags",
}
# A picture's own path, as the author wrote it; whole addresses are left alone.
_PICTURE = re.compile(r'(<img\b[^>]*?\bsrc=")(?![a-z]+:|/)([^"]+)')


@room.get("/assets/<slug>")
@requires(Permission.FIND_ASSETS)
def show(slug: str) -> str | BaseResponse | tuple[str, int]:
    """Show an asset: pages, evidence, record, versions; of one that is gone, since when, and what stands instead."""
    try:
        return _show(slug)
    except NotFoundError:
        # Not 410, which is for ever: a later expiry date, or whoever brings it back, opens the same address again.
        with library().read(actor()) as reading:
            return render_template("assets/gone.html", gone=gone_assets.get_gone(reading, slug)), 404


def _show(slug: str) -> str | BaseResponse:
    with library().read(actor()) as reading:
        asset = assets.get_page(reading, slug)
        sentence = assets.sentence_about(reading, asset.slug)
        certificate = documents.find_certificate(reading, asset.slug)
        bar = governance.get_bar(reading, asset.slug)
        panel = feedback.look(reading, asset.slug)
    if asset.slug != slug:  # an address it once had
        return redirect(url_for("assets.show", slug=asset.slug, q=request.args.get("q")), code=301)
    note_opening(slug)
    query = request.args.get("q", "")
    return render_template(
        "assets/asset.html",
        asset=asset,
        **_viewer(asset, query),
        sentence=sentence,
        certificate=certificate,
        bar=bar,
        feedback=panel,
        terms=_terms(asset),
        language=asset.language,
        back=local_path(request.referrer) if query else None,
    )


def _viewer(asset: AssetPage, query: str) -> dict[str, Any]:
    """Give what the page viewer shows: which page, which to turn to, and where the words looked for stand on it."""
    hits = count_by_page(asset.pages, query)
    numbers = [page.number for page in asset.pages]
    shown = _shown(numbers, hits)
    with library().read(actor()) as reading:
        lines = page_lines.read_lines(reading, asset.slug, shown)
    turns = list(hits) or numbers
    return {
        "shown": shown,
        "before": max((page for page in turns if page < shown), default=None),
        "after": min((page for page in turns if page > shown), default=None),
        "lines": lines,
        "places": mark_places(lines, query),
        "hits_by_page": hits,
        "query": query,
    }


def _shown(numbers: list[int], hits: dict[int, int]) -> int:
    """Give the page to show: the one asked for, else the first where the words stand, else the first."""
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
    return Response(data, mimetype="image/webp", headers={"Cache-Control": KEPT})


@room.get("/assets/<slug>/pictures/<path:name>")
@requires(Permission.FIND_ASSETS)
def media(slug: str, name: str) -> Response:
    """Serve a picture of an asset's text; a drawing may hold nothing that runs or loads."""
    with library().read(actor()) as reading:
        data = assets.read_media(reading, slug, name)
    return send_picture(data, name)


def illustrated(html: str, slug: str) -> str:
    """Let the pictures of an authored text, named as in its file, lead to where they are served."""
    return _PICTURE.sub(lambda found: found[1] + url_for("assets.media", slug=slug, name=found[2]), html)


@room.app_template_filter("illustrated")
def _illustrated(html: str, slug: str) -> Markup:
    return Markup(illustrated(html, slug))  # noqa: S704  (sanitised when the asset was read)


@room.get("/library", endpoint="library")
@requires(Permission.SEE_UNPUBLISHED)
def show_library() -> str:
    """Show the table of all assets, for those who keep the library."""
    return library_table.show()
