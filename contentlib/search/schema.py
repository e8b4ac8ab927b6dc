"""What is searched, how much each place weighs, and which words stand for each other; it reads and scores nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from contentlib.domain.search import Facet
from contentlib.search import engine

# The places where words are looked for, and what a find there is worth. A title is short and chosen with care; the
# labels (kind, funnel stage, industry, tags) are shared by many assets and only sway.
BOOSTS = {
    "title": 1.6,
    "company": 1.4,
    "summary": 1.0,
    "headings": 0.9,
    "labels": 0.8,
    "body": 1.0,
}

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

# Small parts of the score, as shares of what the words gave, each shown under "why this hit".
PREFERENCE_SHARES = {Facet.STAGE: 0.10, Facet.INDUSTRY: 0.10}
OTHER_PREFERENCE_SHARE = 0.04
VERIFIED_SHARE = 0.03
REVIEW_DUE_SHARE = -0.05

# An asset that lacks some words follows only while what it has weighs at least this share of the best asset's.
KEPT_COVERAGE = 0.5

# What a synonym is worth beside the word itself.
SYNONYM_WEIGHT = 0.5

# Words and phrases that stand for each other, in both directions.
SYNONYMS: tuple[tuple[str, ...], ...] = (
    ("roi", "return on investment", "payback", "pay off", "business case"),
    ("tco", "total cost of ownership"),
    ("one-sheeter", "one-pager", "one sheet", "one page", "leaflet", "flyer"),
    ("deck", "slides", "presentation", "powerpoint", "ppt", "pitch"),
    ("case study", "customer story", "success story", "reference"),
    ("battlecard", "battle card", "competitor", "competition", "versus", "vs"),
    ("data sheet", "datasheet", "spec sheet", "specification"),
    ("pilot", "proof of concept", "poc", "trial"),
    ("outreach", "prospecting", "cold email"),
    ("nda", "non-disclosure agreement", "non-disclosure", "confidentiality agreement"),
    ("dpa", "data processing agreement", "gdpr"),
    ("onboarding", "kickoff", "kick-off", "rollout", "go-live"),
    ("qbr", "quarterly business review", "executive review"),
    ("infosec", "information security", "cybersecurity"),
    ("sso", "single sign-on"),
    ("pricing", "price", "cost"),
    ("downtime", "outage", "stoppage", "unplanned stop"),
    ("cmms", "maintenance system", "maintenance software"),
    ("erp", "sap"),
)

# Words that carry no subject. They are left out of a question that has any other word, in the languages of the
# library. Short on purpose: "against", "after" and "first" tell assets apart.
COMMON_WORDS = {
    "en": """a an the and or of to in on for with by at from as is are was be been am do does did done how what which
        who whom why when where can could should would will shall may might must have has had i me my we us our you
        your they them their he she it its this that these those there if no not any some about into than then so please
        show find get need want looking something anything""",
    "de": """der die das den dem des ein eine einen einem einer und oder von zu im in mit für auf an am bei aus als ist
        sind war wie was wer wo wann warum wir ihr sie ich es man nicht auch nach über""",
    "fr": """le la les un une des du de et ou à au aux en dans pour par sur avec est sont que qui quoi comment pourquoi
        où nous vous je il elle ils ce cette ces ne pas""",
    "es": """el la los las un una unos unas y o de del a al en por para con es son que qué quién cómo cuándo dónde nos
        se su sus no""",
    "pt": """o a os as um uma e ou de do da dos das em no na nos nas por para com é são que quem como quando onde se seu
        sua não""",
    "it": """il lo la i gli le un uno una e o di del della dei delle a al alla in nel nella per con su è sono che chi
        come quando dove si non""",
    "nl": """de het een en of van te in op voor met door bij aan als is zijn was hoe wat wie waar wanneer waarom wij we
        jij je ik zij ze niet ook""",
}


class TermsField(engine.FieldType):  # type: ignore[misc]
    """A field of terms that this room analysed itself, each with its position.

    Whoosh analyses by field; here the language of the asset decides, so Whoosh is handed finished terms.
    """

    def __init__(self, *, has_positions: bool) -> None:
        engine.FieldType.__init__(
            self,
            engine.Positions() if has_positions else engine.Existence(),
            None,
            # Always: without a column of lengths Whoosh asks the disk for one at every single posting it writes.
            scorable=True,
        )
        self.has_positions = has_positions

    def index(self, value: Sequence[tuple[int, str]], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Give Whoosh each term once: its bytes, its frequency, its weight, its encoded positions."""
        places: dict[str, list[int]] = defaultdict(list)
        for position, term in value:
            places[term].append(position)
        for term, positions in places.items():
            if self.has_positions:
                yield term.encode(), len(positions), float(len(positions)), self.format.encode(positions)
            else:
                yield term.encode(), 1, 1.0, b""


# One Whoosh document per asset. `words` holds the words as spelt, for prefixes and corrections; `facts` what filters,
# sorts and counts; `texts` what snippets are cut from.
ID_FIELD, WORDS_FIELD, FACTS_FIELD, TEXTS_FIELD = "id", "words", "facts", "texts"


def build() -> engine.Schema:
    """Build the schema. It is always handed to Whoosh, so that none is ever read from a file."""
    return engine.Schema(
        **{name: TermsField(has_positions=True) for name in BOOSTS},
        **{
            ID_FIELD: engine.ID(unique=True),
            WORDS_FIELD: TermsField(has_positions=False),
            FACTS_FIELD: engine.COLUMN(),
            TEXTS_FIELD: engine.STORED(),
        },
    )
