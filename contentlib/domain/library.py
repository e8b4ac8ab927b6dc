"""The marketers' table: what is asked for, in what order, and what is done to many assets at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any

from contentlib.domain.assets import AssetStatus, LibraryRow

# Owners that are no person's address: assets without one, and those of people who are disabled.
NOBODY, LEFT = "nobody", "left"


class LibrarySort(StrEnum):
    """What the table is ordered by."""

    TITLE = "title"
    OWNER = "owner"
    REVIEW = "review"
    CHANGED = "changed"
    USES = "uses"


@dataclass(frozen=True, kw_only=True)
class LibraryFilter:
    """Which assets are asked for; empty asks for all. `owner` is an e-mail address, a name, NOBODY or LEFT."""

    status: AssetStatus | None = None
    kind: str = ""
    stage: str = ""
    owner: str = ""
    tag: str = ""
    is_overdue: bool = False
    text: str = ""
    slugs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LibraryPage:
    """One page of the table, how many were asked for, how many there are of each status, and who owns anything."""

    rows: tuple[LibraryRow, ...]
    total: int
    counts: Mapping[AssetStatus, int]
    owners: tuple[tuple[str, str], ...]


class BulkDeed(StrEnum):
    """What can be done to many assets at once."""

    TAG = "tag"
    UNTAG = "untag"
    STAGE = "stage"
    OWNER = "owner"
    DATES = "dates"
    VERIFY = "verify"
    SUBMIT = "submit"
    ARCHIVE = "archive"
    RELINK = "relink"
    ACCEPT = "accept"
    ASK = "ask"
    SHEET = "sheet"


@dataclass(frozen=True, kw_only=True)
class BulkOrder:
    """A deed with what it needs: `word` is "list:slug" of a word, `owner` an e-mail address, `reason` a sentence.

    Of the days those are set that are given; `cleared` names those that are taken away. `link` is the address that
    texts are to carry no more, `to` the one in its place, empty to take the link out. `fault` is the code of what
    owners are asked to mend. `batch` tells an order that is carried out from others like it.
    """

    deed: BulkDeed
    word: str = ""
    owner: str = ""
    reason: str = ""
    link: str = ""
    to: str = ""
    fault: str = ""
    batch: str = ""
    publish_on: date | None = None
    expires_on: date | None = None
    review_by_on: date | None = None
    cleared: frozenset[str] = frozenset()

    def as_dict(self) -> dict[str, Any]:
        """Give what is told, as plain values that can be stored."""
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        told |= {name: day.isoformat() for name, day in told.items() if isinstance(day, date)}
        return {name: value for name, value in told.items() if value} | {"cleared": sorted(self.cleared)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> BulkOrder:
        """Read back what `as_dict` gave."""
        days = {name: date.fromisoformat(stored[name]) for name in BULK_DAYS if name in stored}
        return cls(**{**stored, **days, "deed": BulkDeed(stored["deed"]), "cleared": frozenset(stored["cleared"])})


# The days that an order can set.
BULK_DAYS = ("publish_on", "expires_on", "review_by_on")


class BulkOutcome(StrEnum):
    """What becomes of one asset of many."""

    DONE = "done"
    ALREADY = "already"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class BulkLine:
    """One asset of many; `reason` says why nothing is done to it, empty where something is.

    `entry` is the line of the audit trail by which it can be taken back, `line` that of the sheet that names it.
    """

    slug: str
    title: str
    outcome: BulkOutcome = BulkOutcome.DONE
    reason: str = ""
    entry: int | None = field(default=None, compare=False)
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class BulkEffect:
    """What a deed does, or would do, to each asset; `entry` is the line of the audit trail for all of them."""

    lines: tuple[BulkLine, ...]
    entry: int | None = None

    @property
    def done(self) -> tuple[BulkLine, ...]:
        """Give what is changed."""
        return self._of(BulkOutcome.DONE)

    @property
    def already(self) -> tuple[BulkLine, ...]:
        """Give what is so already."""
        return self._of(BulkOutcome.ALREADY)

    @property
    def refused(self) -> tuple[BulkLine, ...]:
        """Give what cannot be."""
        return self._of(BulkOutcome.REFUSED)

    @property
    def asked(self) -> int:
        """Give how many assets were chosen."""
        return len(self.lines)

    def _of(self, outcome: BulkOutcome) -> tuple[BulkLine, ...]:
        return tuple(line for line in self.lines if line.outcome is outcome)


class RunState(StrEnum):
    """How far a deed on more assets is than can be done while somebody waits."""

    LOOKING = "looking"
    LOOKED = "looked"
    DOING = "doing"
    DONE = "done"
    STOPPED = "stopped"
    UNDOING = "taking back"
    UNDONE = "taken back"

    @property
    def is_at_work(self) -> bool:
        """Tell whether it goes on by itself."""
        return self in {RunState.LOOKING, RunState.DOING, RunState.UNDOING}


@dataclass(frozen=True, kw_only=True)
class BulkRun:
    """A deed on many assets that goes on in the background; `place` of `total` are behind it in this state.

    `counts` are those of the state, as far as it is; `lines` holds some of each outcome. Of a sheet `file_name` is what
    it was called, and `unknown` its columns that mean nothing here.
    """

    id: int
    order: BulkOrder
    state: RunState
    place: int
    total: int
    counts: Mapping[BulkOutcome, int]
    lines: Mapping[BulkOutcome, tuple[BulkLine, ...]]
    file_name: str = ""
    unknown: tuple[str, ...] = ()


# The columns of the library as a sheet, beside the slug by which an asset is known: what stands there to be read, and
# what can be changed there.
SHEET_FIXED = ("title", "kind", "status")
SHEET_LISTS = ("stages", "industries", "personas", "products", "regions", "tags")
SHEET_DAYS = ("publish_on", "expires_on", "review_by")


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One asset in the sheet; what a sheet has no column for is None or left out, and stays as it is."""

    line: int = 0
    slug: str
    fixed: Mapping[str, str]
    owner: str | None
    words: Mapping[str, tuple[str, ...]]
    days: Mapping[str, date | None]

    def as_dict(self) -> dict[str, Any]:
        """Give what it says, as plain values that can be stored."""
        told: dict[str, Any] = {"line": self.line, "slug": self.slug, "owner": self.owner, "fixed": dict(self.fixed)}
        days = {name: day.isoformat() if day else None for name, day in self.days.items()}
        return told | {"words": {name: list(words) for name, words in self.words.items()}, "days": days}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> SheetRow:
        """Read back what `as_dict` gave."""
        words = {name: tuple(words) for name, words in stored["words"].items()}
        days = {name: date.fromisoformat(day) if day else None for name, day in stored["days"].items()}
        return cls(**{**stored, "words": words, "days": days})


@dataclass(frozen=True, kw_only=True)
class SheetLine:
    """One line of a sheet: its cells as they came, and what it says of an asset, or why it cannot be read."""

    line: int
    cells: tuple[str, ...]
    row: SheetRow | None = None
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain values that can be stored."""
        told: dict[str, Any] = {"line": self.line, "cells": list(self.cells), "reason": self.reason}
        return told | {"row": self.row.as_dict() if self.row is not None else None}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> SheetLine:
        """Read back what `as_dict` gave."""
        row = SheetRow.from_dict(stored["row"]) if stored["row"] is not None else None
        return cls(**{**stored, "cells": tuple(stored["cells"]), "row": row})
