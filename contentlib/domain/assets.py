"""What an asset is and when it may be seen; it stores and finds nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from contentlib.domain.findings import Finding


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


@dataclass(frozen=True, kw_only=True)
class KindDefaults:
    """What a kind of asset is when a library begins."""

    slug: str
    label: str
    plural: str
    is_paperwork: bool = False
    verify_months: int = 12


# Review intervals: prices move by the quarter, specifications by the half-year, stories by the year.
DEFAULT_KINDS = (
    KindDefaults(slug="case-study", label="Case study", plural="Case studies"),
    KindDefaults(slug="deck", label="Deck", plural="Decks"),
    KindDefaults(slug="one-sheeter", label="One-sheeter", plural="One-sheeters"),
    KindDefaults(slug="battlecard", label="Battlecard", plural="Battlecards", verify_months=6),
    KindDefaults(slug="data-sheet", label="Data sheet", plural="Data sheets", verify_months=6),
    KindDefaults(slug="proposal-cover", label="Proposal cover", plural="Proposal covers"),
    KindDefaults(slug="outreach-email", label="Outreach e-mail", plural="Outreach e-mails"),
    KindDefaults(slug="order-form", label="Order form", plural="Order forms", is_paperwork=True, verify_months=3),
    KindDefaults(
        slug="security-questionnaire",
        label="Security questionnaire",
        plural="Security questionnaires",
        is_paperwork=True,
        verify_months=6,
    ),
    KindDefaults(slug="dpa", label="Data processing agreement", plural="Data processing agreements", is_paperwork=True),
    KindDefaults(slug="nda", label="Non-disclosure agreement", plural="Non-disclosure agreements", is_paperwork=True),
    KindDefaults(slug="contract", label="Contract", plural="Contracts", is_paperwork=True),
    KindDefaults(slug="invoice", label="Invoice", plural="Invoices", is_paperwork=True),
)

# Stages whose assets sales must agree to as well until a company decides otherwise: they are sent by those who close.
STAGES_SALES_REVIEWS = frozenset({"decision"})

# (slug, label, meaning): the language both teams share until the company writes its own.
DEFAULT_FUNNEL_STAGES = (
    ("awareness", "Awareness", "They learn that the problem has a name and a cost. No product yet."),
    ("consideration", "Consideration", "They compare ways to solve it, ours among them."),
    ("decision", "Decision", "They weigh us: price, risk, proof, terms."),
    ("onboarding", "Onboarding", "They have signed and want the result they were promised."),
)

# (slug, label, funnel stage) of the default pipeline's open stages, in order.
DEFAULT_DEAL_STAGES = (
    ("discovery", "Discovery", "awareness"),
    ("qualification", "Qualification", "consideration"),
    ("evaluation", "Evaluation", "consideration"),
    ("proposal", "Proposal", "decision"),
    ("negotiation", "Negotiation", "decision"),
)
WON_FUNNEL_STAGE = "onboarding"


@dataclass(frozen=True, kw_only=True)
class StageMark:
    """One funnel stage of all, in order, and whether it is meant: four ticks beside a title."""

    slug: str
    label: str
    is_on: bool


@dataclass(frozen=True, kw_only=True)
class TrustLine:
    """Who stands for an asset, since when, which version, and what may be done with it."""

    owner: str | None
    verified_on: date | None
    version: int
    expires_in_days: int | None
    is_review_due: bool
    audience: Audience
    status: AssetStatus


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the numbers say of an asset; `lift`, `lo`, `hi`, `tau` are fractions, None where not rated."""

    deals: int
    label: str | None
    lift: float | None
    lo: float | None
    hi: float | None
    tau: float | None


@dataclass(frozen=True, kw_only=True)
class Plate:
    """The picture of an asset: a page by its blob and size in pixels, or, without one, its first lines to be drawn.

    What is to be drawn has the proportions of `width` and `height`, and the file's own `accent` where it names one.
    """

    blob: str | None
    width: int
    height: int
    page: int
    lines: tuple[str, ...] = ()
    accent: str | None = None


@dataclass(frozen=True, kw_only=True)
class PagePlace:
    """One page in the viewer: its picture by blob, size in pixels, and the words on it.

    Without a picture the size gives its proportions, and `accent` is a colour of the file itself.
    """

    number: int
    title: str
    blob: str | None
    width: int
    height: int
    text: str
    accent: str | None = None


@dataclass(frozen=True, kw_only=True)
class FileLine:
    """The file that a version was uploaded as; `size` in bytes.

    `is_approximate` says that another program drew its pages, `is_drawn` whether there are any.
    """

    name: str
    format_label: str
    size: int
    is_approximate: bool
    is_drawn: bool


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    """One version in an asset's history."""

    number: int
    title: str
    note: str
    made_at: datetime
    is_current: bool
    is_draft: bool


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """One deed on an asset."""

    at: datetime
    by: str
    deed: str


@dataclass(frozen=True, kw_only=True)
class UsedLine:
    """One use of an asset: on which deal, in which stage, by whom (None where colleagues' names are not shown)."""

    at: datetime
    channel: str
    deal_id: str | None
    account: str | None
    stage: str | None
    by: str | None
    version: int


@dataclass(frozen=True, kw_only=True)
class AssetPage:
    """Everything the page of one asset shows; `html` is sanitised, `no_document` says why there is no PDF."""

    slug: str
    title: str
    summary: str
    company: str
    kind: str
    kind_label: str
    is_paperwork: bool
    language: str
    status: AssetStatus
    audience: Audience
    stages: tuple[StageMark, ...]
    terms: tuple[tuple[Vocabulary, str, str], ...]
    trust: TrustLine
    evidence: Evidence
    plate: Plate
    pages: tuple[PagePlace, ...]
    html: str
    findings: tuple[Finding, ...]
    versions: tuple[VersionLine, ...]
    history: tuple[HistoryLine, ...]
    used: tuple[UsedLine, ...]
    dates: AssetDates
    has_document: bool
    no_document: str | None
    may_be_sent: bool
    is_live: bool
    source_path: str | None
    archived_reason: str
    is_drawing: bool
    file: FileLine | None = None


@dataclass(frozen=True, kw_only=True)
class Successor:
    """A live asset that may stand in another's place: of its kind, or with terms of its own, `shared` of them."""

    slug: str
    title: str
    kind_label: str
    published_at: datetime | None
    shared: int


@dataclass(frozen=True, kw_only=True)
class GoneAsset:
    """What is told of an asset that stood under an address once: how it went, on which day, what stands instead."""

    title: str
    kind: str
    kind_plural: str
    on: date
    has_expired: bool
    successors: tuple[Successor, ...]


@dataclass(frozen=True, kw_only=True)
class LibraryRow:
    """One asset in the marketers' table; without a `plate` nothing of it is drawn yet."""

    slug: str
    title: str
    kind_label: str
    stages: tuple[StageMark, ...]
    owner: str | None
    has_owner_left: bool
    status: AssetStatus
    audience: Audience
    version: int
    updated_at: datetime
    review_by_on: date | None
    expires_on: date | None
    is_review_due: bool
    errors: int
    warnings: int
    uses: int
    plate: Plate | None = None
