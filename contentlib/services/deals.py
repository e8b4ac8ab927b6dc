"""Deals as people see them: whose they are decides who sees them; what the CRM says comes in through `deal_imports`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from contentlib.domain.assets import WON_FUNNEL_STAGE, Plate
from contentlib.domain.deals import (
    DealStageMark,
    DealView,
    HealthEntry,
    OpenDeal,
    Outcome,
    StageEntry,
    StageStay,
    UsedOnDeal,
)
from contentlib.domain.errors import ConflictError, NotFoundError
from contentlib.domain.people import Permission
from contentlib.services import asset_rights
from contentlib.services import assets as asset_services
from contentlib.services import people as people_services
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import deals as queries
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.queries import usage as usage_queries
from contentlib.storage.tables import Deal, UsageEvent


def get_row(reading: UnitOfWork, deal: str) -> Deal:
    """Give a deal the actor may see, by its own id; NotFoundError otherwise, as for one that does not exist."""
    return _seen(reading, deal, queries.find(reading.session, deal))


def get_id(reading: UnitOfWork, deal: str) -> int:
    """Give the row id of a deal the actor may see; NotFoundError as `get_row`."""
    return _seen(reading, deal, queries.find_bare(reading.session, deal)).id


def _seen(reading: UnitOfWork, deal: str, row: Deal | None) -> Deal:
    if row is None or not may_see(reading, row):
        raise NotFoundError(f"There is no deal “{deal}” among yours.")
    return row


def may_see(reading: UnitOfWork, deal: Deal) -> bool:
    """Tell whether the actor may see a deal: their own, or any with the right to see all."""
    if reading.actor.may(Permission.SEE_ALL_DEALS):
        return True
    return reading.actor.may(Permission.SEE_OWN_DEALS) and deal.owner_id == reading.actor.person_id


def stage_history(deal: Deal) -> list[StageEntry]:
    """Give a deal's stages as plain values, oldest first."""
    return [
        StageEntry(
            stage=entry.stage.slug, label=entry.stage.label, position=entry.stage.position, entered_at=entry.entered_at
        )
        for entry in deal.stage_entries
    ]


def health_history(deal: Deal) -> list[HealthEntry]:
    """Give a deal's health as plain values, oldest first."""
    return [
        HealthEntry(
            at=row.at,
            health=row.health,
            forecast_category=row.forecast_category.label if row.forecast_category else None,
        )
        for row in deal.healths
    ]


def to_view(reading: UnitOfWork, deal: Deal, *, uses: int = 0, last_used_at: datetime | None = None) -> DealView:
    """Give a deal, loaded whole, as pages and answers show it."""
    position = deal.stage.position if deal.stage else -1
    passed = {deal.stage_id, *(entry.stage_id for entry in deal.stage_entries)}
    entered = [entry.entered_at for entry in deal.stage_entries if entry.stage_id == deal.stage_id]
    health = deal.healths[-1] if deal.healths else None
    is_open = deal.outcome is None
    return DealView(
        id=deal.external_id,
        name=deal.name or (deal.account.name if deal.account else deal.external_id),
        account=deal.account.name if deal.account else deal.name or deal.external_id,
        amount_minor=deal.amount_minor,
        currency=deal.currency,
        industry=deal.industry.label if deal.industry else None,
        size=deal.size.label if deal.size else None,
        region=deal.region.label if deal.region else None,
        owner=deal.owner.name if deal.owner else None,
        stage=deal.stage.label if deal.stage else None,
        funnel_stage=_funnel_stage(deal),
        thread=tuple(
            DealStageMark(
                slug=stage.slug,
                label=stage.label,
                is_current=is_open and stage.position == position,
                is_past=stage.position < position or (not is_open and stage.position == position),
            )
            for stage in deal.pipeline.stages
            if stage.retired_at is None or stage.id in passed
        ),
        health=health.health if health else None,
        forecast_category=health.forecast_category.label if health and health.forecast_category else None,
        opened_at=deal.opened_at,
        closed_at=deal.closed_at,
        outcome=deal.outcome,
        lost_reason=deal.lost_reason,
        days_in_stage=(reading.now - entered[-1]).days if entered and is_open else None,
        uses=uses,
        last_used_at=last_used_at,
    )


def _funnel_stage(deal: Deal) -> str | None:
    if deal.outcome is Outcome.WON:
        return WON_FUNNEL_STAGE
    return deal.stage.funnel_stage.slug if deal.stage and deal.stage.funnel_stage else None


def list_deals(
    reading: UnitOfWork,
    *,
    is_mine: bool,
    is_open: bool | None = True,
    text: str = "",
    stage: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[DealView], int]:
    """List a page of deals with the number of all that match; others' deals take the right to see all."""
    if not is_mine:
        reading.require(Permission.SEE_ALL_DEALS)
    reading.require(Permission.SEE_OWN_DEALS)
    rows, total = queries.list_some(
        reading.session,
        # Without a person row (the operator) nobody's deals are "mine"; -1 matches none.
        owner_id=(reading.actor.person_id or -1) if is_mine else None,
        is_open=is_open,
        text=text.strip(),
        stage=stage,
        limit=limit,
        offset=offset,
    )
    return _with_uses(reading, rows), total


def _with_uses(reading: UnitOfWork, rows: Sequence[Deal]) -> list[DealView]:
    used = usage_queries.uses_by_deal(reading.session, [row.id for row in rows])
    views = []
    for row in rows:
        uses, last = used.get(row.id, (0, None))
        views.append(to_view(reading, row, uses=uses, last_used_at=last))
    return views


def offer(reading: UnitOfWork, *, text: str = "", limit: int = 12) -> tuple[list[DealView], int]:
    """List the actor's open deals to choose one from, with the number of all that match.

    The one that is suggested comes first, then those on which something was used last.
    """
    reading.require(Permission.SEE_OWN_DEALS)
    mine, text = reading.actor.person_id or -1, text.strip()
    rows, total = queries.list_some(
        reading.session, owner_id=mine, is_open=True, text=text, is_by_use=True, limit=limit
    )
    suggested = suggest_working(reading)
    if suggested is not None and (not text or suggested.id in {row.external_id for row in rows}):
        others = [row for row in rows if row.external_id != suggested.id]
        rows = [get_row(reading, suggested.id), *others][:limit]
    return _with_uses(reading, rows), total


def get(reading: UnitOfWork, deal: str) -> DealView:
    """Give one deal the actor may see."""
    row = get_row(reading, deal)
    return _with_uses(reading, [row])[0]


def find_working(reading: UnitOfWork, deal_id: int | None) -> DealView | None:
    """Give the deal a session works on; None when there is none, it closed, or it is no longer the actor's."""
    row = queries.list_by_ids(reading.session, [deal_id]).get(deal_id) if deal_id is not None else None
    if row is None or row.outcome is not None or not may_see(reading, row):
        return None
    return to_view(reading, row)


def work_on(uow: UnitOfWork, *, sign_in_id: int, deal: str) -> str:
    """Make an open deal the one this session works on; gives its account."""
    row = get_row(uow, deal)
    if row.outcome is not None:
        raise ConflictError("This deal is closed. Choose an open one.")
    people_services.set_working_deal(uow, sign_in_id=sign_in_id, deal_id=row.id)
    return to_view(uow, row).account


def stop_work(uow: UnitOfWork, *, sign_in_id: int) -> None:
    """Let this session work on no deal."""
    people_services.set_working_deal(uow, sign_in_id=sign_in_id, deal_id=None)


def plates_of(reading: UnitOfWork, stays: tuple[StageStay, ...]) -> dict[str, Plate]:
    """Give the pictures of the assets used on a deal that the actor may see, by slug."""
    slugs = {use.asset_slug for stay in stays for use in stay.used if use.may_see}
    assets = asset_queries.list_by_slugs(reading.session, sorted(slugs))
    around = asset_services.read_surroundings(reading, assets)
    return {asset.slug: asset_services.plate_of(asset, around) for asset in assets}


def suggest_working(reading: UnitOfWork) -> OpenDeal | None:
    """Suggest the open deal of the actor on which something happened last: a use, or a new stage."""
    return queries.find_last_touched(reading.session, owner_id=reading.actor.person_id or -1)


def timeline(reading: UnitOfWork, deal: str) -> tuple[StageStay, ...]:
    """Give a deal's stages in order with what was used in each; uses before the first stage stand in it."""
    row = get_row(reading, deal)
    events = usage_queries.list_on_deal(reading.session, row.id)
    labels = taxonomy_queries.deal_stage_labels(reading.session)
    assets = {event.asset_id: event.asset for event in events}
    seen = {asset_id: asset_rights.may_see(reading, asset) for asset_id, asset in assets.items()}
    used = [_used(event, labels, may_see=seen[event.asset_id]) for event in events]
    entries = stage_history(row)
    if not entries:
        start = row.opened_at or (used[0].occurred_at if used else reading.now)
        return (StageStay(stage="No stage yet", entered_at=start, left_at=row.closed_at, used=tuple(used)),)
    stays = []
    for number, entry in enumerate(entries):
        is_last = number == len(entries) - 1
        left = row.closed_at if is_last else entries[number + 1].entered_at
        inside = tuple(
            use
            for use in used
            if (number == 0 or use.occurred_at >= entry.entered_at)
            and (is_last or left is None or use.occurred_at < left)
        )
        stays.append(StageStay(stage=entry.label, entered_at=entry.entered_at, left_at=left, used=inside))
    return tuple(stays)


def _used(event: UsageEvent, stage_labels: dict[int, str], *, may_see: bool) -> UsedOnDeal:
    current = event.asset.current_version
    return UsedOnDeal(
        event_id=event.id,
        asset_slug=event.asset.slug,
        asset_title=event.asset.title,
        kind_label=event.asset.kind.label,
        channel=event.channel.value,
        rep=event.rep.name,
        occurred_at=event.occurred_at,
        stage=stage_labels.get(event.stage_id or 0),
        days_in_stage=event.days_in_stage,
        version=event.version.number,
        newer=current.number if current is not None and current.number > event.version.number else None,
        document_id=event.document_id,
        may_see=may_see,
    )
