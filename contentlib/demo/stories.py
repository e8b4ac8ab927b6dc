"""How one deal goes, week by week: content used, stages reached, how it ends; in working days before the anchor.

A deal has a fit that nobody records and a momentum that drifts; both decide how it goes *and* how eagerly it is
worked, which is why plain win rates mislead. What the CRM keeps of it is a noisy health level.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum
from random import Random

from contentlib.demo.accounts import INDUSTRIES
from contentlib.demo.days import CLOSING_MINUTE, DAYS_PER_WEEK, OPENING_MINUTE, Instant
from contentlib.demo.effects import ASSETS, NEGOTIATION
from contentlib.demo.people import DemoRep
from contentlib.demo.usage import Shelf, draw_channel, draw_paperwork, draw_paperwork_channel
from contentlib.domain.deals import Outcome
from contentlib.domain.usage import Channel

STAGES = ("Discovery", "Qualification", "Evaluation", "Proposal", "Negotiation")
LONGEST_WEEKS = 60
USES_PER_WEEK = 0.70
MOVING_FROM = 15 * 60  # deals move in the afternoon of a week's last day, after its uses

ADVANCE = (0.31, 0.26, 0.22, 0.22)
LOSS = (0.16, 0.13, 0.115, 0.095, 0.12)
YES = 0.27
SIGNED_AFTER_YES = 0.45
LOST_AFTER_YES = 0.01

SIZE_EFFECTS = {"Small": 0.15, "Mid": 0.0, "Large": -0.25}
INDUSTRY_EFFECTS = dict(zip(INDUSTRIES, (0.15, 0.05, -0.15, 0.05, -0.1, 0.0), strict=True))
_EFFECTS = {asset.slug: asset.effect for asset in ASSETS}
_HEALTH_EDGES = (-1.1, 0.1, 1.2)


class _Step(Enum):
    STAY = 1
    ADVANCE = 2
    YES = 3
    WON = 4
    LOST = 5


_ENDS = {_Step.WON: Outcome.WON, _Step.LOST: Outcome.LOST}


@dataclass(frozen=True, kw_only=True)
class Use:
    """An asset used on a deal (or on none)."""

    slug: str
    at: Instant
    channel: Channel


@dataclass(kw_only=True)
class Story:
    """What became of a deal; without `closed` it is still open at the anchor."""

    opened: Instant
    stages: list[tuple[int, Instant]] = field(default_factory=list)
    healths: list[tuple[Instant, int]] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    closed: Instant | None = None
    outcome: Outcome | None = None

    @property
    def last_stage(self) -> int:
        """The stage the deal is in, or was in when it closed."""
        return self.stages[-1][0]


def tell(rng: Random, shelf: Shelf, *, opened: Instant, rep: DemoRep, industry: str, size: str, drift: float) -> Story:
    """Tell a deal's story until it closes or the anchor day comes; `drift` moves its chances, in logits."""
    story = Story(opened=opened, stages=[(0, opened)])
    fit, momentum = rng.gauss(0, 1), rng.gauss(0, 1)
    base = INDUSTRY_EFFECTS[industry] + SIZE_EFFECTS[size] + rep.skill + 0.5 * fit + drift
    stage, has_said_yes = 0, False
    for week in range(LONGEST_WEEKS):
        start = Instant(opened.day + DAYS_PER_WEEK * week, opened.minute)
        if not start.is_past:
            break
        if week:
            momentum = 0.8 * momentum + 0.6 * rng.gauss(0, 1)
        strength = fit + 0.6 * momentum + 0.3 * rep.skill
        _note_health(rng, story, start, strength)
        rate = USES_PER_WEEK * rep.habit * math.exp(0.25 * momentum + 0.15 * fit)
        for _ in range(_poisson(rng, rate)):
            asset = shelf.reach(rng, stage=stage, industry=industry, strength=strength)
            story.uses.append(Use(slug=asset.slug, at=_in_week(rng, start), channel=draw_channel(rng, asset.kind)))
        for slug in draw_paperwork(rng, stage=stage, has_said_yes=has_said_yes):
            story.uses.append(Use(slug=slug, at=_in_week(rng, start), channel=draw_paperwork_channel(rng)))

        gained = sum(_EFFECTS.get(slug, 0.0) for slug in {use.slug for use in story.uses})
        step = _next_step(rng.random(), stage, base + 0.4 * momentum + gained, has_said_yes)
        moved = Instant(start.day + DAYS_PER_WEEK - 1, rng.randrange(MOVING_FROM, CLOSING_MINUTE))
        if not moved.is_past:
            break
        if step is _Step.ADVANCE:
            stage += 1
            story.stages.append((stage, moved))
        elif step is _Step.YES:
            has_said_yes = True
        elif step in _ENDS or week == LONGEST_WEEKS - 1:
            story.closed, story.outcome = moved, _ENDS.get(step, Outcome.LOST)
            return story
    story.uses = [use for use in story.uses if use.at.is_past]
    return story


def _next_step(chance: float, stage: int, pull: float, has_said_yes: bool) -> _Step:
    """Decide what a week ends with, from one uniform draw: low is good news, high is bad news."""
    if has_said_yes:
        signed, lost = SIGNED_AFTER_YES, LOST_AFTER_YES
    else:
        signed, lost = _shifted((*ADVANCE, YES)[stage], pull), _shifted(LOSS[stage], -pull)
    if chance < signed:
        if stage < NEGOTIATION:
            return _Step.ADVANCE
        return _Step.WON if has_said_yes else _Step.YES
    return _Step.LOST if chance > 1 - lost else _Step.STAY


def _note_health(rng: Random, story: Story, at: Instant, strength: float) -> None:
    """Keep what the CRM hears: noisy, updated about every second week, and one deal in seven starts without."""
    noisy, chance = strength + rng.gauss(0, 1), rng.random()
    if chance > (0.5 if story.healths else 0.85):
        return
    level = sum(noisy > edge for edge in _HEALTH_EDGES)
    if not story.healths or story.healths[-1][1] != level:
        story.healths.append((at, level))


def _in_week(rng: Random, start: Instant) -> Instant:
    """Draw a working minute of the week that begins at `start`, before the week's deals move."""
    day = rng.randrange(DAYS_PER_WEEK)
    earliest = start.minute + 1 if day == 0 else OPENING_MINUTE
    latest = MOVING_FROM if day == DAYS_PER_WEEK - 1 else CLOSING_MINUTE
    return Instant(start.day + day, rng.randrange(earliest, latest))


def _shifted(chance: float, logits: float) -> float:
    return 1 / (1 + math.exp(-(math.log(chance / (1 - chance)) + logits)))


def _poisson(rng: Random, rate: float) -> int:
    """Draw a count by Knuth's product of uniforms; rates here are about 1."""
    limit, count, product = math.exp(-rate), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count
