"""Any question whatever gets an answer that holds together; `make soak` asks 50,000."""

from __future__ import annotations

from contentlib.search.index import WhooshIndex
from tests.integration.search.questions import check, questions


def test_two_thousand_random_questions_are_answered(library):
    # Most of them by the engine that answers without asking a server.
    count, seed = (1_850, 20261122) if isinstance(library, WhooshIndex) else (150, 20261123)
    for request in questions(count, seed=seed):
        check(library, request)
