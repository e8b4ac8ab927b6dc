"""What the demo's people said of assets and miss in the library, through the same deeds that people use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from contentlib.demo.people import DOMAIN
from contentlib.domain.content_requests import Wanted
from contentlib.domain.people import OPERATOR, Actor
from contentlib.library import Library
from contentlib.services import content_requests, deals, feedback, people

_RITA, _SAM, _INES, _MARCO, _LEO = "rita.vance", "sam.okafor", "ines.dahl", "marco.bellini", "leo.castellan"


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody said of an asset, so many days ago; `answer` is the lead's."""

    days: int
    by: str
    asset: str
    sort: str
    comment: str = ""
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class Missed:
    """What somebody asked for, who voted for it, and what became of it: (status, answer, asset)."""

    days: int
    by: str
    wanted: Wanted
    voters: tuple[str, ...] = ()
    became: tuple[str, str, str] | None = None


SAID = (
    Said(days=20, by=_RITA, asset="rounds-at-a-glance", sort="helpful"),
    Said(days=18, by=_SAM, asset="rounds-at-a-glance", sort="helpful", comment="Opens the door with plant directors."),
    Said(days=9, by=_INES, asset="rounds-at-a-glance", sort="outdated", comment="Customers ask for the new menu."),
    Said(
        days=14,
        by=_SAM,
        asset="return-on-one-line",
        sort="does not fit my market",
        comment="In Charlotte they count in dollars and in shifts.",
        answer="A version for North America comes with the next price list.",
    ),
    Said(days=6, by=_RITA, asset="orrin-dairy-unplanned-stops", sort="helpful"),
    Said(days=2, by=_INES, asset="connect-data-sheet", sort="wrong", comment="The list of systems lacks one we ship."),
)
MISSED = (
    Missed(
        days=21,
        by=_RITA,
        wanted=Wanted(
            title="NIS2 for water utilities, in one page",
            wish="IT asks for it in every second talk.\nWhat the law wants, and what the ledger already proves.",
            stage="consideration",
            industry="water-utilities",
            persona="it-and-security",
            kind="one-sheeter",
        ),
        voters=(_SAM, _INES),
    ),
    Missed(
        days=16,
        by=_SAM,
        wanted=Wanted(title="A case study with a lift and elevator fleet", kind="case-study", stage="awareness"),
        voters=(_RITA,),
        became=("planned", "A customer in Leeds has agreed to be asked in spring.", ""),
    ),
    Missed(
        days=15,
        by=_INES,
        wanted=Wanted(title="Security answers to send before the questionnaire", persona="it-and-security"),
        voters=(_RITA,),
        became=("delivered", "", "security-data-sheet"),
    ),
    Missed(
        days=11,
        by=_SAM,
        wanted=Wanted(title="Fleet telematics compared", kind="battlecard"),
        became=("declined", "We do not sell into fleets; send such leads to a partner.", ""),
    ),
    Missed(days=3, by=_INES, wanted=Wanted(title="What to tell a works council", industry="packaging")),
)


def fill(library: Library, midnight: datetime) -> None:
    """Have it said and asked on its days, oldest first."""
    with library.read(OPERATOR) as reading:
        actors = {name: people.act_as(reading, f"{name}@{DOMAIN}") for name in (_RITA, _SAM, _INES, _MARCO, _LEO)}
    for days in sorted({one.days for one in (*SAID, *MISSED)}, reverse=True):
        with library.as_of(midnight - timedelta(days=days)):
            for said in (one for one in SAID if one.days == days):
                _say(library, actors, said)
            for missed in (one for one in MISSED if one.days == days):
                _miss(library, actors, missed)


def _say(library: Library, actors: dict[str, Actor], said: Said) -> None:
    with library.work(actors[said.by]) as uow:
        given = feedback.give(uow, slug=said.asset, sort=said.sort, comment=said.comment)
    if said.answer:
        with library.work(actors[_LEO]) as uow:
            feedback.settle(uow, slug=given.slug, feedback_id=given.id, answer=said.answer)


def _miss(library: Library, actors: dict[str, Actor], missed: Missed) -> None:
    with library.work(actors[missed.by]) as uow:
        asked = content_requests.ask(uow, missed.wanted)
    for voter in (missed.by, *missed.voters):
        with library.work(actors[voter]) as uow:
            own, _ = deals.list_deals(uow, is_mine=True, limit=1)
            content_requests.vote(uow, asked.id, deal=own[0].id if own else "")
    if missed.became is not None:
        status, answer, asset = missed.became
        with library.work(actors[_MARCO]) as uow:
            content_requests.answer(uow, asked.id, status=status, text=answer, asset=asset, seen=0)
