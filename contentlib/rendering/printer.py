"""The workshop's door: documents, their open fields and their pictures; it draws in the sandbox and stores no asset."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from contentlib.branding import brands
from contentlib.branding.brand import load
from contentlib.domain.documents import (
    CarriedCertificate,
    Certificate,
    ComposedEmail,
    DocumentKind,
    OpenField,
    PagePicture,
    Preview,
    RenderedDocument,
    RenderRequest,
)
from contentlib.domain.errors import BrandRefusedError, DocumentRefusedError, LimitExceededError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.page_places import Differing, PicturePair
from contentlib.markup import schema
from contentlib.markup.schema import KindSchema
from contentlib.rendering import hashes
from contentlib.rendering.answers import Drawn, Frozen, Previewed
from contentlib.rendering.cache import DocumentCache
from contentlib.rendering.child import Tools
from contentlib.sandbox.parent import Sandbox

_CHILD = "contentlib.rendering.child"
# As many texts as people write on at once.
_MOST_GUESSES = 200
# As many previews as are looked at at once; the pictures of a deck take some 300 kB.
_MOST_LOOKS = 20
# What a source says of its quotations: those that there are, and where they stand.
_QUOTED = re.compile(r"^(?:quotes:[^\n]*(?:\n[ \t-][^\n]*)*|::: *quote[^\n]*)", re.MULTILINE)
# As many versions as are drawn again and again; a body takes some 10 kB.
_MOST_BODIES = 50


def preload(*, templates: Path, brand: Path) -> tuple[str, ...]:
    """Name what a sandbox should hold ready so that a document costs only its own drawing."""
    return (
        f"{_CHILD}:warm {json.dumps([str(brand), str(templates)])}",
        f"contentlib.markup.source:warm {json.dumps([str(templates)])}",
    )


def practice(*, templates: Path, brand: Path) -> tuple[str, ...]:
    """Name what a sandbox that will draw many documents should try beforehand."""
    return (f"{_CHILD}:practise {json.dumps([str(brand), str(templates)])}",)


class Printer:
    """Makes documents of a company's brands from one folder of templates; may be used from several threads."""

    def __init__(self, *, templates: Path, brand: Path, cache: Path, sandbox: Sandbox) -> None:
        self._templates, self._brands = templates, brand
        self._cache = DocumentCache(cache)
        self._bodies: dict[str, bytes] = {}
        self._guesses: dict[tuple[str, ...], Frozen] = {}
        self._sound: dict[str, str] = {}
        self._looks: dict[tuple[object, ...], dict[str, bytes]] = {}
        self._sandbox = sandbox

    @property
    def brand_hash(self) -> str:
        """The hash of the company's own brand as its files are now."""
        return self.hash_of_brand(brands.DEFAULT)

    def brands(self) -> tuple[str, ...]:
        """Give the names of the brands there are; the company's own is the empty one, and first."""
        return brands.list_names(self._brands)

    def find_fault(self, brand: str, *, path: str | None = None, line: int | None = None) -> Finding | None:
        """Say that there is no brand of a name, with the nearest; None where there is. `path`, `line`: who asks."""
        if brand == brands.DEFAULT or brand in self.brands():
            return None
        return brands.unknown(self._brands, brand, path=path, line=line)

    def find_trouble(self, brand: str) -> Finding | None:
        """Say why nothing can be drawn with a brand beside the company's own: it is not there, or its files are broken.

        The company's own is judged by who draws with it, since everything here is.
        """
        if brand == brands.DEFAULT:
            return None
        fault = self.find_fault(brand)
        if fault is not None:
            return fault
        digest = self.hash_of_brand(brand)
        if self._sound.get(brand) != digest:
            try:
                load(self.folder_of_brand(brand))
            except BrandRefusedError:
                message = f"The brand “{brand}” cannot be used until its files are mended."
                mend = "The page Brand and the command “contentlib brand lint” say what is wrong with them."
                return Finding(level=Level.ERROR, code="broken-brand", message=message, mend=mend, field="brand")
            self._sound[brand] = digest
        return None

    def folder_of_brand(self, name: str) -> Path:
        """Give the folder of a brand; NotFoundError when there is none of that name."""
        return brands.folder_of(self._brands, name)

    def hash_of_brand(self, name: str) -> str:
        """Give the hash of a brand as its files are now; NotFoundError when there is none of that name."""
        return hashes.hash_brand(self.folder_of_brand(name))

    def lint_brands(self) -> tuple[Finding, ...]:
        """Give everything that is wrong with every brand; fonts and pictures are read and drawn in the sandbox."""
        answer: tuple[Finding, ...] = self._sandbox.call(f"{_CHILD}:lint_brands", root=str(self._brands))
        return answer

    def template_hash(self, kind: str) -> str:
        """Give the hash of a kind's template, shared parts included, as its files are now."""
        return hashes.hash_templates(self._templates, kind)

    def kinds(self) -> tuple[DocumentKind, ...]:
        """Give the kinds that can be rendered: one for each folder of the templates that can be used."""
        return tuple(each.document_kind for each in schema.list_kinds(self._templates))

    def find_kind(self, slug: str) -> DocumentKind | None:
        """Give the kind that can be rendered under a slug, or None."""
        found = schema.find(self._templates, slug)
        return found.document_kind if found and not found.fault else None

    def faults_of_kinds(self) -> dict[str, str]:
        """Say by kind why its folder cannot be used; those that can be used are left out."""
        return {each.slug: each.fault for each in schema.list_folders(self._templates) if each.fault}

    def lint_kinds(self) -> tuple[Finding, ...]:
        """Give what is wrong with the files of every kind; each is drawn, with one of everything, in the sandbox."""
        found = itertools.chain.from_iterable(map(self._lint_kind, schema.list_folders(self._templates)))
        return tuple(dict.fromkeys(found))  # what kinds share is told of each of them

    def _lint_kind(self, kind: KindSchema) -> tuple[Finding, ...]:
        place, message = f"{kind.slug}/schema.yml", kind.fault
        if not message:
            try:
                return self._sandbox.call(  # type: ignore[no-any-return]
                    f"{_CHILD}:lint_kind", kind=kind.slug, brand=str(self._brands), templates=str(self._templates)
                )
            except LimitExceededError as fault:
                place, message = f"{kind.slug}/document.html", f"What this template makes cannot be drawn: {fault}"
        return (Finding(level=Level.ERROR, code="template", message=message, path=place),)

    def fields(self, request: RenderRequest) -> tuple[OpenField, ...]:
        """Give the open fields that this source has, quotes and optional slides with what can be chosen."""
        answer: tuple[OpenField, ...] = self._sandbox.call(
            f"{_CHILD}:list_fields", request=request, tools=self.tools_for(request)
        )
        return answer

    def find(self, request: RenderRequest) -> RenderedDocument | None:
        """Give the document of a request if it was made before; a file read."""
        return self._find(request, self._key(request, self.tools_for(request)))

    def render(self, request: RenderRequest) -> RenderedDocument:
        """Give the document of a request, from the cache when it was made before.

        Raises DocumentRefusedError with every field and finding that stands in the way, SetupMissingError without
        Pango, LimitExceededError when the source is a bomb.
        """
        tools = self.tools_for(request)
        key = self._key(request, tools)
        return self._find(request, key) or self._render(request, tools, key)

    def render_anew(self, request: RenderRequest) -> RenderedDocument:
        """Make the document of a request whether or not it was made before; raises as `render` does."""
        tools = self.tools_for(request)
        return self._render(request, tools, self._key(request, tools))

    def _find(self, request: RenderRequest, key: str) -> RenderedDocument | None:
        return self._cache.find(key, on=request.on or request.dated_on)

    def _render(self, request: RenderRequest, tools: Tools, key: str) -> RenderedDocument:
        version = self._version(request, tools)
        # Where the text stands is told in what is found in it.
        body = f"{version} {request.path}"
        drawn: Drawn = self._sandbox.call(
            f"{_CHILD}:render", request=request, tools=tools, content_key=key,
            frozen=self._cache.find_frozen(version), packed=self._bodies.get(body, b""),
        )  # fmt: skip
        if len(self._bodies) >= _MOST_BODIES:
            self._bodies.clear()
        self._bodies[body] = drawn.body
        return self._keep(request, tools, drawn, key, version)

    def preview(self, request: RenderRequest, *, width: int) -> Preview:
        """Give the document of a request with pictures of its pages and the places of its open fields, in one go.

        Raises as `render` does.
        """
        tools = self.tools_for(request)
        places_key = hashes.places_key(request, brand=tools.brand_hash, template=tools.template_hash)
        places, kept = self._cache.find_places(places_key), self.find(request)
        if kept is not None and places is not None:
            return Preview(document=kept, pictures=self.pictures(kept.pdf, width=width), places=places)
        made, pictures = self._preview(request, tools, width=width, has_places=places is not None)
        if made.places is not None:
            self._cache.keep_places(places_key, made.places)
        document = self._keep(request, tools, made.drawn, self._key(request, tools), self._version(request, tools))
        return Preview(document=document, pictures=pictures, places=made.places or places or ())

    def sketch(self, request: RenderRequest, *, width: int) -> Preview:
        """Give what somebody writes as it would be drawn, with pictures, without places; nothing of it is kept.

        A sheet may be set as large as it was before the last change, where that fills it nearly as well. Raises as
        `render` does.
        """
        tools = self.tools_for(request)
        # A room kept for quotations holds while these are what they were.
        quoted = "".join(_QUOTED.findall(request.source))
        of = (request.kind, request.slug, request.paper, tools.brand_hash, tools.template_hash, quoted)
        made, pictures = self._preview(request, tools, width=width, has_places=True, guess=self._guesses.get(of))
        if len(self._guesses) >= _MOST_GUESSES:
            self._guesses.clear()
        self._guesses[of] = made.drawn.frozen
        document = self._as_document(request, tools, made.drawn, self._key(request, tools))
        return Preview(document=document, pictures=pictures, places=())

    def _preview(
        self, request: RenderRequest, tools: Tools, *, width: int, has_places: bool, guess: Frozen | None = None
    ) -> tuple[Previewed, tuple[PagePicture, ...]]:
        """Make a preview; what a keystroke changes is seldom more than one page, so those of the last are used on."""
        of = (request.kind, request.slug, request.paper, width)
        last = self._looks.get(of, {})
        made: Previewed = self._sandbox.call(
            f"{_CHILD}:preview", request=request, tools=tools, content_key=self._key(request, tools),
            frozen=self._cache.find_frozen(self._version(request, tools)), guess=guess, width=width,
            known=frozenset(last), has_places=has_places,
        )  # fmt: skip
        looks = {look.key: look.picture.webp or last[look.key] for look in made.looks}
        if len(self._looks) >= _MOST_LOOKS:
            self._looks.clear()
        self._looks[of] = looks
        return made, tuple(replace(look.picture, webp=looks[look.key]) for look in made.looks)

    def forget_unfinished(self) -> None:
        """Remove what processes left that were killed while they kept a document."""
        self._cache.forget_unfinished()

    def pictures(self, pdf: bytes, *, width: int, plate_width: int | None = None) -> tuple[PagePicture, ...]:
        """Draw each page of a PDF as a WebP picture `width` pixels wide, with the words on it; small ones if asked."""
        answer: tuple[PagePicture, ...] = self._sandbox.call(
            f"{_CHILD}:draw_pictures", pdf=pdf, width=width, plate_width=plate_width
        )
        return answer

    def foreign_pictures(
        self, path: Path, *, width: int, plate_width: int, first: int, last: int
    ) -> tuple[PagePicture, ...]:
        """Draw pages of a PDF that somebody made, counted from 1, each in both sizes; damaged pages are left out.

        Raises FileRefusedError when there is nothing to be drawn, LimitExceededError when it takes too much.
        """
        answer: tuple[PagePicture, ...] = self._sandbox.call(
            f"{_CHILD}:draw_foreign",
            path=str(path), width=width, plate_width=plate_width, first=first, last=last,
        )  # fmt: skip
        return answer

    def image_picture(self, path: Path, *, width: int, plate_width: int) -> PagePicture:
        """Draw a PNG or JPEG that somebody made, in both sizes; raises as `foreign_pictures` does."""
        answer: PagePicture = self._sandbox.call(
            f"{_CHILD}:draw_image", path=str(path), width=width, plate_width=plate_width
        )
        return answer

    def compare_pictures(self, pairs: Sequence[PicturePair]) -> tuple[Differing, ...]:
        """Find where the kept pictures of pages differ; raises LimitExceededError when it takes too much."""
        answer: tuple[Differing, ...] = self._sandbox.call(f"{_CHILD}:compare_pictures", pairs=tuple(pairs))
        return answer

    def survey(self, request: RenderRequest) -> tuple[Finding, ...]:
        """Say what stands in the way of a source's plain document: overflow, pictures, quotations, missing facts."""
        found: tuple[Finding, ...] = self._sandbox.call(
            f"{_CHILD}:survey", request=replace(request, is_draft=True), tools=self.tools_for(request)
        )
        return found

    def write_email(self, request: RenderRequest) -> ComposedEmail:
        """Write an outreach e-mail out with its open fields, and tell what stands in its way; it refuses nothing."""
        tools = self.tools_for(request)
        answer: ComposedEmail = self._sandbox.call(
            f"{_CHILD}:write_email", request=request, tools=tools, content_key=self._key(request, tools)
        )
        return answer

    def read_logo(self, data: bytes) -> bytes:
        """Read a prospect's logo (PNG, JPEG, SVG) and give it as trimmed PNG; raises InvalidInputError."""
        answer: bytes = self._sandbox.call(f"{_CHILD}:read_logo", data=data)
        return answer

    def read_picture(self, data: bytes) -> tuple[bytes, str]:
        """Read a picture for a text (PNG, JPEG, SVG) and give it as it is kept, with its suffix; InvalidInputError."""
        answer: tuple[bytes, str] = self._sandbox.call(f"{_CHILD}:read_picture", data=data)
        return answer

    def draw_logos(self, files: dict[str, bytes]) -> dict[str, bytes]:
        """Give a brand's logos as trimmed PNG by name, without those that cannot be seen on white."""
        answer: dict[str, bytes] = self._sandbox.call(f"{_CHILD}:draw_logos", files=files)
        return answer

    def read_certificate(self, pdf: bytes) -> CarriedCertificate | None:
        """Read what a PDF says of itself, None when it carries no certificate; FileRefusedError when it is no PDF."""
        answer: CarriedCertificate | None = self._sandbox.call(f"{_CHILD}:read_certificate", pdf=pdf)
        return answer

    def _keep(self, request: RenderRequest, tools: Tools, drawn: Drawn, key: str, version: str) -> RenderedDocument:
        """Give what was drawn as a document, and keep it and what it froze for later requests."""
        self._cache.keep_frozen(version, drawn.frozen)
        document = self._as_document(request, tools, drawn, key)
        self._cache.keep(document)
        return document

    def _as_document(self, request: RenderRequest, tools: Tools, drawn: Drawn, key: str) -> RenderedDocument:
        return RenderedDocument(
            pdf=drawn.pdf,
            pages=drawn.pages,
            sha256=hashlib.sha256(drawn.pdf).hexdigest(),
            content_key=key,
            certificate=_certify(request, tools, drawn),
            is_cached=False,
        )

    def _key(self, request: RenderRequest, tools: Tools) -> str:
        return hashes.content_key(request, brand=tools.brand_hash, template=tools.template_hash)

    def _version(self, request: RenderRequest, tools: Tools) -> str:
        return hashes.frozen_key(request, brand=tools.brand_hash, template=tools.template_hash)

    def tools_for(self, request: RenderRequest) -> Tools:
        """Give what to draw a request with; DocumentRefusedError when it names a brand that there is not."""
        finding = self.find_fault(request.brand, path=request.path)
        if finding is not None:
            raise DocumentRefusedError(f"{finding.message} {finding.mend}", findings=(finding,))
        return Tools(
            brand=str(brands.folder_of(self._brands, request.brand)),
            brand_hash=self.hash_of_brand(request.brand),
            templates=str(self._templates),
            template_hash=self.template_hash(request.kind),
        )


def _certify(request: RenderRequest, tools: Tools, drawn: Drawn) -> Certificate:
    return Certificate(
        id=drawn.certificate_id,
        asset=request.slug,
        version=request.version,
        kind=request.kind,
        brand=drawn.brand_name,
        brand_hash=tools.brand_hash,
        template_hash=tools.template_hash,
        source_hash=hashes.source_hash(request),
        engine=hashes.engine(),
        paper=drawn.paper,
        pages=drawn.pages,
        fonts=drawn.fonts,
        checks=drawn.checks,
        findings=drawn.findings,
        is_sample_brand=drawn.is_sample_brand,
        brand_slug=request.brand,
        fallback_fonts=drawn.fallback_fonts,
        good_until=drawn.good_until.isoformat() if drawn.good_until else None,
    )
