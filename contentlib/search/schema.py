"""What is searched, and what people may call it; it reads and scores nothing."""

from __future__ import annotations

import numpy as np

from contentlib.domain.search import Facet
from contentlib.search import engine

# The places where words are looked for; what a find there is worth stands in the tuning.
PLACES = ("title", "company", "summary", "headings", "labels", "body")

# What people may write before a colon to look in one place only.
FIELD_NAMES = {
    "title": "title",
    "company": "company", "customer": "company", "competitor": "company",
    "summary": "summary",
    "heading": "headings", "headings": "headings", "slide": "headings",
    "tag": "labels", "tags": "labels", "label": "labels",
    "body": "body", "text": "body",
}  # fmt: skip

# What people may write before a colon to choose a facet's value.
FACET_NAMES = {facet.value: facet for facet in Facet} | {
    "type": Facet.KIND, "lang": Facet.LANGUAGE, "role": Facet.PERSONA,
}  # fmt: skip


class Places(engine.Positions):  # type: ignore[misc]
    """Keeps the places of a term as plain numbers, so that those of many documents are read in one go."""

    def decode_positions(self, value: bytes) -> list[int]:
        """Read the places back."""
        found: list[int] = np.frombuffer(value, PLACE).tolist()
        return found

    def decode_frequency(self, value: bytes) -> int:
        """Count the places."""
        return len(value) // PLACE.itemsize


PLACE = np.dtype("<u4")


class TermsField(engine.FieldType):  # type: ignore[misc]
    """A field of terms that this room analysed itself, each with its position.

    Whoosh analyses by field; here the language of the asset decides, so `blocks` writes finished terms.
    """

    def __init__(self, *, has_positions: bool) -> None:
        engine.FieldType.__init__(
            self,
            Places() if has_positions else engine.Existence(),
            None,
            scorable=has_positions,
        )
        self.has_positions = has_positions


# Raised with every change to what is written: an index of another format is built anew.
FORMAT = 5

# One Whoosh document per asset. `words` holds the words as spelt, for prefixes and corrections; `facts` what filters,
# sorts and counts; `texts` what snippets are cut from.
ID_FIELD, WORDS_FIELD, FACTS_FIELD, TEXTS_FIELD = "id", "words", "facts", "texts"


def build() -> engine.Schema:
    """Build the schema. It is always handed to Whoosh, so that none is ever read from a file."""
    return engine.Schema(
        **{name: TermsField(has_positions=True) for name in PLACES},
        **{
            ID_FIELD: engine.ID(unique=True),
            WORDS_FIELD: TermsField(has_positions=False),
            FACTS_FIELD: engine.COLUMN(),
            TEXTS_FIELD: engine.STORED(),
        },
    )
