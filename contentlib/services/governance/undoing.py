"""Takes deeds on assets back, by the opposite move of the same machine; what has gone on since is never overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from contentlib.domain.assets import AssetStatus
from contentlib.domain.errors import ConflictError, ContentlibError, ForbiddenError, NotFoundError
from contentlib.domain.governance import MOVES, Move, ReviewState
from contentlib.domain.people import UNDO_WITHIN, Permission
from contentlib.services import assets as asset_services
from contentlib.services import brand_findings, notices, reviews
from contentlib.services.gathering import gathering
from contentlib.services.governance import snapshots, unadding
from contentlib.services.governance.orders import Undone
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import governance as queries
from contentlib.storage.queries import operations as operations_queries
from contentlib.storage.tables import Asset, AssetVersion, AuditEntry, Review, ReviewWord


@dataclass(frozen=True, kw_only=True)
class _Since:
    """The deeds to take back with their assets, and what was done to these since; read once for all of them.

    `later` maps assets to the line of the last deed that governs them, `made` to when their newest version was made.
    The rows of `held` are looked up by their numbers, and need not be asked for again.
    """

    deeds: Mapping[int, AuditEntry]
    assets: Mapping[int, Asset]
    later: dict[int, int]
    made: Mapping[int, datetime]
    words: snapshots.Words
    held: Sequence[AssetVersion | Review]
    findings: brand_findings.Known
    added: unadding.Added


def undo(uow: UnitOfWork, *, entry: int) -> Undone:
    """Let an asset stand as it did before a deed, by who did it, within a day.

    Raises ConflictError when something else was done to the asset since, or what the deed did cannot be taken back.
    """
    return _undo(uow, entry, _read_since(uow, [entry]))


def undo_each(uow: UnitOfWork, entries: Sequence[int]) -> list[Undone | ContentlibError]:
    """Take many deeds back, as `undo` does one; gives for each what stands as before, or why it does not."""
    came_to: list[Undone | ContentlibError] = []
    since = _read_since(uow, entries)
    with gathering(uow) as gathered:
        for entry in entries:
            deed = since.deeds.get(entry)
            try:
                if deed is not None and "moved" in deed.detail:
                    with uow.session.begin_nested():  # what refuses halfway leaves nothing
                        came_to.append(_undo(uow, entry, since))
                else:
                    came_to.append(_undo(gathered, entry, since))
            except ContentlibError as error:
                came_to.append(error)
    return came_to


def _read_since(uow: UnitOfWork, entries: Sequence[int]) -> _Since:
    deeds = operations_queries.audit_entries(uow.session, entries)
    deeds = {row.id: row for row in deeds.values() if row.subject_kind == "asset" and "before" in row.detail}
    ids = sorted({row.subject_id for row in deeds.values()})
    told = [row.detail for row in deeds.values()]
    accepted = sorted({row.subject_id for row in deeds.values() if "accepted" in row.detail})
    added = sorted({row.subject_id for row in deeds.values() if "added" in row.detail})
    versions = [detail["before"]["version"]["id"] for detail in told if "version" in detail["before"]]
    review_ids = [detail["review"]["id"] for detail in told if "review" in detail]
    return _Since(
        deeds=deeds,
        assets={asset.id: asset for asset in asset_queries.list_to_change(uow.session, ids=ids)},
        later=operations_queries.last_deeds(uow.session, "asset", ids, deeds=list(asset_services.GOVERNING)),
        made=asset_queries.newest_made_at(uow.session, ids),
        words=snapshots.read_words(uow),
        held=[*asset_queries.list_publishings(uow.session, versions), *queries.list_by_ids(uow.session, review_ids)],
        findings=brand_findings.read_known(uow, accepted),
        added=unadding.read_added(uow, added),
    )


def _undo(uow: UnitOfWork, entry: int, since: _Since) -> Undone:
    deed, asset = _find(uow, entry, since)
    _refuse(uow, deed, asset, since)
    before: dict[str, Any] = deed.detail["before"]
    if "review" in deed.detail:
        _put_back_review(uow, deed.detail["review"])
    for word_id in deed.detail.get("words", []):
        _take_word_back(uow, uow.session.get_one(ReviewWord, word_id))
    snapshots.put_back(uow, asset, before, since.words, deed.at)
    _put_back_more(uow, asset, deed, since)
    if version := before.get("version"):
        for key in (f"newer:{version['id']}", f"published:{version['id']}"):
            notices.forget_unseen(uow, key)
    asset.updated_at = uow.now
    uow.flush()
    uow.enqueue(JobKind.INDEX_ASSET, asset.id)
    uow.audit("undo", "asset", asset.id, of=deed.deed, entry=deed.id, status=asset.status.value)
    since.later[asset.id] = max(since.deeds) + 1  # this one, which is not written yet
    return Undone(slug=asset.slug, sentence=f"Taken back. “{asset.title}” stands as before.")


def _put_back_more(uow: UnitOfWork, asset: Asset, deed: AuditEntry, since: _Since) -> None:
    """Take back what a deed left beside the asset: a version, findings that were accepted, a notice."""
    detail = deed.detail
    if moved := detail.get("moved"):
        unadding.split_off(uow, asset, detail["number"], moved, deed.at)
    elif "added" in detail:
        unadding.take_out(uow, asset, since.added)
    for key in detail.get("accepted", []):
        brand_findings.count_one_again(uow, asset, key, since.findings)
    if key := detail.get("notice"):
        notices.forget_unseen(uow, key)


def _find(uow: UnitOfWork, entry: int, since: _Since) -> tuple[AuditEntry, Asset]:
    deed = since.deeds.get(entry)
    found = since.assets.get(deed.subject_id) if deed is not None else None
    if deed is None or found is None or not _is_of(uow, deed):
        raise NotFoundError("There is no such deed of yours to take back.")
    return deed, found


def _is_of(uow: UnitOfWork, deed: AuditEntry) -> bool:
    is_own = deed.by_id is not None and deed.by_id == uow.actor.person_id
    return is_own or uow.actor.is_operator or uow.actor.may(Permission.APPROVE_ASSETS)


def _refuse(uow: UnitOfWork, deed: AuditEntry, asset: Asset, since: _Since) -> None:
    if uow.now - deed.at > UNDO_WITHIN:
        raise ConflictError("This can be taken back for 24 hours. Make the opposite move on the asset’s page.")
    if since.later.get(asset.id, 0) > deed.id:
        raise ConflictError(f"“{asset.title}” has been changed since, so this is left as it is.")
    if asset.id in since.made and since.made[asset.id] > deed.at:
        raise ConflictError(f"“{asset.title}” has a newer version since, so this is left as it is.")
    if deed.deed in set(Move) and not _leads_back(Move(deed.deed), AssetStatus(deed.detail["before"]["status"])):
        raise ForbiddenError(f"“{asset.title}” cannot be taken back to where it stood.")
    if "added" in deed.detail:
        unadding.refuse_unless_free(asset, deed.detail["added"], since.added)
    for key in deed.detail.get("accepted", []):
        brand_findings.get_ignored(asset, key, since.findings)


def _leads_back(move: Move, to: AssetStatus) -> bool:
    """Tell whether the machine has a way back; an asset that was out while a version waited stays out."""
    return to is AssetStatus.PUBLISHED or to in MOVES[MOVES[move].opposite].ends


def _put_back_review(uow: UnitOfWork, told: dict[str, Any]) -> None:
    review = uow.session.get(Review, told["id"])
    if review is None:
        return
    if told["state"] is None:  # the deed began it
        review.state, review.closed_at = ReviewState.WITHDRAWN, uow.now
        notices.forget_unseen(uow, f"review:{review.id}")
    else:
        review.state, review.closed_at = ReviewState(told["state"]), None
        review.publish_on = date.fromisoformat(told["publish_on"]) if told["publish_on"] else None
        if review.state is ReviewState.OPEN:  # whoever had not seen that they were asked was not asked any more
            reviews.ask(uow, uow.session.get_one(AssetVersion, review.version_id), review)
    uow.flush()


def _take_word_back(uow: UnitOfWork, word: ReviewWord) -> None:
    word.taken_back_at = uow.now
    for key in (f"approved:{word.review_id}:{word.side}", f"sent back:{word.review_id}"):
        notices.forget_unseen(uow, key)
