"""Fifty thousand random and hostile questions are answered, and every answer holds together."""

from __future__ import annotations

import os

import pytest

from contentlib.search.index import WhooshIndex
from tests.integration.search.questions import check, questions
from tests.integration.search.shelf import shelf


@pytest.mark.skipif("SOAK_ROUNDS" not in os.environ, reason="two thousand are asked in the suite; make soak asks these")
def test_fifty_thousand_random_questions_are_answered(tmp_path):
    index = WhooshIndex(tmp_path)
    index.rebuild(shelf())
    for request in questions(50_000, seed=7):
        check(index, request)
    print("50000 questions answered")
