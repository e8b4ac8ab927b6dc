"""Does a deed to many assets and takes it back; what the deeds are is told elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from contentlib.domain.errors import ContentlibError, InvalidInputError, NotFoundError
from contentlib.domain.library import BulkDeed, BulkEffect, BulkLine, BulkOrder, BulkOutcome
from contentlib.domain.notices import NoticeKind
from contentlib.domain.people import Permission
from contentlib.services import governance, notices
from contentlib.services.bulk import deeds, mending
from contentlib.services.bulk.mending import PreparedTexts
from contentlib.services.gathering import gathering
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as queries
from contentlib.storage.queries import people as people_queries
from contentlib.storage.tables import AuditEntry

# How the line of the audit trail that stands for all of them begins.
BULK = "bulk "


def prepare(reading: UnitOfWork, order: BulkOrder, slugs: Sequence[str]) -> PreparedTexts:
    """Read what a deed has to read before anything is written: the texts whose links it changes, else nothing.

    InvalidInputError names what the deed needs and was not given.
    """
    reading.require(Permission.EDIT_ASSETS)
    return mending.read_texts(reading, order, slugs) if order.deed is BulkDeed.RELINK else {}


def do(uow: UnitOfWork, order: BulkOrder, slugs: Sequence[str], texts: PreparedTexts | None = None) -> BulkEffect:
    """Do something to some assets; InvalidInputError names what the deed needs and was not given."""
    order = replace(order, batch=uow.now.isoformat())
    lines = act(uow, order, _choose(slugs), texts or {})
    entries = {line.slug: line.entry for line in lines if line.entry is not None}
    tell(uow, order, list(entries))
    return BulkEffect(lines=tuple(lines), entry=note_many(uow, order.deed.value, list(entries.values())))


def rehearse(uow: UnitOfWork, order: BulkOrder, slugs: Sequence[str], texts: PreparedTexts | None = None) -> BulkEffect:
    """See what a deed would do to some assets, in a unit of work that is taken back; raises as `do` does."""
    return BulkEffect(lines=tuple(act(uow, order, _choose(slugs), texts or {}, is_rehearsal=True)))


def _choose(slugs: Sequence[str]) -> list[str]:
    if not slugs:
        raise InvalidInputError("Choose at least one asset first.")
    return list(dict.fromkeys(slugs))


def check(uow: UnitOfWork, order: BulkOrder) -> None:
    """Raise InvalidInputError for an order that lacks what its deed needs."""
    prepare(uow, order, [])
    deeds.find_deed(uow, order, {}, [])


def act(
    uow: UnitOfWork, order: BulkOrder, slugs: Sequence[str], texts: PreparedTexts, *, is_rehearsal: bool = False
) -> list[BulkLine]:
    """Do something to each of some assets, and say what became of it; nobody is told. A rehearsal writes nothing."""
    uow.require(Permission.EDIT_ASSETS)
    loaded = queries.list_to_change(uow.session, slugs=slugs, has_version=order.deed in deeds.NEED_VERSION)
    assets = {asset.slug: asset for asset in loaded}
    told: list[tuple[BulkLine, AuditEntry | None]] = []
    with gathering(uow, is_rehearsal=is_rehearsal) as at_once:
        deed = deeds.find_deed(at_once, order, texts, loaded)
        for slug in slugs:
            asset, entry = assets.get(slug), None
            line = BulkLine(slug=slug, title=asset.title if asset else slug, outcome=BulkOutcome.REFUSED)
            try:
                if asset is None:
                    raise NotFoundError("There is no such asset any more.")
                entry = deed(asset)
            except ContentlibError as error:
                line = replace(line, reason=error.message)
            else:
                line = replace(line, outcome=BulkOutcome.ALREADY if entry is None else BulkOutcome.DONE)
            told.append((line, entry))
    return [line if entry is None or is_rehearsal else replace(line, entry=entry.id) for line, entry in told]


def tell(uow: UnitOfWork, order: BulkOrder, slugs: Sequence[str]) -> None:
    """Tell whom a deed on many concerns, once each."""
    if order.deed is BulkDeed.OWNER and slugs:
        tell_given(uow, order.owner, len(slugs), batch=order.batch)
    elif order.deed is BulkDeed.ASK:
        mending.tell_asked(uow, order, queries.list_to_change(uow.session, slugs=slugs))


def tell_given(uow: UnitOfWork, email: str, number: int, *, batch: str) -> None:
    """Tell somebody once how many assets they were given, however many these are; by `batch` it is taken back."""
    heir = people_queries.get_by_email(uow.session, email)
    told = "1 asset" if number == 1 else f"{number:,} assets"
    key = deeds.given_key(heir.id, batch)
    notices.tell(uow, [heir.id], NoticeKind.GIVEN, key=key, by=uow.actor.name, assets=told)


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
    lines = take_back(uow, [(BulkLine(slug="", title=""), each) for each in reversed(row.detail["entries"])])
    if done := sum(line.outcome is BulkOutcome.DONE for line in lines):
        uow.audit("undo " + row.deed, "library", 0, assets=done, entry=row.id)
    return BulkEffect(lines=tuple(lines))


def take_back(uow: UnitOfWork, done: Sequence[tuple[BulkLine, int]]) -> list[BulkLine]:
    """Take deeds back, each by its line of the audit trail, and say of each asset what became of it."""
    lines = []
    for (line, _), undone in zip(done, governance.undo_each(uow, [entry for _, entry in done]), strict=True):
        if isinstance(undone, ContentlibError):
            lines.append(replace(line, outcome=BulkOutcome.REFUSED, reason=undone.message))
        else:
            lines.append(replace(line, slug=undone.slug, title=line.title or undone.slug, outcome=BulkOutcome.DONE))
    return lines
