"""The page of components: every part in every state, on made-up specimens; it reads nothing from the library."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template

from contentlib.domain.assets import AssetStatus, Audience, Evidence, Plate, StageMark, TrustLine
from contentlib.domain.deals import DealStageMark
from contentlib.domain.findings import Finding, Level
from contentlib.domain.governance import Side, Standing
from contentlib.domain.people import Permission
from contentlib.domain.reports import Verdict
from contentlib.domain.versions import ComparedPage, ComparedVersion, Comparison, compare_pages, compare_words
from contentlib.services.governance import SideLine
from contentlib.web.login import requires
from contentlib.web.requests import library

room = Blueprint("design", __name__)

_FUNNEL = ("awareness", "consideration", "decision", "onboarding")
_DEAL_STAGES = ("Discovery", "Qualification", "Evaluation", "Proposal", "Negotiation")


@room.get("/design")
@requires(Permission.FIND_ASSETS)
def components() -> str:
    """Show every component in every state."""
    specimen = {
        "stages": [_stages("awareness"), _stages("consideration", "decision"), _stages(*_FUNNEL)],
        "thread": [
            DealStageMark(slug=label.lower(), label=label, is_current=label == "Proposal", is_past=place < 3)
            for place, label in enumerate(_DEAL_STAGES)
        ],
        "evidences": _evidences(),
        "trusts": _trusts(),
        "plates": _plates(),
        "findings": _findings(),
        "sides": _sides(),
        "comparison": _comparison(),
        "standings": list(Standing),
    }
    return render_template("design.html", specimen=specimen)


def _stages(*on: str) -> tuple[StageMark, ...]:
    return tuple(StageMark(slug=slug, label=slug.capitalize(), is_on=slug in on) for slug in _FUNNEL)


def _evidences() -> list[Evidence]:
    rated = (
        (Verdict.HELPS, 0.10, 0.02, 0.19),
        (Verdict.NO_CLEAR_DIFFERENCE, 0.02, -0.05, 0.09),
        (Verdict.NOT_ENOUGH_DATA, 0.08, -0.07, 0.22),
        (Verdict.CANNOT_TELL, 0.10, 0.01, 0.19),
        (Verdict.REVIEW, -0.13, -0.22, -0.05),
        (Verdict.PAPERWORK, None, None, None),
    )
    return [
        Evidence(deals=96, label=verdict.value, lift=lift, lo=lo, hi=hi, tau=0.02) for verdict, lift, lo, hi in rated
    ]


def _trusts() -> list[TrustLine]:
    today = library().clock().date()
    usual: dict[str, Any] = {
        "owner": "Marco Bellini",
        "verified_on": today - timedelta(days=16),
        "version": 4,
        "expires_in_days": None,
        "is_review_due": False,
        "audience": Audience.EXTERNAL,
        "status": AssetStatus.PUBLISHED,
    }
    changes: tuple[dict[str, Any], ...] = (
        {},
        {"expires_in_days": 12},
        {"is_review_due": True, "owner": None},
        {"audience": Audience.INTERNAL},
        {"status": AssetStatus.DRAFT, "version": 0},
    )
    return [TrustLine(**(usual | change)) for change in changes]


def _plates() -> list[dict[str, Any]]:
    drawn = (
        (
            "Battlecard",
            "Against a spreadsheet",
            (210, 297),
            ("They say it costs nothing.", "Ask who keeps it at night."),
        ),
        ("Outreach e-mail", "First touch", (210, 297), ("Subject: the stop at 03:40",)),
        (
            "Data sheet",
            "A title that is long enough to need a third and even a fourth line of the plate",
            (210, 297),
            (),
        ),
        ("Deck", "A presentation that nothing here draws", (1600, 900), ("Rounds on a phone", "Sensors in an hour")),
    )
    return [
        {"kind_label": kind, "title": title, "plate": Plate(blob=None, width=w, height=h, page=1, lines=lines)}
        for kind, title, (w, h), lines in drawn
    ]


def _findings() -> list[Finding]:
    return [
        Finding(
            level=Level.ERROR,
            code="phrase",
            message="“Guaranteed savings” cannot go out.",
            mend="Write “expected savings”: legal allows no promise of a result.",
            line=29,
        ),
        Finding(level=Level.WARNING, code="font", message="A font that is not the brand’s.", page=9, nearest="Inter"),
        Finding(level=Level.NOTE, code="quote", message="The quote is approved until 31 Dec 2026."),
    ]


def _sides() -> list[SideLine]:
    """Give a side that agreed, one that sent back, one that waits for the reader, and one that waits for somebody."""
    usual: dict[str, Any] = {
        "side": Side.MARKETING,
        "is_approval": None,
        "by": None,
        "at": None,
        "comment": "",
        "is_mine": False,
        "asked": None,
    }
    said = {"by": "Leo Castellan", "at": library().clock() - timedelta(days=2)}
    changes: tuple[dict[str, Any], ...] = (
        {**said, "is_approval": True, "comment": "The figure is the customer’s own."},
        {**said, "is_approval": False},
        {"is_mine": True},
        {"side": Side.SALES, "asked": "Ines Dahl"},
        {"side": Side.SALES},
    )
    return [SideLine(**(usual | change)) for change in changes]


def _comparison() -> Comparison:
    """Give two versions of a text: words that changed, a page that is new, one that is gone, and another owner."""
    before = [
        ComparedPage(number=1, title="Prices", text="A line costs 90 a month, sensors are extra."),
        ComparedPage(number=2, title="Terms", text="Thirty days."),
    ]
    after = [
        ComparedPage(number=1, title="Prices", text="A line costs 95 a month, with its sensors."),
        ComparedPage(number=2, title="Pilot", text="Ninety days on one line."),
    ]
    plain = [
        ComparedVersion(
            number=number,
            title="Order form",
            note="",
            made_by="Marco Bellini",
            made_at=library().clock(),
            is_current=number == 3,
            pages=(),
        )
        for number in (3, 4)
    ]
    return Comparison(
        before=plain[0],
        after=plain[1],
        changes=compare_pages(before, after),
        record=compare_words("Owner: Greta Lindqvist", "Owner: Marco Bellini"),
        changed_pages=(),
        same_pages=4,
    )
