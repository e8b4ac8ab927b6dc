"""Scores the answers to judged questions, so that a change of weights or words can be seen before it is made.

It reads judgements and asks the index; it never writes either.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from contentlib.domain.search import Facet, SearchAnswer, SearchRequest, Visibility
from contentlib.search.tuning import Faults, Tuning, read_toml

FILE_NAME = "judged-queries.toml"
# As many as people look at.
DEPTH = 10
# Two figures that differ by less are the same: hits of equal worth that changed places.
SAME = 0.005


@dataclass(frozen=True, kw_only=True)
class JudgedQuery:
    """A question, what it is hard for, and the worth of each asset that answers it: 3 is what was meant, 1 is related.

    `stage` is the funnel stage of the working deal, empty when none is chosen.
    """

    query: str
    kind: str
    grades: Mapping[str, int]
    stage: str = ""


@dataclass(frozen=True, kw_only=True)
class JudgedRow:
    """How one question was answered: nDCG@10, one over the place of the first asset of worth, the first hits."""

    query: str
    kind: str
    ndcg: float
    reciprocal_rank: float
    total: int
    found: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """How all questions were answered, and the means."""

    rows: tuple[JudgedRow, ...]

    @property
    def ndcg(self) -> float:
        """Give the mean nDCG@10."""
        return _mean(row.ndcg for row in self.rows)

    @property
    def mrr(self) -> float:
        """Give the mean reciprocal rank."""
        return _mean(row.reciprocal_rank for row in self.rows)

    @property
    def zero_hits(self) -> float:
        """Give the share of questions that found nothing at all."""
        return _mean(float(not row.total) for row in self.rows)


class Direction(StrEnum):
    """What a change does to the answer to one question."""

    WORSE = "worse"
    BETTER = "better"
    SAME = "same"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One question before and after."""

    before: JudgedRow
    after: JudgedRow

    @property
    def direction(self) -> Direction:
        """Tell whether the answer gets better or worse."""
        gained = self.after.ndcg - self.before.ndcg
        if abs(gained) < SAME:
            return Direction.SAME
        return Direction.BETTER if gained > 0 else Direction.WORSE


class Answering(Protocol):
    """What answers questions: an index."""

    def answer(self, request: SearchRequest, *, tuning: Tuning | None = None) -> SearchAnswer:
        """Answer a question, weighing by `tuning` if one is given."""
        ...


def read(text: str, *, path: str = FILE_NAME) -> tuple[JudgedQuery, ...]:
    """Read judged questions from TOML; TuningRefusedError names every fault with its line."""
    stated = read_toml(text, path=path)
    faults = Faults(text, path)
    lines = [number for number, line in enumerate(text.split("\n"), 1) if line.strip() == "[[query]]"]
    listed = stated.get("query", [])
    for name in stated:
        if name != "query":
            faults.add(name, f"There is nothing called “{name}” here.", nearest=(name, ("query",)))
    if not isinstance(listed, list) or len(lines) != len(listed):
        faults.add_at(1, "Each question is written as a [[query]] of its own.")
        listed = []
    for line, one in zip(lines, listed, strict=False):
        for message in _faults_of(one):
            faults.add_at(line, message)
    faults.refuse("These judged questions cannot be used.")
    return tuple(
        JudgedQuery(query=one["query"], kind=one.get("kind", ""), grades=one["grades"], stage=one.get("stage", ""))
        for one in listed
    )


def _faults_of(one: Mapping[str, object]) -> list[str]:
    found = [f"A question has no “{name}”." for name in one if name not in {"query", "kind", "stage", "grades"}]
    if not isinstance(one.get("query"), str) or not str(one["query"]).strip():
        found.append("“query” is the question as a person types it.")
    found += [f"“{name}” is a word." for name in ("kind", "stage") if not isinstance(one.get(name, ""), str)]
    grades = one.get("grades")
    if not isinstance(grades, dict) or not grades or not all(_is_grade(grade) for grade in grades.values()):
        found.append("“grades” names assets by slug with their worth: 3, 2 or 1.")
    return found


def _is_grade(grade: object) -> bool:
    return isinstance(grade, int) and not isinstance(grade, bool) and 1 <= grade <= 3


def judge(
    index: Answering,
    judged: Sequence[JudgedQuery],
    ids: Mapping[str, int],
    visibility: Visibility,
    *,
    tuning: Tuning | None = None,
) -> Judgement:
    """Ask each judged question as a person with this visibility and score the answers.

    `ids` are the assets of the library by slug; assets that it lacks are left out of the judgement, and questions of
    which none is left are not asked.
    """
    slugs = {asset_id: slug for slug, asset_id in ids.items()}
    rows = []
    for one in judged:
        grades = {slug: grade for slug, grade in one.grades.items() if slug in ids}
        if not grades:
            continue
        request = SearchRequest(
            text=one.query,
            visibility=visibility,
            prefers={Facet.STAGE: frozenset({one.stage})} if one.stage else {},
            limit=DEPTH,
        )
        answer = index.answer(request, tuning=tuning)
        found = tuple(slugs.get(hit.asset_id, "") for hit in answer.hits)
        rows.append(score(one, grades, found, answer.total))
    return Judgement(rows=tuple(rows))


def score(one: JudgedQuery, grades: Mapping[str, int], found: Sequence[str], total: int) -> JudgedRow:
    """Score the first hits of one question; gains are 2^grade - 1, discounted by log2 of the place plus one."""
    best = _gain(sorted(grades.values(), reverse=True)[:DEPTH])
    places = [place for place, slug in enumerate(found[:DEPTH], 1) if slug in grades]
    return JudgedRow(
        query=one.query,
        kind=one.kind,
        ndcg=_gain([grades.get(slug, 0) for slug in found[:DEPTH]]) / best,
        reciprocal_rank=1 / places[0] if places else 0.0,
        total=total,
        found=tuple(found[:DEPTH]),
    )


def compare(
    index: Answering,
    judged: Sequence[JudgedQuery],
    ids: Mapping[str, int],
    visibility: Visibility,
    candidate: Tuning,
) -> tuple[Change, ...]:
    """Tell for each judged question what a candidate changes against what the index weighs now; the worst first."""
    before = judge(index, judged, ids, visibility)
    after = judge(index, judged, ids, visibility, tuning=candidate)
    changes = [Change(before=one, after=other) for one, other in zip(before.rows, after.rows, strict=True)]
    return tuple(sorted(changes, key=lambda change: change.after.ndcg - change.before.ndcg))


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1.0) / math.log2(place + 1) for place, grade in enumerate(grades, 1))


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0
