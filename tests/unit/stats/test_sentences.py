import pytest

from contentlib.domain.reports import Verdict
from contentlib.stats import sentences


def test_evidence_reads_as_the_screen_says_it():
    assert sentences.describe_evidence(uses=118, won=46, expected=38.2, lift=0.0661, lo=-0.009, hi=0.141) == (
        "Used on 118 comparable deals: 46 won. Similar deals at the same point, using other content, would have won "
        "about 38. +7 per 100 (likely between −1 and +14)."
    )


@pytest.mark.parametrize(
    ("fraction", "words"), [(0.07, "+7"), (-0.13, "−13"), (0.004, "0"), (-0.004, "0"), (0.055, "+6"), (1.0, "+100")]
)
def test_points_have_a_sign_and_a_real_minus(fraction, words):
    assert sentences.per_hundred(fraction) == words


@pytest.mark.parametrize(
    ("needed", "words"),
    [
        (1, "Needs about 1 more use before we can say anything."),
        (60, "Needs about 60 more uses before we can say anything."),
        (101, "Needs about 110 more uses before we can say anything."),
        (2341, "Needs about 2,400 more uses before we can say anything."),
        (None, "Assets here scatter too much for any number of uses to decide."),
    ],
)
def test_scarcity_says_how_many_more(needed, words):
    assert sentences.explain_scarcity(needed) == words


def test_uses_without_a_verdict_tell_no_result():
    assert sentences.describe_uses(27) == "Used on 27 comparable deals so far."
    assert sentences.describe_uses(1) == "Used on 1 comparable deal so far."
    assert sentences.describe_uses(0) == "Not used on a comparable deal yet."


def test_crossover_is_told_where_it_hides_something():
    plain = "We looked; it did about as well as other content."
    told = sentences.explain(Verdict.NO_CLEAR_DIFFERENCE, health_gap=None, crossover=0.41)
    assert told == plain + " 41 % of the comparison deals got it later, so the real difference may be larger."
    assert sentences.explain(Verdict.NO_CLEAR_DIFFERENCE, health_gap=None, crossover=0.1) == plain
    assert "%" not in sentences.explain(Verdict.HELPS, health_gap=None, crossover=0.9)


@pytest.mark.parametrize(
    ("gap", "words"),
    [(0.31, "already stronger (0.3 steps healthier)"), (-0.26, "already weaker (0.3 steps less healthy)")],
)
def test_cannot_tell_says_which_way_reps_chose(gap, words):
    told = sentences.explain(Verdict.CANNOT_TELL, health_gap=gap, crossover=None)
    assert words in told
    assert told.endswith("We cannot separate the two.")


def test_review_never_says_hurts():
    assert "hurt" not in sentences.explain(Verdict.REVIEW, health_gap=None, crossover=None)


def test_gate_names_what_is_missing():
    assert sentences.explain_gate(deals=99, wins=12, losses=87) == (
        "Nothing can be said before 100 closed deals with content, 30 won and 30 lost; so far there are 99, 12 won "
        "and 87 lost."
    )
