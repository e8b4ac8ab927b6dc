"""About 2,400 deals of two years as rows that any import takes: the same stories for every anchor, dated by it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from random import Random

from contentlib.demo.accounts import CURRENCIES, INDUSTRIES, REGIONS, SIZES, draw, draw_account, draw_deal_name
from contentlib.demo.days import DAYS_PER_WEEK, OPENING_MINUTE, Instant, moment
from contentlib.demo.featured import FEATURED, SUGGESTED
from contentlib.demo.people import REPS, RITA, DemoRep
from contentlib.demo.stories import STAGES, Story, tell
from contentlib.demo.usage import Shelf, draw_channel
from contentlib.domain.deals import Outcome
from contentlib.domain.imports import DealRow, HealthRow, StageRow, UsageRow
from contentlib.domain.usage import Channel

# Chosen among forty: the report's labels stand for every anchor day of a year, with the smallest scatter (tau).
SEED = 34
DEALS = 2_396  # besides the four that are written by hand
WEEKS = 104
USES_WITHOUT_DEAL = 240
LEARNING = 0.1  # chances rise by twice this over the two years, in logits
BASE = -0.08  # brings wins to about 32 % of closed deals
FIRST_NUMBER = 20_001

FORECAST_CATEGORIES = ("At risk", "Pipeline", "Best case", "Commit")

_MEDIAN_AMOUNTS = {"Small": 17_000, "Mid": 58_000, "Large": 190_000}
_LOST_EARLY = {"No decision": 5, "Timing": 4, "Price": 2, "Built in-house": 2, "Fixpoint": 2, "Gridlark": 1}
_LOST_LATE = {"Price": 5, "No decision": 4, "Fixpoint": 3, "Gridlark": 2, "Timing": 2, "Missing feature": 2}


@dataclass(frozen=True, kw_only=True)
class DemoDeal:
    """A deal before it is dated."""

    account: str
    name: str
    industry: str | None
    size: str | None
    region: str
    amount_minor: int | None
    owner: str
    lost_reason: str | None
    has_history: bool
    story: Story


@dataclass(frozen=True, kw_only=True)
class DemoRows:
    """Everything that is imported into the demo, and the deal it suggests to work on."""

    deals: tuple[DealRow, ...]
    stages: tuple[StageRow, ...]
    healths: tuple[HealthRow, ...]
    usages: tuple[UsageRow, ...]
    suggested_deal: str


@dataclass(frozen=True, kw_only=True)
class LooseUse:
    """A use on no deal."""

    slug: str
    rep: str
    at: Instant
    channel: Channel


def make_rows(today: date, seed: int = SEED) -> DemoRows:
    """Give the demo's rows as of a day; the same seed tells the same stories whatever the day."""
    deals, loose = invent(seed)
    numbered = [(f"TW-{FIRST_NUMBER + index}", deal) for index, deal in enumerate(deals)]
    stages = [
        (number, STAGES[stage], moment(today, at))
        for number, deal in numbered
        if deal.has_history
        for stage, at in deal.story.stages
    ]
    healths = [(number, moment(today, at), level) for number, deal in numbered for at, level in deal.story.healths]
    usages: list[tuple[str, str | None, str, datetime, Channel]] = [
        (use.slug, number, deal.owner, moment(today, use.at), use.channel)
        for number, deal in numbered
        for use in deal.story.uses
    ]
    usages += [(use.slug, None, use.rep, moment(today, use.at), use.channel) for use in loose]
    usages.sort(key=lambda row: (row[3], row[0], row[1] or ""))
    return DemoRows(
        deals=tuple(_deal_row(today, line, number, deal) for line, (number, deal) in enumerate(numbered, start=2)),
        stages=tuple(
            StageRow(line=line, deal=number, stage=stage, entered_at=at)
            for line, (number, stage, at) in enumerate(stages, start=2)
        ),
        healths=tuple(
            HealthRow(line=line, deal=number, at=at, health=level, forecast_category=FORECAST_CATEGORIES[level])
            for line, (number, at, level) in enumerate(healths, start=2)
        ),
        usages=tuple(
            UsageRow(line=line, asset=slug, deal=number, rep=rep, occurred_at=at, channel=channel)
            for line, (slug, number, rep, at, channel) in enumerate(usages, start=2)
        ),
        suggested_deal=next(number for number, deal in numbered if deal.account == SUGGESTED.account),
    )


@lru_cache(maxsize=2)
def invent(seed: int) -> tuple[tuple[DemoDeal, ...], tuple[LooseUse, ...]]:
    """Invent all deals, ordered by opening, and the uses on no deal; Rita's open ones are the hand-written four."""
    shelf = Shelf()
    deals = [_invent_deal(Random(f"{seed}/deal/{index}"), shelf) for index in range(DEALS)]  # noqa: S311
    deals += [
        DemoDeal(
            account=featured.account,
            name=featured.name,
            industry=featured.industry,
            size=featured.size,
            region=RITA.region,
            amount_minor=featured.amount_minor,
            owner=RITA.email,
            lost_reason=None,
            has_history=True,
            story=featured.story,
        )
        for featured in FEATURED
    ]
    deals.sort(key=lambda deal: deal.story.opened)
    return tuple(deals), _invent_loose_uses(Random(f"{seed}/loose"), shelf)  # noqa: S311


def _invent_deal(rng: Random, shelf: Shelf) -> DemoDeal:
    region, industry, size = draw(rng, REGIONS), draw(rng, INDUSTRIES), draw(rng, SIZES)
    rep = rng.choice([rep for rep in REPS if rep.region == region])
    # A growing company: the second year opens about a fifth more deals than the first.
    age = 1 - rng.random() ** 0.9
    opened = Instant(-2 - int(age * WEEKS * DAYS_PER_WEEK), rng.randrange(OPENING_MINUTE, 15 * 60))
    story = tell(
        rng, shelf, opened=opened, rep=rep, industry=industry, size=size, drift=BASE + LEARNING * (1 - 2 * age)
    )
    story.uses = list({(use.slug, use.at, use.channel): use for use in story.uses}.values())
    is_old = age > 0.9
    deal = DemoDeal(
        account=draw_account(rng, region, industry),
        name=draw_deal_name(rng, industry),
        industry=industry if rng.random() > 0.01 else None,
        size=size if rng.random() > 0.02 else None,
        region=region,
        amount_minor=_draw_amount(rng, size) if rng.random() > 0.01 else None,
        owner=rep.email,
        lost_reason=_draw_lost_reason(rng, story),
        # The CRM of two years ago kept no stage history for some deals; the report has to say so.
        has_history=not (is_old and story.closed is not None and rng.random() < 0.15),
        story=story,
    )
    if story.closed is None and rep is RITA:
        return replace(deal, owner=_colleague_of(rng, rep).email)
    return deal


def _colleague_of(rng: Random, rep: DemoRep) -> DemoRep:
    return rng.choice([other for other in REPS if other.region == rep.region and other is not rep])


def _draw_amount(rng: Random, size: str) -> int:
    amount = _MEDIAN_AMOUNTS[size] * math.exp(rng.gauss(0, 0.5))
    step = 100 if amount < 20_000 else 500
    return max(round(amount / step), 1) * step * 100


def _draw_lost_reason(rng: Random, story: Story) -> str | None:
    if story.outcome is not Outcome.LOST:
        return None
    reasons = _LOST_EARLY if story.last_stage <= 1 else _LOST_LATE
    return rng.choices(list(reasons), weights=list(reasons.values()))[0]


def _invent_loose_uses(rng: Random, shelf: Shelf) -> tuple[LooseUse, ...]:
    """Invent uses on no deal: first contacts that never became one."""
    industries: Sequence[str] = list(INDUSTRIES)
    uses = []
    for _ in range(USES_WITHOUT_DEAL):
        asset = shelf.reach(rng, stage=0, industry=rng.choice(industries), strength=rng.gauss(0, 1))
        at = Instant(-1 - rng.randrange(WEEKS * DAYS_PER_WEEK), rng.randrange(OPENING_MINUTE, 17 * 60))
        rep = rng.choice(REPS)
        uses.append(LooseUse(slug=asset.slug, rep=rep.email, at=at, channel=draw_channel(rng, asset.kind)))
    return tuple(uses)


def _deal_row(today: date, line: int, number: str, deal: DemoDeal) -> DealRow:
    story = deal.story
    return DealRow(
        line=line,
        deal=number,
        account=deal.account,
        name=deal.name,
        amount_minor=deal.amount_minor,
        currency=CURRENCIES[deal.region],
        industry=deal.industry,
        size=deal.size,
        region=deal.region,
        owner=deal.owner,
        opened_at=moment(today, story.opened),
        closed_at=None if story.closed is None else moment(today, story.closed),
        outcome=story.outcome,
        lost_reason=deal.lost_reason,
        stage=STAGES[story.last_stage] if story.closed is None else None,
    )
