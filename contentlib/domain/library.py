"""The marketers' table: what is asked for, in what order, and what is done to many assets at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contentlib.domain.assets import AssetStatus, LibraryRow

# Owners that are no person's address: assets without one, and those of people who are switched off.
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


@dataclass(frozen=True, kw_only=True)
class BulkOrder:
    """A deed with what it needs: `word` is "list:slug" of a word, `owner` an e-mail address, `reason` for archiving.

    Of the days those are set that are given; `cleared` names those that are taken away.
    """

    deed: BulkDeed
    word: str = ""
    owner: str = ""
    reason: str = ""
    publish_on: date | None = None
    expires_on: date | None = None
    review_by_on: date | None = None
    cleared: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class BulkLine:
    """One asset of many; `reason` says why nothing is done to it, empty where something is."""

    slug: str
    title: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class BulkEffect:
    """What a deed does, or would do: to which assets, which are so already, and which refuse.

    `entries` are the lines of the audit trail by which it can be taken back; `entry` is the one for all of them.
    """

    done: tuple[BulkLine, ...]
    already: tuple[BulkLine, ...]
    refused: tuple[BulkLine, ...]
    entries: tuple[int, ...] = ()
    entry: int | None = None

    @property
    def asked(self) -> int:
        """Give how many assets were chosen."""
        return len(self.done) + len(self.already) + len(self.refused)


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
