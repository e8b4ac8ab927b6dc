"""The terms that a company keeps, list by list, and what hangs on each; which there are is data.

A `Word` is a term of any list, be it a stage, a kind or a tag; the rows called `Term` have a name and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contentlib.domain.assets import Vocabulary

# What assets are written in, by the first part of a BCP 47 tag.
LANGUAGES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch",
    "pt": "Portuguese", "ja": "Japanese", "zh": "Chinese", "ko": "Korean",
    "ar": "Arabic", "cs": "Czech", "da": "Danish", "el": "Greek", "fi": "Finnish", "he": "Hebrew", "hi": "Hindi",
    "hu": "Hungarian", "nb": "Norwegian", "pl": "Polish", "ru": "Russian", "sv": "Swedish", "th": "Thai",
    "tr": "Turkish", "uk": "Ukrainian",
}  # fmt: skip


class WordList(StrEnum):
    """A list of words that can be added to, renamed, ordered, merged and retired; its value stands in addresses."""

    STAGES = "stages"
    DEAL_STAGES = "deal-stages"
    KINDS = "kinds"
    INDUSTRIES = "industries"
    PERSONAS = "personas"
    PRODUCTS = "products"
    REGIONS = "regions"
    TAGS = "tags"
    SIZES = "company-sizes"


@dataclass(frozen=True, kw_only=True)
class ListNames:
    """What one word of a list is called, and many."""

    one: str
    many: str


LIST_NAMES = {
    WordList.STAGES: ListNames(one="funnel stage", many="Funnel stages"),
    WordList.DEAL_STAGES: ListNames(one="deal stage", many="Deal stages"),
    WordList.KINDS: ListNames(one="kind", many="Kinds"),
    WordList.INDUSTRIES: ListNames(one="industry", many="Industries"),
    WordList.PERSONAS: ListNames(one="persona", many="Personas"),
    WordList.PRODUCTS: ListNames(one="product", many="Products"),
    WordList.REGIONS: ListNames(one="region", many="Regions"),
    WordList.TAGS: ListNames(one="tag", many="Tags"),
    WordList.SIZES: ListNames(one="company size", many="Company sizes"),
}
VOCABULARY_OF = {
    WordList.INDUSTRIES: Vocabulary.INDUSTRY,
    WordList.PERSONAS: Vocabulary.PERSONA,
    WordList.PRODUCTS: Vocabulary.PRODUCT,
    WordList.REGIONS: Vocabulary.REGION,
    WordList.TAGS: Vocabulary.TAG,
    WordList.SIZES: Vocabulary.COMPANY_SIZE,
}
# The name of the filter that asks for a list's words in addresses and saved searches.
FILTER_OF = {
    WordList.STAGES: "stage",
    WordList.KINDS: "kind",
    WordList.INDUSTRIES: "industry",
    WordList.PERSONAS: "persona",
    WordList.PRODUCTS: "product",
    WordList.REGIONS: "region",
    WordList.TAGS: "tag",
}
LIST_OF = {vocabulary: words for words, vocabulary in VOCABULARY_OF.items()}


@dataclass(frozen=True, kw_only=True)
class Touches:
    """What hangs on a word: assets, deals, saved searches, and the deal stages that map to it."""

    assets: int = 0
    deals: int = 0
    searches: int = 0
    deal_stages: tuple[str, ...] = ()

    @property
    def is_none(self) -> bool:
        """Tell whether nothing hangs on it."""
        return not (self.assets or self.deals or self.searches or self.deal_stages)


@dataclass(frozen=True, kw_only=True)
class Merged:
    """A word that was merged into another, by whom and when; `id` takes it back, `label` is what it was called."""

    id: int
    label: str
    by: str
    at: datetime
    touches: Touches = Touches()


@dataclass(frozen=True, kw_only=True)
class Word:
    """One word of a list; what does not apply to its list stays as it is here.

    `place` counts from 1 among those that are offered, 0 for a retired one. `pipeline` is set where there are several.
    """

    words: WordList
    slug: str
    label: str
    place: int
    is_retired: bool
    touches: Touches
    meaning: str = ""
    plural: str = ""
    verify_months: int = 12
    is_paperwork: bool = False
    needs_sales_review: bool = False
    reviews_files: bool = False
    funnel_stage: str = ""
    pipeline: str = ""
