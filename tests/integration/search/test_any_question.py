"""Any question whatever gets an answer that holds together; `make soak` asks 50,000."""

from __future__ import annotations

from tests.integration.search.questions import check, questions


def test_two_thousand_random_questions_are_answered(library):
    for request in questions(2_000, seed=20261122):
        check(library, request)
