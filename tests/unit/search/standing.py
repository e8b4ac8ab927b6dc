"""Tells where the terms of a text stand, the plain way: word by word."""

from __future__ import annotations

from collections.abc import Iterator

from contentlib.search import words


def terms_with_positions(text: str, language: str) -> Iterator[tuple[int, str]]:
    place = 0
    for token in words.split(text):
        standing, taken = words.stand(token, language)
        yield from ((place + distance, term) for distance, term in standing)
        place += taken
