"""The four deals that Rita is working on, written by hand, so that every page of the demo has a story to tell."""

from __future__ import annotations

from dataclasses import dataclass

from contentlib.demo.days import Instant
from contentlib.demo.effects import FOOD, HOSPITALS, PACKAGING, WATER
from contentlib.demo.stories import Story, Use
from contentlib.domain.usage import Channel

DOWNLOADED, PERSONALISED, PRESENTED, SHARED = (
    Channel.DOWNLOADED,
    Channel.PERSONALISED,
    Channel.PRESENTED,
    Channel.SHARED,
)


@dataclass(frozen=True, kw_only=True)
class FeaturedDeal:
    """A hand-written open deal; amounts in minor units."""

    account: str
    name: str
    industry: str
    size: str
    amount_minor: int
    story: Story


def _at(day: int, clock: str) -> Instant:
    hour, minute = clock.split(":")
    return Instant(day, int(hour) * 60 + int(minute))


def _use(slug: str, day: int, clock: str, channel: Channel) -> Use:
    return Use(slug=slug, at=_at(day, clock), channel=channel)


SUGGESTED = FeaturedDeal(
    account="Kestonby Creameries",
    name="Rounds and Signal, both plants",
    industry=FOOD,
    size="Mid",
    amount_minor=148_000_00,
    story=Story(
        opened=_at(-53, "10:20"),
        stages=[(0, _at(-53, "10:20")), (1, _at(-44, "15:40")), (2, _at(-32, "11:05")), (3, _at(-8, "16:10"))],
        healths=[(_at(-53, "10:20"), 1), (_at(-38, "10:20"), 2), (_at(-23, "10:20"), 1), (_at(-8, "16:30"), 2)],
        uses=[
            _use("first-touch-food", -52, "09:15", SHARED),
            _use("first-meeting-deck", -47, "14:00", PRESENTED),
            _use("rounds-at-a-glance", -42, "16:35", SHARED),
            _use("product-tour-deck", -35, "10:30", PRESENTED),
            _use("orrin-dairy-unplanned-stops", -30, "11:50", PERSONALISED),
            _use("signal-at-a-glance", -26, "09:40", SHARED),
            _use("security-data-sheet", -19, "15:20", DOWNLOADED),
            _use("ninety-day-pilot", -13, "13:45", PERSONALISED),
            _use("business-case-deck", -6, "10:00", PRESENTED),
            _use("return-on-one-line", -2, "17:05", PERSONALISED),
        ],
    ),
)

FEATURED = (
    FeaturedDeal(
        account="Wexmere Hospitals",
        name="Tarnwell Ledger, audit record",
        industry=HOSPITALS,
        size="Mid",
        amount_minor=62_500_00,
        story=Story(
            opened=_at(-7, "11:30"),
            stages=[(0, _at(-7, "11:30"))],
            healths=[(_at(-7, "11:30"), 1)],
            uses=[
                _use("hospitals-at-a-glance", -6, "16:20", SHARED),
                _use("first-meeting-deck", -3, "09:30", PRESENTED),
            ],
        ),
    ),
    FeaturedDeal(
        account="Ardlow Water",
        name="Tarnwell Rounds, pumping stations",
        industry=WATER,
        size="Large",
        amount_minor=265_000_00,
        story=Story(
            opened=_at(-39, "09:50"),
            stages=[(0, _at(-39, "09:50")), (1, _at(-30, "16:00")), (2, _at(-14, "15:15"))],
            healths=[(_at(-39, "09:50"), 1), (_at(-24, "09:50"), 0), (_at(-14, "15:30"), 1)],
            uses=[
                _use("first-touch-water", -38, "08:55", SHARED),
                _use("what-a-stop-costs", -34, "14:25", PERSONALISED),
                _use("first-meeting-deck", -33, "10:00", PRESENTED),
                _use("water-utilities-deck", -22, "13:30", PRESENTED),
                _use("kestervale-water-pump-failures", -12, "11:10", PERSONALISED),
                _use("connect-at-a-glance", -9, "16:45", SHARED),
                _use("security-and-architecture-deck", -4, "10:15", SHARED),
            ],
        ),
    ),
    SUGGESTED,
    FeaturedDeal(
        account="Farrow Lane Cartons",
        name="Tarnwell Signal, press lines",
        industry=PACKAGING,
        size="Small",
        amount_minor=38_400_00,
        story=Story(
            opened=_at(-71, "13:10"),
            stages=[
                (0, _at(-71, "13:10")),
                (1, _at(-63, "15:30")),
                (2, _at(-51, "16:20")),
                (3, _at(-25, "15:05")),
                (4, _at(-6, "16:40")),
            ],
            healths=[(_at(-71, "13:10"), 2), (_at(-41, "13:10"), 1), (_at(-20, "13:10"), 2), (_at(-6, "16:45"), 3)],
            uses=[
                _use("first-meeting-deck", -67, "11:00", PRESENTED),
                _use("signal-at-a-glance", -61, "09:20", SHARED),
                _use("product-tour-deck", -56, "14:30", PRESENTED),
                _use("lumen-cartons-changeovers", -49, "10:40", PERSONALISED),
                _use("signal-sensor-data-sheet", -44, "15:55", DOWNLOADED),
                _use("ninety-day-pilot", -36, "13:05", PERSONALISED),
                _use("after-the-demo", -34, "17:10", SHARED),
                _use("return-on-one-line", -22, "10:50", PERSONALISED),
                _use("rollout-plan-deck", -5, "11:00", PRESENTED),
                _use("data-processing-agreement", -3, "14:35", SHARED),
            ],
        ),
    ),
)
