"""Questions about deals and their history; whose deals may be seen is asked by the service."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from contentlib.domain.deals import OpenDeal
from contentlib.domain.errors import NotFoundError
from contentlib.storage.parts import in_parts
from contentlib.storage.queries.usage import last_use_of_deal
from contentlib.storage.tables import (
    Account,
    Deal,
    DealHealth,
    DealStage,
    DealStageEntry,
    FunnelStage,
    Person,
    Pipeline,
    Term,
)


def _whole() -> tuple[ORMOption, ...]:
    return (
        joinedload(Deal.account),
        joinedload(Deal.owner),
        joinedload(Deal.stage).joinedload(DealStage.funnel_stage),
        joinedload(Deal.pipeline).selectinload(Pipeline.stages),
        joinedload(Deal.industry),
        joinedload(Deal.size),
        joinedload(Deal.region),
        selectinload(Deal.stage_entries).joinedload(DealStageEntry.stage),
        selectinload(Deal.healths).joinedload(DealHealth.forecast_category),
    )


# Putting these questions together takes as long as their answers do, so each is put together once.
@cache
def _asks_by_external_id() -> sa.Select[Deal]:
    return sa.select(Deal).where(Deal.external_id == sa.bindparam("external_id")).options(*_whole())


@cache
def _asks_by_ids() -> sa.Select[Deal]:
    return sa.select(Deal).where(Deal.id.in_(sa.bindparam("ids", expanding=True))).options(*_whole())


def find(session: Session, external_id: str) -> Deal | None:
    """Find a deal with its histories by the id of the system it came from."""
    return session.scalar(_asks_by_external_id(), {"external_id": external_id})


def find_bare(session: Session, external_id: str) -> Deal | None:
    """Find a deal without its histories by the id of the system it came from."""
    return session.scalar(sa.select(Deal).where(Deal.external_id == external_id))


def get_by_id(session: Session, deal_id: int) -> Deal:
    """Give a deal with its histories by row id."""
    deal = list_by_ids(session, [deal_id]).get(deal_id)
    if deal is None:
        raise NotFoundError("This deal is gone.")
    return deal


def find_stage_and_industry(session: Session, deal_id: int) -> tuple[str | None, str | None]:
    """Find the funnel stage that a deal stands in and its industry, by slug; None for what it has not."""
    query = (
        sa.select(FunnelStage.slug, Term.slug)
        .select_from(Deal)
        .outerjoin(DealStage, DealStage.id == Deal.stage_id)
        .outerjoin(FunnelStage, FunnelStage.id == DealStage.funnel_stage_id)
        .outerjoin(Term, Term.id == Deal.industry_id)
        .where(Deal.id == deal_id)
    )
    stage, industry = session.execute(query).first() or (None, None)
    return stage, industry


def list_by_ids(session: Session, ids: Sequence[int]) -> dict[int, Deal]:
    """Map row ids to deals with their histories."""
    found: dict[int, Deal] = {}
    for part in in_parts(ids):
        found |= {deal.id: deal for deal in session.scalars(_asks_by_ids(), {"ids": part})}
    return found


def _filtered(*, owner_id: int | None, is_open: bool | None, text: str, stage: str | None) -> sa.Select[Deal]:
    query = sa.select(Deal).outerjoin(Account, Account.id == Deal.account_id)
    if owner_id is not None:
        query = query.where(Deal.owner_id == owner_id)
    if is_open is not None:
        query = query.where(Deal.outcome.is_(None) if is_open else Deal.outcome.is_not(None))
    if stage is not None:
        query = query.join(DealStage, DealStage.id == Deal.stage_id).where(DealStage.slug == stage)
    if text:
        columns = (Deal.name, Deal.external_id, Account.name, Person.name)
        query = query.outerjoin(Person, Person.id == Deal.owner_id)
        query = query.where(sa.or_(*(column.icontains(text, autoescape=True) for column in columns)))
    return query


def list_some(
    session: Session,
    *,
    owner_id: int | None = None,
    is_open: bool | None = None,
    text: str = "",
    stage: str | None = None,
    is_by_use: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Deal], int]:
    """List a page of deals, the most recently changed or used first, with the number of all that match."""
    query = _filtered(owner_id=owner_id, is_open=is_open, text=text, stage=stage)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    moved = sa.select(sa.func.max(DealStageEntry.entered_at)).where(DealStageEntry.deal_id == Deal.id).scalar_subquery()
    order = [sa.func.coalesce(Deal.closed_at, moved, Deal.opened_at).desc().nulls_last(), Deal.id]
    if is_by_use:
        order = [last_use_of_deal().desc().nulls_last(), *order]
    rows = session.scalars(query.options(*_whole()).order_by(*order).limit(limit).offset(offset))
    return list(rows), total


@cache
def _asks_last_touched() -> sa.Select[str, str, str | None, str | None]:
    moved = sa.select(sa.func.max(DealStageEntry.entered_at)).where(DealStageEntry.deal_id == Deal.id).scalar_subquery()
    used = last_use_of_deal()
    touched = sa.case((used > moved, used), else_=sa.func.coalesce(moved, used, Deal.updated_at))
    return (
        sa.select(Deal.external_id, Deal.name, Account.name, DealStage.label)
        .outerjoin(Account, Account.id == Deal.account_id)
        .outerjoin(DealStage, DealStage.id == Deal.stage_id)
        .where(Deal.owner_id == sa.bindparam("owner"), Deal.outcome.is_(None))
        .order_by(touched.desc(), Deal.external_id.desc())
        .limit(1)
    )


def find_last_touched(session: Session, *, owner_id: int) -> OpenDeal | None:
    """Find somebody's open deal that was used or moved last; one without either counts from its last change."""
    row = session.execute(_asks_last_touched(), {"owner": owner_id}).first()
    if row is None:
        return None
    id_, name, account, stage = row
    return OpenDeal(id=id_, account=account or name or id_, stage=stage)


def rows_by_external_id(session: Session, external_ids: Sequence[str]) -> dict[str, Deal]:
    """Map ids to deals without their histories, for imports."""
    found: dict[str, Deal] = {}
    for part in in_parts(external_ids):
        found |= {d.external_id: d for d in session.scalars(sa.select(Deal).where(Deal.external_id.in_(part)))}
    return found


def accounts_by_name(session: Session) -> dict[str, int]:
    """Map account names, folded, to ids."""
    return {name.casefold(): id_ for id_, name in session.execute(sa.select(Account.id, Account.name))}


def histories(
    session: Session, deal_ids: Sequence[int]
) -> tuple[dict[int, list[tuple[Any, ...]]], dict[int, list[tuple[Any, ...]]]]:
    """Map deals to their stage rows (stage id, entered_at) and health rows (at, health, category), oldest first."""
    stages: dict[int, list[tuple[Any, ...]]] = {}
    healths: dict[int, list[tuple[Any, ...]]] = {}
    for part in in_parts(deal_ids):
        entry, health = DealStageEntry, DealHealth
        for deal_id, *row in session.execute(
            sa.select(entry.deal_id, entry.stage_id, entry.entered_at)
            .where(entry.deal_id.in_(part))
            .order_by(entry.entered_at)
        ):
            stages.setdefault(deal_id, []).append(tuple(row))
        for deal_id, *row in session.execute(
            sa.select(health.deal_id, health.at, health.health, health.forecast_category_id)
            .where(health.deal_id.in_(part))
            .order_by(health.at)
        ):
            healths.setdefault(deal_id, []).append(tuple(row))
    return stages, healths
