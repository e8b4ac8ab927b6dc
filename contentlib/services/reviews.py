"""Versions that wait to be agreed to: whose word they need and who was asked; it publishes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from contentlib.domain.assets import AssetStatus
from contentlib.domain.findings import Finding, has_errors
from contentlib.domain.governance import Capacity, Position, ReviewState, Side, required_sides
from contentlib.domain.notices import NoticeKind
from contentlib.domain.people import Permission
from contentlib.services import notices
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import governance as queries
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.tables import Asset, AssetKind, AssetVersion, FunnelStage, Review

# Under this name a version keeps what its text said of what the library governs.
SAID = "said"


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What decides whose word is asked for: the funnel stages, and who can speak for sales, by their rows."""

    stages: Sequence[FunnelStage]
    sales: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Standings:
    """What says where many assets stand, by their rows: the newest version, the review it waits in, and who speaks."""

    newest: Mapping[int, AssetVersion]
    reviews: Mapping[int, Review]
    panel: Panel
    leads: Sequence[int]


def read_panel(reading: UnitOfWork) -> Panel:
    """Read what decides whose word is asked for."""
    return Panel(
        stages=taxonomy_queries.list_funnel_stages(reading.session),
        sales=[person.id for person in queries.list_sales_reviewers(reading.session)],
    )


def read_standings(reading: UnitOfWork, ids: Sequence[int]) -> Standings:
    """Read where many assets stand, without the texts of their versions."""
    return Standings(
        newest=asset_queries.newest_versions(reading.session, ids),
        reviews=queries.list_waiting(reading.session, ids),
        panel=read_panel(reading),
        leads=queries.list_leads(reading.session),
    )


def find_waiting_version(reading: UnitOfWork, asset: Asset) -> AssetVersion | None:
    """Find the version of an asset that is on its way out, None where everything is published."""
    return if_waiting(asset, asset_queries.find_newest_version(reading.session, asset.id))


def if_waiting(asset: Asset, newest: AssetVersion | None) -> AssetVersion | None:
    """Give the newest version of an asset if it is on its way out."""
    if newest is None or asset.status is AssetStatus.ARCHIVED:
        return None
    is_out = asset.status is AssetStatus.PUBLISHED and asset.current_version_id == newest.id
    return None if is_out else newest


def sides_for(
    reading: UnitOfWork, asset: Asset, version: AssetVersion | None, panel: Panel | None = None
) -> frozenset[Side]:
    """Give who must review an asset: marketing, and sales where its kind or a stage asks and somebody can answer.

    The stages are those it serves and those that the version's text names.
    """
    said = version.facts.get(SAID, {}).get("stages", []) if version is not None else []
    return sides_of_stages(reading, asset.kind, {stage.slug for stage in asset.stages} | set(said), panel)


def sides_of_stages(
    reading: UnitOfWork, kind: AssetKind, names: Collection[str], panel: Panel | None = None
) -> frozenset[Side]:
    """Give who must review something of a kind that serves some funnel stages, by slug or label."""
    panel = panel or read_panel(reading)
    wanted = {name.strip().casefold() for name in names}
    return required_sides(
        kind_asks_sales=kind.needs_sales_review,
        stages_ask_sales=[s.needs_sales_review for s in panel.stages if {s.slug, s.label.casefold()} & wanted],
        has_reviewers=bool(panel.sales),
    )


def position_of(
    reading: UnitOfWork,
    asset: Asset,
    version: AssetVersion | None,
    review: Review | None,
    panel: Panel | None = None,
) -> Position:
    """Say where an asset stands: by the version that waits, or as a whole where none does."""
    if review is not None:
        required = frozenset(Side) if review.needs_sales else frozenset({Side.MARKETING})
    else:
        required = sides_for(reading, asset, version, panel)
    status = asset.status
    if version is not None:
        status = AssetStatus.IN_REVIEW if review is not None else AssetStatus.DRAFT
    shown = version or asset.current_version
    return Position(
        status=status,
        required=required,
        approved=approved_sides(review),
        is_sound=shown is not None and not has_errors([Finding.from_dict(stored) for stored in shown.findings]),
        was_published=asset.published_at is not None,
    )


def approved_sides(review: Review | None) -> frozenset[Side]:
    """Give which sides have agreed."""
    words = review.words if review is not None else []
    return frozenset(word.side for word in words if word.is_approval and word.taken_back_at is None)


def capacities_of(reading: UnitOfWork, asset: Asset, review: Review | None) -> frozenset[Capacity]:
    """Say as what the actor stands before an asset; a sales reviewer before what was sent to them alone."""
    actor = reading.actor
    held = {
        Capacity.EDITOR: actor.may(Permission.EDIT_ASSETS),
        Capacity.OWNER: actor.is_operator
        or (actor.may(Permission.EDIT_ASSETS) and actor.person_id is not None and actor.person_id == asset.owner_id),
        Capacity.LEAD: actor.may(Permission.APPROVE_ASSETS),
        Capacity.SALES_REVIEWER: actor.is_sales_reviewer and review is not None and _is_asked(reading, review),
    }
    return frozenset(capacity for capacity, holds in held.items() if holds)


def _is_asked(reading: UnitOfWork, review: Review) -> bool:
    if not review.needs_sales or review.sales_reviewer_id in (None, reading.actor.person_id):
        return review.needs_sales
    able = queries.list_sales_reviewers(reading.session)
    return all(person.id != review.sales_reviewer_id for person in able)


def open_review(
    uow: UnitOfWork,
    asset: Asset,
    version: AssetVersion,
    *,
    note: str = "",
    reviewer_id: int | None = None,
    panel: Panel | None = None,
) -> Review:
    """Have a version wait for everybody who must agree; an asset that was never published shows that it does."""
    review = Review(
        asset_id=asset.id,
        version_id=version.id,
        needs_sales=Side.SALES in sides_for(uow, asset, version, panel),
        sales_reviewer_id=reviewer_id,
        submitted_by_id=uow.actor.person_id,
        submitted_by_name=uow.actor.name,
        submitted_at=uow.now,
        note=note[:300],
    )
    review.words = []
    uow.session.add(review)
    if asset.status is AssetStatus.DRAFT:
        asset.status = AssetStatus.IN_REVIEW
    uow.flush()
    return review


def ask(uow: UnitOfWork, version: AssetVersion, review: Review, standings: Standings | None = None) -> None:
    """Tell everybody who may speak on a version that it waits for them."""
    asked: list[int | None] = [*(standings.leads if standings is not None else queries.list_leads(uow.session))]
    if review.needs_sales and review.sales_reviewer_id is not None:
        asked.append(review.sales_reviewer_id)
    elif review.needs_sales:
        asked += (standings.panel if standings is not None else read_panel(uow)).sales
    notices.tell(
        uow,
        [person for person in asked if person != review.submitted_by_id],
        NoticeKind.REVIEW_WANTED,
        key=f"review:{review.id}",
        asset_id=review.asset_id,
        by=review.submitted_by_name,
        title=version.title,
        number=version.number,
    )


def close(uow: UnitOfWork, review: Review, state: ReviewState) -> None:
    """End a review, which nobody is asked for any more; an asset that was never published is a draft again."""
    review.state, review.closed_at = state, uow.now
    notices.forget_unseen(uow, f"review:{review.id}")
    asset = uow.session.get_one(Asset, review.asset_id)
    if asset.status is AssetStatus.IN_REVIEW:
        asset.status = AssetStatus.DRAFT
    uow.flush()


def supersede(uow: UnitOfWork, asset: Asset) -> None:
    """End the review of an older version because a newer one was made: what was agreed to is not what would go out."""
    review = queries.find_waiting(uow.session, asset.id)
    if review is not None:
        close(uow, review, ReviewState.WITHDRAWN)
