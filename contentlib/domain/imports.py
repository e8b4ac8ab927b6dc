"""Rows that come from files, already typed, and what an import answers; reading files is the door's work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contentlib.domain.deals import Outcome
from contentlib.domain.findings import Finding, Level
from contentlib.domain.usage import Channel


@dataclass(frozen=True, kw_only=True)
class DealRow:
    """One deal of a file; `line` is the line it starts on. Every attribute but id and outcome may be missing."""

    line: int
    deal: str
    account: str | None = None
    name: str | None = None
    amount_minor: int | None = None
    currency: str | None = None
    industry: str | None = None
    size: str | None = None
    region: str | None = None
    owner: str | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    lost_reason: str | None = None
    stage: str | None = None


@dataclass(frozen=True, kw_only=True)
class StageRow:
    """A deal entered a stage."""

    line: int
    deal: str
    stage: str
    entered_at: datetime


@dataclass(frozen=True, kw_only=True)
class HealthRow:
    """What the CRM said of a deal at a time."""

    line: int
    deal: str
    at: datetime
    health: int
    forecast_category: str | None = None


@dataclass(frozen=True, kw_only=True)
class UsageRow:
    """Something was used; without `version` the one current at that time is meant."""

    line: int
    asset: str
    deal: str | None
    rep: str
    occurred_at: datetime
    channel: Channel
    version: int | None = None


class RowForm(Protocol):
    """How a file of rows differs from the neutral one, and how to read it as that."""

    @property
    def encoding(self) -> str:
        """The text encoding, by Python's name."""

    @property
    def delimiter(self) -> str:
        """The sign between cells."""

    @property
    def quote(self) -> str:
        """The sign around cells that hold the delimiter."""

    @property
    def skip_lines(self) -> int:
        """How many lines stand before the one that names the columns."""

    @property
    def is_numbered(self) -> bool:
        """Whether rows are known by their number, which refused rows then carry with them."""

    def check(self, header: Sequence[str]) -> list[Finding]:
        """Compare with a file's first line; raises InvalidInputError when a column that is read is missing."""

    def translate(self, cells: Mapping[str, str], number: int) -> dict[str, str]:
        """Give a row of the neutral file, or raise ValueError with a sentence; rows are numbered from 1."""


@dataclass(frozen=True, kw_only=True)
class RefusedRow:
    """A row that was not taken, and why."""

    line: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ImportAnswer:
    """What an import did, row by row counted."""

    total: int
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: tuple[RefusedRow, ...] = ()
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RefusedSource:
    """An authored file that was not taken, where it broke, why, and what mends it, where that is known."""

    path: str
    line: int
    reason: str
    mend: str | None = None

    def as_finding(self) -> Finding:
        """Say the same as a finding that blocks."""
        return Finding(
            level=Level.ERROR, code="refused", message=self.reason, mend=self.mend, path=self.path, line=self.line
        )


@dataclass(frozen=True, kw_only=True)
class SyncAnswer:
    """What a content sync did, file by file counted."""

    total: int
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    vanished: int = 0
    refused: tuple[RefusedSource, ...] = ()
    warnings: tuple[Finding, ...] = ()
