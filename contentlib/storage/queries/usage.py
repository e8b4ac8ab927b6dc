"""Questions about usage; undone events are left out unless asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from contentlib.domain.assets import Audience
from contentlib.domain.usage import USE_CHANNELS
from contentlib.storage.parts import in_parts
from contentlib.storage.tables import Asset, AssetVersion, Deal, UsageEvent


def _is_counted() -> sa.ColumnElement[bool]:
    return sa.and_(UsageEvent.undone_at.is_(None), UsageEvent.channel.in_(list(USE_CHANNELS)))


def _is_use() -> sa.ColumnElement[bool]:
    return sa.and_(
        _is_counted(),
        UsageEvent.asset_id.in_(sa.select(Asset.id).where(Asset.audience == Audience.EXTERNAL)),
    )


def find_by_key(session: Session, key: str) -> UsageEvent | None:
    """Find the event that an idempotency key already made."""
    return session.scalar(sa.select(UsageEvent).where(UsageEvent.key == key))


def find(session: Session, event_id: int) -> UsageEvent | None:
    """Find an event with what it names."""
    return session.scalar(
        sa.select(UsageEvent)
        .where(UsageEvent.id == event_id)
        .options(
            joinedload(UsageEvent.asset),
            joinedload(UsageEvent.version),
            joinedload(UsageEvent.deal).joinedload(Deal.account),
            joinedload(UsageEvent.rep),
        )
    )


def existing_keys(session: Session, keys: Sequence[str]) -> set[str]:
    """Give those of some idempotency keys that already have an event."""
    found: set[str] = set()
    for part in in_parts(keys):
        found |= set(session.scalars(sa.select(UsageEvent.key).where(UsageEvent.key.in_(part))))
    return found


def own_since(session: Session, event_ids: Sequence[int], *, rep_id: int, since: datetime) -> list[int]:
    """Give those of some events that a person recorded here, not by import, since a time and that still count."""
    return list(
        session.scalars(
            sa.select(UsageEvent.id).where(
                UsageEvent.id.in_(event_ids),
                UsageEvent.rep_id == rep_id,
                UsageEvent.recorded_at >= since,
                UsageEvent.undone_at.is_(None),
                ~UsageEvent.key.startswith("import:"),
            )
        )
    )


def list_on_deal(session: Session, deal_id: int) -> list[UsageEvent]:
    """List what happened on a deal, oldest first, with assets, versions and people."""
    return list(
        session.scalars(
            sa.select(UsageEvent)
            .where(UsageEvent.deal_id == deal_id, UsageEvent.undone_at.is_(None))
            .order_by(UsageEvent.occurred_at, UsageEvent.id)
            .options(
                joinedload(UsageEvent.asset).joinedload(Asset.kind),
                joinedload(UsageEvent.asset).joinedload(Asset.current_version).load_only(AssetVersion.number),
                joinedload(UsageEvent.version).load_only(AssetVersion.number),
                joinedload(UsageEvent.rep),
            )
        )
    )


def list_on_asset(session: Session, asset_id: int, *, limit: int) -> list[UsageEvent]:
    """List the latest events on an asset with deals and people."""
    return list(
        session.scalars(
            sa.select(UsageEvent)
            .where(UsageEvent.asset_id == asset_id, UsageEvent.undone_at.is_(None))
            .order_by(UsageEvent.occurred_at.desc(), UsageEvent.id.desc())
            .limit(limit)
            .options(
                joinedload(UsageEvent.deal).joinedload(Deal.account),
                joinedload(UsageEvent.version).load_only(AssetVersion.number),
                joinedload(UsageEvent.rep),
            )
        )
    )


def uses_of_assets() -> sa.Select[int, int]:
    """Ask for the number of deals that each asset was used on; columns `asset_id` and `deals`."""
    return (
        sa.select(UsageEvent.asset_id, sa.func.count(sa.distinct(UsageEvent.deal_id)).label("deals"))
        .where(_is_use(), UsageEvent.deal_id.is_not(None))
        .group_by(UsageEvent.asset_id)
    )


def deals_of_asset() -> sa.Case[int]:
    """Ask, inside a question about assets, on how many deals each was used."""
    # Asset by asset an index alone answers; the audience is asked once for each, not for each event.
    deals = sa.select(sa.func.count(sa.distinct(UsageEvent.deal_id))).where(
        UsageEvent.asset_id == Asset.id, UsageEvent.deal_id.is_not(None), _is_counted()
    )
    return sa.case((Asset.audience == Audience.EXTERNAL, deals.correlate(Asset).scalar_subquery()), else_=0)


def count_deals_by_asset(session: Session) -> dict[int, int]:
    """Map every asset that was used on a deal to the number of deals."""
    return {asset_id: deals for asset_id, deals in session.execute(uses_of_assets())}  # noqa: C416


def newest_change(session: Session) -> tuple[int | None, datetime | None]:
    """Give the newest event's id and the time of the latest undoing: while both stay, so do all counts of use."""
    newest, undone = session.execute(sa.select(sa.func.max(UsageEvent.id), sa.func.max(UsageEvent.undone_at))).one()
    return newest, undone


def open_deals_by_asset(session: Session) -> dict[int, int]:
    """Map every asset with a use to the number of open deals it was used on, 0 included; read live."""
    query = (
        sa.select(
            UsageEvent.asset_id,
            sa.func.count(sa.distinct(sa.case((Deal.outcome.is_(None), UsageEvent.deal_id)))),
        )
        .outerjoin(Deal, Deal.id == UsageEvent.deal_id)
        .where(_is_use())
        .group_by(UsageEvent.asset_id)
    )
    return {asset_id: deals for asset_id, deals in session.execute(query)}  # noqa: C416


def uses_by_deal(session: Session, deal_ids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
    """Map deals to their number of uses and the time of the last one."""
    query = (
        sa.select(UsageEvent.deal_id, sa.func.count(), sa.func.max(UsageEvent.occurred_at))
        .where(_is_use(), UsageEvent.deal_id.in_(deal_ids))
        .group_by(UsageEvent.deal_id)
    )
    return {deal_id: (uses, last) for deal_id, uses, last in session.execute(query) if deal_id is not None}


def last_use_of_deal() -> sa.ScalarSelect[datetime]:
    """Ask, inside a question about deals, when something was last used on each; NULL for never."""
    last = sa.select(sa.func.max(UsageEvent.occurred_at)).where(_is_use(), UsageEvent.deal_id == Deal.id)
    return last.correlate(Deal).scalar_subquery()


def first_uses_on_asset(session: Session, asset_id: int) -> list[tuple[int, datetime, int]]:
    """List the deals an asset was used on as (deal id, first use, number of uses), latest first use first."""
    first = sa.func.min(UsageEvent.occurred_at)
    query = (
        sa.select(UsageEvent.deal_id, first, sa.func.count())
        .where(_is_use(), UsageEvent.asset_id == asset_id, UsageEvent.deal_id.is_not(None))
        .group_by(UsageEvent.deal_id)
        .order_by(first.desc())
    )
    return [(deal_id, at, uses) for deal_id, at, uses in session.execute(query) if deal_id is not None]
