"""Looks through the library for what nobody looks after, and says what would mend it; it mends nothing itself."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from html import unescape
from itertools import combinations
from typing import Any

import numpy as np

from contentlib.domain.findings import Finding, Level
from contentlib.domain.hygiene import Fault, FaultGroup, FaultyAsset, Mend, is_off_brand
from contentlib.domain.library import BulkDeed
from contentlib.domain.people import Permission
from contentlib.ingest import shingles
from contentlib.markup.links import links_to
from contentlib.services import near_duplicates
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import hygiene as queries
from contentlib.storage.queries import sketches as sketch_queries

# Two assets say much the same when each holds so much of the other; a template that both use is far below it.
_MUCH_THE_SAME = 0.7
# By samples a pair is worth comparing from here on; a word sequence that this many share is everybody's.
_WORTH_COMPARING, _EVERYBODYS = 0.45, 40
_MOST_COMPARED = 300
# Used on so many deals within so many days, and not looked at for so long: customers see it more often than we do.
_HOT_DEALS, _HOT_DAYS, _STALE_DAYS = 5, 90, 180
# A quarter is time enough for an asset to find its first deal.
_UNUSED_DAYS = 90
# So many dead addresses are offered to be mended; beyond them it is one move of a whole site.
_MOST_LINKS = 8
_UNREADABLE = frozenset({"no-text", "no-pages", "unreadable", "unreadable-text", "damaged-pages", "outlined"})
_HREF = re.compile(r'href="([^"]+)"')

_Found = dict[int, str]


def examine(reading: UnitOfWork, *, public_url: str, is_own: bool = False) -> tuple[FaultGroup, ...]:
    """Find everything to mend, by sort, or what of it the actor owns; `public_url` is where own links lead."""
    reading.require(Permission.SEE_UNPUBLISHED)
    same, keepers = _find_same(reading)
    near, likes = _find_near(reading, same)
    findings = queries.list_findings(reading.session)
    links, targets = _find_dead_links(reading, public_url, findings)
    unreadable, off_brand = _find_findings(findings)
    orphans = {
        row_id: f"{name} is disabled" if name else "no owner" for row_id, name in queries.list_orphans(reading.session)
    }
    no_stage = dict.fromkeys(queries.list_without_stage(reading.session), "")
    now = reading.now
    overdue = {row_id: f"since {_day(day)}" for row_id, day in queries.list_overdue(reading.session, reading.today)}
    hot = {
        row_id: f"on {deals} deals in {_HOT_DAYS} days, looked at {_day(at) if at else 'never'}"
        for row_id, deals, at in queries.list_hot(
            reading.session,
            on=reading.today,
            since=now - timedelta(days=_HOT_DAYS),
            unseen_since=now - timedelta(days=_STALE_DAYS),
            least=_HOT_DEALS,
        )
    }
    unused = {
        row_id: f"published {_day(at)}"
        for row_id, at in queries.list_unused(
            reading.session, on=reading.today, published_before=now - timedelta(days=_UNUSED_DAYS)
        )
    }
    found: dict[Fault, tuple[_Found, Mapping[int, str]]] = {
        Fault.SAME: (same, keepers),
        Fault.NEAR: (near, likes),
        Fault.LINK: (links, targets),
        Fault.EXTRACTION: (unreadable, {}),
        Fault.OWNER: (orphans, {}),
        Fault.BRAND: (off_brand, {}),
        Fault.OVERDUE: (overdue, {}),
        Fault.STALE: (hot, {}),
        Fault.STAGE: (no_stage, {}),
        Fault.TAGS: (dict.fromkeys(queries.list_untagged(reading.session), ""), {}),
        Fault.UNUSED: (unused, {}),
    }
    names = queries.name_assets(reading.session, sorted({row_id for each, _ in found.values() for row_id in each}))
    groups = []
    for fault, (each, others) in found.items():
        own = [row_id for row_id in each if not is_own or names[row_id].owner_id == reading.actor.person_id]
        if own:
            assets = tuple(_asset(reading, row_id, each[row_id], fault, others, names) for row_id in own)
            groups.append(FaultGroup(fault=fault, assets=assets, mends=_mends(reading, fault, own[:1000], assets)))
    return tuple(groups)


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def list_faulty(
    reading: UnitOfWork, fault: Fault, *, public_url: str, link: str = "", is_own: bool = False
) -> list[str]:
    """List the slugs of all assets of a sort, or of those that carry a link."""
    groups = examine(reading, public_url=public_url, is_own=is_own)
    found = next((group.assets for group in groups if group.fault is fault), ())
    return [asset.slug for asset in found if not link or asset.link == link]


def _asset(
    reading: UnitOfWork,
    row_id: int,
    detail: str,
    fault: Fault,
    others: Mapping[int, str],
    names: Mapping[int, queries.NamedAsset],
) -> FaultyAsset:
    named, other = names[row_id], others.get(row_id)
    is_link = fault is Fault.LINK
    return FaultyAsset(
        slug=named.slug,
        title=named.title,
        detail=detail,
        other=None if is_link else other,
        link=other or "" if is_link else "",
        owner=named.owner,
        is_own=named.owner_id is not None and named.owner_id == reading.actor.person_id,
    )


def _mends(reading: UnitOfWork, fault: Fault, ids: list[int], assets: Sequence[FaultyAsset]) -> tuple[Mend, ...]:
    """Say what mends all of a sort at once, with what can be told of it."""
    ask = Mend(label="Ask their owners", deed=BulkDeed.ASK)
    if fault is Fault.LINK:
        return (*_link_mends(reading, assets), ask)
    if fault is Fault.BRAND:
        away = Mend(label="Archive these", deed=BulkDeed.ARCHIVE, reason="Off-brand")
        return (ask, Mend(label="Accept with a reason", deed=BulkDeed.ACCEPT), away)
    if fault is Fault.EXTRACTION:
        return (ask,)
    if fault is Fault.SAME:
        return (Mend(label="Archive these", deed=BulkDeed.ARCHIVE, reason="The same as another asset"),)
    if fault is Fault.NEAR:
        return (Mend(label="Archive these", deed=BulkDeed.ARCHIVE, reason="Much the same as another asset"), ask)
    if fault is Fault.UNUSED:
        return (Mend(label="Archive these", deed=BulkDeed.ARCHIVE, reason="Never used"),)
    if fault in {Fault.OVERDUE, Fault.STALE}:
        return (Mend(label="All still right", deed=BulkDeed.VERIFY), ask)
    if fault is Fault.TAGS:
        return (Mend(label="Add a tag", deed=BulkDeed.TAG),)
    if fault is Fault.OWNER:
        heir = queries.likeliest_owner(reading.session, ids)
        to_heir = (Mend(label=f"Hand to {heir[1]}", deed=BulkDeed.OWNER, owner=heir[0]),) if heir else ()
        return (*to_heir, Mend(label="Choose who", deed=BulkDeed.OWNER))
    stage = queries.likeliest_stage(reading.session, ids)
    given = Mend(label=f"Add {stage[1]}", deed=BulkDeed.STAGE, word=f"stages:{stage[0]}") if stage else None
    return (*((given,) if given else ()), Mend(label="Choose a stage", deed=BulkDeed.STAGE))


def _link_mends(reading: UnitOfWork, assets: Sequence[FaultyAsset]) -> tuple[Mend, ...]:
    """Give a mend for each address that leads nowhere, those that most assets carry first, with the likeliest other."""
    carried = Counter(asset.link for asset in assets if asset.link)
    reachable = queries.list_reachable(reading.session, reading.today)
    mends = []
    for link, number in carried.most_common(_MOST_LINKS):
        begin, _, slug = link.rpartition("/assets/")
        near = difflib.get_close_matches(slug, reachable, n=1) if begin else []
        shown = slug if begin else link
        mends.append(
            Mend(
                label=f"Mend “{shown[:60]}”",
                deed=BulkDeed.RELINK,
                link=link,
                to=f"{begin}/assets/{near[0]}" if near and begin.startswith("https://") else "",
                number=number,
            )
        )
    return tuple(mends)


def find_address(reading: UnitOfWork, text: str, *, public_url: str) -> str:
    """Give the whole address for what somebody typed: an asset's own name in addresses, or an address as it is."""
    text = text.strip()
    slug = text.removeprefix("/assets/")
    if slug and slug in queries.list_reachable(reading.session, reading.today):
        return f"{public_url.rstrip('/')}/assets/{slug}"
    return text


def _find_same(reading: UnitOfWork) -> tuple[_Found, dict[int, str]]:
    """Give the assets that are another's copy; of each lot the one that is used most stays."""
    lots: dict[str, list[int]] = {}
    for source, row_id in queries.list_same(reading.session):
        lots.setdefault(source, []).append(row_id)
    return _lesser(reading, [(lot, "") for lot in lots.values()], lambda other, _: f"as {other}")


def _find_near(reading: UnitOfWork, same: _Found) -> tuple[_Found, dict[int, str]]:
    """Give the assets that say much of what another says, and it much of what they say."""
    pairs = [(pair, f"{round(share * 100)} %") for pair, share in _near_pairs(reading, set(same))]
    return _lesser(reading, pairs, lambda other, share: f"{share} of {other}")


def _lesser(
    reading: UnitOfWork, lots: Iterable[tuple[Iterable[int], str]], tell: Callable[[str, str], str]
) -> tuple[_Found, dict[int, str]]:
    lots = [(list(lot), told) for lot, told in lots]
    every = sorted({row_id for lot, _ in lots for row_id in lot})
    uses = queries.count_uses(reading.session, every)
    names = queries.name_assets(reading.session, every)
    found: _Found = {}
    others: dict[int, str] = {}
    for lot, told in lots:
        # The one that is used most stays; of those that nobody uses, the one that was there first.
        first, *rest = sorted(lot, key=lambda row_id: (-uses.get(row_id, 0), row_id))
        for row_id in rest:
            if row_id not in found and first not in found:
                title, slug = names[first].title, names[first].slug
                named = f"“{title}”" if names[row_id].title != title else f"“{title}” ({slug})"
                found[row_id], others[row_id] = tell(named, told), slug
    return found, others


def _near_pairs(reading: UnitOfWork, but: set[int]) -> list[tuple[tuple[int, int], float]]:
    """Give pairs of assets with the share that each has of the other, by samples first, then word by word.

    Assets in `but` are left out: they go anyway.
    """
    shelf = near_duplicates.read_shelf(reading)
    if len(shelf.versions) < 2:
        return []
    order = np.argsort(shelf.hashes, kind="stable")
    hashes, owners = shelf.hashes[order], shelf.owners[order]
    edges = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1], True])
    sizes = np.diff(edges)
    shared: Counter[tuple[int, int]] = Counter()
    for place in np.flatnonzero((sizes > 1) & (sizes <= _EVERYBODYS)):
        held = sorted({int(owner) for owner in owners[edges[place] : edges[place + 1]]})
        shared.update(combinations(held, 2))
    kept = np.minimum(shelf.totals, shingles.SKETCH)
    likely = [
        (count / min(kept[a], kept[b]), a, b)
        for (a, b), count in shared.items()
        if count / min(kept[a], kept[b]) >= _WORTH_COMPARING and not {int(shelf.assets[a]), int(shelf.assets[b])} & but
    ]
    likely.sort(reverse=True)
    likely = likely[:_MOST_COMPARED]
    wanted = sorted({shelf.versions[place] for _, a, b in likely for place in (a, b)})
    words = {
        version: (asset, _shingles_of(pages))
        for version, asset, pages in sketch_queries.iter_pages(reading.session, wanted)
    }
    found = []
    for _, a, b in likely:
        (one, mine), (two, theirs) = words[shelf.versions[a]], words[shelf.versions[b]]
        share = min(shingles.share_in(mine, theirs), shingles.share_in(theirs, mine))
        if share >= _MUCH_THE_SAME:
            found.append(((one, two), float(share)))
    return found


def _shingles_of(pages: list[dict[str, Any]]) -> shingles.Hashes:
    return shingles.of_pages([shingles.shingle(str(page["text"])) for page in pages])


def _find_dead_links(
    reading: UnitOfWork, public_url: str, findings: queries.FindingsByAsset
) -> tuple[_Found, dict[int, str]]:
    """Give the assets that link to one nobody finds, and those whose text links nowhere at all, with the address.

    What a draft mends that waits behind the published text is mended: it takes but somebody's word.
    """
    begin = f"{public_url.rstrip('/')}/assets/"
    reachable = queries.list_reachable(reading.session, reading.today)
    found: _Found = {}
    links: dict[int, str] = {}
    for row_id, html, facts in queries.list_linking(reading.session, begin):
        for link in (unescape(link) for link in [*_HREF.findall(html), *_links_in(facts)]):
            slug = re.split(r"[/?#]", link.removeprefix(begin))[0]
            if link.startswith(begin) and slug not in reachable and row_id not in found:
                found[row_id], links[row_id] = f"to “{slug}”", begin + slug
    for row_id, held in findings:
        for one in held:
            if one["code"] == "link" and not one.get("ignored") and row_id not in found:
                found[row_id] = one["message"].rstrip(".")
                links[row_id] = one.get("evidence", "")
    for row_id, source in queries.list_waiting_texts(reading.session, list(found)):
        if links[row_id] and not links_to(source, links[row_id]):
            del found[row_id], links[row_id]
    return found, links


def _links_in(facts: Mapping[str, Any]) -> list[str]:
    links = facts.get("links", [])
    return [link if isinstance(link, str) else str(link.get("url", "")) for link in links]


def _find_findings(findings: queries.FindingsByAsset) -> tuple[_Found, _Found]:
    """Give the assets whose files could not be read, and those that are off-brand, each with its first finding."""
    unreadable: _Found = {}
    off_brand: _Found = {}
    for row_id, held in findings:
        for finding in map(Finding.from_dict, held):
            if finding.ignored or finding.level is Level.NOTE:
                continue
            if finding.code in _UNREADABLE:
                unreadable.setdefault(row_id, finding.message.rstrip("."))
            elif is_off_brand(finding):
                off_brand.setdefault(row_id, finding.message.rstrip("."))
    return unreadable, off_brand
