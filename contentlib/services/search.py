"""Finding assets: who asks decides what exists; the index answers with ids, names come from the database here."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from contentlib.domain.assets import (
    AssetStatus,
    Audience,
    Vocabulary,
    expires_within,
    is_live,
    is_review_due,
)
from contentlib.domain.errors import IndexUnavailableError
from contentlib.domain.people import Permission
from contentlib.domain.search import (
    Facet,
    FacetCount,
    FacetValue,
    FindResult,
    Fragment,
    Freshness,
    Hit,
    IndexHit,
    SearchAnswer,
    SearchRequest,
    Sort,
    Visibility,
)
from contentlib.domain.taxonomy import FILTER_OF, LANGUAGES
from contentlib.services import asset_rights, figures, meaning
from contentlib.services import assets as asset_services
from contentlib.services.asset_pages import count_pages
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as queries
from contentlib.storage.queries import deals as deal_queries
from contentlib.storage.queries import listing
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.queries import word_lists as word_queries
from contentlib.storage.tables import Asset

_TERM_FACETS = {
    Facet.INDUSTRY: Vocabulary.INDUSTRY,
    Facet.PERSONA: Vocabulary.PERSONA,
    Facet.PRODUCT: Vocabulary.PRODUCT,
    Facet.REGION: Vocabulary.REGION,
}
_WORDS_OF = {facet: words.value for words, name in FILTER_OF.items() for facet in Facet if facet.value == name}
# How far back changes are asked for, in days; the name stands in addresses and in saved searches.
CHANGED = "changed"
CHANGED_WITHIN = ("30", "90", "365")
_SINCE = re.compile(r"\s*\bafter:\d{4}-\d\d-\d\d$")
_LABELS: Mapping[Facet, Mapping[str, str]] = {
    Facet.AUDIENCE: {"external": "Can be shared", "internal": "Internal only"},
    Facet.STATUS: {status.value: status.value.capitalize() for status in AssetStatus},
    Facet.FRESHNESS: {
        Freshness.VERIFIED: "Verified",
        Freshness.REVIEW_DUE: "Review overdue",
        Freshness.EXPIRING: "Expires soon",
    },
    Facet.LANGUAGE: LANGUAGES,
}


def visibility_of(reading: UnitOfWork) -> Visibility:
    """Give what the actor may find; nothing for somebody without the right to find."""
    statuses: frozenset[AssetStatus] = frozenset()
    if reading.actor.may(Permission.SEE_UNPUBLISHED):
        statuses = frozenset(AssetStatus)
    elif reading.actor.may(Permission.FIND_ASSETS):
        statuses = frozenset({AssetStatus.PUBLISHED})
    return Visibility(statuses=statuses, audiences=frozenset(Audience), on=reading.today)


def find(
    reading: UnitOfWork,
    *,
    text: str = "",
    filters: Mapping[Facet, Sequence[str]] | None = None,
    sort: Sort = Sort.RELEVANCE,
    limit: int = 20,
    offset: int = 0,
    deal_id: int | None = None,
    changed_within: int | None = None,
    token: str = "",
) -> FindResult:
    """Answer a question for the actor; published assets unless the status filter asks for more.

    `deal_id` is the row of the working deal, whose stage and industry rank up and never hide. `changed_within`: only
    what was changed in so many days. `token`: of the answer that this page continues.
    """
    started = time.perf_counter()
    chosen = _chosen(reading, filters)
    request = SearchRequest(
        text=text + _since(reading, changed_within),
        visibility=visibility_of(reading),
        filters=chosen,
        prefers=_preferences(reading, deal_id),
        sort=sort,
        limit=limit,
        offset=offset,
        token=token,
    )
    answer, is_index_missing = _answer(reading, request, text, changed_within)
    return FindResult(
        text=text,
        total=answer.total,
        took_ms=round((time.perf_counter() - started) * 1000, 2),
        offset=offset,
        limit=limit,
        sort=sort,
        hits=_name_hits(reading, answer.hits),
        facets=_name_facets(reading, answer.facets, chosen),
        did_you_mean=_without_since(answer.did_you_mean),
        relaxed=answer.relaxed,
        is_corrected=answer.is_corrected,
        ignored_words=answer.ignored_words,
        is_index_missing=is_index_missing,
        token=answer.token,
        without=answer.without,
    )


def _answer(
    reading: UnitOfWork, request: SearchRequest, text: str, changed_within: int | None
) -> tuple[SearchAnswer, bool]:
    """Ask the index, or the database while there is none; tells whether there was none."""
    if not reading.index.figures_known:
        reading.index.use_figures(figures.read_all(reading))
    if reading.index.meanings is None:
        meaning.hand_to_search(reading)
    try:
        return reading.index.answer(request), False
    except IndexUnavailableError:
        return _answer_from_database(reading, request, text, changed_within), True


def list_matches(reading: UnitOfWork, *, text: str, filters: Mapping[str, Sequence[str]]) -> tuple[int, ...]:
    """List what a saved search finds for the actor today, by id and in no order; nothing without an index."""
    facets = {facet: filters[facet.value] for facet in Facet if facet.value in filters}
    request = SearchRequest(
        text=text + _since(reading, days_of(filters.get(CHANGED, ()))),
        visibility=visibility_of(reading),
        filters=_chosen(reading, facets),
        sort=Sort.NEWEST,
    )
    try:
        return reading.index.list_ids(request)
    except IndexUnavailableError:
        return ()


def _chosen(reading: UnitOfWork, filters: Mapping[Facet, Sequence[str]] | None) -> dict[Facet, frozenset[str]]:
    """Give what is asked for; an old name of a word asks for the word of today."""
    todays = todays_filters(reading, filters or {})
    chosen = {facet: frozenset(values) for facet, values in todays.items() if values}
    chosen.setdefault(Facet.STATUS, frozenset({AssetStatus.PUBLISHED.value}))
    return chosen


def todays_filters(reading: UnitOfWork, filters: Mapping[Facet, Sequence[str]]) -> dict[Facet, list[str]]:
    """Give filters by today's names of their words."""
    today = word_queries.todays_slugs(reading.session) if any(filters.values()) else {}
    return {
        facet: [today.get((_WORDS_OF.get(facet, ""), value), value) for value in values]
        for facet, values in filters.items()
    }


def days_of(values: Sequence[str]) -> int | None:
    """Read how many days back a change may lie; None for what is none of the choices."""
    return int(values[0]) if values and values[0] in CHANGED_WITHIN else None


def _since(reading: UnitOfWork, days: int | None) -> str:
    """Write the day from which changes count as the question language does."""
    return "" if days is None else f" after:{reading.today - timedelta(days=days):%Y-%m-%d}"


def _without_since(question: str | None) -> str | None:
    """Give a corrected question without the day that was added to it."""
    return None if question is None else _SINCE.sub("", question).strip()


def _preferences(reading: UnitOfWork, deal_id: int | None) -> dict[Facet, frozenset[str]]:
    if deal_id is None:
        return {}
    stage, industry = deal_queries.find_stage_and_industry(reading.session, deal_id)
    told = {Facet.STAGE: stage, Facet.INDUSTRY: industry}
    return {facet: frozenset({slug}) for facet, slug in told.items() if slug is not None}


def _answer_from_database(
    reading: UnitOfWork, request: SearchRequest, text: str, changed_within: int | None
) -> SearchAnswer:
    """Answer by title and summary while the index is being made again; plain, complete, and without facets."""
    words = text.casefold().split()
    since = None if changed_within is None else reading.today - timedelta(days=changed_within)
    found = []
    for asset in queries.list_all(reading.session, statuses=sorted(request.visibility.statuses)):
        told = f"{asset.title} {asset.summary} {asset.company} {asset.kind.label}".casefold()
        is_asked = _is_chosen(asset, request) and (since is None or asset.updated_at.date() >= since)
        if is_asked and _is_findable(asset, request) and all(word in told for word in words):
            found.append(asset)
    if request.sort is Sort.TITLE:
        found.sort(key=lambda asset: asset.title.casefold())
    page = found[request.offset : request.offset + request.limit]
    hits = tuple(
        IndexHit(
            asset_id=asset.id,
            version_id=asset.current_version_id or 0,
            score=0.0,
            snippet=(Fragment(text=asset.summary),),
            page=None,
            page_title=None,
        )
        for asset in page
    )
    return SearchAnswer(total=len(found), hits=hits, facets={})


def _is_findable(asset: Asset, request: SearchRequest) -> bool:
    """Tell whether an asset's dates let it be found, as the index does: they govern published assets."""
    dates = asset_rights.dates_of(asset)
    return asset.status is not AssetStatus.PUBLISHED or is_live(asset.status, dates, request.visibility.on)


def _freshness(asset: Asset, on: date) -> set[str]:
    dates = asset_rights.dates_of(asset)
    due = is_review_due(dates, on)
    found = {
        Freshness.VERIFIED: dates.review_by_on is not None and not due,
        Freshness.REVIEW_DUE: due,
        Freshness.EXPIRING: expires_within(dates, on) is not None,
    }
    return {name.value for name, holds in found.items() if holds}


def _is_chosen(asset: Asset, request: SearchRequest) -> bool:
    held = {
        Facet.KIND: {asset.kind.slug},
        Facet.STAGE: {stage.slug for stage in asset.stages},
        Facet.LANGUAGE: {asset.language},
        Facet.AUDIENCE: {asset.audience.value},
        Facet.STATUS: {asset.status.value},
        Facet.FRESHNESS: _freshness(asset, request.visibility.on),
    } | {
        facet: {term.slug for term in asset.terms if term.vocabulary is vocabulary}
        for facet, vocabulary in _TERM_FACETS.items()
    }
    return all(held.get(facet, set()) & values for facet, values in request.filters.items())


def _name_hits(reading: UnitOfWork, found: Sequence[IndexHit]) -> tuple[Hit, ...]:
    if not found:
        return ()
    assets = listing.list_found(reading.session, [hit.asset_id for hit in found])
    around = asset_services.read_surroundings(reading, list(assets.values()))
    find_kind = cache(reading.printer.find_kind)
    hits = []
    for hit in found:
        asset = assets.get(hit.asset_id)
        if asset is None or not asset_rights.may_see(reading, asset):  # changed since the index last looked
            continue
        pages = around.pictures.get(asset.current_version_id or 0, {})
        shown = hit.page is not None and hit.page > 1 and hit.page in pages
        page_count = count_pages(asset.current_version, pages)
        hits.append(
            Hit(
                slug=asset.slug,
                title=asset.title,
                kind=asset.kind.slug,
                kind_label=asset.kind.label,
                stages=asset_services.mark_stages(asset, around),
                summary=asset.summary,
                snippet=hit.snippet,
                missing=hit.missing,
                page=hit.page if page_count else None,
                page_title=hit.page_title,
                page_count=page_count,
                score=round(hit.score, 3),
                why=hit.why,
                audience=asset.audience,
                status=asset.status,
                trust=asset_services.trust_line(reading, asset),
                evidence=around.evidence[asset.id],
                plate=asset_services.plate_of(asset, around),
                found_plate=asset_services.plate_of(asset, around, hit.page) if shown and hit.page else None,
                has_document=asset_services.why_no_document(reading, asset, find_kind) is None,
                may_be_sent=asset_rights.may_be_sent(reading, asset),
                is_live=is_live(asset.status, asset_rights.dates_of(asset), reading.today),
                is_upload=asset_services.is_upload(asset),
            )
        )
    return tuple(hits)


def _name_facets(
    reading: UnitOfWork, counts: Mapping[Facet, Sequence[FacetCount]], chosen: Mapping[Facet, frozenset[str]]
) -> dict[Facet, tuple[FacetValue, ...]]:
    """Label the counts; stages keep their order, other values come by count. The status facet is for keepers only."""
    labels: dict[Facet, Mapping[str, str]] = dict(_LABELS)
    labels[Facet.KIND], stages, terms = taxonomy_queries.read_labels(reading.session)
    labels[Facet.STAGE] = stages
    labels |= {facet: terms[vocabulary] for facet, vocabulary in _TERM_FACETS.items()}
    named = {}
    for facet, values in counts.items():
        if facet is Facet.STATUS and not reading.actor.may(Permission.SEE_UNPUBLISHED):
            continue
        picked = chosen.get(facet, frozenset())
        known = {count.value: count.count for count in values}
        shown = [value for value in stages if value in known] if facet is Facet.STAGE else list(known)
        shown += sorted(value for value in picked if value not in known and value in labels[facet])
        rows = [
            FacetValue(
                value=value,
                label=labels.get(facet, {}).get(value, value),
                count=known.get(value, 0),
                is_chosen=value in picked,
            )
            for value in shown
        ]
        named[facet] = tuple(row for row in rows if row.count or row.is_chosen)
    return named
