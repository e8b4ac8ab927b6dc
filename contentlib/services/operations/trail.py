"""The audit trail for who looks after the library: filtered, a page at a time, or as a whole; it is never changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contentlib.domain.operations import AuditFilter, AuditLine, AuditView
from contentlib.domain.people import Permission
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import audit as queries
from contentlib.storage.tables import AuditEntry

# Rows held at a time while the whole trail is written out.
_CHUNK = 1000


def look_through(reading: UnitOfWork, wanted: AuditFilter, *, limit: int, offset: int) -> AuditView:
    """Give a page of the deeds asked for, newest first, and what can be chosen."""
    reading.require(Permission.OPERATE)
    session = reading.session
    return AuditView(
        lines=_lines(reading, queries.list_page(session, wanted, limit=limit, offset=offset)),
        total=queries.count(session, wanted),
        people=tuple(queries.list_doers(session)),
        deeds=tuple(queries.list_deeds(session)),
        subjects=tuple(queries.list_subjects(session)),
    )


def iter_trail(reading: UnitOfWork, wanted: AuditFilter) -> Iterator[AuditLine]:
    """Give every deed asked for, newest first, few in memory at a time."""
    reading.require(Permission.OPERATE)
    before: int | None = None
    while found := queries.list_page(reading.session, wanted, limit=_CHUNK, before=before):
        yield from _lines(reading, found)
        before = found[-1].id
        reading.session.expunge_all()


def _lines(reading: UnitOfWork, entries: Sequence[AuditEntry]) -> tuple[AuditLine, ...]:
    ids: dict[str, list[int]] = {}
    for entry in entries:
        ids.setdefault(entry.subject_kind, []).append(entry.subject_id)
    names = {
        "asset": queries.name_assets(reading.session, ids.get("asset", [])),
        "person": queries.name_people(reading.session, ids.get("person", [])),
    }
    lines = []
    for entry in entries:
        key, about = names.get(entry.subject_kind, {}).get(entry.subject_id, (None, ""))
        detail = dict(entry.detail)
        lines.append(
            AuditLine(
                id=entry.id,
                at=entry.at,
                by=entry.by_name,
                deed=entry.deed,
                subject=entry.subject_kind,
                about=about or str(detail.pop("label", "")),
                key=key,
                detail={name: value for name, value in detail.items() if value not in (None, "", [], {})},
            )
        )
    return tuple(lines)
