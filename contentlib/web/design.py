"""The page of components: every part in every state, on made-up specimens; it reads nothing from the library."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template

from contentlib.domain.assets import AssetStatus, Audience, Evidence, Plate, StageMark, TrustLine
from contentlib.domain.deals import DealStageMark
from contentlib.domain.findings import Finding, Level
from contentlib.domain.people import Permission
from contentlib.domain.reports import Verdict
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
    }
    return render_template("design.html", specimen=specimen)


def _stages(*on: str) -> list[StageMark]:
    return [StageMark(slug=slug, label=slug.capitalize(), is_on=slug in on) for slug in _FUNNEL]


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
        Evidence(deals=96, label=verdict.value, lift=lift, lo=lo, hi=hi, tau=0.02, needed=None)
        for verdict, lift, lo, hi in rated
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
        ("Battlecard", "Against a spreadsheet", ("They say it costs nothing.", "Ask who keeps it at night.")),
        ("Outreach e-mail", "First touch", ("Subject: the stop at 03:40",)),
        ("Data sheet", "A title that is long enough to need a third and even a fourth line of the plate", ()),
    )
    return [
        {"kind_label": kind, "title": title, "plate": Plate(blob=None, width=210, height=297, page=1, lines=lines)}
        for kind, title, lines in drawn
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
