"""Writes a segment of the index in the format of Whoosh, whole fields at once; it analyses no text.

Whoosh takes one posting after the other through a sorted pool on disk, which costs more than everything else together.
What is written here is what its own writer would have written, and its readers read it as their own.
"""

from __future__ import annotations

import heapq
import operator
import pickle
import struct
import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from contentlib.search import engine, entries, schema
from contentlib.search.inversion import Inversion, Inverted, of_one_field
from contentlib.search.segments import LENGTHS

# Documents of one block: whoever wants the places of a few of them reads the blocks that hold these.
BLOCK = 1_024
# How hard blocks are packed, 1 to 9: a third of the bytes for a tenth of the time of writing.
PACKED = 1
# Blocks of fewer bytes are not packed at all.
UNPACKED = 200
# So many postings are written at a time.
AT_ONCE = 50_000


class Writer(engine.SegmentWriter):  # type: ignore[misc]
    """A writer of one new segment that keeps its documents until the commit, and then writes them field by field."""

    def __init__(self, index: engine.FileIndex, *, timeout: float) -> None:
        """Wait so many seconds for a writer that does not know our own lock; LockError after that."""
        # Not as one compound file: Whoosh would copy all of it into memory to read it.
        engine.SegmentWriter.__init__(self, index, timeout=timeout, compound=False)
        # Id, facts and stored texts of each document; what there was to analyse need not wait.
        self._documents: list[tuple[int, bytes, str]] = []
        self._inversion = Inversion()

    def add(self, document: entries.Document) -> None:
        """Put one more document in."""
        self._inversion.add(document.texts, document.language)
        self._documents.append((document.asset_id, document.facts, document.stored))
        self.docnum += 1
        self._added = True

    def _flush_segment(self) -> None:
        lengths = {}
        for name, found in self._fields():
            self._write_field(name, found)
            lengths[name] = found.lengths.tolist()
        self.fieldwriter.close()
        self._write_documents(lengths)

    def _fields(self) -> Iterator[tuple[str, Inverted]]:
        """Give all fields in the order of their names."""
        ids = [(str(asset_id).encode(), doc) for doc, (asset_id, _, _) in enumerate(self._documents)]
        return heapq.merge(
            self._inversion.fields(), [(schema.ID_FIELD, of_one_field(ids, len(ids)))], key=operator.itemgetter(0)
        )

    def _write_documents(self, lengths: dict[str, list[int]]) -> None:
        writer = self.perdocwriter
        column = self.schema[schema.FACTS_FIELD].column_type
        for doc, (_, facts, stored) in enumerate(self._documents):
            writer.start_doc(doc)
            for name, each in lengths.items():
                writer.add_field(name, self.schema[name], None, each[doc])
            writer.add_column_value(schema.FACTS_FIELD, column, facts)
            writer.add_field(schema.TEXTS_FIELD, self.schema[schema.TEXTS_FIELD], stored, 0)
            writer.finish_doc()
        writer.close()

    def _write_field(self, name: str, found: Inverted) -> None:
        fields = self.fieldwriter
        fields.start_field(name, self.schema[name])
        field = struct.pack("!H", fields._fieldid)
        file, add = fields._postfile, fields._tindex.add
        offset = file.tell()
        for term, info, blocks in _postings(found):
            data = engine.BLOCKS_BEGIN + blocks
            file.write(data)
            add(field + term, info + struct.pack("!qi", offset, len(data)))
            offset += len(data)
        fields.finish_field()


def _postings(found: Inverted) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Give each term with what is told of it, but for where its blocks stand, and with its blocks."""
    # Some terms at a time: as Python's own numbers all postings at once would take a hundred bytes each.
    first = 0
    while first < len(found.terms):
        reach = np.searchsorted(found.starts, found.starts[first] + AT_ONCE, side="right") - 1
        last = min(max(int(reach), first + 1), len(found.terms))
        yield from _some_postings(found, first, last)
        first = last


def _some_postings(found: Inverted, first: int, last: int) -> Iterator[tuple[bytes, bytes, bytes]]:
    begin, end = found.starts[first], found.starts[last]
    starts = found.starts[first : last + 1] - begin
    docs, counts, firsts = found.docs[begin:end], found.counts[begin:end], starts[:-1]
    sizes = np.searchsorted(LENGTHS[:-1], found.lengths[docs])
    steps = np.diff(docs, prepend=0)
    columns = zip(
        found.terms[first:last],
        firsts.tolist(),
        starts[1:].tolist(),
        np.add.reduceat(counts, firsts).tolist(),
        np.minimum.reduceat(counts, firsts).tolist(),
        np.maximum.reduceat(counts, firsts).tolist(),
        np.minimum.reduceat(sizes, firsts).tolist(),
        np.maximum.reduceat(sizes, firsts).tolist(),
        strict=True,
    )
    values = _values(found, int(begin), int(end))
    listed, moves, often = docs.tolist(), steps.tolist(), counts.tolist()
    for term, at, to, total, fewest, most, shortest, longest in columns:
        info = engine.TermInfo._struct.pack(0, total, to - at, shortest, longest, most, listed[at], listed[to - 1])
        blocks = b""
        for start in range(at, to, BLOCK):
            stop = min(start + BLOCK, to)
            held = (
                (listed[start], *moves[start + 1 : stop]),
                # None stands for once in each document.
                None if most == 1 else float(most) if fewest == most else tuple(map(float, often[start:stop])),
                None if values is None else tuple(values[start:stop]),
            )
            data = pickle.dumps(held, 4)
            packed = zlib.compress(data, PACKED) if len(data) > UNPACKED else data
            # What is told of the whole term bounds each of its blocks.
            about = (stop - start, listed[stop - 1], float(most), int(packed is not data), shortest, longest)
            told = pickle.dumps(about, 2)
            length = len(told) + len(packed)
            blocks += struct.pack("!i", -length if stop == to else length) + told + packed
        yield term, info, blocks


def _values(found: Inverted, begin: int, end: int) -> Sequence[bytes] | None:
    """Give the places in each document, written as the format does."""
    if found.places is None:
        return None
    ends = np.cumsum(found.counts)
    base = int(ends[begin - 1]) if begin else 0
    written = found.places[base : int(ends[end - 1])].tobytes()
    cuts = ((ends[begin:end] - base) * schema.PLACE.itemsize).tolist()
    return [written[left:right] for left, right in zip([0, *cuts], cuts, strict=False)]
