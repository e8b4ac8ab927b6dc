"""Questions at random, from plausible to hostile: words, syntax and rubbish put together anyhow."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from contentlib.domain.search import Facet, SearchRequest, Sort
from tests.integration.search.shelf import EVERYONE, SEES_ALL
from tests.unit.search.nasties import NASTIES

WORDS = (
    "pump", "pumps", "dairy", "audit", "e-mail", "email", "data", "sheet", "datasheet", "night", "calls", "roi", "nda",
    "hospitl", "complience", "the", "of", "Sécurité", "保守管理", "資料", "ภาษา", "🙂", "99.1", "1,200", "l'usine",
    "kind:deck", "a-b-c-d-e",
    "stage:decision", "title:water", "updated:2026-01..2026-03", "after:2026", "before:2026-13-45", "secur*", "-audit",
    '"night calls"', '"', "(", ")", "OR", "AND", "NOT", "*", ":", "||", "\x00", "\u202e", "\ud800", "x" * 80,
)  # fmt: skip


def questions(count: int, seed: int) -> Iterator[SearchRequest]:
    """Make requests, the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        kind = chance.random()
        if kind < 0.6:
            text = chance.choice((" ", " ", "", "-", ":")).join(chance.choices(WORDS, k=chance.randint(0, 7)))
        elif kind < 0.75:
            one, other = chance.sample(NASTIES, 2)
            text = one[:200] + chance.choice((" ", "")) + other[:200]
        else:
            text = "".join(chr(chance.choice((chance.randint(0, 0x2FF), chance.randint(0, 0xFFFF)))) for _ in range(12))
        yield SearchRequest(
            text=text,
            visibility=replace(chance.choice((EVERYONE, SEES_ALL)), on=date(2026, chance.randint(1, 12), 1)),
            sort=chance.choice(tuple(Sort)),
            filters={chance.choice(tuple(Facet)): frozenset({chance.choice(("deck", "en", text[:9]))})}
            if chance.random() < 0.3
            else {},
            limit=chance.choice((1, 5, 20)),
            offset=chance.choice((0, 0, 5, 10_000)),
        )


def check(index, request: SearchRequest) -> None:
    """Ask, and look that the answer holds together."""
    answer = index.answer(request)
    assert answer.total >= len(answer.hits), request.text
    for hit in answer.hits:
        assert abs(sum(part.score for part in hit.why) - hit.score) < 1e-6 * max(1.0, abs(hit.score)), request.text
        assert all(fragment.text for fragment in hit.snippet), request.text
