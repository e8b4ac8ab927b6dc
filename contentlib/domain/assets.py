"""What an asset is and when it may be seen; it stores and finds nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class AssetStatus(StrEnum):
    """Where an asset stands on its way."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Audience(StrEnum):
    """Who may be shown an asset: anyone a rep sends it to, or colleagues only."""

    EXTERNAL = "external"
    INTERNAL = "internal"


class Vocabulary(StrEnum):
    """The controlled lists that assets and deals are described with."""

    INDUSTRY = "industry"
    PERSONA = "persona"
    PRODUCT = "product"
    REGION = "region"
    TAG = "tag"
    COMPANY_SIZE = "company size"
    FORECAST_CATEGORY = "forecast category"


@dataclass(frozen=True, kw_only=True)
class AssetDates:
    """The dates that govern an asset; all may be missing."""

    publish_on: date | None = None
    expires_on: date | None = None
    review_by_on: date | None = None


def is_live(status: AssetStatus, dates: AssetDates, on: date) -> bool:
    """Tell whether an asset may be found and used on a day: published, its publish day reached, not expired.

    The expiry day itself is the first day on which the asset is gone.
    """
    begun = dates.publish_on is None or dates.publish_on <= on
    return status is AssetStatus.PUBLISHED and begun and not is_expired(dates, on)


def is_expired(dates: AssetDates, on: date) -> bool:
    """Tell whether the expiry day has come."""
    return dates.expires_on is not None and dates.expires_on <= on


def expires_within(dates: AssetDates, on: date, days: int = 30) -> int | None:
    """Give the days left when the asset expires within `days`, else None."""
    if dates.expires_on is None or dates.expires_on <= on:
        return None
    left = (dates.expires_on - on).days
    return left if left <= days else None


def is_review_due(dates: AssetDates, on: date) -> bool:
    """Tell whether the review-by date has passed."""
    return dates.review_by_on is not None and dates.review_by_on < on


def default_review_by(verified_on: date, months: int) -> date:
    """Give the next review-by date: `months` of 30.44 days after it was last verified."""
    return verified_on + timedelta(days=round(months * 30.44))
