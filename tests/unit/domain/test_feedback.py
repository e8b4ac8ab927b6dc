"""Feedback and requests as words: what is counted, what cannot be taken, and which requests are alike."""

from __future__ import annotations

import pytest

from contentlib.domain import content_requests, feedback
from contentlib.domain.feedback import FeedbackSort


def test_counts_read_the_same_for_one_and_many():
    counts = {FeedbackSort.WRONG: 1, FeedbackSort.HELPFUL: 1204, FeedbackSort.OUTDATED: 0}
    assert feedback.tell_counts(counts) == "1,204 found it helpful, 1 found something wrong"
    assert feedback.tell_counts({}) == ""


def test_a_line_names_sort_page_and_comment():
    assert feedback.say(FeedbackSort.HELPFUL, None, " ") == "Helpful."
    assert feedback.say(FeedbackSort.WRONG, 3, "No,\n it is 4 %.") == "Wrong, page 3: No, it is 4 %."


@pytest.mark.parametrize("page", ["0", "9", "-1", "³", "1.5", "9999999", "one"])
def test_a_page_is_one_that_the_asset_has(page: str):
    (fault,) = feedback.check(sort="wrong", page=page, comment="", pages=8)
    assert (fault.field, fault.message) == ("page", f"There is no page “{page}”. It has 8 pages.")
    assert not feedback.check(sort="wrong", page=" 8 ", comment="", pages=8)


@pytest.mark.parametrize(
    ("ours", "theirs", "likeness"),
    [
        ("brewery energy", "energy brewery proof", 1.0),
        ("brewery energy", "brewery rounds", 0.25),
        ("brewery", "brewery", 1.0),
        ("brewery", "brewery energy rounds", 0.5),
        ("", "brewery", 0.0),
        ("dairy", "brewery", 0.0),
    ],
)
def test_requests_are_alike_by_the_words_they_share(ours: str, theirs: str, likeness: float):
    assert content_requests.likeness(frozenset(ours.split()), frozenset(theirs.split())) == likeness


def test_the_most_alike_come_first_and_the_newest_among_equals():
    others = {1: frozenset({"brewery"}), 2: frozenset({"brewery"}), 3: frozenset({"dairy"})}
    assert list(content_requests.rank_alike(frozenset({"brewery"}), others)) == [2, 1]


def test_amounts_are_added_up_by_currency_and_weighed_in_whole_units():
    deals = [(1_000_00, "EUR"), (500_00, "EUR"), (90_000, "JPY"), (None, "EUR"), (7_00, None)]
    assert content_requests.add_up(deals) == ((1_500_00, "EUR"), (90_000, "JPY"), (7_00, ""))
    assert content_requests.weigh(content_requests.add_up(deals)) == 1500 + 90_000 + 7
