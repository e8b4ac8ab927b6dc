"""What an admin sees of a library at work: jobs that wait, run or were given up, and who did what when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class JobLine:
    """How many jobs of a kind wait, run, and were given up; `oldest_at` is when the first that waits became due."""

    kind: str
    waiting: int
    running: int
    dead: int
    oldest_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class DeadJob:
    """A job that was given up: what it was about, as a title and a slug where there is one, and why, in a sentence."""

    id: int
    kind: str
    about: str
    slug: str | None
    reason: str
    attempts: int


@dataclass(frozen=True, kw_only=True)
class JobsView:
    """All jobs by kind, those given up one by one, and whether anybody works on them."""

    lines: tuple[JobLine, ...]
    dead: tuple[DeadJob, ...]
    dead_total: int
    is_worked_on: bool
    oldest_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """Which deeds are asked for; `about` is an asset's slug or a person's e-mail address, both days are included."""

    by: str = ""
    deed: str = ""
    subject: str = ""
    about: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """One deed: when, by whom, to what; `about` names the subject and `key` leads to it, where it still stands."""

    id: int
    at: datetime
    by: str
    deed: str
    subject: str
    about: str
    key: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class AuditView:
    """One page of the deeds asked for, newest first; the choices are everything that stands in the trail."""

    lines: tuple[AuditLine, ...]
    total: int
    people: tuple[tuple[str, str], ...]
    deeds: tuple[str, ...]
    subjects: tuple[str, ...]
