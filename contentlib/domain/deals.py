"""Deals and their history, as plain values; whoever asks brings the time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Outcome(StrEnum):
    """How a closed deal ended."""

    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, kw_only=True)
class StageEntry:
    """A deal entered a stage; `position` counts the open stages of its pipeline from 0."""

    stage: str
    label: str
    position: int
    entered_at: datetime


@dataclass(frozen=True, kw_only=True)
class HealthEntry:
    """What the CRM said of a deal's health (0 to 3) from a moment on."""

    at: datetime
    health: int
    forecast_category: str | None = None


@dataclass(frozen=True, kw_only=True)
class FrozenMoment:
    """The state of a deal when something was used on it, kept with the usage for ever."""

    stage: str | None
    days_in_stage: int | None
    deal_age_days: int | None
    health: int | None
    forecast_category: str | None


def stage_at(history: Sequence[StageEntry], at: datetime) -> StageEntry | None:
    """Give the stage a deal was in at a time; `history` is ordered by entry, an entry at `at` counts.

    Before the first entry a deal is in that first stage.
    """
    if not history:
        return None
    after = bisect_right([entry.entered_at for entry in history], at)
    return history[max(after - 1, 0)]


def health_at(history: Sequence[HealthEntry], at: datetime) -> HealthEntry | None:
    """Give what was known of the health at a time, None before the first entry; `history` is ordered."""
    after = bisect_right([entry.at for entry in history], at)
    return history[after - 1] if after else None


def freeze(
    *, stages: Sequence[StageEntry], healths: Sequence[HealthEntry], opened_at: datetime | None, at: datetime
) -> FrozenMoment:
    """Freeze the deal's state at a moment for a usage row; whole days, never negative."""
    stage, health = stage_at(stages, at), health_at(healths, at)
    return FrozenMoment(
        stage=stage.stage if stage else None,
        days_in_stage=max((at - stage.entered_at).days, 0) if stage else None,
        deal_age_days=max((at - opened_at).days, 0) if opened_at else None,
        health=health.health if health else None,
        forecast_category=health.forecast_category if health else None,
    )


def minor_units(amount: Decimal, currency: str) -> int:
    """Turn an amount into integer minor units, rounding half up to the currency's places."""
    places = CURRENCY_PLACES.get(currency.upper(), 2)
    return int(
        (amount.scaleb(places) + (Decimal("0.5") if amount >= 0 else Decimal("-0.5"))).to_integral_value("ROUND_DOWN")
    )


# ISO 4217: currencies whose minor unit is not a hundredth.
CURRENCY_PLACES = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
    "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DealStageMark:
    """One open stage of a pipeline, in order, and where the deal stands to it."""

    slug: str
    label: str
    is_current: bool
    is_past: bool


@dataclass(frozen=True, kw_only=True)
class DealView:
    """A deal as a person sees it; `id` is the id of the system it came from."""

    id: str
    name: str
    account: str
    amount_minor: int | None
    currency: str | None
    industry: str | None
    size: str | None
    region: str | None
    owner: str | None
    stage: str | None
    funnel_stage: str | None
    thread: tuple[DealStageMark, ...]
    health: int | None
    forecast_category: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    outcome: Outcome | None
    lost_reason: str
    days_in_stage: int | None = None
    uses: int = 0
    last_used_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class OpenDeal:
    """An open deal as one line tells of it."""

    id: str
    account: str
    stage: str | None


@dataclass(frozen=True, kw_only=True)
class UsedOnDeal:
    """One usage event as the deal's timeline shows it; `newer` is the version that took the place of the one used.

    What whoever looks may not see now, because it expired, say, is named and leads nowhere.
    """

    event_id: int
    asset_slug: str
    asset_title: str
    kind_label: str
    channel: str
    rep: str
    occurred_at: datetime
    stage: str | None
    days_in_stage: int | None
    version: int
    newer: int | None
    document_id: int | None
    may_see: bool


@dataclass(frozen=True, kw_only=True)
class StageStay:
    """A deal's stay in a stage with what was used in it; `left_at` None while it is still there."""

    stage: str
    entered_at: datetime
    left_at: datetime | None
    used: tuple[UsedOnDeal, ...]
