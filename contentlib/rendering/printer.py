"""The workshop's door: documents, their open fields and their pictures; it draws in the sandbox and stores no asset."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from contentlib.domain.documents import (
    Certificate,
    DocumentKind,
    FieldPlace,
    OpenField,
    PagePicture,
    RenderedDocument,
    RenderRequest,
)
from contentlib.markup import schema
from contentlib.rendering import hashes
from contentlib.rendering.answers import Drawn, Frozen
from contentlib.rendering.cache import DocumentCache
from contentlib.rendering.child import Tools
from contentlib.sandbox.parent import Sandbox

_CHILD = "contentlib.rendering.child"


def preload(*, templates: Path, brand: Path) -> tuple[str, ...]:
    """Name what a sandbox should hold ready so that a document costs only its own drawing."""
    return (f"{_CHILD}:warm {json.dumps([str(brand), str(templates)])}", "contentlib.markup.source")


class Printer:
    """Makes documents of one brand from one folder of templates; may be used from several threads."""

    def __init__(self, *, templates: Path, brand: Path, cache: Path, sandbox: Sandbox) -> None:
        self._templates, self._brand = templates, brand
        self._cache = DocumentCache(cache)
        self._sandbox = sandbox

    @property
    def brand_hash(self) -> str:
        """The hash of the brand as its files are now."""
        return hashes.hash_brand(self._brand)

    def template_hash(self, kind: str) -> str:
        """Give the hash of a kind's template, shared parts included, as its files are now."""
        return hashes.hash_templates(self._templates, kind)

    def kinds(self) -> tuple[DocumentKind, ...]:
        """Give the kinds that can be rendered: one for each folder of the templates."""
        return tuple(each.document_kind for each in schema.list_kinds(self._templates))

    def find_kind(self, slug: str) -> DocumentKind | None:
        """Give the kind that can be rendered under a slug, or None."""
        found = schema.find(self._templates, slug)
        return found.document_kind if found else None

    def fields(self, request: RenderRequest) -> tuple[OpenField, ...]:
        """Give the open fields that this source has, quotes and optional slides with what can be chosen."""
        answer: tuple[OpenField, ...] = self._sandbox.call(
            f"{_CHILD}:list_fields", request=request, tools=self._tools(request)
        )
        return answer

    def render(self, request: RenderRequest) -> RenderedDocument:
        """Give the document of a request, from the cache when it was made before.

        Raises DocumentRefusedError with every field and finding that stands in the way, SetupMissingError without
        Pango, LimitExceededError when the source is a bomb.
        """
        tools = self._tools(request)
        key = hashes.content_key(request, brand=tools.brand_hash, template=tools.template_hash)
        kept = self._cache.find(key, on=request.on or request.dated_on)
        if kept is not None:
            return kept
        frozen_key = hashes.frozen_key(request, brand=tools.brand_hash, template=tools.template_hash)
        frozen = self._cache.find_frozen(frozen_key)
        drawn: Drawn = self._sandbox.call(
            f"{_CHILD}:render", request=request, tools=tools, content_key=key, frozen=frozen
        )
        if frozen is None:
            self._cache.keep_frozen(frozen_key, drawn.frozen)
        document = RenderedDocument(
            pdf=drawn.pdf,
            pages=drawn.pages,
            sha256=hashlib.sha256(drawn.pdf).hexdigest(),
            content_key=key,
            certificate=_certify(request, tools, drawn),
            is_cached=False,
        )
        self._cache.keep(document, good_until=drawn.good_until)
        return document

    def places(self, request: RenderRequest) -> tuple[FieldPlace, ...]:
        """Tell where the open fields of this source stand, filled or not, in millimetres."""
        tools = self._tools(request)
        answer: tuple[FieldPlace, ...] = self._sandbox.call(
            f"{_CHILD}:find_places", request=request, tools=tools, frozen=self._frozen(request, tools)
        )
        return answer

    def pictures(self, pdf: bytes, *, width: int, plate_width: int | None = None) -> tuple[PagePicture, ...]:
        """Draw each page of a PDF as a WebP picture `width` pixels wide, with the words on it; small ones if asked."""
        answer: tuple[PagePicture, ...] = self._sandbox.call(
            f"{_CHILD}:draw_pictures", pdf=pdf, width=width, plate_width=plate_width
        )
        return answer

    def read_logo(self, data: bytes) -> bytes:
        """Read a prospect's logo (PNG, JPEG, SVG) and give it as trimmed PNG; raises InvalidInputError."""
        answer: bytes = self._sandbox.call(f"{_CHILD}:read_logo", data=data)
        return answer

    def _frozen(self, request: RenderRequest, tools: Tools) -> Frozen | None:
        key = hashes.frozen_key(request, brand=tools.brand_hash, template=tools.template_hash)
        return self._cache.find_frozen(key)

    def _tools(self, request: RenderRequest) -> Tools:
        return Tools(
            brand=str(self._brand),
            brand_hash=self.brand_hash,
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
    )
