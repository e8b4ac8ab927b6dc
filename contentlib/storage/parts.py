"""Many values in parts that one statement takes; it asks nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def in_parts(values: Sequence[T], most: int = 1_000) -> Iterator[Sequence[T]]:
    """Give values in order, at most so many at a time.

    SQLite takes at most 32,766 parameters; a thousand keeps statements readable in logs too.
    """
    for start in range(0, len(values), most):
        yield values[start : start + most]
