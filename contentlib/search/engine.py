"""The names of Whoosh that this room uses, imported in one place; nothing else here decides anything."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # The package was written for Python 2 and 3.3: newer compilers warn of its invalid string escapes, once, when
    # they first compile it. Silenced for these imports alone; there is nothing that a reader could mend.
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    from whoosh.codec.whoosh3 import LENGTHS_COLUMN, STORED_COLUMN
    from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC as BLOCKS_BEGIN
    from whoosh.codec.whoosh3 import W3TermInfo as TermInfo
    from whoosh.columns import EmptyColumnReader
    from whoosh.fields import COLUMN, ID, STORED, FieldType, Schema
    from whoosh.filedb.filestore import FileStorage
    from whoosh.formats import Existence, Positions
    from whoosh.index import TOC, FileIndex, LockError
    from whoosh.lang.snowball import classes as snowball_classes
    from whoosh.reading import SegmentReader, TermNotFound
    from whoosh.util.filelock import FileLock
    from whoosh.util.numeric import byte_to_length
    from whoosh.writing import SegmentWriter

__all__ = [
    "BLOCKS_BEGIN",
    "COLUMN",
    "ID",
    "LENGTHS_COLUMN",
    "STORED",
    "STORED_COLUMN",
    "TOC",
    "EmptyColumnReader",
    "Existence",
    "FieldType",
    "FileIndex",
    "FileLock",
    "FileStorage",
    "LockError",
    "Positions",
    "Schema",
    "SegmentReader",
    "SegmentWriter",
    "TermInfo",
    "TermNotFound",
    "byte_to_length",
    "snowball_classes",
]
