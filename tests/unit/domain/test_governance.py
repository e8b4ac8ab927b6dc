"""The way of an asset out to customers and back, as tables of cases."""

from __future__ import annotations

from datetime import date

import pytest

from contentlib.domain.assets import AssetDates, AssetStatus
from contentlib.domain.governance import (
    MOVES,
    Capacity,
    Move,
    Position,
    Side,
    Standing,
    check_dates,
    end_of,
    moves_for,
    required_sides,
    standing_of,
    why_not,
)

DRAFT, IN_REVIEW, PUBLISHED, ARCHIVED = AssetStatus
EDITOR, OWNER, LEAD, SALES = ({capacity} for capacity in Capacity)
BOTH = frozenset(Side)
MARKETING = frozenset({Side.MARKETING})
SALES_TOO = frozenset({Side.SALES})

ASKED = "Sales must agree as well. Submit it for review, or say why it goes out without."

# What each may do from each state, with a sound version that needs both sides, most wanted first.
OPEN = {
    (DRAFT, "editor"): [Move.SUBMIT],
    (DRAFT, "owner"): [Move.SUBMIT, Move.ARCHIVE],
    (DRAFT, "lead"): [Move.SUBMIT, Move.PUBLISH, Move.ARCHIVE],
    (DRAFT, "sales"): [],
    (IN_REVIEW, "editor"): [Move.WITHDRAW],
    (IN_REVIEW, "owner"): [Move.WITHDRAW, Move.ARCHIVE],
    (IN_REVIEW, "lead"): [Move.APPROVE, Move.SEND_BACK, Move.PUBLISH, Move.WITHDRAW, Move.ARCHIVE],
    (IN_REVIEW, "sales"): [Move.APPROVE, Move.SEND_BACK],
    (PUBLISHED, "editor"): [],
    (PUBLISHED, "owner"): [Move.ARCHIVE],
    (PUBLISHED, "lead"): [Move.ARCHIVE],
    (PUBLISHED, "sales"): [],
    (ARCHIVED, "editor"): [],
    (ARCHIVED, "owner"): [Move.BRING_BACK],
    (ARCHIVED, "lead"): [Move.BRING_BACK],
    (ARCHIVED, "sales"): [],
}
WHO = {"editor": EDITOR, "owner": EDITOR | OWNER, "lead": EDITOR | LEAD, "sales": SALES}


@pytest.mark.parametrize(("status", "who"), OPEN)
def test_each_may_make_the_moves_of_the_table_and_no_other(status: AssetStatus, who: str):
    position = Position(status=status, required=BOTH)
    assert list(moves_for(position, WHO[who])) == OPEN[status, who]


def test_every_move_has_a_way_back_from_each_of_its_ends():
    for move, rule in MOVES.items():
        back = MOVES[rule.opposite]
        assert rule.ends <= back.starts | {PUBLISHED}, move
        assert rule.starts & back.ends or move is Move.RETRACT, move


@pytest.mark.parametrize(
    ("move", "approved", "who", "reason", "told"),
    [
        (Move.APPROVE, frozenset(), LEAD, "", None),
        (Move.APPROVE, frozenset(), SALES, "", None),
        (Move.APPROVE, MARKETING, LEAD, "", "You have approved it already."),
        (Move.APPROVE, SALES_TOO, SALES, "", "You have approved it already."),
        (Move.SEND_BACK, frozenset(), SALES, "", "Say why, so that whoever looks for it knows."),
        (Move.SEND_BACK, frozenset(), SALES, "The figure is old.", None),
        (Move.PUBLISH, SALES_TOO, LEAD, "", None),
        (Move.PUBLISH, frozenset(), LEAD, "", ASKED),
        (Move.PUBLISH, frozenset(), LEAD, "The fair is tomorrow.", None),
        (Move.PUBLISH, frozenset(), LEAD | SALES, "", None),
        (Move.SUBMIT, frozenset(), EDITOR, "", "To submit this, it must be draft; it is in review."),
        (Move.WITHDRAW, frozenset(), SALES, "", "To withdraw this takes who edits assets."),
    ],
)  # fmt: skip
def test_what_stands_in_the_way_of_a_move(move: Move, approved, who: set[Capacity], reason: str, told: str | None):
    position = Position(status=IN_REVIEW, required=BOTH, approved=approved)
    assert why_not(move, position, who, reason=reason) == told


@pytest.mark.parametrize(
    ("required", "approved", "who", "end"),
    [
        (MARKETING, frozenset(), LEAD, PUBLISHED),
        (BOTH, frozenset(), LEAD, IN_REVIEW),
        (BOTH, frozenset(), SALES, IN_REVIEW),
        (BOTH, MARKETING, SALES, PUBLISHED),
        (BOTH, SALES_TOO, LEAD, PUBLISHED),
        (BOTH, frozenset(), LEAD | SALES, PUBLISHED),
    ],
)
def test_the_last_word_publishes(required, approved, who: set[Capacity], end: AssetStatus):
    assert end_of(Move.APPROVE, Position(status=IN_REVIEW, required=required, approved=approved), who) is end


def test_what_was_published_comes_back_published_and_what_was_not_as_a_draft():
    assert end_of(Move.BRING_BACK, Position(status=ARCHIVED, was_published=True)) is PUBLISHED
    assert end_of(Move.BRING_BACK, Position(status=ARCHIVED)) is DRAFT


@pytest.mark.parametrize("move", [Move.SUBMIT, Move.APPROVE, Move.PUBLISH])
def test_what_blocks_goes_nowhere(move: Move):
    start = IN_REVIEW if move is Move.APPROVE else DRAFT
    position = Position(status=start, is_sound=False)
    assert why_not(move, position, EDITOR | LEAD) == "It has findings that must be mended first."


@pytest.mark.parametrize(
    ("kind", "stages", "somebody", "sides"),
    [
        (False, [], True, MARKETING),
        (False, [False, False], True, MARKETING),
        (False, [False, True], True, BOTH),
        (True, [], True, BOTH),
        (True, [True], False, MARKETING),
    ],
)
def test_sales_reviews_what_a_kind_or_stage_asks_where_somebody_can(kind: bool, stages, somebody: bool, sides):
    assert required_sides(kind_asks_sales=kind, stages_ask_sales=stages, has_reviewers=somebody) == sides


DAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("status", "publish_on", "expires_on", "standing"),
    [
        (DRAFT, None, None, Standing.DRAFT),
        (IN_REVIEW, date(2026, 1, 1), date(2026, 2, 1), Standing.IN_REVIEW),
        (PUBLISHED, None, None, Standing.LIVE),
        (PUBLISHED, date(2026, 9, 1), None, Standing.LIVE),
        (PUBLISHED, date(2026, 9, 2), None, Standing.EMBARGOED),
        (PUBLISHED, None, date(2026, 9, 2), Standing.LIVE),
        (PUBLISHED, None, date(2026, 9, 1), Standing.EXPIRED),
        (ARCHIVED, None, date(2026, 9, 1), Standing.ARCHIVED),
    ],
)
def test_status_and_dates_together_tell_how_an_asset_stands(status, publish_on, expires_on, standing: Standing):
    assert standing_of(status, AssetDates(publish_on=publish_on, expires_on=expires_on), DAY) is standing


def test_an_asset_cannot_expire_before_it_is_published():
    assert check_dates(AssetDates(publish_on=DAY, expires_on=DAY))[0].field == "expires_on"
    assert check_dates(AssetDates(publish_on=DAY, expires_on=date(2026, 9, 2))) == ()
    assert check_dates(AssetDates(expires_on=DAY)) == ()
