"""What people are told in the product: once for each thing, never by themselves; letters are written elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from contentlib.domain.errors import NotFoundError
from contentlib.domain.notices import NoticeKind, NoticeLine, write_sentence
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import governance as queries
from contentlib.storage.tables import Asset, AssetVersion, Notice

PER_PAGE = 50


def tell(
    uow: UnitOfWork,
    people: Iterable[int | None],
    kind: NoticeKind,
    *,
    key: str,
    asset_id: int | None = None,
    **detail: Any,
) -> int:
    """Tell people something once for each key; whoever did it knows already. Gives how many were told."""
    write_sentence(kind, detail)  # a notice that cannot be read must fail where it is written
    told = {person for person in people if person is not None and person != uow.actor.person_id}
    if uow.gathered is None:
        told -= {person for person, _ in queries.known_keys(uow.session, [key])}
    notices = [
        Notice(person_id=person, kind=kind.value, key=key, asset_id=asset_id, at=uow.now, detail=detail)
        for person in sorted(told)
    ]
    if uow.gathered is not None:
        uow.gathered.notices.extend(notices)
    else:
        uow.session.add_all(notices)
        uow.session.flush()
    return len(told)


def tell_holders(uow: UnitOfWork, asset: Asset, version: AssetVersion) -> int:
    """Tell reps who used another version of an asset on deals that are still open; gives how many were told."""
    by_person: dict[int, list[str]] = {}
    for person, _, account in queries.list_holders(uow.session, asset.id, version.id):
        by_person.setdefault(person, []).append(account)
    return sum(
        tell(uow, [person], NoticeKind.NEWER_VERSION, key=f"newer:{version.id}", asset_id=asset.id,
             title=asset.title, number=version.number, deals=_some(accounts))
        for person, accounts in by_person.items()
    )  # fmt: skip


def _some(names: list[str], most: int = 3) -> str:
    shown = names[:most]
    return ", ".join(shown) + (f" and {len(names) - most} more" if len(names) > most else "")


def forget_unseen(uow: UnitOfWork, key: str) -> None:
    """Take a notice back from whoever has not seen it."""
    if uow.gathered is not None:
        uow.gathered.forgotten.append(key)
    else:
        queries.forget_unseen(uow.session, [key])


def list_mine(reading: UnitOfWork, *, page: int = 1) -> tuple[tuple[NoticeLine, ...], int]:
    """List what the actor was told, newest first, a page of 50, with the number of all."""
    person = reading.actor.person_id
    if person is None:
        return (), 0
    rows = queries.list_notices(reading.session, person, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    lines = tuple(_line(row) for row in rows)
    return lines, queries.count_notices(reading.session, person, unseen_only=False)


def _line(row: Notice) -> NoticeLine:
    kind = NoticeKind(row.kind)
    return NoticeLine(
        id=row.id,
        kind=kind,
        sentence=write_sentence(kind, row.detail),
        at=row.at,
        is_new=row.seen_at is None,
        slug=row.asset.slug if row.asset else None,
        detail=row.detail,
    )


def open_mine(uow: UnitOfWork, notice_id: int) -> NoticeLine:
    """Give one thing that the actor was told, and mark it as seen; NotFoundError for what nobody told them."""
    row = queries.find_notice(uow.session, uow.actor.person_id or 0, notice_id)
    if row is None:
        raise NotFoundError("This is not among your notices.")
    line = _line(row)
    mark_seen(uow, [row.id])
    return line


def count_unseen(reading: UnitOfWork) -> int:
    """Count what is new for the actor."""
    person = reading.actor.person_id
    return queries.count_notices(reading.session, person, unseen_only=True) if person is not None else 0


def mark_seen(uow: UnitOfWork, ids: Sequence[int] | None = None, *, key: str | None = None) -> None:
    """Mark what the actor was told as seen: some of it by id, what has a key, or all."""
    if uow.actor.person_id is not None:
        queries.see_notices(uow.session, uow.actor.person_id, ids, key=key, at=uow.now)
