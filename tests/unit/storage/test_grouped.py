"""Rows that come in ones are written as groups, in order, by somebody else; a row at fault harms no other."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from contentlib.storage.grouped import GroupedWriter


def test_rows_are_written_together_and_in_order():
    groups: list[list[int]] = []
    writer: GroupedWriter[int] = GroupedWriter(lambda rows: groups.append(list(rows)))
    for number in range(5):
        writer.put(number)
    assert groups == []  # whoever puts does not write
    writer.flush()
    assert groups == [[0, 1, 2, 3, 4]]
    writer.close()


def test_a_row_is_written_by_itself_after_a_moment():
    written = threading.Event()
    by: list[str] = []

    def write(_rows: Sequence[int]) -> None:
        by.append(threading.current_thread().name)
        written.set()

    writer: GroupedWriter[int] = GroupedWriter(write)
    writer.put(1)
    assert written.wait(10)
    assert by == ["grouped-writer"]
    writer.close()


def test_a_row_that_cannot_be_written_harms_no_other():
    kept: list[int] = []

    def write(rows: Sequence[int]) -> None:
        if 13 in rows:
            raise ValueError("not this one")
        kept.extend(rows)

    writer: GroupedWriter[int] = GroupedWriter(write)
    for number in (12, 13, 14):
        writer.put(number)
    writer.close()
    assert kept == [12, 14]


def test_closing_writes_what_is_left():
    kept: list[int] = []
    writer: GroupedWriter[int] = GroupedWriter(kept.extend)
    writer.put(1)
    writer.close()
    assert kept == [1]
