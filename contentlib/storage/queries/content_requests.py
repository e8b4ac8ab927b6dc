"""Questions about requests, their votes and the deals behind them; who may see amounts is asked by the service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from contentlib.domain.content_requests import RequestStatus
from contentlib.storage.tables import ContentRequest, Deal, RequestVote

_STANDS = ContentRequest.withdrawn_at.is_(None)


def find(session: Session, request_id: int) -> ContentRequest | None:
    """Find a request with its words and the asset that delivers it, withdrawn or not."""
    return session.scalar(
        sa.select(ContentRequest)
        .where(ContentRequest.id == request_id)
        .options(*_whole(), joinedload(ContentRequest.asset))
        .execution_options(populate_existing=True)
    )


def _whole() -> tuple[ORMOption, ...]:
    return (
        joinedload(ContentRequest.stage),
        joinedload(ContentRequest.industry),
        joinedload(ContentRequest.persona),
        joinedload(ContentRequest.kind),
    )


def list_by_ids(session: Session, ids: Sequence[int]) -> list[ContentRequest]:
    """Give requests with their words, in the order of the ids."""
    rows = session.scalars(sa.select(ContentRequest).where(ContentRequest.id.in_(ids)).options(*_whole()))
    found = {row.id: row for row in rows}
    return [found[id_] for id_ in ids if id_ in found]


def list_brief(session: Session, status: RequestStatus | None) -> list[tuple[int, datetime]]:
    """List the requests that stand as (id, when), of one status or of all."""
    query = sa.select(ContentRequest.id, ContentRequest.at).where(_STANDS)
    rows = session.execute(query if status is None else query.where(ContentRequest.status == status))
    return [(id_, at) for id_, at in rows]


def list_titles(session: Session, *, limit: int) -> list[tuple[int, str]]:
    """List the newest requests that stand as (id, title)."""
    query = sa.select(ContentRequest.id, ContentRequest.title).where(_STANDS)
    rows = session.execute(query.order_by(ContentRequest.id.desc()).limit(limit))
    return [(id_, title) for id_, title in rows]


def count_by_status(session: Session) -> dict[RequestStatus, int]:
    """Count the requests that stand by their status."""
    query = sa.select(ContentRequest.status, sa.func.count()).where(_STANDS).group_by(ContentRequest.status)
    return {status: number for status, number in session.execute(query)}  # noqa: C416


def count_votes(session: Session, ids: Sequence[int] | None = None) -> dict[int, int]:
    """Map requests to their votes, all of them without ids."""
    query = sa.select(RequestVote.request_id, sa.func.count()).group_by(RequestVote.request_id)
    rows = session.execute(query if ids is None else query.where(RequestVote.request_id.in_(ids)))
    return {id_: votes for id_, votes in rows}  # noqa: C416


def open_deals(session: Session, ids: Sequence[int] | None = None) -> dict[int, list[tuple[int | None, str | None]]]:
    """Map requests to the open deals that votes name, as (amount, currency), each deal once."""
    query = (
        sa.select(RequestVote.request_id, Deal.id, Deal.amount_minor, Deal.currency)
        .join(Deal, Deal.id == RequestVote.deal_id)
        .where(Deal.outcome.is_(None))
        .distinct()
    )
    found: dict[int, list[tuple[int | None, str | None]]] = {}
    for id_, _, minor, currency in session.execute(
        query if ids is None else query.where(RequestVote.request_id.in_(ids))
    ):
        found.setdefault(id_, []).append((minor, currency))
    return found


def find_vote(session: Session, request_id: int, person_id: int) -> RequestVote | None:
    """Find a person's vote with its deal."""
    own = RequestVote.request_id == request_id, RequestVote.person_id == person_id
    return session.scalar(
        sa.select(RequestVote).where(*own).options(joinedload(RequestVote.deal).joinedload(Deal.account))
    )


def voted_for(session: Session, ids: Sequence[int], person_id: int) -> set[int]:
    """Give which of some requests a person voted for."""
    own = RequestVote.request_id.in_(ids), RequestVote.person_id == person_id
    return set(session.scalars(sa.select(RequestVote.request_id).where(*own)))


def list_voters(session: Session, request_id: int) -> list[int]:
    """List the people who voted."""
    return list(session.scalars(sa.select(RequestVote.person_id).where(RequestVote.request_id == request_id)))
