"""What mends at many assets what nobody looked after: links led elsewhere, findings accepted, owners asked.

Texts are read before anything is written; what is published stays so, and the mended text waits behind it as a draft.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from contentlib.domain.assets import AssetStatus
from contentlib.domain.errors import ConflictError, ContentlibError, FieldError, InvalidInputError, NotFoundError
from contentlib.domain.findings import Finding
from contentlib.domain.hygiene import FAULTS, Fault, is_off_brand
from contentlib.domain.library import BulkDeed, BulkOrder
from contentlib.domain.notices import NoticeKind
from contentlib.markup.links import leads_to, replace_link
from contentlib.services import asset_rights, brand_findings, notices, reviews
from contentlib.services.authoring import saving, writing
from contentlib.services.authoring.describing import Describer
from contentlib.services.authoring.saving import PreparedText
from contentlib.services.authoring.writing import OpenText
from contentlib.services.governance import snapshots
from contentlib.services.governance.moves import note_down
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import people as people_queries
from contentlib.storage.tables import Asset, AuditEntry

# Texts with another link by their assets' slugs; why one could not be read, or None where it has no such link.
PreparedTexts = Mapping[str, PreparedText | ContentlibError | None]
DEEDS = frozenset({BulkDeed.RELINK, BulkDeed.ACCEPT, BulkDeed.ASK})
_MOST_SIGNS = 300


def find_deed(
    uow: UnitOfWork, order: BulkOrder, texts: PreparedTexts, assets: Sequence[Asset]
) -> Callable[[Asset], AuditEntry | None]:
    """Give what is done to one asset; InvalidInputError names what the deed needs and was not given."""
    if order.deed is BulkDeed.RELINK:
        return _relinking(uow, order, texts, assets)
    if order.deed is BulkDeed.ACCEPT:
        if not order.reason.strip():
            message = "Say why they may stay: whoever reviews the assets reads it."
            raise InvalidInputError(message, fields=(FieldError(field="reason", message=message),))
        known = brand_findings.read_known(uow, [asset.id for asset in assets])
        return lambda asset: _accept(uow, order, asset, known)
    active = {person.id for person in people_queries.list_all(uow.session) if person.is_active}
    return lambda asset: _ask(uow, order, asset, active)


# Links


def read_texts(reading: UnitOfWork, order: BulkOrder, slugs: Sequence[str]) -> PreparedTexts:
    """Read the texts of some assets with another address in a link's place; InvalidInputError for one that is none."""
    if order.to and not order.to.startswith(("https://", "mailto:")):
        message = "Give a whole address with https:// (texts follow no other), or an asset’s own."
        if order.to.startswith("http://"):  # an asset's own, too, where the library has no certificate
            message = f"Texts follow addresses with https:// alone, and this is {order.to}."
        raise InvalidInputError(message, fields=(FieldError(field="to", message=message),))
    if order.to and leads_to(order.to, order.link):
        message = "This is the address that leads nowhere."
        raise InvalidInputError(message, fields=(FieldError(field="to", message=message),))
    texts: dict[str, PreparedText | ContentlibError | None] = {}
    changed: list[tuple[OpenText, str]] = []
    for slug, opened in writing.open_texts(reading, slugs).items():
        if isinstance(opened, ContentlibError):
            texts[slug] = opened
            continue
        text, number = replace_link(opened.text, order.link, order.to)
        if number and opened.kept_by is None:
            changed.append((opened, text))
        elif number:
            texts[slug] = ConflictError(
                f"It is kept equal to its file {opened.kept_by}. Mend it there, or ask its owner."
            )
        elif order.link in opened.text:
            texts[slug] = ConflictError("The link stands where it has to be mended by hand.")
    note = "A link that led nowhere is replaced" if order.to else "A link that led nowhere is taken out"
    prepared = saving.prepare_drafts(reading, changed, note=note)
    return texts | {opened.slug: each for (opened, _), each in zip(changed, prepared, strict=True)}


def _relinking(
    uow: UnitOfWork, order: BulkOrder, texts: PreparedTexts, assets: Sequence[Asset]
) -> Callable[[Asset], AuditEntry | None]:
    standings = reviews.read_standings(uow, [asset.id for asset in assets])
    describer = Describer(uow)
    told = f"{order.link}, now {order.to}" if order.to else f"{order.link}, taken out"

    def relink(asset: Asset) -> AuditEntry | None:
        prepared = texts.get(asset.slug)
        if prepared is None:
            return None
        if isinstance(prepared, ContentlibError):
            raise prepared
        if asset.status is AssetStatus.ARCHIVED:  # a draft would bring it back
            raise ConflictError("It is in the archive. Bring it back first.")
        review = standings.reviews.get(asset.id)
        before, waited = snapshots.take(asset), snapshots.take_review(review) if review is not None else None
        number = saving.keep_draft(
            uow, describer, asset, prepared, newest=standings.newest.get(asset.id), review=review
        )
        return note_down(uow, asset, "mend link", before=before, added=number, review=waited, to=told)

    return relink


# Findings


def _accept(uow: UnitOfWork, order: BulkOrder, asset: Asset, known: brand_findings.Known) -> AuditEntry | None:
    if not asset_rights.may_see(uow, asset):
        raise NotFoundError(f"There is no asset “{asset.slug}”.")
    version = asset_rights.get_version(asset)
    found = [Finding.from_dict(stored) for stored in version.findings]
    keys = list(dict.fromkeys(one.key for one in found if one.ignored is None and is_off_brand(one)))
    if not keys:
        return None
    before = snapshots.take(asset)
    for key in keys:
        brand_findings.ignore_one(uow, asset, key, order.reason, known)
    reason = order.reason.strip()[:_MOST_SIGNS]
    return note_down(uow, asset, "accept findings", before=before, accepted=keys, reason=reason)


# Owners


def _ask(uow: UnitOfWork, order: BulkOrder, asset: Asset, active: set[int]) -> AuditEntry:
    if asset.owner_id is None or asset.owner_id not in active:
        raise ConflictError("Nobody who is here owns it. Hand it over first.")
    if asset.owner_id == uow.actor.person_id:
        raise ConflictError("It is your own.")
    key = _key(order, asset.owner_id)
    return note_down(uow, asset, "ask to mend", before=snapshots.take(asset), notice=key, to=_what(order))


def tell_asked(uow: UnitOfWork, order: BulkOrder, assets: Sequence[Asset]) -> None:
    """Tell owners what they are asked to mend, once each, however many assets it is about."""
    by_owner: dict[int, list[Asset]] = {}
    for asset in assets:
        if asset.owner_id is not None:
            by_owner.setdefault(asset.owner_id, []).append(asset)
    for owner, asked in by_owner.items():
        only = asked[0] if len(asked) == 1 else None
        notices.tell(
            uow,
            [owner],
            NoticeKind.TO_MEND,
            key=_key(order, owner),
            asset_id=only.id if only else None,
            by=uow.actor.name,
            assets=f"“{only.title}”" if only else f"{len(asked):,} assets",
            what=_what(order),
            fault=order.fault,
        )


def _key(order: BulkOrder, owner: int) -> str:
    return f"mend:{order.batch}:{owner}"


def _what(order: BulkOrder) -> str:
    said = FAULTS[Fault(order.fault)].asked if order.fault in set(Fault) else "look at it again"
    reason = order.reason.strip().rstrip(".")
    return f"{said}. {reason}" if reason else said
