"""The brand: its colours as CSS and its mark for every page, the page that shows it whole, and the check of a file."""

from __future__ import annotations

import mimetypes
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request, send_file, url_for

from contentlib.branding import brand as brand_files
from contentlib.branding import brands, tokens
from contentlib.branding.parts import Brand, Ground, LogoSize, Phrase
from contentlib.domain.errors import UNREADABLE, BrandRefusedError
from contentlib.domain.findings import Finding
from contentlib.domain.people import Permission
from contentlib.services import brand as brand_services
from contentlib.services import documents
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.web import brand_sheet
from contentlib.web.brand_sheet import BrandSheet
from contentlib.web.login import actor, public, requires
from contentlib.web.requests import library
from contentlib.web.static_files import KEPT

room = Blueprint("brand", __name__)

# What a page takes in one request.
_MOST_MB = 50


def current() -> Brand:
    """Give the company's brand, read once per process; BrandRefusedError when it cannot be used from the start."""
    if "brand" not in current_app.extensions:
        current_app.extensions["brand"] = brand_files.load(current_app.config["BRAND_FOLDER"])
    found: Brand = current_app.extensions["brand"]
    return found


def _usable() -> Brand | None:
    try:
        return current()
    except BrandRefusedError:
        return None


def phrases() -> tuple[Phrase, ...]:
    """Give the company's phrases, which can mostly be read where its brand cannot be used."""
    brand = _usable()
    return brand.phrases if brand else brand_files.read_phrases(current_app.config["BRAND_FOLDER"])[0]


def own_names() -> tuple[str, ...]:
    """Give what the company calls itself; nothing where its brand cannot be used."""
    brand = _usable()
    return (brand.name,) if brand else ()


def describe_site() -> dict[str, Any]:
    """Give what the frame shows of the brand: the library's name and the mark for light and dark ground.

    A brand that is broken when the library starts lends it nothing until it is mended, and stops nobody.
    """
    brand = _usable()
    if brand is None:
        return {"name": "Library", "company": "its company", "colours": url_for("brand.css"), "mark": None}
    return {
        "name": f"{brand.name} library",
        "company": brand.name,
        "colours": url_for("brand.css", v=_edition(brand.hash)),
        "mark": url_for("brand.logo", ground=Ground.LIGHT.value, v=_edition(brand.hash)),
        "mark_dark": url_for("brand.logo", ground=Ground.DARK.value, v=_edition(brand.hash)),
    }


@room.get("/brand.css")
@public
def css() -> Response:
    """Serve the brand's colours as variables."""
    brand = _usable()
    return _cached(Response(tokens.web_css(brand) if brand else "", mimetype="text/css"))


@room.get("/brand/mark-<ground>.svg")
@public
def logo(ground: str) -> Response:
    """Serve the mark for a ground."""
    brand = _usable()
    if brand is None or ground not in {Ground.LIGHT.value, Ground.DARK.value}:
        abort(404)
    path = brand.folder / brand.logo(LogoSize.SMALL, Ground(ground)).path
    return _cached(send_file(path, mimetype=mimetypes.guess_type(path.name)[0]))


@room.get("/brand")
@requires(Permission.SEE_UNPUBLISHED)
def show() -> str:
    """Show a brand whole: colours, pairs, type, logos, words, kinds, and what is wrong with it."""
    name = request.args.get("brand", brands.DEFAULT)
    sheets = {each: _sheet(each) for each in brands.list_names(_root())}
    sheet = sheets.get(name) or _sheet(name)
    with library().read(actor()) as reading:
        kinds = brand_services.list_specimens(reading, name)
        uses = {use.name: use.assets for use in brand_services.count_uses(reading)}
    return render_template(
        "brand/brand.html",
        sheet=sheet,
        name=name,
        others=[(each, other, uses.get(each, 0)) for each, other in sheets.items()],
        uses=uses.get(name, 0),
        findings=sheet.refused.findings if sheet.refused else _lint(sheets.values(), uses),
        kinds=kinds,
    )


@room.get("/brand/check")
@requires(Permission.USE_ASSETS)
def ask_for_file() -> str:
    """Ask for a file to hold against the brand."""
    return render_template("brand/check.html", checked=None, findings=(), fault=None, certificate=None)


@room.post("/brand/check")
@requires(Permission.USE_ASSETS)
def check() -> Response | tuple[str, int]:
    """Say what of a file is off the brand; the file is gone when the page is shown."""
    sent = request.files.get("file")
    name = sent.filename if sent is not None else None
    if sent is None or not name:
        return _refuse_file(None, "Choose a file first."), 422
    with tempfile.TemporaryDirectory(prefix="contentlib-check-") as folder:
        path = Path(folder) / "file"
        sent.save(path)
        try:
            with library().read(actor()) as reading:
                found = brand_services.look_at(reading, path, name=name, limit_mb=_MOST_MB)
                values = _label_values(reading, found.certificate)
        except UNREADABLE as refused:
            return _refuse_file(name, refused.message), 422
    told = {"checked": name, "findings": found.findings, "certificate": found.certificate, "values": values}
    return Response(render_template("brand/check.html", **told, fault=None))


def _label_values(reading: UnitOfWork, told: documents.CertificateAnswer | None) -> list[tuple[str, str]]:
    """Give what was filled into a document, each by what its field is called on the page where it was typed."""
    if told is None or told.template is None:
        return []
    kinds = [kind for kind in documents.kinds(reading) if kind.slug == told.template["kind"]]
    labels = {field.name: field.label for kind in kinds for field in kind.fields}
    return [(labels.get(name) or name.rpartition(".")[2], value) for name, value in told.values.items()]


def _refuse_file(name: str | None, fault: str) -> str:
    return render_template("brand/check.html", checked=name, findings=(), fault=fault, certificate=None)


@room.get("/brand/type.css")
@requires(Permission.SEE_UNPUBLISHED)
def type_css() -> Response:
    """Serve the faces of a brand under names of their own, and a class for each sort of text."""
    sheet = _sheet(request.args.get("brand", brands.DEFAULT))
    brand = sheet.brand
    css = brand_sheet.type_css(brand, lambda path: _file_address(brand.folder, brand.hash, path)) if brand else ""
    return _cached(Response(css, mimetype="text/css"), sheet.digest)


@room.get("/brand/files/<path:path>")
@requires(Permission.SEE_UNPUBLISHED)
def file(path: str) -> Response:
    """Serve a font or a logo of a brand, and nothing else of its folder."""
    brand = _sheet(request.args.get("brand", brands.DEFAULT)).brand
    if brand is None or path not in brand_sheet.list_files(brand):
        abort(404)
    response = send_file(brand.folder / path, mimetype=mimetypes.guess_type(path)[0])
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return _cached(response, brand.hash)


def _root() -> Path:
    return Path(current_app.config["BRAND_FOLDER"])


def _file_address(folder: Path, digest: str, path: str) -> str:
    name = None if folder == _root() else folder.name
    return url_for("brand.file", path=path, brand=name, v=_edition(digest))


def _sheet(name: str) -> BrandSheet:
    """Give a brand as its page shows it, read anew when a file of it has changed."""
    folder = brands.folder_of(_root(), name)
    kept: dict[str, BrandSheet] = current_app.extensions.setdefault("brand-sheets", {})
    digest = brand_files.hash_folder(folder)
    if name not in kept or kept[name].digest != digest:
        brand: Brand | BrandRefusedError
        try:
            brand = brand_files.load(folder)
        except BrandRefusedError as error:
            brand = error
        kept[name] = brand_sheet.build(folder, brand, digest, lambda path: _file_address(folder, digest, path))
    return kept[name]


def _lint(sheets: Iterable[BrandSheet], uses: Mapping[str, int]) -> tuple[Finding, ...]:
    """Give what is wrong with all brands, found anew when a file of one has changed, or what they are used for."""
    digest = " ".join([*(sheet.digest for sheet in sheets), *map(str, sorted(uses.items()))])
    kept: tuple[str, tuple[Finding, ...]] | None = current_app.extensions.get("brand-findings")
    if kept is None or kept[0] != digest:
        with library().read(actor()) as reading:
            kept = (digest, brand_services.lint(reading))
        current_app.extensions["brand-findings"] = kept
    return kept[1]


def _cached(response: Response, digest: str | None = None) -> Response:
    """Let browsers keep what was asked for by its edition, and ask whether anything else changed.

    It changes with the company's brand; `digest` is told where it changes with another.
    """
    brand = _usable()
    digest = digest or (brand.hash if brand else "broken")
    response.headers["Cache-Control"] = KEPT if request.args.get("v") == _edition(digest) else "no-cache"
    response.set_etag(digest[:32] + (request.endpoint or "") + request.path)
    response.make_conditional(request)
    return response


def _edition(digest: str) -> str:
    return digest[:8]
