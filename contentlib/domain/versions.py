"""What differs between two versions of an asset, page by page and word by word; it knows no files and no pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TypeVar

from contentlib.domain.assets import PagePlace
from contentlib.domain.page_places import Place

T = TypeVar("T")

# Words around a difference that make it understood; longer stretches that are the same are left out.
_AROUND = 8


class RunSide(StrEnum):
    """In which of two texts some words stand."""

    BOTH = "both"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, kw_only=True)
class Run:
    """Words of one side in a row."""

    side: RunSide
    text: str


@dataclass(frozen=True, kw_only=True)
class ComparedPage:
    """A page as it is compared: its number, title and words."""

    number: int
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class PageChange:
    """A page that differs; `before` is None for a new page, `after` for one that is gone."""

    title: str
    before: int | None
    after: int | None
    runs: tuple[Run, ...]


@dataclass(frozen=True, kw_only=True)
class PagePair:
    """Two page pictures that differ, None where there is none on a side; `gone` and `new` are places that differ."""

    before: PagePlace | None
    after: PagePlace | None
    gone: tuple[Place, ...] = ()
    new: tuple[Place, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ComparedVersion:
    """One of two versions that are compared, with its page pictures as far as they are drawn."""

    number: int
    title: str
    note: str
    made_by: str | None
    made_at: datetime
    is_current: bool
    pages: tuple[PagePlace, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two versions side by side: what their pages and their records say differently, and which pictures differ."""

    before: ComparedVersion
    after: ComparedVersion
    changes: tuple[PageChange, ...]
    record: tuple[Run, ...]
    changed_pages: tuple[PagePair, ...]
    same_pages: int


def compare_pages(before: Sequence[ComparedPage], after: Sequence[ComparedPage]) -> tuple[PageChange, ...]:
    """Compare two versions page by page; pages that say the same are left out, wherever they stand now."""
    changes = []
    for old, new in pair(before, after, [_said(page) for page in before], [_said(page) for page in after]):
        runs = compare_words(old.text if old else "", new.text if new else "")
        shown = new or old
        if shown is not None:
            changes.append(
                PageChange(
                    title=shown.title,
                    before=old.number if old else None,
                    after=new.number if new else None,
                    runs=runs or compare_words(old.title if old else "", new.title if new else ""),
                )
            )
    return tuple(changes)


def _said(page: ComparedPage) -> str:
    return " ".join(f"{page.title} {page.text}".split())


def pair(
    before: Sequence[T],
    after: Sequence[T],
    old_keys: Sequence[str],
    new_keys: Sequence[str],
    *,
    with_same: bool = False,
) -> Iterator[tuple[T | None, T | None]]:
    """Pair what differs of two rows of things by their keys, in order; what is left over stands alone.

    Those whose keys are the same are paired too if asked.
    """
    for sort, a, b, c, d in SequenceMatcher(a=old_keys, b=new_keys, autojunk=False).get_opcodes():
        if sort == "equal" and not with_same:
            continue
        old, new = before[a:b], after[c:d]
        for position in range(max(len(old), len(new))):
            yield (
                old[position] if position < len(old) else None,
                new[position] if position < len(new) else None,
            )


def compare_words(before: str, after: str) -> tuple[Run, ...]:
    """Give the words that differ with some around them; nothing when both say the same.

    Lines are compared first and words only within lines that differ, so that long texts take no longer than they must.
    """
    old, new = before.splitlines(), after.splitlines()
    found: list[tuple[RunSide, list[str]]] = []
    lines = SequenceMatcher(a=[_plain(line) for line in old], b=[_plain(line) for line in new], autojunk=False)
    for sort, a, b, c, d in lines.get_opcodes():
        gone, come = " ".join(old[a:b]).split(), " ".join(new[c:d]).split()
        if sort == "equal":
            _add(found, RunSide.BOTH, come)
            continue
        for inner, e, f, g, h in SequenceMatcher(a=gone, b=come, autojunk=False).get_opcodes():
            if inner == "equal":
                _add(found, RunSide.BOTH, come[g:h])
            else:
                _add(found, RunSide.GONE, gone[e:f])
                _add(found, RunSide.NEW, come[g:h])
    if all(side is RunSide.BOTH for side, _ in found):
        return ()
    return tuple(_shortened(found))


def _plain(line: str) -> str:
    return " ".join(line.split())


def _add(found: list[tuple[RunSide, list[str]]], side: RunSide, words: list[str]) -> None:
    if not words:
        return
    if found and found[-1][0] is side:
        found[-1][1].extend(words)
    else:
        found.append((side, list(words)))


def _shortened(found: Sequence[tuple[RunSide, list[str]]]) -> Iterator[Run]:
    """Leave out the middle of stretches that are the same, and their far ends."""
    for position, (side, words) in enumerate(found):
        text = " ".join(words)
        if side is RunSide.BOTH:
            is_first, is_last = position == 0, position == len(found) - 1
            most = _AROUND if is_first or is_last else 2 * _AROUND
            if len(words) > most:
                head = "" if is_first else " ".join(words[:_AROUND]) + " "
                tail = "" if is_last else " " + " ".join(words[-_AROUND:])
                text = f"{head}…{tail}"
        yield Run(side=side, text=text)
