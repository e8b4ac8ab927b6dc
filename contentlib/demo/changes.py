"""What the demo's people are at work on: texts that wait, agreed to by one side or sent back; nothing is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from contentlib.domain.governance import Move
from contentlib.library import Library
from contentlib.services.authoring import saving, writing
from contentlib.services.governance import Order


@dataclass(frozen=True, kw_only=True)
class Change:
    """A text that somebody changed and submitted some days ago, and what was said of it since.

    `old` stands once in the asset's file, `new` is what it says now. `said` are moves by others, each with its words.
    """

    slug: str
    by: str
    days_ago: int
    old: str
    new: str
    note: str
    said: tuple[tuple[Move, str, str], ...] = ()


MARCO, GRETA = "marco.bellini@tarnwell.example", "greta.lindqvist@tarnwell.example"
INES, LEO = "ines.dahl@tarnwell.example", "leo.castellan@tarnwell.example"
CHANGES = (
    Change(
        slug="rollout-plan-deck",
        by=GRETA,
        days_ago=4,
        old="How a roll-out runs, and what it asks of your people",
        new="How a roll-out runs, what it asks of your people, and in which week",
        note="People ask for the weeks first.",
    ),
    Change(
        slug="return-on-one-line",
        by=MARCO,
        days_ago=2,
        old="Eight stops a month of 105 minutes are 14 hours.",
        new="Eight stops a month of 105 minutes are 14 hours, as on the median of 38 lines.",
        note="Says where the example comes from.",
        said=((Move.APPROVE, INES, "I would send it tomorrow."),),
    ),
    Change(
        slug="tessel-pharma-pack-deviations",
        by=MARCO,
        days_ago=5,
        old="audited by everyone who does: 31 times in 2025, authorities not included.",
        new="audited by everyone who does: more than 40 times in 2025.",
        note="A rounder figure.",
        said=((Move.SEND_BACK, LEO, "Their quality unit signed off 31. Keep it, or get a new signature."),),
    ),
)


def make_changes(library: Library, midnight: datetime) -> None:
    """Have the changes written, submitted and spoken on, each on its day."""
    for change in CHANGES:
        with library.as_of(midnight - timedelta(days=change.days_ago)):
            _submit(library, change)
        for days, (move, by, words) in enumerate(change.said, start=1):
            with library.as_of(midnight - timedelta(days=change.days_ago - days)):
                library.govern(library.act_as(by), Order(move=move, slug=change.slug, reason=words))


def _submit(library: Library, change: Change) -> None:
    actor = library.act_as(change.by)
    with library.work(actor) as uow:
        saving.take_over(uow, change.slug)
    with library.read(actor) as reading:
        opened = writing.open_text(reading, change.slug)
    library.save_text(
        actor,
        slug=change.slug,
        kind=opened.kind,
        text=opened.text.replace(change.old, change.new, 1),
        base=opened.number,
        publish=False,
        note=change.note,
    )
    library.govern(actor, Order(move=Move.SUBMIT, slug=change.slug, reason=change.note))
