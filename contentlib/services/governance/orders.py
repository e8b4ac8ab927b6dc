"""What is asked for and what came of it, as plain values that doors hand in and show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contentlib.domain.assets import AssetStatus
from contentlib.domain.governance import Move


@dataclass(frozen=True, kw_only=True)
class Order:
    """A move that somebody asks for; `number` is the version that they looked at, None for whichever is newest.

    `reason` is a word of one's own, `reasons` are keys of the domain's list. `reviewer` is the e-mail address of the
    sales reviewer to ask, `publish_on` the day from which customers may have it.
    """

    move: Move
    slug: str
    number: int | None = None
    reason: str = ""
    reasons: tuple[str, ...] = ()
    reviewer: str | None = None
    publish_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a deed came to, in a sentence; `entry` is its line in the audit trail, by which it can be taken back."""

    slug: str
    title: str
    number: int
    status: AssetStatus
    sentence: str
    entry: int


@dataclass(frozen=True, kw_only=True)
class Undone:
    """What stands as before again."""

    slug: str
    sentence: str
