"""What was used on which deal: recorded with the deed itself, once per idempotency key, and undone on request."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from contentlib.domain.assets import Audience
from contentlib.domain.deals import FrozenMoment, HealthEntry, StageEntry, freeze
from contentlib.domain.errors import ConflictError, ForbiddenError, NotFoundError
from contentlib.domain.imports import ImportAnswer, RefusedRow, UsageRow
from contentlib.domain.people import UNDO_WITHIN, Permission
from contentlib.domain.usage import USE_CHANNELS, Channel
from contentlib.services import asset_rights
from contentlib.services import deals as deal_services
from contentlib.services import people as people_services
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import deals as deal_queries
from contentlib.storage.queries import documents as document_queries
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.queries import usage as queries
from contentlib.storage.tables import Asset, Deal, UsageEvent

# Figures follow deeds at most this often; what was just done is read live beside them.
RATE_AFTER = timedelta(minutes=1)


def record(
    uow: UnitOfWork,
    *,
    asset: str,
    channel: Channel,
    deal: str | None,
    key: str,
    document_id: int | None = None,
    version_id: int | None = None,
) -> UsageEvent:
    """Record one usage by the actor, with the deal's state frozen; the same key gives the event it already made."""
    uow.require(Permission.USE_ASSETS)
    if uow.actor.person_id is None:
        raise ForbiddenError("Usage is recorded for people. Name one with --as EMAIL.")
    known = find_repeated(uow, key)
    if known is not None:
        return known
    if channel is Channel.VIEWED:
        raise ForbiddenError("Only a buyer's own opening of a link counts as viewed.")
    row = asset_rights.get_usable(uow, asset)
    if channel in {Channel.SHARED, Channel.PERSONALISED} and row.audience is Audience.INTERNAL:
        raise ForbiddenError(f"“{row.title}” is internal: it may be read here and not be sent to a customer.")
    deal_row = deal_services.get_row(uow, deal) if deal else None
    moment = _freeze(deal_row, uow.now) if deal_row else None
    event = UsageEvent(
        key=key,
        asset_id=row.id,
        version_id=version_id or asset_rights.get_version(row).id,
        deal_id=deal_row.id if deal_row else None,
        rep_id=uow.actor.person_id,
        document_id=document_id,
        occurred_at=uow.now,
        channel=channel,
        stage_id=deal_row.stage_id if deal_row else None,
        # A deal may stand in a stage that its history does not tell of; since when is then not known.
        days_in_stage=moment.days_in_stage if moment and deal_row and _is_told(deal_row, moment) else None,
        deal_age_days=moment.deal_age_days if moment else None,
        health=moment.health if moment else None,
        forecast_category=moment.forecast_category if moment else None,
        recorded_at=uow.now,
    )
    uow.session.add(event)
    uow.session.flush()
    uow.enqueue(JobKind.RATE_USAGE, at=uow.now + RATE_AFTER)
    uow.audit(channel.value, "asset", row.id, deal=deal, event=event.id)
    return event


def find_repeated(reading: UnitOfWork, key: str) -> UsageEvent | None:
    """Find what the actor already recorded under an idempotency key; ConflictError when it is another's."""
    known = queries.find_by_key(reading.session, key)
    if known is not None and known.rep_id != reading.actor.person_id:
        raise ConflictError("This was recorded by somebody else. Open the page again and repeat it.")
    return known


def _is_told(deal: Deal, moment: FrozenMoment) -> bool:
    return deal.stage is not None and deal.stage.slug == moment.stage


def _freeze(deal: Deal, at: datetime) -> FrozenMoment:
    return freeze(
        stages=deal_services.stage_history(deal),
        healths=deal_services.health_history(deal),
        opened_at=deal.opened_at,
        at=at,
    )


def record_sent(uow: UnitOfWork, *, document_id: int, key: str) -> UsageEvent:
    """Record that a finished document of the actor's was sent, on the deal it was made for."""
    document = document_queries.find(uow.session, document_id)
    if document is None or document.made_by_id != uow.actor.person_id:
        raise NotFoundError("There is no such document of yours.")
    assets = asset_queries.list_by_ids(uow.session, [document.asset_id])
    deal = deal_queries.get_by_id(uow.session, document.deal_id) if document.deal_id else None
    return record(
        uow,
        asset=assets[document.asset_id].slug,
        channel=Channel.SHARED,
        deal=deal.external_id if deal else None,
        key=key,
        document_id=document.id,
        version_id=document.version_id,
    )


@dataclass(frozen=True, kw_only=True)
class RecordedUse:
    """What was recorded where, for the page after a deed."""

    id: int
    is_undone: bool
    channel: Channel
    asset_slug: str
    deal_id: str | None
    account: str | None
    stage: str | None
    days_in_stage: int | None
    version: int
    occurred_at: datetime
    document_id: int | None
    may_undo: bool
    may_be_sent: bool


def describe(reading: UnitOfWork, event_id: int) -> RecordedUse:
    """Say what an event of the actor's own recorded."""
    event = get_own(reading, event_id)
    deal = (
        deal_services.to_view(reading, deal_queries.get_by_id(reading.session, event.deal_id))
        if event.deal_id
        else None
    )
    stages = taxonomy_queries.deal_stage_labels(reading.session)
    return RecordedUse(
        id=event.id,
        is_undone=event.undone_at is not None,
        channel=event.channel,
        asset_slug=event.asset.slug,
        deal_id=deal.id if deal else None,
        account=deal.account if deal else None,
        stage=stages.get(event.stage_id or 0),
        days_in_stage=event.days_in_stage,
        version=event.version.number,
        occurred_at=event.occurred_at,
        document_id=event.document_id,
        may_undo=bool(undoable(reading, [event.id])),
        may_be_sent=asset_rights.may_be_sent(reading, event.asset),
    )


def get_own(reading: UnitOfWork, event_id: int) -> UsageEvent:
    """Give an event of the actor's own, with asset and deal; NotFoundError otherwise."""
    event = queries.find(reading.session, event_id)
    if event is None or event.rep_id != reading.actor.person_id:
        raise NotFoundError("There is no such record of yours.")
    return event


def undoable(reading: UnitOfWork, event_ids: Sequence[int]) -> set[int]:
    """Give those of some events that the actor may still undo: their own, of the last 24 hours."""
    since = reading.now - UNDO_WITHIN
    return set(queries.own_since(reading.session, event_ids, rep_id=reading.actor.person_id or -1, since=since))


def undo(uow: UnitOfWork, *, event_id: int) -> UsageEvent:
    """Take back a usage that the actor recorded within the last 24 hours; its row stays, marked."""
    event = get_own(uow, event_id)
    if event.undone_at is not None:
        return event
    if event.id not in undoable(uow, [event.id]):
        raise ConflictError("A use that was recorded here can be undone for 24 hours; this one cannot.")
    event.undone_at = uow.now
    uow.session.flush()
    uow.enqueue(JobKind.RATE_USAGE, at=uow.now + RATE_AFTER)
    uow.audit("undo usage", "asset", event.asset_id, event=event.id)
    return event


def redo(uow: UnitOfWork, *, event_id: int) -> UsageEvent:
    """Put back a usage that was undone; one that counts already stays as it is."""
    event = get_own(uow, event_id)
    if event.undone_at is None:
        return event
    if uow.now - event.undone_at > UNDO_WITHIN:
        raise ConflictError("What was undone can be put back for 24 hours. Record it again on its deal.")
    event.undone_at = None
    uow.session.flush()
    uow.enqueue(JobKind.RATE_USAGE, at=uow.now + RATE_AFTER)
    uow.audit("redo usage", "asset", event.asset_id, event=event.id)
    return event


def import_usage(uow: UnitOfWork, rows: Sequence[UsageRow]) -> ImportAnswer:
    """Write usage rows from elsewhere, as they happened; a row whose six values are known already changes nothing."""
    uow.require(Permission.IMPORT_DEALS)
    book = _Referred(uow, rows)
    refused: list[RefusedRow] = []
    events: dict[str, dict[str, Any]] = {}
    repeats = 0
    for row in rows:
        columns = book.resolve(row)
        if isinstance(columns, str):
            refused.append(RefusedRow(line=row.line, reason=columns))
        elif columns["key"] in events:
            repeats += 1
        else:
            events[columns["key"]] = columns
    known = queries.existing_keys(uow.session, list(events))
    new = [columns for key, columns in events.items() if key not in known]
    if new:
        uow.session.execute(sa.insert(UsageEvent), new)
        uow.enqueue(JobKind.RATE_USAGE)
        uow.audit("import usage", "library", 0, created=len(new))
    return ImportAnswer(total=len(rows), created=len(new), unchanged=len(known) + repeats, refused=tuple(refused))


class _Referred:
    """What usage rows refer to, looked up once per import."""

    def __init__(self, uow: UnitOfWork, rows: Sequence[UsageRow]) -> None:
        self.uow = uow
        session = uow.session
        rows_of_assets = session.execute(sa.select(Asset.slug, Asset.id, Asset.audience)).all()
        by_id = {id_: (id_, audience) for _, id_, audience in rows_of_assets}
        old = {slug: by_id[asset_id] for slug, asset_id in asset_queries.old_slugs(session).items()}
        self._assets = old | {slug: by_id[id_] for slug, id_, _ in rows_of_assets}
        self._versions = asset_queries.version_times(session)
        self._deals = deal_queries.rows_by_external_id(session, list({row.deal for row in rows if row.deal}))
        self._reps = people_services.Reps(uow)
        stages = {s.id: s for p in taxonomy_queries.list_pipelines(session) for s in p.stages}
        entries, healths = deal_queries.histories(session, [deal.id for deal in self._deals.values()])
        self._stages = {
            deal_id: [
                (StageEntry(stage=stages[s].slug, label=stages[s].label, position=stages[s].position, entered_at=at), s)
                for s, at in found
            ]
            for deal_id, found in entries.items()
        }
        self._healths = {
            deal_id: [HealthEntry(at=at, health=health) for at, health, _ in found]
            for deal_id, found in healths.items()
        }

    def resolve(self, row: UsageRow) -> dict[str, Any] | str:
        """Give the columns of a usage row, or why it is refused."""
        asset_id, audience = self._assets.get(row.asset, (None, None))
        if asset_id is None:
            return f"There is no asset “{row.asset}”."
        if audience is Audience.INTERNAL and row.channel in USE_CHANNELS - {Channel.DOWNLOADED, Channel.PRESENTED}:
            return f"“{row.asset}” is internal, so it cannot have been {row.channel}."
        if row.occurred_at > self.uow.now:
            return f"{row.occurred_at:%Y-%m-%d %H:%M} lies in the future."
        deal = self._deals.get(row.deal) if row.deal else None
        if row.deal and deal is None:
            return f"There is no deal “{row.deal}”. Import deals first."
        version_id = self._version(asset_id, row)
        if version_id is None:
            return f"“{row.asset}” has no version {row.version}."
        rep_id = self._reps.get_id(row.rep)
        moment = self._moment(deal, row.occurred_at) if deal else (None, None)
        frozen, stage_id = moment
        told = "|".join(
            str(part)
            for part in (
                asset_id,
                deal.id if deal else "",
                rep_id,
                row.occurred_at.timestamp(),
                row.channel,
                version_id,
            )
        )
        return {
            "key": "import:" + hashlib.sha256(told.encode()).hexdigest(),
            "asset_id": asset_id,
            "version_id": version_id,
            "deal_id": deal.id if deal else None,
            "rep_id": rep_id,
            "document_id": None,
            "occurred_at": row.occurred_at,
            "channel": row.channel,
            "stage_id": stage_id,
            "days_in_stage": frozen.days_in_stage if frozen else None,
            "deal_age_days": frozen.deal_age_days if frozen else None,
            "health": frozen.health if frozen else None,
            "forecast_category": frozen.forecast_category if frozen else None,
            "recorded_at": self.uow.now,
            "undone_at": None,
        }

    def _version(self, asset_id: int, row: UsageRow) -> int | None:
        """Find the version named, else the one current at that time, before the first version the first."""
        versions = self._versions.get(asset_id, [])
        if row.version is not None:
            return next((version.id for version in versions if version.number == row.version), None)
        # What waits behind a published version, for its findings or its reviewers, was never current.
        current = [version for version in versions if version.is_published] or versions
        after = bisect_right([version.at for version in current], row.occurred_at)
        return current[max(after - 1, 0)].id if current else None

    def _moment(self, deal: Deal, at: datetime) -> tuple[FrozenMoment, int | None]:
        stages = self._stages.get(deal.id, [])
        frozen = freeze(
            stages=[entry for entry, _ in stages],
            healths=self._healths.get(deal.id, []),
            opened_at=deal.opened_at,
            at=at,
        )
        after = bisect_right([entry.entered_at for entry, _ in stages], at)
        return frozen, stages[max(after - 1, 0)][1] if stages else None
