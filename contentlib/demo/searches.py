"""What the demo's reps looked for in the last weeks, found or not; it knows words and outcomes and asks no index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from contentlib.domain.imports import DealRow

# The library is ten weeks old; nobody searched in it before.
DAYS = 70
SEARCHES = 420
_SEED = 11
_WITHOUT_DEAL = 0.35
_WORKING_MINUTES = (8 * 60, 18 * 60)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question that is asked more or less often (`weight`), and how it ends.

    `hits` is 0 where the library has nothing on it; `opened` is the asset that is opened then, None where nobody found
    what they meant.
    """

    words: str
    weight: int
    hits: int = 0
    opened: str | None = None


QUESTIONS = (
    Asked(words="unplanned stops dairy", weight=12, hits=6, opened="orrin-dairy-unplanned-stops"),
    Asked(words="business case", weight=10, hits=9, opened="business-case-deck"),
    Asked(words="pilot", weight=9, hits=10, opened="ninety-day-pilot"),
    Asked(words="product tour", weight=9, hits=8, opened="product-tour-deck"),
    Asked(words="security questionnaire", weight=7, hits=5, opened="security-questionnaire"),
    Asked(words="hospital audit", weight=6, hits=6, opened="st-brannoc-hospital-audit"),
    Asked(words="fixpoint", weight=6, hits=3, opened="against-fixpoint"),
    Asked(words="pump failures", weight=5, hits=5, opened="kestervale-water-pump-failures"),
    Asked(words="sap", weight=5, hits=4, opened="connect-data-sheet"),
    Asked(words="crane", weight=3, hits=2, opened="port-of-haverlee-crane-uptime"),
    Asked(words="pricing", weight=7, hits=12),
    Asked(words="forklift", weight=4, hits=2),
    Asked(words="union works council", weight=2, hits=3),
    Asked(words="nis2", weight=6),
    Asked(words="elevator", weight=3),
    Asked(words="fleet telematics", weight=3),
)


@dataclass(frozen=True, kw_only=True)
class DemoSearch:
    """One question by the owner of a deal: when, and for which deal, None for none."""

    at: datetime
    rep: str
    deal: str | None
    asked: Asked


def make_searches(midnight: datetime, deals: Sequence[DealRow]) -> list[DemoSearch]:
    """Draw the searches of the last weeks by those who own open deals, oldest first."""
    rng = Random(_SEED)  # noqa: S311 - the same searches every time, nothing secret
    at_work = [deal for deal in deals if deal.outcome is None and deal.owner is not None]
    made = []
    for _ in range(SEARCHES if at_work else 0):
        deal = rng.choice(at_work)
        day = midnight - timedelta(days=rng.randrange(1, DAYS))
        asked = rng.choices(QUESTIONS, [question.weight for question in QUESTIONS])[0]
        for_deal = deal.deal if rng.random() >= _WITHOUT_DEAL else None
        at = day + timedelta(minutes=rng.randrange(*_WORKING_MINUTES))
        made.append(DemoSearch(at=at, rep=deal.owner or "", deal=for_deal, asked=asked))
    return sorted(made, key=lambda search: (search.at, search.rep, search.asked.words))
