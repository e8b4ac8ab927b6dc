"""WeasyPrint as this room uses it: brand and templates loaded once, HTML laid out, pages written; it judges nothing."""

from __future__ import annotations

import logging
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import weasyprint
from weasyprint import UA_STYLESHEET
from weasyprint.text.fonts import FontConfiguration

from contentlib.branding import brand as brands
from contentlib.branding import tokens
from contentlib.branding.parts import Brand
from contentlib.domain.errors import ContentlibError, DocumentRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.markup import schema
from contentlib.rendering import glyphs, kind_files
from contentlib.rendering.engine import packing, shortcuts, sources, variables
from contentlib.rendering.fetcher import BASE, LibraryFetcher
from contentlib.rendering.html import environment

VARIANT = "pdf/ua-1"
_SHARED = "_shared/base.css"
XMP_NAMESPACE = "https://lib.invalid/ns/certificate/1/"


_TOO_LARGE = Finding(
    level=Level.ERROR,
    code="larger-than-page",
    message="Something in the document is larger than the page it stands on, so no page can be made of it.",
    mend="Shorten or part what is long: a table, a block, a picture, or the longest part of the text.",
)


@dataclass(kw_only=True)
class Noted:
    """What the engine said while it worked: (level, words), in order."""

    records: list[tuple[int, str]] = field(default_factory=list)


class Press:
    """One brand and one folder of templates, ready to lay out and write documents."""

    def __init__(self, brand_folder: Path, templates: Path) -> None:
        shortcuts.install()
        self.brand: Brand = brands.load(brand_folder)
        self.brand_folder, self.templates = brand_folder, templates
        self.jinja = environment(templates)
        self._fonts = FontConfiguration()
        self._styles: dict[str, list[Any]] = {}
        # Faces are fetched when their rules are parsed: once, however many kinds build on them.
        self._brand_style = self._parse(tokens.document_css(self.brand))

    def styles(self, kind: str) -> list[Any]:
        """Give a kind's parsed style sheets, the engine's own first, then the brand's, as their files are now."""
        text = "\n".join(kind_files.read(self.templates, name) for name in _sheets_of(kind))
        if text not in self._styles:
            page = kind_files.read(self.templates, f"{kind}/document.html")
            written = variables.put_in(text, tokens.list_variables(self.brand), page=page)
            with Listening():  # what is left out of a sheet is told to its maker, not on each document
                sheets = (UA_STYLESHEET, self._brand_style, self._parse(written))
            self._styles[text] = [sources.spare(sheet, written) for sheet in sheets]
        return self._styles[text]

    def judge_styles(self, kind: str) -> list[Finding]:
        """Say what of the style sheets of a kind, the shared one and its own, is not understood."""
        found: list[Finding] = []
        for name in _sheets_of(kind):
            with Listening() as noted:
                self._parse(kind_files.read(self.templates, name))
            found += kind_files.describe_styles(name, [words for _level, words in noted.records])
        return found

    def warm(self) -> None:
        """Do once what every document needs: parse each kind's styles and load the faces by setting one line."""
        for each in schema.list_kinds(self.templates):
            # What cannot be used is told to whoever draws with it, and keeps no other kind from being ready.
            with suppress(DocumentRefusedError):
                self.styles(each.slug)
                kind_files.compile_template(self.jinja, f"{each.slug}/document.html")
        glyphs.load(self.brand)
        faces = "".join(
            f"<p style=\"font-family: '{file.family}'; font-weight: {file.weight}; font-style: {file.style}\">Aa</p>"
            for family in self.brand.fonts
            for file in family.files
        )
        fetcher = LibraryFetcher(brand=self.brand_folder, templates=self.templates)
        page = f'<html lang="en"><title>warm</title><body>{faces}</body></html>'
        with Listening():
            weasyprint.HTML(string=page, base_url=BASE, url_fetcher=fetcher).render(
                font_config=self._fonts, stylesheets=[self._brand_style]
            )

    def layout(
        self, html: str, *, kind: str, paper: str | None, fetcher: LibraryFetcher, images: dict[str, Any]
    ) -> weasyprint.Document:
        """Lay out a document; `paper` is None where the kind fixes the page, `images` is kept between layouts.

        Raises DocumentRefusedError where the engine finds no place for something on any page.
        """
        engines, *sheets = self.styles(kind)
        if paper:
            sheets.append(self._parse(f"@page {{ size: {paper} }}"))
        source = sources.Source(html, fetcher=fetcher, engines=engines)
        try:
            return source.render(font_config=self._fonts, stylesheets=sheets, cache=images)
        except (ContentlibError, MemoryError, RecursionError):
            raise
        except Exception as fault:
            if not _is_of_layout(fault):
                raise
            raise DocumentRefusedError(_TOO_LARGE.message, findings=(_TOO_LARGE,)) from fault

    def write(self, document: weasyprint.Document, *, certificate: dict[str, str]) -> bytes:
        """Write a laid-out document as tagged PDF whose XMP carries the certificate; the same bytes every time."""
        plain = document.metadata.generate_rdf_metadata

        def with_certificate(*arguments: Any) -> bytes:
            rdf: bytes = plain(*arguments)
            return rdf.replace(b"</rdf:RDF>", _describe(certificate).encode() + b"</rdf:RDF>")

        document.metadata.generate_rdf_metadata = with_certificate
        identifier = bytes.fromhex(certificate["id"])[:16]
        written: bytes = document.write_pdf(
            pdf_variant=VARIANT, pdf_identifier=identifier, finisher=lambda _, pdf: packing.write_down(pdf)
        )
        return written

    def _parse(self, text: str) -> Any:
        fetcher = LibraryFetcher(brand=self.brand_folder, templates=self.templates)
        return weasyprint.CSS(string=text, font_config=self._fonts, url_fetcher=fetcher, base_url=BASE)


def _sheets_of(kind: str) -> tuple[str, str]:
    return _SHARED, f"{kind}/print.css"


@cache
def press_for(brand_folder: str, brand_hash: str, templates: str) -> Press:
    """Give the press for a brand as it is now; the hash tells it from what it was."""
    del brand_hash
    return Press(Path(brand_folder), Path(templates))


class Listening(logging.Handler):
    """Collects what the engine logs while the block lasts, and keeps it from anybody's console."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.noted = Noted()
        self._logger = logging.getLogger("weasyprint")

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        self.noted.records.append((record.levelno, record.getMessage().replace(BASE, "")))

    def __enter__(self) -> Noted:
        """Begin to listen."""
        self._was = (self._logger.handlers[:], self._logger.propagate)
        self._logger.handlers, self._logger.propagate = [self], False
        return self.noted

    def __exit__(self, *_exc: object) -> None:
        """Stop listening."""
        self._logger.handlers, self._logger.propagate = self._was


def _is_of_layout(fault: Exception) -> bool:
    """Tell whether the engine broke off while it laid boxes out: it does where one fits on no page at all."""
    *_, (frame, _line) = traceback.walk_tb(fault.__traceback__)
    return bool(frame.f_globals["__name__"].startswith("weasyprint.layout"))


def _describe(certificate: dict[str, str]) -> str:
    rows = "".join(f"<c:{key}>{escape(value)}</c:{key}>" for key, value in certificate.items())
    return f'<rdf:Description rdf:about="" xmlns:c={quoteattr(XMP_NAMESPACE)}>{rows}</rdf:Description>'
