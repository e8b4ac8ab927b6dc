"""A made-up library of any size, the same for the same seed: words as frequent as in real text (Zipf)."""

from __future__ import annotations

import random
from datetime import date

import numpy as np

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.domain.search import IndexEntry, PageText

VOCABULARY = 30_000
_SYLLABLES = [first + vowel for first in "bdfgklmnprstvz" for vowel in "aeiou"]


def words() -> list[str]:
    """Words that no stemmer takes apart, the most frequent first."""
    chance = random.Random(3)
    found: dict[str, None] = {}
    while len(found) < VOCABULARY:
        found["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) + "k"] = None
    return list(found)


def make(count: int, seed: int = 1) -> list[IndexEntry]:
    """Make assets of 300 to 1,500 words on six pages."""
    numbers, chance, known = np.random.default_rng(seed), random.Random(seed), np.array(words())
    weights = 1 / np.arange(1, VOCABULARY + 1)
    weights /= weights.sum()

    def some(*values: str) -> tuple[str, ...]:
        return tuple(value for value in values if chance.random() < 0.4)

    made = []
    for number in range(1, count + 1):
        drawn = known[numbers.choice(VOCABULARY, chance.randint(300, 1_500), p=weights)].tolist()
        size = len(drawn) // 6 + 1
        made.append(
            IndexEntry(
                asset_id=number, version_id=number, slug=f"asset-{number}", title=" ".join(drawn[40:47]),
                summary=" ".join(drawn[60:80]), company=drawn[90], kind=chance.choice(("deck", "case-study", "nda")),
                kind_label="", language="en", status=AssetStatus.PUBLISHED, audience=Audience.EXTERNAL,
                publish_on=None, expires_on=None, review_by_on=date(2027, 1, 1), updated_at=1.7e9 + number,
                stages=some("awareness", "decision"), industries=some("hospitals", "rail"),
                personas=some("finance", "it"), products=some("rounds", "signal"), regions=some("benelux", "dach"),
                pages=tuple(
                    PageText(number=page + 1, title=drawn[page], text=" ".join(drawn[page * size : page * size + size]))
                    for page in range(6)
                ),
            )
        )  # fmt: skip
    return made


def questions(count: int, seed: int = 2) -> list[str]:
    """Make questions of one to three words, from frequent to rare."""
    chance, known = random.Random(seed), words()
    return [
        " ".join(known[int(chance.paretovariate(0.5)) % 3_000] for _ in range(chance.choice((1, 2, 2, 3))))
        for _ in range(count)
    ]
