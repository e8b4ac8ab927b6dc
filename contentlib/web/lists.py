"""A page of a list and the addresses beside it; the list itself comes from a service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import abort, redirect

from contentlib.web.requests import address_with, page_number

Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class ListPage(Generic[Row]):
    """The rows of one page, counted from 1, and the addresses of its neighbours."""

    rows: Sequence[Row]
    first: int
    last: int
    previous: str | None
    next: str | None


def neighbours(
    rows: Sequence[Row], *, total: int, size: int, number: int | None = None, path: str | None = None
) -> ListPage[Row]:
    """Give a page, fetched already, with the addresses beside it.

    It is the page that the address asks for, unless its `number` is told; `path` is the list's own address, where this
    page has another.
    """
    number = number or page_number()
    lead_to_end(number, total=total, size=size, path=path)
    first = (number - 1) * size + 1
    last = first + len(rows) - 1
    return ListPage(
        rows=rows,
        first=min(first, total),
        last=min(last, total) if rows else 0,
        previous=address_with(path, page=number - 1 if number > 2 else None) if number > 1 else None,
        next=address_with(path, page=number + 1) if last < total else None,
    )


def lead_to_end(number: int, *, total: int, size: int, path: str | None = None) -> None:
    """Lead who asks for a page beyond the end of a list to the last one: lists become shorter."""
    end = -(-total // size)
    if number > end > 0:
        abort(redirect(address_with(path, page=end if end > 1 else None)))
