"""Does one thing to many assets, each by itself: what refuses is told and stops none of the others.

Shown before it is done by doing it in a unit of work that is taken back, so that what is promised is what happens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NoReturn

from contentlib.domain.assets import AssetDates, AssetStatus
from contentlib.domain.errors import ConflictError, ContentlibError, FieldError, InvalidInputError, NotFoundError
from contentlib.domain.governance import Move
from contentlib.domain.library import BulkDeed, BulkEffect, BulkLine, BulkOrder
from contentlib.domain.notices import NoticeKind
from contentlib.domain.people import Permission
from contentlib.domain.taxonomy import LIST_NAMES, VOCABULARY_OF, WordList
from contentlib.services import asset_rights, governance, notices
from contentlib.services.governance import Order, snapshots
from contentlib.services.governance.moves import note
from contentlib.services.library_table import MOST_AT_ONCE
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as queries
from contentlib.storage.queries import people as people_queries
from contentlib.storage.queries import word_lists as word_queries
from contentlib.storage.queries.word_lists import Row
from contentlib.storage.tables import Asset, AuditEntry, FunnelStage, Term

_MOVES = {BulkDeed.SUBMIT: Move.SUBMIT, BulkDeed.ARCHIVE: Move.ARCHIVE}
_STANDS = {BulkDeed.SUBMIT: AssetStatus.IN_REVIEW, BulkDeed.ARCHIVE: AssetStatus.ARCHIVED}
_DAYS = ("publish_on", "expires_on", "review_by_on")
# How the line of the audit trail that stands for all of them begins.
BULK = "bulk "


def do(uow: UnitOfWork, order: BulkOrder, slugs: Sequence[str]) -> BulkEffect:
    """Do something to some assets; InvalidInputError names what the deed needs and was not given."""
    uow.require(Permission.EDIT_ASSETS)
    chosen = list(dict.fromkeys(slugs))
    if not chosen:
        raise InvalidInputError("Choose at least one asset first.")
    if len(chosen) > MOST_AT_ONCE:
        raise ConflictError(f"These are more than {MOST_AT_ONCE:,} assets. Do it in parts.")
    act = _deed(uow, order)
    assets = _load(uow, chosen)
    found: dict[str, list[BulkLine]] = {"done": [], "already": [], "refused": []}
    entries = []
    for slug in chosen:
        asset = assets.get(slug)
        line = BulkLine(slug=slug, title=asset.title if asset else slug)
        if asset is None:
            found["refused"].append(replace(line, reason="There is no such asset any more."))
            continue
        try:
            entry = act(asset)
        except ContentlibError as error:
            found["refused"].append(replace(line, reason=error.message))
            continue
        found["already" if entry is None else "done"].append(line)
        entries += [entry] if entry is not None else []
    if order.deed is BulkDeed.OWNER and entries:
        tell_given(uow, order.owner, len(entries))
    return BulkEffect(
        done=tuple(found["done"]),
        already=tuple(found["already"]),
        refused=tuple(found["refused"]),
        entries=tuple(entries),
        entry=note_many(uow, order.deed.value, entries),
    )


def note_many(uow: UnitOfWork, deed: str, entries: Sequence[int]) -> int | None:
    """Write one line into the audit trail for many, by which all can be taken back; None where there are none."""
    if not entries:
        return None
    entry = uow.audit(BULK + deed, "library", 0, assets=len(entries), entries=list(entries))
    uow.session.flush()
    return entry.id


def undo(uow: UnitOfWork, entry: int) -> BulkEffect:
    """Take back what was done to many; assets that were changed since are left alone and told."""
    row = uow.session.get(AuditEntry, entry)
    if row is None or not row.deed.startswith(BULK) or "entries" not in row.detail:
        raise NotFoundError("There is no such deed to take back.")
    done, refused = [], []
    for each in reversed(row.detail["entries"]):
        try:
            undone = governance.undo(uow, entry=each)
        except ContentlibError as error:
            refused.append(BulkLine(slug="", title="", reason=error.message))
        else:
            done.append(BulkLine(slug=undone.slug, title=undone.slug))
    if done:
        uow.audit("undo " + row.deed, "library", 0, assets=len(done), entry=row.id)
    return BulkEffect(done=tuple(done), already=(), refused=tuple(refused))


def _load(uow: UnitOfWork, slugs: Sequence[str]) -> dict[str, Asset]:
    found: dict[str, Asset] = {}
    for start in range(0, len(slugs), 500):
        found |= {asset.slug: asset for asset in queries.list_by_slugs(uow.session, slugs[start : start + 500])}
    return found


def _deed(uow: UnitOfWork, order: BulkOrder) -> Callable[[Asset], int | None]:
    """Give what is done to one asset: the line of the audit trail, or None where it is so already."""
    if order.deed in _MOVES:
        return lambda asset: _move(uow, order, asset)
    if order.deed is BulkDeed.VERIFY:
        return lambda asset: governance.verify(uow, slug=asset.slug).entry
    if order.deed is BulkDeed.OWNER:
        return _owner(uow, order)
    if order.deed is BulkDeed.DATES:
        return _dates(uow, order)
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
        _refuse("owner", f"{heir.name} may not sign in any more. Choose somebody who can look after them.")

    def give(asset: Asset) -> int | None:
        if asset.owner_id == heir.id:
            return None
        before = snapshots.take(asset)
        asset.owner_id = heir.id
        return note(uow, asset, "set owner", before=before, to=heir.name)

    return give


def tell_given(uow: UnitOfWork, email: str, number: int) -> None:
    """Tell somebody once how many assets they were given, however many these are."""
    heir = people_queries.get_by_email(uow.session, email)
    told = "1 asset" if number == 1 else f"{number:,} assets"
    key = f"given:{heir.id}:{uow.now.isoformat()}:many"
    notices.tell(uow, [heir.id], NoticeKind.GIVEN, key=key, by=uow.actor.name, assets=told)


def _dates(uow: UnitOfWork, order: BulkOrder) -> Callable[[Asset], int | None]:
    given = {name: getattr(order, name) for name in _DAYS if getattr(order, name) is not None}
    given |= dict.fromkeys(order.cleared & set(_DAYS))
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
