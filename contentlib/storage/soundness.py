"""Looks whether a database is whole: its pages and what its rows point to; it mends nothing."""

from __future__ import annotations

import functools

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contentlib.storage.tables import Base

# A damaged file can have thousands of faults; the first few tell as much as all.
_SHOWN = 5


def list_faults(session: Session) -> list[str]:
    """Say what is wrong with the database, one sentence each; an empty list when it is whole.

    SQLite checks its pages and indexes (`integrity_check`); PostgreSQL checks its own pages as it reads them. That no
    row points to nothing is asked of both by query.
    """
    try:
        return _list_broken_pages(session) or _list_orphans(session)
    except sa.exc.DBAPIError as error:
        return [f"The database cannot be read: {error.orig}."]


def _list_broken_pages(session: Session) -> list[str]:
    if session.get_bind().dialect.name != "sqlite":
        return []
    found = session.scalars(sa.text(f"PRAGMA integrity_check({_SHOWN})")).all()
    return [] if list(found) == ["ok"] else [f"The database file is damaged: {line}." for line in found]


def _list_orphans(session: Session) -> list[str]:
    faults = []
    for where, question in _questions():
        if orphans := session.scalar(question):
            rows = "1 row points" if orphans == 1 else f"{orphans} rows point"
            faults.append(f"{rows} to nothing: {where}.")
    return faults


@functools.cache
def _questions() -> tuple[tuple[str, sa.Select[int]], ...]:
    """Give for each foreign key how many rows point to nothing by it; writing them out takes longer than asking."""
    found = []
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_key_constraints, key=lambda key: list(key.column_keys)):
            referred = key.referred_table.alias("referred")
            pairs = [(table.c[element.parent.name], referred.c[element.column.name]) for element in key.elements]
            count = (
                sa.select(sa.func.count())
                .select_from(table.outerjoin(referred, sa.and_(*(ours == theirs for ours, theirs in pairs))))
                .where(*(ours.is_not(None) for ours, _ in pairs), pairs[0][1].is_(None))
            )
            found.append((f"{', '.join(key.column_keys)} of {table.name} to {key.referred_table.name}", count))
    return tuple(found)
