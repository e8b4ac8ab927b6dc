"""Documents: what may be filled in, what was filled in, and what was checked; drawing is the workshop's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from contentlib.domain.findings import Finding


class Paper(StrEnum):
    """The paper of a document; decks ignore it."""

    A4 = "A4"
    LETTER = "Letter"


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
    """A kind of document that can be rendered: one folder of templates/documents."""

    slug: str
    title: str
    page: str
    fields: tuple[OpenField, ...]


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
    normalised PNG bytes. `on` is the day by which quotations are judged, `dated_on` when not given; it can refuse a
    document but never changes one. `is_draft` draws with findings instead of refusing.
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


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What was checked of a document, against which brand, template and version."""

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

    def as_dict(self) -> dict[str, Any]:
        """Give the plain values that answers and the library's records hold."""
        plain = {key: value for key, value in self.__dict__.items() if key != "findings"}
        plain["fonts"], plain["checks"] = list(self.fonts), list(self.checks)
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
class PagePicture:
    """One page as a WebP picture, with the words on it; `plate` is the same page small, where it was asked for."""

    number: int
    width: int
    height: int
    webp: bytes = field(repr=False)
    plate: bytes | None = field(default=None, repr=False)
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class FieldPlace:
    """Where an open field stands on the page: millimetres from the page's top left corner."""

    field: str
    page: int
    x: float
    y: float
    width: float
    height: float
