"""Fifty thousand random and hostile questions are answered, and every answer holds together."""

from __future__ import annotations

from contentlib.search.index import WhooshIndex
from tests.integration.search.questions import check, questions
from tests.integration.search.shelf import shelf


def test_fifty_thousand_random_questions_are_answered(tmp_path):
    index = WhooshIndex(tmp_path)
    index.rebuild(shelf())
    for request in questions(50_000, seed=7):
        check(index, request)
    print("50000 questions answered")
