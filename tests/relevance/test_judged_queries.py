"""The judged questions are answered at least as well as they were: the floors may rise, never fall."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from contentlib.domain.errors import TuningRefusedError
from contentlib.search import judging, tuning
from tests.relevance import known_item
from tests.relevance.conftest import EVERYONE, ROOT, SHIPPED, Shelf

NDCG, MRR, KNOWN = 0.89, 0.93, 0.95
FILES = (ROOT / "content" / judging.FILE_NAME, Path(__file__).parent / "collateral.toml")


@pytest.fixture(scope="session")
def judged() -> tuple[judging.JudgedQuery, ...]:
    return tuple(one for path in FILES for one in judging.read(path.read_text(encoding="utf-8"), path=path.name))


def test_the_judged_questions_are_many_and_name_assets_that_are_there(everything: Shelf, judged):
    assert len(judged) >= 60
    assert {slug for one in judged for slug in one.grades} <= everything.ids.keys()
    assert {one.kind for one in judged} >= {"vague", "stem", "typo", "acronym", "company", "stage"}


def test_answers_are_as_good_as_they_were(everything: Shelf, judged):
    found = judging.judge(everything.index, judged, everything.ids, EVERYONE)
    kinds = sorted({row.kind for row in found.rows})
    by_kind = {kind: [row.ndcg for row in found.rows if row.kind == kind] for kind in kinds}
    print(f"\n{len(found.rows)} judged: nDCG@10 {found.ndcg:.3f}, MRR {found.mrr:.3f}, none {found.zero_hits:.1%}")
    held_out = [row.ndcg for row in found.rows if known_item.is_held_out(row.query)]
    print(f"by {len(held_out)} of them no weight was chosen: nDCG@10 {known_item.share(held_out):.3f}")
    print(", ".join(f"{kind} {sum(row) / len(row):.2f}" for kind, row in by_kind.items()))
    assert found.zero_hits == 0
    assert found.ndcg >= NDCG
    assert found.mrr >= MRR


def test_a_candidate_is_tried_without_being_taken(everything: Shelf, judged):
    only_bodies = tuning.parse("[places]\ntitle = 0\ncompany = 0\nsummary = 0\nheadings = 0\nlabels = 0\n")
    changes = judging.compare(everything.index, judged, everything.ids, EVERYONE, only_bodies)
    gains = [change.after.ndcg - change.before.ndcg for change in changes]
    assert gains == sorted(gains)
    assert changes[0].direction is judging.Direction.WORSE
    assert everything.index.tuning is tuning.shipped()
    same = judging.compare(everything.index, judged, everything.ids, EVERYONE, tuning.parse(""))
    assert {change.direction for change in same} == {judging.Direction.SAME}


def test_real_pieces_are_found_by_what_is_said_of_them(everything: Shelf, tmp_path: Path):
    real = [entry for entry in everything.entries if entry.asset_id > SHIPPED]
    found = known_item.ask(tmp_path, real, EVERYONE)
    lost = [slug for slug, is_found in found.items() if not is_found]
    print(
        f"\n{len(found) - len(lost)} of {len(found)} real pieces are found by their summaries; not: {', '.join(lost)}"
    )
    assert len(found) >= 10
    assert known_item.share(list(found.values())) >= KNOWN


def test_a_score_by_hand():
    """Grades 3, 0, 1 at places 1 to 3, and a 2 that was not found: (7 + 1/2) / (7 + 3/log2 3 + 1/2)."""
    one = judging.JudgedQuery(query="x", kind="", grades={"a": 3, "b": 2, "c": 1})
    row = judging.score(one, one.grades, ["a", "z", "c"], 9)
    assert row.ndcg == pytest.approx(7.5 / (7 + 3 / math.log2(3) + 0.5))
    assert row.reciprocal_rank == 1
    assert judging.score(one, one.grades, ["z", "b"], 2).reciprocal_rank == 0.5


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[[query]]\nquery = "a"\ngrades = { a = 3 }\n\n[[query]]\nquery = ""\ngrades = { a = 3 }\n', 5),
        ('[[query]]\nquery = "a"\n[query.grades]\na = 4\n', 1),
        ('[[query]]\nquery = "a"\nweight = 1\n[query.grades]\na = 1\n', 1),
        ('[[query]]\nquery = "a\n', 2),
        ('query = "a"\n', 1),
    ],
)
def test_a_wrong_judgement_is_refused_with_its_line(text, line):
    with pytest.raises(TuningRefusedError) as refused:
        judging.read(text)
    assert next(finding.line for finding in refused.value.findings) == line


def test_a_question_whose_assets_are_not_there_is_not_asked(everything: Shelf, judged):
    elsewhere = [replace(judged[0], grades={"no-such-asset": 3})]
    assert judging.judge(everything.index, elsewhere, everything.ids, EVERYONE).rows == ()
