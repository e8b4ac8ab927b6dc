"""What can be done to one asset of many: each deed gives its line of the audit trail, or None where it is so already.

What several assets have in common is looked up once, before the first of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NoReturn

from contentlib.domain.assets import AssetDates, AssetStatus
from contentlib.domain.errors import FieldError, InvalidInputError
from contentlib.domain.governance import Move
from contentlib.domain.library import BULK_DAYS, BulkDeed, BulkOrder
from contentlib.domain.people import Permission
from contentlib.domain.taxonomy import LIST_NAMES, VOCABULARY_OF, WordList
from contentlib.services import asset_rights, governance
from contentlib.services.bulk import mending
from contentlib.services.bulk.mending import PreparedTexts
from contentlib.services.governance import Order, snapshots
from contentlib.services.governance.moves import note
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import people as people_queries
from contentlib.storage.queries import word_lists as word_queries
from contentlib.storage.queries.word_lists import Row
from contentlib.storage.tables import Asset, FunnelStage, Term

_MOVES = {BulkDeed.SUBMIT: Move.SUBMIT, BulkDeed.ARCHIVE: Move.ARCHIVE}
_STANDS = {BulkDeed.SUBMIT: AssetStatus.IN_REVIEW, BulkDeed.ARCHIVE: AssetStatus.ARCHIVED}


def find_deed(uow: UnitOfWork, order: BulkOrder, texts: PreparedTexts) -> Callable[[Asset], int | None]:
    """Give what is done to one asset; InvalidInputError names what the deed needs and was not given."""
    if order.deed is BulkDeed.ARCHIVE and not order.reason.strip():
        _refuse("reason", "Say why, so that whoever looks for them knows.")
    if order.deed in _MOVES:
        return lambda asset: _move(uow, order, asset)
    if order.deed is BulkDeed.VERIFY:
        return lambda asset: governance.verify(uow, slug=asset.slug).entry
    if order.deed is BulkDeed.OWNER:
        return _owner(uow, order)
    if order.deed is BulkDeed.DATES:
        return _dates(uow, order)
    if order.deed in mending.DEEDS:
        return mending.find_deed(uow, order, texts)
    return _words(uow, order)


def _move(uow: UnitOfWork, order: BulkOrder, asset: Asset) -> int | None:
    if asset.status is _STANDS[order.deed]:
        return None
    prepared = governance.prepare(uow, Order(move=_MOVES[order.deed], slug=asset.slug, reason=order.reason))
    return governance.record(uow, prepared).entry


def _owner(uow: UnitOfWork, order: BulkOrder) -> Callable[[Asset], int | None]:
    if not order.owner:
        _refuse("owner", "Choose who is to own them.")
    heir = people_queries.get_by_email(uow.session, order.owner)
    if not heir.is_active:
        _refuse("owner", f"{heir.name} is disabled. Choose somebody who can look after them.")

    def give(asset: Asset) -> int | None:
        if asset.owner_id == heir.id:
            return None
        before = snapshots.take(asset)
        asset.owner_id = heir.id
        return note(uow, asset, "set owner", before=before, to=heir.name)

    return give


def _dates(uow: UnitOfWork, order: BulkOrder) -> Callable[[Asset], int | None]:
    given = {name: getattr(order, name) for name in BULK_DAYS if getattr(order, name) is not None}
    given |= dict.fromkeys(order.cleared & set(BULK_DAYS))
    if not given:
        _refuse("review_by_on", "Give at least one day, or choose one to take away.")

    def set_days(asset: Asset) -> int | None:
        before = asset_rights.dates_of(asset)
        dates: AssetDates = replace(before, **given)
        if dates == before:
            return None
        return governance.set_dates(
            uow,
            slug=asset.slug,
            publish_on=dates.publish_on,
            expires_on=dates.expires_on,
            review_by_on=dates.review_by_on,
        ).entry

    return set_days


def _words(uow: UnitOfWork, order: BulkOrder) -> Callable[[Asset], int | None]:
    word = find_word(uow, order.word)
    if word is None:
        _refuse("word", "Choose which one.")
    is_away = order.deed is BulkDeed.UNTAG
    if word.retired_at is not None and not is_away:
        _refuse("word", f"“{word.label}” is retired and not given any more.")

    def set_word(asset: Asset) -> int | None:
        held: list[Row] = [*(asset.stages if isinstance(word, FunnelStage) else asset.terms)]
        if (word in held) is not is_away:
            return None
        kept = [each for each in held if each is not word] + ([] if is_away else [word])
        return describe(uow, asset, stages=kept) if isinstance(word, FunnelStage) else describe(uow, asset, terms=kept)

    return set_word


def describe(
    uow: UnitOfWork, asset: Asset, *, stages: Sequence[Row] | None = None, terms: Sequence[Row] | None = None
) -> int:
    """Give an asset exactly these stages and terms, where they are given, and note it; gives the line of the trail."""
    before = snapshots.take(asset)
    had = _labels(asset)
    if stages is not None:
        asset.stages = [word for word in stages if isinstance(word, FunnelStage)]
    if terms is not None:
        asset.terms = [word for word in terms if isinstance(word, Term)]
    has = _labels(asset)
    told = ", ".join([*sorted(has - had), *(f"no longer {label}" for label in sorted(had - has))])
    return note(uow, asset, "describe", before=before, to=told)


def _labels(asset: Asset) -> set[str]:
    return {stage.label for stage in asset.stages} | {term.label for term in asset.terms}


def find_word(reading: UnitOfWork, name: str) -> Row | None:
    """Find a stage or term by "list:slug"."""
    words, _, slug = name.partition(":")
    if words not in {WordList.STAGES, *VOCABULARY_OF}:
        return None
    for row in word_queries.list_rows(reading.session, WordList(words)):
        if row.slug == slug:
            return row
    return None


def list_choices(reading: UnitOfWork) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """List the words that can be given, by list: ("Tags", (("tags:roi", "ROI"), …))."""
    reading.require(Permission.EDIT_ASSETS)
    lists = (WordList.TAGS, *(words for words in VOCABULARY_OF if words not in {WordList.TAGS, WordList.SIZES}))
    return tuple(
        (LIST_NAMES[words].many, tuple((f"{words}:{row.slug}", row.label) for row in rows if row.retired_at is None))
        for words in (*lists, WordList.STAGES)
        if (rows := word_queries.list_rows(reading.session, words))
    )


def _refuse(field: str, message: str) -> NoReturn:
    raise InvalidInputError(message, fields=(FieldError(field=field, message=message),))
