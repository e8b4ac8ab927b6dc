"""What helps to ask: offers while typing, the palette, saved searches, and what is noted of them; it finds no asset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from contentlib.domain.people import Permission
from contentlib.domain.search import Facet, FindResult, Fragment, Sort
from contentlib.domain.searches import Filters, NotedLook, NotedOpening, NotedSearch, SavedSearchLine
from contentlib.services import completions, saved_searches, search_log
from contentlib.services.completions import Offer
from contentlib.services.search import CHANGED
from contentlib.web import admin, frame
from contentlib.web.login import actor, requires, signed_in
from contentlib.web.requests import flash_with_undo, instant, library, local_path, page_number, way_back

room = Blueprint("searches", __name__)

# What of an address is the question, beside its words.
FILTER_NAMES = (*(facet.value for facet in Facet), CHANGED)
# Since when what was published is marked as new.
NEW_SINCE = "new-since"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of an open list: where it leads, or what it does when `is_deed`."""

    href: str
    fragments: Sequence[Fragment]
    detail: str
    is_deed: bool = False


@dataclass(frozen=True, kw_only=True)
class Group:
    """Lines of one sort under their name."""

    label: str
    entries: list[Entry]


@room.get("/complete")
@requires(Permission.FIND_ASSETS)
def complete() -> str:
    """Offer what the words in the search box may become."""
    with library().read(actor()) as reading:
        offers = completions.complete(reading, request.args.get("q", ""))
    return render_template("searches/_offers.html", groups=[Group(label="", entries=_entries(offers))], name="q")


@room.get("/go")
@requires(Permission.FIND_ASSETS)
def go() -> str:
    """Offer assets, deals, pages and deeds for the words in the palette."""
    text = request.args.get("q", "").strip()
    with library().read(actor()) as reading:
        offers = completions.complete(reading, text, limit=5)
        deals = completions.list_deals(reading, text)
    groups = [
        Group(label="Assets and words", entries=_entries(offers)),
        Group(
            label="Deals",
            entries=[
                Entry(
                    href=url_for("deals.show", deal=deal.id),
                    fragments=_plain(deal.account),
                    detail=deal.stage or "Deal",
                )
                for deal in deals
            ],
        ),
        Group(label="Pages", entries=_named(_pages(), text)),
        Group(label="Do", entries=_named(_deeds(), text)),
    ]
    return render_template("searches/_offers.html", groups=[group for group in groups if group.entries], name="palette")


def _entries(offers: Sequence[Offer]) -> list[Entry]:
    return [
        Entry(
            href=url_for("assets.show", slug=offer.slug) if offer.slug else url_for("search.find", q=offer.text),
            fragments=offer.fragments,
            detail=offer.detail,
        )
        for offer in offers
    ]


def _plain(text: str) -> tuple[Fragment, ...]:
    return (Fragment(text=text),)


def _pages() -> list[tuple[str, str, bool]]:
    pages = [(entry.label, entry.href, False) for entry in frame.navigation()]
    if actor().may(Permission.SEE_UNPUBLISHED):
        pages.append(("Library: to mend", url_for("hygiene.show"), False))
    if actor().may(Permission.EDIT_TAXONOMY):
        pages += [(f"Admin: {label}", address, False) for label, address, _ in admin.admin_sections()]
    return [*pages, ("My searches", url_for("searches.mine"), False)]


def _deeds() -> list[tuple[str, str, bool]]:
    deeds = []
    if actor().may(Permission.USE_ASSETS):
        deeds.append(("Choose the deal to work on", url_for("deals.choose"), False))
        if frame.working_deal():
            deeds.append(("Stop working on this deal", url_for("deals.stop_work"), True))
    if actor().may(Permission.IMPORT_DEALS):
        deeds.append(("Import deals", url_for("deals.import_deals"), False))
    return [*deeds, ("Sign out", url_for("people.sign_out"), True)]


def _named(lines: Sequence[tuple[str, str, bool]], text: str) -> list[Entry]:
    """Keep the lines whose words begin with all words typed."""
    typed = text.casefold().split()
    return [
        Entry(href=href, fragments=_plain(label), detail="", is_deed=is_deed)
        for label, href, is_deed in lines
        if all(any(word.startswith(part) for word in label.casefold().split()) for part in typed)
    ]


# Saved searches


@room.get("/searches")
@requires(Permission.FIND_ASSETS)
def mine() -> str:
    """Show a person their saved searches, and what is kept of the others."""
    with library().read(actor()) as reading:
        saved = saved_searches.list_own(reading)
        total, logged = search_log.list_own(reading)
    return render_template(
        "searches/mine.html",
        saved=[(one, address_of(one.words, one.filters)) for one in saved],
        logged=[(one, address_of(one.words, one.filters)) for one in logged],
        total=total,
        most=saved_searches.MOST,
    )


@room.post("/searches")
@requires(Permission.FIND_ASSETS)
def save() -> Response:
    """Save the search of an address under a name."""
    values: MultiDict[str, str] = MultiDict(parse_qsl(request.form.get("question", "")[:4000]))
    words = values.get("q", "")
    with library().work(actor()) as uow:
        saved = saved_searches.save(uow, name=request.form.get("name", ""), words=words, filters=filters_of(values))
    back = way_back(url_for("search.find"))
    said = f"“{saved.name}” is saved. Find says when something new answers it."
    flash_with_undo(said, url_for("searches.remove", saved=saved.id), back=back)
    return redirect(back)


@room.get("/searches/<int:saved>")
@requires(Permission.FIND_ASSETS)
def open_saved(saved: int) -> Response:
    """Lead to the answer of a saved search, what is new first and marked; new counts from now on."""
    with library().read(actor()) as reading:
        line = saved_searches.look_at_own(reading, saved)
    library().note_search(NotedLook(at=library().clock(), person_id=actor().person_id or 0, saved_id=line.id))
    marked = {"sort": Sort.NEWEST.value, NEW_SINCE: line.looked_at.isoformat()} if line.fresh else {}
    return redirect(address_of(line.words, line.filters, **marked))


@room.post("/searches/<int:saved>/rename")
@requires(Permission.FIND_ASSETS)
def rename(saved: int) -> Response:
    """Give a saved search another name."""
    with library().work(actor()) as uow:
        saved_searches.rename(uow, saved_id=saved, name=request.form.get("name", ""))
    flash("Renamed.", "good")
    return redirect(way_back(url_for("searches.mine")))


@room.post("/searches/<int:saved>/remove")
@requires(Permission.FIND_ASSETS)
def remove(saved: int) -> Response:
    """Stop keeping a search."""
    back = way_back(url_for("searches.mine"))
    with library().work(actor()) as uow:
        row = saved_searches.remove(uow, saved_id=saved)
    flash_with_undo(f"“{row.name}” is no longer saved.", url_for("searches.bring_back", saved=row.id), back=back)
    return redirect(back)


@room.post("/searches/<int:saved>/bring-back")
@requires(Permission.FIND_ASSETS)
def bring_back(saved: int) -> Response:
    """Save a search again that was removed."""
    with library().work(actor()) as uow:
        row = saved_searches.bring_back(uow, saved_id=saved)
    flash(f"“{row.name}” is saved again.", "good")
    return redirect(way_back(url_for("searches.mine")))


def filters_of(values: MultiDict[str, str]) -> Filters:
    """Give the filters of an address by name."""
    return {name: tuple(kept[:50]) for name in FILTER_NAMES if (kept := [v for v in values.getlist(name) if v])}


def address_of(words: str, filters: Filters, **beside: str) -> str:
    """Give the address of Find with a question, and what stands there `beside`."""
    values: dict[str, Any] = {name: list(kept) for name, kept in filters.items()} | beside
    return url_for("search.find", q=words or None, **values)


def list_saved() -> tuple[SavedSearchLine, ...]:
    """Give the person's saved searches with what is new in each, for Find before anything is asked."""
    with library().read(actor()) as reading:
        return saved_searches.list_own(reading)


def list_fresh(slugs: Sequence[str]) -> tuple[frozenset[str], datetime | None]:
    """Give those of some assets that were published since the time in the address, with the time; none without it."""
    since = instant(NEW_SINCE)
    if since is None:
        return frozenset(), None
    with library().read(actor()) as reading:
        return saved_searches.list_fresh(reading, slugs, since=since), since


# What is noted


def note_search(found: FindResult) -> None:
    """Have a question noted with its hits; later pages of one answer are not asked anew."""
    filters = filters_of(request.args)
    person = actor().person_id
    if person is None or page_number() > 1 or found.is_index_missing or not (found.text.strip() or filters):
        return
    library().note_search(
        NotedSearch(
            at=library().clock(),
            person_id=person,
            role=search_log.main_role(actor()),
            words=found.text,
            filters=filters,
            hits=found.total,
            deal_id=signed_in().working_deal_id if frame.working_deal() else None,
        )
    )


def note_opening(slug: str) -> None:
    """Have it noted that an asset was opened from the answer to the words in the address."""
    words, person = request.args.get("q", ""), actor().person_id
    came_from = local_path(request.referrer)
    if words.strip() and person is not None and came_from is not None:
        library().note_search(NotedOpening(at=library().clock(), person_id=person, words=words, asset=slug))
