"""Saves what was written here; what sales must agree to waits for them, agreed to by marketing; it reads no text."""

from __future__ import annotations

from dataclasses import replace

from contentlib.domain.governance import ReviewState, Side
from contentlib.services import asset_rights, notices, reviews
from contentlib.services.authoring import saving
from contentlib.services.authoring.saving import PreparedText, SavedText
from contentlib.services.governance import moves, snapshots
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as queries
from contentlib.storage.queries import governance as governance_queries
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.tables import Asset, Review, ReviewWord


def record_save(uow: UnitOfWork, prepared: PreparedText) -> SavedText:
    """Keep a text as a draft, publish it, or have it wait for sales where they must agree and have not.

    Raises what `saving.record_save` raises.
    """
    if not prepared.is_to_publish:
        return saving.record_save(uow, prepared)
    asset = asset_rights.get_seen(uow, prepared.slug) if prepared.slug else None
    review = governance_queries.find_waiting(uow.session, asset.id) if asset is not None else None
    newest = queries.find_newest_version(uow.session, asset.id) if asset is not None else None
    is_same = newest is not None and (newest.source, newest.media) == (prepared.text, prepared.read.media)
    agreed = reviews.approved_sides(review) if is_same else frozenset()
    if Side.SALES in _sides(uow, prepared, asset) - agreed:
        return _have_agreed(uow, prepared, is_saved=is_same)
    before = snapshots.take(asset, newest if is_same else None) if asset is not None else None
    told = {"before": before} if before is not None else {}
    saved = saving.record_save(uow, prepared, **told)
    if review is not None and is_same:
        review.state, review.closed_at = ReviewState.PUBLISHED, uow.now
    out = asset_rights.get_seen(uow, saved.slug)
    notices.tell_holders(uow, out, asset_rights.get_version(out))
    return saved


def _sides(uow: UnitOfWork, prepared: PreparedText, asset: Asset | None) -> frozenset[Side]:
    """Give who must review a text: by the kind and the stages that it names, and those its asset has."""
    authored = prepared.read.source.asset
    kinds = {kind.slug: kind for kind in taxonomy_queries.list_kinds(uow.session)}
    kind = asset.kind if asset is not None else kinds.get(authored.kind)
    if kind is None:  # a kind that this text brings asks nobody yet
        return frozenset({Side.MARKETING})
    held = {stage.slug for stage in asset.stages} if asset is not None else set()
    return reviews.sides_of_stages(uow, kind, held | set(authored.stages))


def _have_agreed(uow: UnitOfWork, prepared: PreparedText, *, is_saved: bool) -> SavedText:
    """Keep a text as a draft that marketing has agreed to, and ask sales."""
    if is_saved and prepared.slug:
        asset = asset_rights.get_seen(uow, prepared.slug)
        slug = asset.slug
    else:
        slug = saving.record_save(uow, replace(prepared, is_to_publish=False)).slug
        uow.session.expire_all()
        asset = asset_rights.get_seen(uow, slug)
    version = reviews.find_waiting_version(uow, asset)
    if version is None:
        return saving.record_save(uow, prepared)  # refuses: it is out already
    before = snapshots.take(asset, version)
    known = governance_queries.find_waiting(uow.session, asset.id)
    review = known or reviews.open_review(uow, asset, version, note=prepared.note)
    uow.enqueue(JobKind.DRAW_PICTURES, version.id)
    word = _agree(uow, review)
    reviews.ask(uow, version, review)
    told = {"id": review.id, "state": known.state.value if known else None, "publish_on": None}
    entry = moves.note(
        uow, asset, "approve", before=before, number=version.number, review=told, words=[word.id] if word else []
    )
    return SavedText(slug=slug, number=version.number, is_published=False, entry=entry, waits_for=Side.SALES.value)


def _agree(uow: UnitOfWork, review: Review) -> ReviewWord | None:
    if Side.MARKETING in reviews.approved_sides(review):
        return None
    word = ReviewWord(
        review_id=review.id,
        side=Side.MARKETING,
        is_approval=True,
        by_id=uow.actor.person_id,
        by_name=uow.actor.name,
        at=uow.now,
        reasons=[],
    )
    uow.session.add(word)
    uow.session.flush()
    return word
