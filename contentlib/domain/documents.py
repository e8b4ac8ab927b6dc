"""Documents: what may be filled in, what was filled in, and what was checked; drawing is the workshop's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from contentlib.domain.errors import FieldError
from contentlib.domain.findings import Finding, has_errors
from contentlib.domain.right_to_left import starts_from_right


class Paper(StrEnum):
    """The paper of a document; decks ignore it."""

    A4 = "A4"
    LETTER = "Letter"


# Width and height in millimetres.
PAPER_MM = {Paper.A4: (210.0, 297.0), Paper.LETTER: (215.9, 279.4)}


class FieldType(StrEnum):
    """What an open field takes."""

    TEXT = "text"
    NOTE = "note"
    LOGO = "logo"
    QUOTE = "quote"
    SLIDES = "slides"
    PAPER = "paper"
    REP = "rep"


@dataclass(frozen=True, kw_only=True)
class OpenField:
    """A place in a document that the brand leaves open.

    `limit` counts characters (grapheme clusters are not split); `mark` is the letter that ties the field to its
    place on the page; `choices` are (value, label) pairs for quotes and slides of one asset version.
    """

    name: str
    label: str
    type: FieldType
    limit: int | None = None
    required: bool = False
    hint: str = ""
    mark: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class DocumentKind:
    """A kind of document that can be rendered: one folder of templates/documents.

    What is of an internal kind is never personalised or sent; an e-mail kind is sent as words, its PDF only shows it.
    """

    slug: str
    title: str
    page: str
    fields: tuple[OpenField, ...]
    is_internal: bool = False
    is_email: bool = False


@dataclass(frozen=True, kw_only=True)
class RepContact:
    """Who the customer can turn to; taken from the profile, never typed."""

    name: str
    title: str
    email: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class RenderRequest:
    """Everything a document is made from; the same request gives the same bytes.

    `source` is the authored file, front matter included; `media` maps the paths it uses to files on disk;
    `values` are the open fields that were filled (escaped text, never Markdown); `logo` the prospect's, as
    normalised PNG bytes. `brand` names one of several brands, empty for the company's own. `on` is the day by which
    quotations are judged, `dated_on` when not given; it can refuse a document, and chooses the first quotation in date
    where none was chosen. `is_draft` draws with findings instead of refusing.
    """

    kind: str
    slug: str
    source: str
    path: str
    language: str
    version: int
    dated_on: date
    media: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    rep: RepContact | None = None
    logo: bytes | None = None
    paper: Paper = Paper.A4
    is_personalised: bool = False
    is_draft: bool = False
    on: date | None = None
    brand: str = ""


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What was checked of a document, against which brand, template and version.

    `brand` is what the brand calls itself, `brand_slug` what assets call it (empty for the company's own).
    `good_until` is the first day (ISO 8601) on which a quotation in it may no longer be used.
    """

    id: str
    asset: str
    version: int
    kind: str
    brand: str
    brand_hash: str
    template_hash: str
    source_hash: str
    engine: str
    paper: str
    pages: int
    fonts: tuple[str, ...]
    checks: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    is_sample_brand: bool = False
    brand_slug: str = ""
    fallback_fonts: tuple[str, ...] = ()
    good_until: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give the plain values that answers and the library's records hold."""
        plain = {key: value for key, value in self.__dict__.items() if key != "findings"}
        plain |= {key: list(plain[key]) for key in ("fonts", "checks", "fallback_fonts")}
        return plain | {"findings": [finding.as_dict() for finding in self.findings]}


@dataclass(frozen=True, kw_only=True)
class RenderedDocument:
    """A finished PDF and what is known of it; `content_key` names the inputs, `sha256` the bytes."""

    pdf: bytes = field(repr=False)
    pages: int
    sha256: str
    content_key: str
    certificate: Certificate
    is_cached: bool

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks said; none of them blocks, or there were no document."""
        return self.certificate.findings


@dataclass(frozen=True, kw_only=True)
class ComposedEmail:
    """An outreach e-mail with its open fields filled in, and what stands in its way.

    `html` is the whole message, `body_html` what a clipboard takes, `text` its plain words; `words` are those of the
    body as sent, without the signature, which should lie between `least` and `most`. In a draft what is open stands
    in marks.
    """

    subject: str
    html: str = field(repr=False)
    body_html: str = field(repr=False)
    text: str = field(repr=False)
    words: int
    least: int
    most: int
    asks: int
    errors: tuple[FieldError, ...]
    findings: tuple[Finding, ...]
    content_key: str
    certificate: Certificate

    @property
    def is_ready(self) -> bool:
        """Tell whether it may go out as it is."""
        return not self.errors and not has_errors(self.findings)


@dataclass(frozen=True)
class TextLine:
    """A line of words on a page and its box from the upper left corner, in ten-thousandths of width and height."""

    x: int
    y: int
    width: int
    height: int
    text: str

    @property
    def starts_from_right(self) -> bool:
        """Tell whether it is read from right to left."""
        return starts_from_right(self.text)


@dataclass(frozen=True, kw_only=True)
class PagePicture:
    """One page as a WebP picture, with the words on it; `plate` is the same page small, where it was asked for."""

    number: int
    width: int
    height: int
    webp: bytes = field(repr=False)
    plate: bytes | None = field(default=None, repr=False)
    text: str = ""
    lines: tuple[TextLine, ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class CarriedCertificate:
    """What a PDF file says of itself, which anybody could have written; only the library knows whether it is true.

    `is_whole` tells whether the file can be read as a PDF from end to end.
    """

    id: str
    asset: str
    version: str
    kind: str
    brand: str
    template: str
    is_whole: bool


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A document with its pages as pictures and the places of its open fields, drawn in one go."""

    document: RenderedDocument
    pictures: tuple[PagePicture, ...]
    places: tuple[FieldPlace, ...]


@dataclass(frozen=True, kw_only=True)
class FieldPlace:
    """Where an open field stands on the page: millimetres from the page's top left corner."""

    field: str
    page: int
    x: float
    y: float
    width: float
    height: float
