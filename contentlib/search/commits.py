"""Writes one commit of the index: what goes, what comes, which segments are merged; it waits for nobody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contentlib.domain.errors import IndexBusyError
from contentlib.search import engine, entries, schema
from contentlib.search.blocks import Writer

# Seconds to wait for a writer that does not know our own lock.
LOCK_PATIENCE = 5.0
# So many small segments are read side by side before they are merged; a merge rewrites all they hold.
SMALL_SEGMENT, MAX_SMALL_SEGMENTS = 1_000, 6


def commit(
    index: engine.FileIndex, documents: Iterable[entries.Document], gone: Iterable[int], *, merges: bool = True
) -> None:
    """Delete, add and commit as one step: after a kill either all of it is there or nothing.

    `merges`: small segments become one when they are many. IndexBusyError when somebody writes past our own lock.
    """
    with index.storage.opening():
        try:
            writer = Writer(index, timeout=LOCK_PATIENCE)
        except engine.LockError as fault:
            raise IndexBusyError("Another process is writing the search index; try again in a moment.") from fault
    try:
        with index.storage.opening():
            for asset_id in gone:
                writer.delete_by_term(schema.ID_FIELD, str(asset_id))
        for document in documents:
            writer.add(document)
        writer.commit(mergetype=_merge if merges else _keep)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


def _merge(writer: Writer, segments: list[Any]) -> list[Any]:
    """Choose what to merge into the new segment: small ones when they are many, and those mostly deleted."""
    small = [segment for segment in segments if segment.doc_count_all() < SMALL_SEGMENT]
    merged = [segment for segment in segments if segment.deleted_count() * 3 > segment.doc_count_all()]
    if len(small) > MAX_SMALL_SEGMENTS:
        merged += [segment for segment in small if segment not in merged]
    with writer.storage.opening():
        for segment in merged:
            _take_over(writer, engine.SegmentReader(writer.storage, writer.schema, segment))
    return [segment for segment in segments if segment not in merged]


def _take_over(writer: Writer, reader: engine.SegmentReader) -> None:
    """Write what is left of a segment once more; its texts are analysed anew, which is quicker than to copy lists."""
    try:
        column = reader.column_reader(schema.FACTS_FIELD, translate=False)
        for doc in range(reader.doc_count_all()):
            if not reader.is_deleted(doc):
                stored = reader.stored_fields(doc)[schema.TEXTS_FIELD]
                writer.add(entries.read_back(bytes(column[doc]), stored))
    finally:
        reader.close()


def _keep(_: Writer, segments: list[Any]) -> list[Any]:
    """Merge nothing: a rebuild writes segments as large as they will ever be."""
    return segments
