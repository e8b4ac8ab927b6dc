"""Takes deeds on assets back, by the opposite move of the same machine; what has gone on since is never overwritten."""

from __future__ import annotations

from datetime import date
from typing import Any

from contentlib.domain.assets import AssetStatus
from contentlib.domain.errors import ConflictError, ForbiddenError, NotFoundError
from contentlib.domain.governance import MOVES, Move, ReviewState
from contentlib.domain.people import UNDO_WITHIN, Permission
from contentlib.services import assets as asset_services
from contentlib.services import brand_findings
from contentlib.services.governance import snapshots, unadding
from contentlib.services.governance.orders import Undone
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import governance as queries
from contentlib.storage.queries import operations as operations_queries
from contentlib.storage.tables import Asset, AuditEntry, Review, ReviewWord


def undo(uow: UnitOfWork, *, entry: int) -> Undone:
    """Let an asset stand as it did before a deed, by who did it, within a day.

    Raises ConflictError when something else was done to the asset since, or what the deed did cannot be taken back.
    """
    deed, asset = _find(uow, entry)
    _refuse(uow, deed, asset)
    before: dict[str, Any] = deed.detail["before"]
    if "review" in deed.detail:
        _put_back_review(uow, deed.detail["review"])
    for word_id in deed.detail.get("words", []):
        uow.session.get_one(ReviewWord, word_id).taken_back_at = uow.now
    snapshots.put_back(uow, asset, before)
    _put_back_more(uow, asset, deed.detail)
    if version := before.get("version"):
        queries.forget_unseen(uow.session, [f"newer:{version['id']}", f"published:{version['id']}"])
    asset.updated_at = uow.now
    uow.session.flush()
    uow.enqueue(JobKind.INDEX_ASSET, asset.id)
    uow.audit("undo", "asset", asset.id, of=deed.deed, entry=deed.id, status=asset.status.value)
    return Undone(slug=asset.slug, sentence=f"Taken back. “{asset.title}” stands as before.")


def _put_back_more(uow: UnitOfWork, asset: Asset, detail: dict[str, Any]) -> None:
    """Take back what a deed left beside the asset: a version, findings that were accepted, a notice."""
    if moved := detail.get("moved"):
        unadding.split_off(uow, asset, detail["number"], moved)
    elif added := detail.get("added"):
        unadding.take_out(uow, asset, added)
    for key in detail.get("accepted", []):
        brand_findings.count_again(uow, slug=asset.slug, key=key)
    if key := detail.get("notice"):
        queries.forget_unseen(uow.session, [key])


def _find(uow: UnitOfWork, entry: int) -> tuple[AuditEntry, Asset]:
    deed = uow.session.get(AuditEntry, entry)
    found = None
    if deed is not None and deed.subject_kind == "asset" and "before" in deed.detail:
        found = asset_queries.list_by_ids(uow.session, [deed.subject_id]).get(deed.subject_id)
    if deed is None or found is None or not _is_of(uow, deed):
        raise NotFoundError("There is no such deed of yours to take back.")
    return deed, found


def _is_of(uow: UnitOfWork, deed: AuditEntry) -> bool:
    is_own = deed.by_id is not None and deed.by_id == uow.actor.person_id
    return is_own or uow.actor.is_operator or uow.actor.may(Permission.APPROVE_ASSETS)


def _refuse(uow: UnitOfWork, deed: AuditEntry, asset: Asset) -> None:
    if uow.now - deed.at > UNDO_WITHIN:
        raise ConflictError("This can be taken back for 24 hours. Make the opposite move on the asset’s page.")
    for later in operations_queries.list_audit(uow.session, subject_kind="asset", subject_id=asset.id):
        if later.id == deed.id:
            break
        if later.deed in asset_services.GOVERNING:
            raise ConflictError(f"“{asset.title}” has been changed since, so this is left as it is.")
    newest = asset_queries.find_newest_version(uow.session, asset.id)
    if newest is not None and newest.made_at > deed.at:
        raise ConflictError(f"“{asset.title}” has a newer version since, so this is left as it is.")
    if deed.deed in set(Move) and not _leads_back(Move(deed.deed), AssetStatus(deed.detail["before"]["status"])):
        raise ForbiddenError(f"“{asset.title}” cannot be taken back to where it stood.")


def _leads_back(move: Move, to: AssetStatus) -> bool:
    """Tell whether the machine has a way back; an asset that was out while a version waited stays out."""
    return to is AssetStatus.PUBLISHED or to in MOVES[MOVES[move].opposite].ends


def _put_back_review(uow: UnitOfWork, told: dict[str, Any]) -> None:
    review = uow.session.get(Review, told["id"])
    if review is None:
        return
    if told["state"] is None:  # the deed began it
        review.state, review.closed_at = ReviewState.WITHDRAWN, uow.now
        queries.forget_unseen(uow.session, [f"review:{review.id}"])
    else:
        review.state, review.closed_at = ReviewState(told["state"]), None
        review.publish_on = date.fromisoformat(told["publish_on"]) if told["publish_on"] else None
    uow.session.flush()
