"""What a file seems to be: values suggested for an asset, each with what led to it; nothing here applies them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from contentlib.domain.assets import Vocabulary


class SuggestedField(StrEnum):
    """What is suggested of an asset; kinds, stages and terms are named by their slugs."""

    TITLE = "title"
    SUMMARY = "summary"
    DATE = "date"
    LANGUAGE = "language"
    KIND = "kind"
    STAGES = "stages"
    INDUSTRIES = "industries"
    PERSONAS = "personas"
    PRODUCTS = "products"
    TAGS = "tags"
    COMPANY = "company"
    AUDIENCE = "audience"


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Values for one field, the words of the file that led to them, and the page they stand on.

    `is_sure` is false where it is a guess that a person should look at before anything else.
    """

    field: SuggestedField
    values: tuple[str, ...]
    why: str
    page: int | None = None
    is_sure: bool = True


@dataclass(frozen=True, kw_only=True)
class KnownWords:
    """What a library calls things: (slug, label) of kinds and terms, (slug, label, meaning) of stages in order.

    `companies` are the names it has assets or deals of; `industries_of` maps their names without case to industries;
    `stages_of_kind` counts for each kind how many assets serve each stage. `own_names` are those of the company itself,
    which its files are never about.
    """

    kinds: tuple[tuple[str, str], ...] = ()
    stages: tuple[tuple[str, str, str], ...] = ()
    terms: Mapping[Vocabulary, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    companies: tuple[str, ...] = ()
    industries_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stages_of_kind: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    own_names: tuple[str, ...] = ()
