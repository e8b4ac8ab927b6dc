"""Keeps the index in tables of a PostgreSQL database, so that several servers search without sharing a folder.

Segments never change once written, as in the folder of the other engine, and the same evaluator reads them: questions
have the same answers and scores. Every commit is a transaction, so a writer that dies leaves nothing half. No extension
is needed, and no right beyond that to the library's own tables. This is the only module here that knows SQL.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from contentlib.domain.errors import IndexBusyError, IndexUnavailableError
from contentlib.domain.search import IndexEntry
from contentlib.search import entries, schema
from contentlib.search.answering import HELD_SECONDS, SearchIndex
from contentlib.search.block_segments import BlockSegment, Key, Packed, Shelf
from contentlib.search.rebuilding import fill, taken_in_since
from contentlib.search.segments import SegmentFacts, facts_of, reading
from contentlib.search.snapshots import Snapshot
from contentlib.search.term_blocks import Written, read_lengths, write
from contentlib.search.tuning import Tuning

# The one row of the state: who writes holds it.
STATE = 1
# What rebuilds take turns on; any number would do, but every process must use the same.
REBUILD_TURN = 0x696E646578  # "index"
# The code of a lock that was not got in time.
_NOT_GOT = "55P03"

# Segments of about one size are merged when there are more than so many: a merge writes all anew that they hold, and
# each segment more is one more list to join in every question.
SIZES, MOST_ALIKE = (32, 1_000), 6
# As long as somebody may turn the page, and as much again, what was replaced can still be read.
KEPT = timedelta(seconds=2 * HELD_SECONDS)


@dataclass(frozen=True, kw_only=True)
class Tables:
    """The tables of the index, which storage declares."""

    state: sa.Table
    segments: sa.Table
    documents: sa.Table
    blocks: sa.Table


class PostgresIndex(SearchIndex):
    """The search index of one library, in tables of its database. Safe to share between threads."""

    def __init__(
        self,
        engine: sa.Engine,
        tables: Tables,
        *,
        telling: Callable[[], AbstractContextManager[None]] = nullcontext,
        lock_timeout: float = 30.0,
        tuning: Tuning | None = None,
    ) -> None:
        """Take the database; nothing is asked of it yet. `lock_timeout`: seconds to wait for another writer.

        The engine commits by itself unless a transaction is begun. `telling` turns what keeps the database from
        working into the errors of the house.
        """
        super().__init__(tuning)
        self._engine, self._tables, self._telling = engine, tables, telling
        self._lock_timeout = lock_timeout
        self._opening = threading.Lock()
        self._mark = ""
        self._shelf = Shelf(self)
        self._opened: Snapshot | None = None

    def close(self) -> None:
        """Forget what was read; a later question reads it again."""
        with self._opening:
            self._mark, self._shelf, self._opened = "", Shelf(self), None
        self._forget()

    # Reading

    def _snapshot(self) -> Snapshot:
        """Give the newest generation, read anew when somebody has committed."""
        state = self._tables.state
        with self._opening, self._telling():
            found = self._read_state(sa.select(state.c.mark, state.c.format, state.c.generation))
            if found is None or not found.format:
                raise IndexUnavailableError("The search index has not been built yet.")
            if found.format != schema.FORMAT:
                raise IndexUnavailableError("The search index was made by another version of contentlib.")
            if found.mark != self._mark:
                self._mark, self._shelf, self._opened = found.mark, Shelf(self), None
            if self._opened is None or self._opened.generation != found.generation:
                with self._transaction("REPEATABLE READ") as connection, reading(), self._telling():
                    self._opened = self._read_generation(connection)
            return self._opened

    def _read_state(self, asked: sa.Select[Any]) -> sa.Row[Any] | None:
        """Ask what every question asks first; where the server was restarted meanwhile, on a new connection."""
        with suppress(sa.exc.OperationalError), self._engine.connect() as connection:
            return connection.execute(asked).one_or_none()
        with self._engine.connect() as connection:
            return connection.execute(asked).one_or_none()

    def _read_generation(self, connection: sa.Connection) -> Snapshot:
        """Read which segments answer, and all that is not known yet of each."""
        of, shelf = self._tables.segments.c, self._shelf
        generation = connection.scalars(sa.select(self._tables.state.c.generation)).one()
        live = connection.execute(sa.select(of.id, of.gone).where(self._is_live()).order_by(of.id)).all()
        new = [row.id for row in live if row.id not in shelf.segments]
        facts = self._read_facts(connection, new) if new else {}
        firsts = self._read_firsts(connection, new) if new else {}
        segments = [
            shelf.segments.get(row.id) or BlockSegment(row.id, facts[row.id], firsts.get(row.id, {}), shelf)
            for row in live
        ]
        return shelf.stand(generation, segments, [row.gone for row in live])

    def _is_live(self) -> sa.ColumnElement[bool]:
        of = self._tables.segments.c
        return of.is_building.is_(False) & of.retired_at.is_(None)

    def _read_facts(self, connection: sa.Connection, numbers: Sequence[int]) -> dict[int, SegmentFacts]:
        documents, segments = self._tables.documents.c, self._tables.segments.c
        rows: dict[int, list[entries.Facts]] = {number: [] for number in numbers}
        chosen = sa.select(documents.segment_id, documents.facts).where(documents.segment_id.in_(numbers))
        for number, facts in connection.execute(chosen.order_by(documents.segment_id, documents.number)):
            rows[number].append(entries.unpack_facts(facts))
        wanted = sa.select(segments.id, segments.size, segments.lengths, segments.totals)
        found = {}
        for number, size, lengths, totals in connection.execute(wanted.where(segments.id.in_(numbers))):
            if len(rows[number]) != size:
                raise IndexUnavailableError("The search index is damaged: some of its documents are missing.")
            by_field = dict(zip(schema.PLACES, totals, strict=True))
            found[number] = facts_of(rows[number], self._shelf.values, read_lengths(lengths, size), by_field)
        return found

    def _read_firsts(self, connection: sa.Connection, numbers: Sequence[int]) -> dict[int, dict[str, list[bytes]]]:
        blocks = self._tables.blocks.c
        found: dict[int, dict[str, list[bytes]]] = {number: {} for number in numbers}
        chosen = sa.select(blocks.segment_id, blocks.field, blocks.first_term)
        order = (blocks.segment_id, blocks.field, blocks.number)
        for number, field, first in connection.execute(chosen.where(blocks.segment_id.in_(numbers)).order_by(*order)):
            found[number].setdefault(field, []).append(first)
        return found

    def read_blocks(self, keys: Sequence[Key], *, columns: Sequence[str]) -> Mapping[Key, Packed]:
        """Read blocks in one question to the database; those that are not there are left out."""
        blocks = self._tables.blocks.c
        wanted = _listed(("segment_id", sa.Integer), ("field", sa.String), ("number", sa.Integer))
        is_wanted = sa.and_(*(blocks[name] == wanted.c[name] for name in ("segment_id", "field", "number")))
        statement = sa.select(blocks.segment_id, blocks.field, blocks.number, *(blocks[name] for name in columns))
        with self._telling(), self._engine.connect() as connection:
            rows = connection.execute(
                statement.select_from(wanted.join(self._tables.blocks, is_wanted)), _columns_of(keys, wanted)
            )
            return {tuple(row[:3]): Packed(**dict(zip(columns, row[3:], strict=True))) for row in rows}

    def read_documents(self, places: Sequence[tuple[int, int]]) -> Sequence[tuple[str, str]]:
        """Read the facts and texts of documents in one question to the database, in the order asked for."""
        documents = self._tables.documents.c
        wanted = _listed(("segment_id", sa.Integer), ("number", sa.Integer))
        is_wanted = sa.and_(*(documents[name] == wanted.c[name] for name in ("segment_id", "number")))
        statement = sa.select(documents.segment_id, documents.number, documents.facts, documents.texts)
        with self._telling(), self._engine.connect() as connection:
            rows = connection.execute(
                statement.select_from(wanted.join(self._tables.documents, is_wanted)), _columns_of(places, wanted)
            )
            found = {(segment, number): (facts, texts) for segment, number, facts, texts in rows}
        if len(found) < len(set(places)):
            raise IndexUnavailableError("The search index is damaged: some of its documents are missing.")
        return [found[place] for place in places]

    # Writing

    def apply(self, changed: Sequence[IndexEntry], removed: Sequence[int] = ()) -> None:
        """Put entries in and take assets out in one transaction; small segments are merged in a second one."""
        by_id = entries.coalesce(changed)
        gone = {*by_id, *removed}
        if not gone:
            return
        written = write(entries.to_document(entry) for entry in by_id.values())
        # Looked at as a whole first: a commit to a damaged index would seem to have succeeded.
        self._snapshot()
        with self._committing() as connection:
            self._take_out(connection, gone)
            self._put_in(connection, written)
            is_crowded = bool(self._crowded(connection))
        if is_crowded:
            self._merge()

    def _merge(self) -> None:
        """Write the documents of small segments as one, and what is left of those that mostly went."""
        documents, segments = self._tables.documents.c, self._tables.segments
        with self._committing() as connection:
            # Somebody else may have done it while we waited.
            merged = self._crowded(connection)
            chosen = sa.select(documents.segment_id, documents.number, documents.facts, documents.texts)
            rows = connection.execute(
                chosen.where(documents.segment_id.in_(merged)).order_by(documents.segment_id, documents.number)
            )
            self._put_in(
                connection,
                write(
                    entries.read_back(facts.encode(), texts)
                    for segment, number, facts, texts in rows
                    if number not in merged[segment]
                ),
            )
            retired = sa.update(segments).where(segments.c.id.in_(merged))
            connection.execute(retired.values(retired_at=sa.func.now()))

    def _crowded(self, connection: sa.Connection) -> dict[int, set[int]]:
        """Give the segments to merge, each with its documents that went."""
        of = self._tables.segments.c
        alike: dict[int, dict[int, set[int]]] = {}
        sparse: dict[int, set[int]] = {}
        for number, size, gone in connection.execute(sa.select(of.id, of.size, of.gone).where(self._is_live())):
            if len(gone) * 3 > size:
                sparse[number] = set(gone)
            elif size <= SIZES[-1]:
                alike.setdefault(next(most for most in SIZES if size <= most), {})[number] = set(gone)
        for group in alike.values():
            if len(group) + len(sparse) > MOST_ALIKE:
                sparse |= group
        return sparse

    def rebuild(self, every: Iterable[IndexEntry], *, on_progress: Callable[[int], None] | None = None) -> None:
        """Build the whole index anew in segments that do not answer yet, then let them in the place of the others."""
        state, segments = self._tables.state, self._tables.segments
        with self._turn_to_rebuild():
            before = self._marks()
            with self._transaction() as connection:
                first = {"id": STATE, "mark": secrets.token_hex(16), "format": 0, "generation": 0}
                connection.execute(insert(state).on_conflict_do_nothing(), first)
                older = segments.c.is_building & (segments.c.format != schema.FORMAT)
                connection.execute(sa.delete(segments).where(older))
            try:
                fill(every, self._read_half_built(), on_progress or (lambda _: None), self._commit_beside)
                with self._committing() as connection:
                    if before is not None:
                        documents, gone = taken_in_since(before, self._snapshot())
                        self._take_out(connection, gone, is_building=True)
                        self._put_in(connection, write(documents), is_building=True)
                    connection.execute(sa.update(segments).where(self._is_live()).values(retired_at=sa.func.now()))
                    connection.execute(sa.update(segments).where(segments.c.is_building).values(is_building=False))
                    connection.execute(sa.update(state).values(format=schema.FORMAT))
            except Exception:
                # Not after a stop from outside: the next rebuild goes on from there.
                with self._transaction() as connection:
                    connection.execute(sa.delete(segments).where(segments.c.is_building))
                raise

    def _commit_beside(self, documents: Iterable[entries.Document], gone: Iterable[int]) -> None:
        with self._transaction() as connection:
            self._take_out(connection, gone, is_building=True)
            self._put_in(connection, write(documents), is_building=True)

    def _read_half_built(self) -> dict[int, str]:
        """Give the marks of what a rebuild that was killed had committed."""
        documents, segments = self._tables.documents, self._tables.segments
        chosen = sa.select(documents.c.asset_id, documents.c.facts, documents.c.number, segments.c.gone)
        with self._telling(), self._engine.connect() as connection:
            rows = connection.execute(chosen.join_from(documents, segments).where(segments.c.is_building))
            return {one: entries.unpack_facts(facts).mark for one, facts, number, gone in rows if number not in gone}

    def _take_out(self, connection: sa.Connection, gone: Iterable[int], *, is_building: bool = False) -> None:
        """Note of assets that their documents went."""
        documents, segments = self._tables.documents, self._tables.segments
        chosen = sa.select(documents.c.segment_id, documents.c.number, segments.c.gone).join_from(documents, segments)
        chosen = chosen.where(segments.c.is_building if is_building else self._is_live())
        went: dict[int, set[int]] = {}
        is_meant = documents.c.asset_id == sa.any_(sa.literal(list(gone), ARRAY(sa.Integer)))
        for segment, number, before in connection.execute(chosen.where(is_meant)):
            went.setdefault(segment, set(before)).add(number)
        for segment, numbers in went.items():
            connection.execute(sa.update(segments).where(segments.c.id == segment).values(gone=sorted(numbers)))

    def _put_in(self, connection: sa.Connection, written: Written, *, is_building: bool = False) -> None:
        if not written.documents:
            return
        tables = self._tables
        segment = connection.scalars(
            sa.insert(tables.segments).returning(tables.segments.c.id),
            {
                "format": schema.FORMAT,
                "size": len(written.documents),
                "is_building": is_building,
                "lengths": written.lengths,
                "totals": written.totals,
                "gone": [],
            },
        ).one()
        documents = [
            {"segment_id": segment, "number": number, "asset_id": asset_id, "facts": facts, "texts": texts}
            for number, (asset_id, facts, texts) in enumerate(written.documents)
        ]
        connection.execute(sa.insert(tables.documents), documents)
        blocks = [
            {
                "segment_id": segment,
                "field": field,
                "number": number,
                "first_term": block.first,
                "terms": block.terms,
                "postings": block.postings,
                "places": block.places,
            }
            for field, cut in written.blocks.items()
            for number, block in enumerate(cut)
        ]
        if blocks:
            connection.execute(sa.insert(tables.blocks), blocks)

    # Turns

    @contextmanager
    def _transaction(self, isolation: str = "READ COMMITTED") -> Iterator[sa.Connection]:
        with self._telling(), self._engine.connect() as opened:
            connection = opened.execution_options(isolation_level=isolation)
            with connection.begin():
                try:
                    yield connection
                except sa.exc.DBAPIError as fault:
                    if getattr(fault.orig, "sqlstate", None) != _NOT_GOT:
                        raise
                    told = "Another process is writing the search index; try again in a moment."
                    raise IndexBusyError(told) from fault

    def _wait(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(self._lock_timeout * 1000)}")

    @contextmanager
    def _committing(self) -> Iterator[sa.Connection]:
        """Be the only writer until the block ends, and commit it as a new generation."""
        state, segments = self._tables.state, self._tables.segments
        with self._transaction() as connection:
            self._wait(connection)
            connection.execute(sa.select(state.c.id).where(state.c.id == STATE).with_for_update())
            yield connection
            connection.execute(sa.update(state).values(generation=state.c.generation + 1))
            connection.execute(sa.delete(segments).where(segments.c.retired_at < sa.func.now() - KEPT))

    @contextmanager
    def _turn_to_rebuild(self) -> Iterator[None]:
        """Be the only one who rebuilds until the block ends, or the process does."""
        with self._transaction() as connection:
            self._wait(connection)
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(REBUILD_TURN)))
            yield


def _listed(*columns: tuple[str, type[sa.types.TypeEngine[Any]]]) -> sa.TableValuedAlias:
    """Give the rows of some columns that are handed over as arrays: one plan, however many rows there are."""
    arrays = [sa.bindparam(f"{name}s", type_=ARRAY(kind)) for name, kind in columns]
    return sa.func.unnest(*arrays).table_valued(*(name for name, _ in columns), name="wanted").render_derived()


def _columns_of(rows: Sequence[tuple[Any, ...]], wanted: sa.TableValuedAlias) -> dict[str, list[Any]]:
    return {f"{name}s": list(column) for name, column in zip(wanted.c.keys(), zip(*rows, strict=True), strict=True)}
