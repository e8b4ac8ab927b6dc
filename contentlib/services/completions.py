"""What a person may mean while still typing: assets, companies, tags, own searches, deals; nothing they may not see."""

from __future__ import annotations

from dataclasses import dataclass, replace

from contentlib.domain.assets import AssetStatus, is_live
from contentlib.domain.errors import IndexUnavailableError
from contentlib.domain.people import Permission
from contentlib.domain.search import Completion, CompletionKind, CompletionRequest, Fragment
from contentlib.services import asset_rights, search
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import deals as deal_queries
from contentlib.storage.queries import searches as queries

SHOWN = 8
_RECENT = 20
_DEALS = 5


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One completion as a door shows it; `slug` for an asset alone, `detail` says what it is."""

    kind: CompletionKind
    text: str
    fragments: tuple[Fragment, ...]
    detail: str
    slug: str | None


@dataclass(frozen=True, kw_only=True)
class OfferedDeal:
    """A deal that can be gone to."""

    id: str
    account: str
    stage: str | None


def complete(reading: UnitOfWork, text: str, *, limit: int = SHOWN) -> tuple[Offer, ...]:
    """Offer what the typed words may become; the actor's latest searches while nothing is typed.

    Without an index there is nothing to offer: the box works as a plain one.
    """
    reading.require(Permission.FIND_ASSETS)
    person = reading.actor.person_id
    recent = queries.list_recent_words(reading.session, person, limit=_RECENT) if person else []
    seen = search.visibility_of(reading)
    # Published ones alone, as on Find; who keeps the library looks for drafts there, by the status filter.
    published = replace(seen, statuses=seen.statuses & {AssetStatus.PUBLISHED})
    request = CompletionRequest(text=text[:200], visibility=published, recent=tuple(recent), limit=limit)
    try:
        found = reading.index.complete(request)
    except IndexUnavailableError:
        return ()
    return _named(reading, found)


_DETAILS = {CompletionKind.RECENT: "You searched", CompletionKind.COMPANY: "Company", CompletionKind.LABEL: "Tag"}


def _named(reading: UnitOfWork, found: tuple[Completion, ...]) -> tuple[Offer, ...]:
    """Say what each is; an asset that changed since the index last looked is judged by its row."""
    ids = [one.asset_id for one in found if one.asset_id is not None]
    assets = asset_queries.list_by_ids(reading.session, ids)
    offers = []
    for one in found:
        asset = assets.get(one.asset_id) if one.asset_id is not None else None
        if one.asset_id is not None and (
            asset is None or not is_live(asset.status, asset_rights.dates_of(asset), reading.today)
        ):
            continue
        offers.append(
            Offer(
                kind=one.kind,
                text=asset.title if asset else one.text,
                fragments=one.fragments,
                detail=asset.kind.label if asset else _DETAILS[one.kind],
                slug=asset.slug if asset else None,
            )
        )
    return tuple(offers)


def list_deals(reading: UnitOfWork, text: str) -> tuple[OfferedDeal, ...]:
    """Offer open deals by customer, name or number: the actor's own, all of them to those who see all."""
    if not reading.actor.may(Permission.SEE_OWN_DEALS) or not text.strip():
        return ()
    owner = None if reading.actor.may(Permission.SEE_ALL_DEALS) else reading.actor.person_id
    found, _ = deal_queries.list_some(
        reading.session, owner_id=owner, is_open=True, text=text.strip()[:100], limit=_DEALS
    )
    return tuple(
        OfferedDeal(
            id=deal.external_id,
            account=deal.account.name if deal.account else deal.name or deal.external_id,
            stage=deal.stage.label if deal.stage else None,
        )
        for deal in found
    )
