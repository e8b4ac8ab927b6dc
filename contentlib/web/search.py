"""Find: the question and its filters come from the address, so that every list can be kept and sent."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from contentlib.domain.people import Permission
from contentlib.domain.search import Facet, FacetValue, FindResult, Sort
from contentlib.services import assets, search
from contentlib.web import searches
from contentlib.web.addresses import asset_address
from contentlib.web.frame import working_deal
from contentlib.web.lists import lead_to_end
from contentlib.web.login import actor, requires, signed_in
from contentlib.web.requests import address_with, library, number, page_number, wants_fragment
from contentlib.web.words import find_words

room = Blueprint("search", __name__)

PER_PAGE = 20
FACET_LABELS = {
    Facet.KIND: "Kind",
    Facet.INDUSTRY: "Industry",
    Facet.PERSONA: "Who it is for",
    Facet.PRODUCT: "Product",
    Facet.REGION: "Region",
    Facet.AUDIENCE: "Audience",
    Facet.FRESHNESS: "Freshness",
    Facet.LANGUAGE: "Language",
    Facet.STATUS: "Status",
}
_OTHER_SORTS = (
    (Sort.NEWEST.value, "Newest"),
    (Sort.MOST_USED.value, "Most used"),
    (Sort.VERIFIED.value, "Verified"),
    (Sort.TITLE.value, "Title"),
)
_AGES = (
    ("", "Changed any time"),
    ("30", "Changed in 30 days"),
    ("90", "Changed in 90 days"),
    ("365", "Changed in a year"),
)
_OPEN_AT_FIRST = {Facet.KIND, Facet.INDUSTRY, Facet.PERSONA}


@dataclass(frozen=True, kw_only=True)
class Group:
    """One facet on the page."""

    name: str
    label: str
    values: tuple[FacetValue, ...]
    is_open: bool


class Ways:
    """Where the hits of a list lead; what their addresses have in common is written once, since a page has dozens.

    `fresh` are the assets of the list that were published since it was looked at last.
    """

    def __init__(self, asked: str, fresh: Container[str] = ()) -> None:
        self.fresh = fresh
        self._asked = urlencode({"q": asked}) if asked else ""
        self._list = address_with(at=None, page=None).partition("?")[2]

    def open(self, slug: str, page: int | None = None) -> str:
        """Give the address of an asset, or of one of its pages, where what was asked for is marked."""
        return _with_query(asset_address("assets.show", slug), f"page={page}" if page else "", self._asked)

    def preview(self, slug: str, at: int) -> str:
        """Give the address of the preview of hit number `at`, which keeps question and filters."""
        return _with_query(asset_address("search.preview", slug), self._list, f"at={at}")


def _with_query(address: str, *parts: str) -> str:
    query = "&".join(filter(None, parts))
    return f"{address}?{query}" if query else address


@dataclass(frozen=True, kw_only=True)
class Among:
    """Where an asset stands in the list it was opened from: its place from 1, and its neighbours' previews.

    `page` is the page that the list names, None where it names none.
    """

    position: int
    total: int
    page: int | None
    previous: str | None
    next: str | None


@room.get("/")
@requires(Permission.FIND_ASSETS)
def find() -> str | Response:
    """Show what the library has on a question; words that were merged lead to what they became."""
    if (todays := _todays_address()) is not None:
        return redirect(todays, code=301)
    found = _ask()
    lead_to_end(page_number(), total=found.total, size=PER_PAGE)
    searches.note_search(found)
    asked = found.text if any(map(str.isalnum, found.text)) else ""
    fresh, new_since = searches.list_fresh([hit.slug for hit in found.hits])
    first = found.offset + 1
    last = found.offset + len(found.hits)
    return render_template(
        "search/find.html",
        find=found,
        asked=asked,
        new_since=new_since,
        stage_values=found.facets.get(Facet.STAGE, ()),
        groups=_groups(found),
        chips=_chips(found),
        clear=url_for("search.find", q=found.text or None),
        sorts=_sorts(is_asked=bool(asked)),
        ages=_AGES,
        age=request.args.get(search.CHANGED, ""),
        saved=searches.list_saved() if not found.text and not _chips(found) and not found.offset else (),
        question=request.query_string.decode("utf-8", "replace"),
        drops=_drops(found) if not found.total else (),
        first_shown=first,
        last_shown=last,
        ways=Ways(found.text, fresh),
        previous=address_with(page=page_number() - 1, token=found.token or None) if found.offset else None,
        next=address_with(page=page_number() + 1, token=found.token or None) if last < found.total else None,
        request_address=_request_address(found),
        is_empty_library=not found.total and not found.text and not _chips(found),
    )


def _request_address(found: FindResult) -> str:
    """Give where what was not found is asked for, prefilled with the question."""
    named = (Facet.KIND, Facet.STAGE, Facet.INDUSTRY, Facet.PERSONA)
    asked: dict[str, Any] = {facet.value: request.args.get(facet.value) for facet in named}
    return url_for("requests.new", title=found.text or None, back=address_with(), **asked)


def _todays_address() -> str | None:
    """Give the address that asks by today's names of the words it filters by, None where it does so already."""
    asked = {facet: request.args.getlist(facet.value) for facet in Facet}
    if not any(asked.values()):
        return None
    with library().read(actor()) as reading:
        todays = search.todays_filters(reading, asked)
    changed = {facet.value: todays[facet] for facet in asked if todays[facet] != asked[facet]}
    return address_with(**changed) if changed else None


def _ask(
    *,
    is_any_age: bool = False,
    limit: int = PER_PAGE,
    offset: int | None = None,
) -> FindResult:
    """Answer the question in the address; `offset` is another place in the list."""
    deal = signed_in().working_deal_id if working_deal() else None
    filters = {facet: request.args.getlist(facet.value)[:50] for facet in Facet}
    with library().read(actor()) as reading:
        return search.find(
            reading,
            text=request.args.get("q", ""),
            filters=filters,
            sort=_sort(),
            limit=limit,
            offset=(page_number() - 1) * PER_PAGE if offset is None else offset,
            deal_id=deal,
            changed_within=None if is_any_age else search.days_of(request.args.getlist(search.CHANGED)),
            token=request.args.get("token", "")[:100],
        )


def _sort() -> Sort:
    wanted = request.args.get("sort", "")
    return Sort(wanted) if wanted in set(Sort) else Sort.RELEVANCE


def _sorts(*, is_asked: bool) -> list[tuple[str, str]]:
    if not is_asked and not working_deal():  # where nothing was asked for, no match is better than another
        return [(Sort.RELEVANCE.value, "Newest"), *_OTHER_SORTS[1:]]
    best = "Best for this deal" if working_deal() else "Best match"
    return [(Sort.RELEVANCE.value, best), *_OTHER_SORTS]


def _groups(found: FindResult) -> list[Group]:
    groups = []
    for facet, label in FACET_LABELS.items():
        values = found.facets.get(facet, ())
        if facet is Facet.LANGUAGE and len(values) < 2:
            continue
        if values:
            chosen = any(value.is_chosen for value in values) and facet is not Facet.STATUS
            groups.append(
                Group(name=facet.value, label=label, values=values, is_open=facet in _OPEN_AT_FIRST or chosen)
            )
    return groups


def _chosen(found: FindResult) -> list[tuple[Facet, FacetValue]]:
    asked = {facet: set(request.args.getlist(facet.value)) for facet in Facet}
    return [(facet, v) for facet, values in found.facets.items() for v in values if v.value in asked[facet]]


def _without(facet: Facet, value: str) -> str:
    rest = tuple(v for v in request.args.getlist(facet.value) if v != value)
    return address_with(**{facet.value: rest or None, "page": None, "token": None})


def _chips(found: FindResult) -> list[tuple[str, str]]:
    chips = [(value.label, _without(facet, value.value)) for facet, value in _chosen(found)]
    age = dict(_AGES[1:]).get(request.args.get(search.CHANGED, ""))
    return [*chips, (age, _any_age())] if age else chips


def _any_age() -> str:
    return address_with(**{search.CHANGED: None, "page": None, "token": None})


def _drops(found: FindResult) -> list[tuple[str, int, str]]:
    """Say which filter to drop when nothing was found, and how many that gives."""
    drops = [
        (FACET_LABELS.get(facet, "Stage"), total, address_with(**{facet.value: None, "page": None, "token": None}))
        for facet, total in found.without.items()
        if facet is not Facet.STATUS or request.args.getlist(Facet.STATUS.value)
    ]
    if search.days_of(request.args.getlist(search.CHANGED)) is not None and (total := _ask(is_any_age=True).total):
        drops.append(("When it was changed", total, _any_age()))
    return sorted(drops, key=lambda drop: -drop[1])


@room.get("/preview/<slug>")
@requires(Permission.FIND_ASSETS)
def preview(slug: str) -> str:
    """Show an asset at a glance, over the list or as a page of its own."""
    query = request.args.get("q", "")
    with library().read(actor()) as reading:
        asset = assets.get_page(reading, slug)
        sentence = assets.sentence_about(reading, slug)
    searches.note_opening(slug)
    places = find_words(asset.pages, query)
    among = _among(slug)
    template = "_parts/preview.html" if wants_fragment() else "search/preview.html"
    return render_template(
        template,
        asset=asset,
        shown=(among and among.page) or (places[0][0] if places else 1),
        places=places,
        query=query,
        among=among,
        sentence=sentence,
        back=address_with(url_for("search.find"), at=None, page=(_place() - 1) // PER_PAGE + 1 if _place() else None),
    )


def _place() -> int:
    """Give the place in the list, from 1, that a preview was opened from; 0 where it was opened without one."""
    return min(number("at") or 0, 100_000)


def _among(slug: str) -> Among | None:
    """Find an asset's neighbours in the list it was opened from; None where it no longer stands at its place."""
    at = _place()
    if not at:
        return None
    first = max(1, at - 1)
    found = _ask(limit=at - first + 2, offset=first - 1)
    around = dict(enumerate(found.hits, start=first))
    here, before, after = around.get(at), around.get(at - 1), around.get(at + 1)
    if here is None or here.slug != slug:
        return None
    ways = Ways(found.text)
    return Among(
        position=at,
        total=found.total,
        page=here.page,
        previous=ways.preview(before.slug, at - 1) if before else None,
        next=ways.preview(after.slug, at + 1) if after else None,
    )
