"""What comes back from the sandbox, as plain records that the server may read without loading an engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from contentlib.domain.documents import FieldPlace, PagePicture
from contentlib.domain.findings import Finding


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """What is found once per asset version and kept for all its copies, so that no value moves what is locked.

    `fit` is the scale of the type; `quote_height` (CSS px) that of the longest quotation that may stand in the open
    place.
    """

    fit: float = 1.0
    quote_height: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A judged PDF; `good_until` is the first day on which a quotation in it may no longer be used.

    `body` is the source as it was read, packed, for the next copy of the same version.
    """

    pdf: bytes = field(repr=False)
    pages: int
    paper: str
    fonts: tuple[str, ...]
    fallback_fonts: tuple[str, ...]
    checks: tuple[str, ...]
    findings: tuple[Finding, ...]
    frozen: Frozen
    certificate_id: str
    brand_name: str
    is_sample_brand: bool
    good_until: date | None
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a page looks like: `key` tells it from others; `picture` is without its bytes where the key was known."""

    key: str
    picture: PagePicture


@dataclass(frozen=True, kw_only=True)
class Previewed:
    """A judged PDF with what its pages look like; `places` is None where they were known."""

    drawn: Drawn
    looks: tuple[Look, ...]
    places: tuple[FieldPlace, ...] | None
