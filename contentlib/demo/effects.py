"""The truth of the demo: what every external asset really does to a deal, and when reps reach for it.

The one table that the generator draws from, and that the report has to find again. `effect` moves the odds of
getting on (and of not being lost) from the first use on, in logits; `rank` is popularity, by which uses fall off as
1 / rank^1.1; `stages` are the deal stages an asset is reached for; `leaning` says on what deals: above 0 on strong
ones, below 0 on weak ones, which makes plain win rates lie in either direction.
"""

from __future__ import annotations

from dataclasses import dataclass

DISCOVERY, QUALIFICATION, EVALUATION, PROPOSAL, NEGOTIATION = range(5)

FOOD = "Food and drink"
WATER = "Water utilities"
HOSPITALS = "Hospitals"
PORTS = "Ports and terminals"
PACKAGING = "Packaging"
RAIL = "Rail depots"


@dataclass(frozen=True, kw_only=True)
class AssetTruth:
    """What one asset does, how popular it is and where it is used."""

    slug: str
    kind: str
    rank: int
    stages: tuple[int, ...]
    effect: float = 0.0
    leaning: float = 0.0
    industry: str | None = None


@dataclass(frozen=True, kw_only=True)
class PaperworkTruth:
    """Paperwork does nothing: it follows the customer's yes; the chances are per week in the last stage."""

    slug: str
    kind: str
    chance_before_yes: float
    chance_after_yes: float


_EARLY = (DISCOVERY, QUALIFICATION)
_MIDDLE = (QUALIFICATION, EVALUATION)
_LATE = (PROPOSAL, NEGOTIATION)


def _case(slug: str, rank: int, industry: str, effect: float = 0.0, leaning: float = 0.0) -> AssetTruth:
    stages = (QUALIFICATION, EVALUATION, PROPOSAL)
    return AssetTruth(
        slug=slug, kind="case-study", rank=rank, stages=stages, industry=industry, effect=effect, leaning=leaning
    )


ASSETS = (
    _case("orrin-dairy-unplanned-stops", 4, FOOD, effect=0.7),
    _case("kestervale-water-pump-failures", 9, WATER),
    _case("st-brannoc-hospital-audit", 14, HOSPITALS, effect=0.7),
    _case("port-of-haverlee-crane-uptime", 19, PORTS),
    _case("lumen-cartons-changeovers", 23, PACKAGING),
    _case("nordhavn-rail-depot-rounds", 27, RAIL),
    _case("pellworth-brewery-energy", 21, FOOD, leaning=0.4),
    _case("vallis-bakeries-compliance", 30, FOOD),
    _case("marrow-bridge-water-night-calls", 25, WATER, effect=0.6),
    _case("tessel-pharma-pack-deviations", 36, PACKAGING),
    AssetTruth(slug="first-meeting-deck", kind="deck", rank=1, stages=_EARLY, leaning=0.1),
    AssetTruth(slug="maintenance-maturity-deck", kind="deck", rank=13, stages=_EARLY),
    AssetTruth(slug="product-tour-deck", kind="deck", rank=2, stages=_MIDDLE),
    AssetTruth(slug="food-and-drink-deck", kind="deck", rank=17, stages=_MIDDLE, industry=FOOD),
    AssetTruth(slug="water-utilities-deck", kind="deck", rank=29, stages=_MIDDLE, industry=WATER),
    AssetTruth(
        slug="security-and-architecture-deck",
        kind="deck",
        rank=8,
        stages=(EVALUATION, PROPOSAL),
        effect=0.6,
        leaning=1.0,
    ),
    AssetTruth(slug="business-case-deck", kind="deck", rank=5, stages=(EVALUATION, PROPOSAL), effect=0.7),
    AssetTruth(slug="rollout-plan-deck", kind="deck", rank=15, stages=_LATE, leaning=0.3),
    AssetTruth(slug="executive-review-deck", kind="deck", rank=37, stages=(NEGOTIATION,)),
    AssetTruth(slug="what-a-stop-costs", kind="one-sheeter", rank=6, stages=_EARLY, effect=0.6),
    AssetTruth(slug="hospitals-at-a-glance", kind="one-sheeter", rank=32, stages=_EARLY, industry=HOSPITALS),
    AssetTruth(slug="rounds-at-a-glance", kind="one-sheeter", rank=3, stages=(DISCOVERY, QUALIFICATION, EVALUATION)),
    AssetTruth(slug="signal-at-a-glance", kind="one-sheeter", rank=12, stages=_MIDDLE),
    AssetTruth(slug="ledger-at-a-glance", kind="one-sheeter", rank=16, stages=_MIDDLE),
    AssetTruth(slug="connect-at-a-glance", kind="one-sheeter", rank=28, stages=_MIDDLE),
    AssetTruth(slug="ninety-day-pilot", kind="one-sheeter", rank=7, stages=(EVALUATION, PROPOSAL), effect=0.7),
    AssetTruth(slug="return-on-one-line", kind="one-sheeter", rank=11, stages=_LATE),
    AssetTruth(slug="first-thirty-days", kind="one-sheeter", rank=34, stages=(NEGOTIATION,)),
    AssetTruth(slug="signal-sensor-data-sheet", kind="data-sheet", rank=18, stages=(EVALUATION,)),
    AssetTruth(slug="rounds-data-sheet", kind="data-sheet", rank=24, stages=(EVALUATION,)),
    AssetTruth(slug="connect-data-sheet", kind="data-sheet", rank=33, stages=(EVALUATION, PROPOSAL)),
    AssetTruth(slug="security-data-sheet", kind="data-sheet", rank=20, stages=(EVALUATION, PROPOSAL), leaning=0.6),
    AssetTruth(slug="first-touch-food", kind="outreach-email", rank=22, stages=(DISCOVERY,), industry=FOOD),
    AssetTruth(slug="first-touch-water", kind="outreach-email", rank=31, stages=(DISCOVERY,), industry=WATER),
    AssetTruth(slug="after-the-demo", kind="outreach-email", rank=10, stages=_MIDDLE),
    AssetTruth(
        slug="reviving-a-quiet-deal",
        kind="outreach-email",
        rank=26,
        stages=(QUALIFICATION, EVALUATION, PROPOSAL),
        leaning=-0.9,
    ),
    AssetTruth(slug="champion-forward", kind="outreach-email", rank=35, stages=(EVALUATION, PROPOSAL), leaning=0.4),
    AssetTruth(slug="renewal-opening", kind="outreach-email", rank=38, stages=(DISCOVERY,)),
)

PAPERWORK = (
    PaperworkTruth(slug="order-form", kind="order-form", chance_before_yes=0.02, chance_after_yes=0.8),
    PaperworkTruth(slug="data-processing-agreement", kind="dpa", chance_before_yes=0.03, chance_after_yes=0.5),
    PaperworkTruth(
        slug="security-questionnaire", kind="security-questionnaire", chance_before_yes=0.05, chance_after_yes=0.3
    ),
    PaperworkTruth(slug="mutual-nda", kind="nda", chance_before_yes=0.03, chance_after_yes=0.2),
)
