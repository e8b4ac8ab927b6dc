"""What is asked of search and what it answers, the same for every engine; ids and scores, never names from SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from contentlib.domain.assets import AssetStatus, Audience, Evidence, Plate, StageMark, TrustLine


class Facet(StrEnum):
    """What hits can be filtered and counted by; the values are slugs."""

    KIND = "kind"
    STAGE = "stage"
    INDUSTRY = "industry"
    PERSONA = "persona"
    PRODUCT = "product"
    REGION = "region"
    LANGUAGE = "language"
    AUDIENCE = "audience"
    FRESHNESS = "freshness"
    STATUS = "status"


class Sort(StrEnum):
    """The order of hits."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    TITLE = "title"
    MOST_USED = "most-used"
    VERIFIED = "verified"


class Freshness(StrEnum):
    """How far an asset can be trusted to be current; derived from dates at question time, never indexed."""

    VERIFIED = "verified"
    REVIEW_DUE = "review-due"
    EXPIRING = "expiring"


@dataclass(frozen=True, kw_only=True)
class Visibility:
    """What the person who asks may see; nothing outside it is returned, counted or hinted at.

    An empty `statuses` or `audiences` shows nothing. `on` is the day by which publish and expiry dates are judged
    for published assets.
    """

    statuses: frozenset[AssetStatus]
    audiences: frozenset[Audience]
    on: date


@dataclass(frozen=True, kw_only=True)
class PageText:
    """The words of one page, slide or section of an asset, for "found on page 7"."""

    number: int
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class IndexEntry:
    """Everything search keeps of one asset: plain text and slugs, one entry per asset.

    `company` is the customer or competitor an asset is about; `pages` are its sections in reading order.
    """

    asset_id: int
    version_id: int
    slug: str
    title: str
    summary: str
    company: str
    kind: str
    kind_label: str
    language: str
    status: AssetStatus
    audience: Audience
    publish_on: date | None
    expires_on: date | None
    review_by_on: date | None
    updated_at: float
    stages: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    personas: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    pages: tuple[PageText, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    """One question: words, chosen facet values, who asks, and what the working deal prefers.

    `filters` are "any of" within a facet and "all of" between facets; a facet without values does not filter.
    `prefers` ranks up and never hides. `limit` 1 to 200; `offset` from 0. `token` is that of an earlier answer, so that
    the next page continues it although the library has changed meanwhile.
    """

    text: str
    visibility: Visibility
    filters: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    prefers: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    limit: int = 20
    offset: int = 0
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What moves by use, for one asset: kept beside the index, never in it.

    `uses` counts deeds of reps; `lift` is the shrunk usage-to-close as a fraction (0.07 = 7 points), None where the
    numbers cannot tell.
    """

    uses: int = 0
    lift: float | None = None


@dataclass(frozen=True, kw_only=True)
class Fragment:
    """A run of snippet text; `is_match` marks the words that were found."""

    text: str
    is_match: bool = False


@dataclass(frozen=True, kw_only=True)
class ScorePart:
    """One reason for a hit: what matched or fits, where, and its part of the score."""

    what: str
    where: str
    score: float


@dataclass(frozen=True, kw_only=True)
class IndexHit:
    """One answer of the index: an asset by id, where it was found, and why.

    The scores of `why` add up to `score`; `missing` are the words of the question that this asset lacks.
    """

    asset_id: int
    version_id: int
    score: float
    snippet: tuple[Fragment, ...]
    page: int | None
    page_title: str | None
    why: tuple[ScorePart, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FacetCount:
    """How many visible hits a facet value has, under all filters but the facet's own."""

    value: str
    count: int


@dataclass(frozen=True, kw_only=True)
class SearchAnswer:
    """What an engine answers: hits of one page, the total, and exact counts per facet.

    `did_you_mean` is the whole question with a better word, or None; `is_corrected` says that the question as asked
    found nothing and the hits answer `did_you_mean` instead. `relaxed` says that not all words were found together,
    so that hits with some of them follow. `ignored_words` were not searched: too common, or beyond the limits. `token`
    goes into the request for the next page. Where filters left nothing, `without` says how many hits there would be
    without the one filter named, if any.
    """

    total: int
    hits: tuple[IndexHit, ...]
    facets: Mapping[Facet, tuple[FacetCount, ...]]
    did_you_mean: str | None = None
    relaxed: bool = False
    is_corrected: bool = False
    ignored_words: tuple[str, ...] = ()
    token: str = ""
    without: Mapping[Facet, int] = field(default_factory=dict)


class CompletionKind(StrEnum):
    """What a completion stands for."""

    RECENT = "recent"
    ASSET = "asset"
    COMPANY = "company"
    LABEL = "label"


@dataclass(frozen=True, kw_only=True)
class CompletionRequest:
    """What a person has typed so far, who asks, and what they asked before, the newest first. `limit` 1 to 20."""

    text: str
    visibility: Visibility
    recent: tuple[str, ...] = ()
    limit: int = 8


@dataclass(frozen=True, kw_only=True)
class Completion:
    """One thing that what was typed may become; `asset_id` for an asset's title alone."""

    kind: CompletionKind
    text: str
    fragments: tuple[Fragment, ...]
    asset_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class IndexStatus:
    """How an index stands: `generation` grows with every change, `assets` counts what it holds.

    An index that cannot answer is not ready, and `problem` says why in one sentence.
    """

    generation: int
    assets: int
    is_ready: bool = True
    problem: str | None = None


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One found asset as a person sees it."""

    slug: str
    title: str
    kind: str
    kind_label: str
    stages: tuple[StageMark, ...]
    summary: str
    snippet: tuple[Fragment, ...]
    missing: tuple[str, ...]
    page: int | None
    page_title: str | None
    page_count: int
    score: float
    why: tuple[ScorePart, ...]
    audience: Audience
    status: AssetStatus
    trust: TrustLine
    evidence: Evidence
    plate: Plate
    found_plate: Plate | None
    has_document: bool
    may_be_sent: bool
    is_live: bool
    is_upload: bool = False


@dataclass(frozen=True, kw_only=True)
class FacetValue:
    """A facet value with its label and exact count."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class FindResult:
    """A page of found assets with everything the page needs; `took_ms` is the time from question to names.

    `token` asks for the next page of this very answer; `without` says, where filters left nothing, how many there
    would be without the one named.
    """

    text: str
    total: int
    took_ms: float
    offset: int
    limit: int
    sort: Sort
    hits: tuple[Hit, ...]
    facets: Mapping[Facet, tuple[FacetValue, ...]]
    did_you_mean: str | None
    relaxed: bool
    is_corrected: bool
    ignored_words: tuple[str, ...]
    is_index_missing: bool
    token: str = ""
    without: Mapping[Facet, int] = field(default_factory=dict)
