"""Files that were uploaded and wait for a person to say what they are; what is decided of each, and nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from contentlib.domain.assets import Audience, Plate, Vocabulary
from contentlib.domain.findings import Finding
from contentlib.domain.near_duplicates import NearDuplicate
from contentlib.domain.suggestions import SuggestedField, Suggestion

# The lists that an uploaded file is described with, in the order of its form.
DESCRIBED = (Vocabulary.INDUSTRY, Vocabulary.PRODUCT, Vocabulary.PERSONA, Vocabulary.TAG)


class Becoming(StrEnum):
    """What an uploaded file becomes: an asset of its own, a version of another, nothing yet, nothing at all."""

    NEW = "new"
    VERSION = "version"
    LATER = "later"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class WaitingFile:
    """An uploaded file that nobody has described yet, with what it seems to be.

    `within` is the archive that it came in, with its folder there; `plates` are its first pages.
    """

    slug: str
    title: str
    name: str
    within: str
    format_label: str
    size: int
    page_count: int
    kind: str
    kind_label: str
    plates: tuple[Plate, ...]
    suggestions: Mapping[SuggestedField, Suggestion]
    near: tuple[NearDuplicate, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Described:
    """What a person says of an uploaded file; kinds, stages and terms by slug. `target` is the asset it replaces."""

    slug: str
    becomes: Becoming
    target: str = ""
    title: str = ""
    summary: str = ""
    kind: str = ""
    stages: tuple[str, ...] = ()
    terms: Mapping[Vocabulary, tuple[str, ...]] = field(default_factory=dict)
    company: str = ""
    language: str = "en"
    audience: Audience = Audience.EXTERNAL
    dated_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """What became of files that were described, by slug; `entries` are the deeds that can be taken back."""

    described: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    put_away: tuple[str, ...] = ()
    entries: tuple[int, ...] = ()
