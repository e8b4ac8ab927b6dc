"""What can be done to one asset of many: each deed gives its line of the audit trail, or None where it is so already.

What has to be known of all of them is read once, before the first of them; what is done is written after the last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NoReturn

from contentlib.domain.assets import AssetDates, AssetStatus
from contentlib.domain.errors import FieldError, InvalidInputError, NotFoundError
from contentlib.domain.governance import Move
from contentlib.domain.library import BULK_DAYS, BulkDeed, BulkOrder
from contentlib.domain.people import Permission
from contentlib.domain.taxonomy import LIST_NAMES, VOCABULARY_OF, WordList
from contentlib.services import asset_rights, governance, reviews
from contentlib.services.bulk import mending
from contentlib.services.bulk.mending import PreparedTexts
from contentlib.services.governance import Order, snapshots
from contentlib.services.governance.moves import note_down
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import people as people_queries
from contentlib.storage.queries import word_lists as word_queries
from contentlib.storage.queries.word_lists import Row
from contentlib.storage.tables import Asset, AuditEntry, FunnelStage

_MOVES = {BulkDeed.SUBMIT: Move.SUBMIT, BulkDeed.ARCHIVE: Move.ARCHIVE}
# What these do is judged by the findings of a version, too.
NEED_VERSION = frozenset({*_MOVES, BulkDeed.ACCEPT})
_STANDS = {BulkDeed.SUBMIT: AssetStatus.IN_REVIEW, BulkDeed.ARCHIVE: AssetStatus.ARCHIVED}


# What is done to one asset, and the line of the trail that tells of it.
Deed = Callable[[Asset], AuditEntry | None]


def find_deed(uow: UnitOfWork, order: BulkOrder, texts: PreparedTexts, assets: Sequence[Asset]) -> Deed:
    """Give what is done to each of some assets; InvalidInputError names what the deed needs and was not given."""
    if order.deed is BulkDeed.ARCHIVE and not order.reason.strip():
        _refuse("reason", "Say why, so that whoever looks for them knows.")
    if order.deed in _MOVES:
        return _move(uow, order, assets)
    if order.deed is BulkDeed.VERIFY:
        return lambda asset: governance.verify_one(uow, _seen(uow, asset))
    if order.deed is BulkDeed.OWNER:
        return _owner(uow, order)
    if order.deed is BulkDeed.DATES:
        return _dates(uow, order)
    if order.deed in mending.DEEDS:
        return mending.find_deed(uow, order, texts, assets)
    return _words(uow, order)


def _seen(uow: UnitOfWork, asset: Asset) -> Asset:
    if not asset_rights.may_see(uow, asset):
        raise NotFoundError(f"There is no asset “{asset.slug}”.")
    return asset


def _move(uow: UnitOfWork, order: BulkOrder, assets: Sequence[Asset]) -> Deed:
    standings = reviews.read_standings(uow, [asset.id for asset in assets])

    def move(asset: Asset) -> AuditEntry | None:
        if asset.status is _STANDS[order.deed]:
            return None
        one = Order(move=_MOVES[order.deed], slug=asset.slug, reason=order.reason)
        return governance.move_one(uow, one, _seen(uow, asset), standings)

    return move


def _owner(uow: UnitOfWork, order: BulkOrder) -> Deed:
    if not order.owner:
        _refuse("owner", "Choose who is to own them.")
    heir = people_queries.get_by_email(uow.session, order.owner)
    if not heir.is_active:
        _refuse("owner", f"{heir.name} is disabled. Choose somebody who can look after them.")

    told = given_key(heir.id, order.batch)

    def give(asset: Asset) -> AuditEntry | None:
        if asset.owner_id == heir.id:
            return None
        before = snapshots.take(asset)
        asset.owner_id = heir.id
        return note_down(uow, asset, "set owner", before=before, notice=told, to=heir.name)

    return give


def given_key(person_id: int, batch: str) -> str:
    """Name the notice by which somebody is told of the assets that they were given at once."""
    return f"given:{person_id}:{batch}:many"


def _dates(uow: UnitOfWork, order: BulkOrder) -> Deed:
    given = {name: getattr(order, name) for name in BULK_DAYS if getattr(order, name) is not None}
    given |= dict.fromkeys(order.cleared & set(BULK_DAYS))
    if not given:
        _refuse("review_by_on", "Give at least one day, or choose one to take away.")

    def set_days(asset: Asset) -> AuditEntry | None:
        before = asset_rights.dates_of(asset)
        dates: AssetDates = replace(before, **given)
        if dates == before:
            return None
        return governance.set_dates_of_one(uow, _seen(uow, asset), dates)

    return set_days


def _words(uow: UnitOfWork, order: BulkOrder) -> Deed:
    word = find_word(uow, order.word)
    if word is None:
        _refuse("word", "Choose which one.")
    is_away = order.deed is BulkDeed.UNTAG
    if word.retired_at is not None and not is_away:
        _refuse("word", f"“{word.label}” is retired and not given any more.")

    def set_word(asset: Asset) -> AuditEntry | None:
        held: list[Row] = asset.stages if isinstance(word, FunnelStage) else asset.terms  # type: ignore[assignment]
        if (word in held) is not is_away:
            return None
        before = snapshots.take(asset)
        if is_away:
            held.remove(word)
        else:
            held.append(word)
        return note_down(uow, asset, "describe", before=before, to=f"no longer {word.label}" if is_away else word.label)

    return set_word


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
