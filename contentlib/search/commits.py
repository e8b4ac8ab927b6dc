"""Writes one commit of the index: what goes, what comes, which segments are merged; it waits for nobody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contentlib.domain.errors import IndexBusyError
from contentlib.search import engine, schema

# Megabytes of postings that Whoosh holds before it spills to disk.
WRITER_MEMORY = 64
# Seconds to wait for a writer that does not know our own lock.
LOCK_PATIENCE = 5.0
# So many small segments are read side by side before they are merged; a merge rewrites all they hold.
SMALL_SEGMENT, MAX_SMALL_SEGMENTS = 1_000, 6


def commit(
    index: engine.FileIndex, documents: Iterable[dict[str, Any]], gone: Iterable[int], *, merges: bool = True
) -> None:
    """Delete, add and commit as one step: after a kill either all of it is there or nothing.

    `merges`: small segments become one when they are many. IndexBusyError when somebody writes past our own lock.
    """
    with index.storage.opening():
        # Not as one compound file: Whoosh would copy all of it into memory to read it.
        try:
            writer = engine.SegmentWriter(index, limitmb=WRITER_MEMORY, timeout=LOCK_PATIENCE, compound=False)
        except engine.LockError as fault:
            raise IndexBusyError("Another process is writing the search index; try again in a moment.") from fault
    try:
        with index.storage.opening():
            for asset_id in gone:
                writer.delete_by_term(schema.ID_FIELD, str(asset_id))
        for document in documents:
            writer.add_document(**document)
        writer.commit(mergetype=_merge if merges else _keep)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


def _merge(writer: engine.SegmentWriter, segments: list[Any]) -> list[Any]:
    """Choose what to merge into the new segment: small ones when they are many, and those mostly deleted."""
    small = [segment for segment in segments if segment.doc_count_all() < SMALL_SEGMENT]
    merged = [segment for segment in segments if segment.deleted_count() * 3 > segment.doc_count_all()]
    if len(small) > MAX_SMALL_SEGMENTS:
        merged += [segment for segment in small if segment not in merged]
    with writer.storage.opening():
        for segment in merged:
            reader = engine.SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
    return [segment for segment in segments if segment not in merged]


def _keep(_: engine.SegmentWriter, segments: list[Any]) -> list[Any]:
    """Merge nothing: a rebuild writes segments as large as they will ever be."""
    return segments
