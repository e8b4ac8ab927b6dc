"""What slows guessing down forgets nobody who is guessed at, however many names are made up."""

from __future__ import annotations

import pytest

from contentlib.domain.errors import InvalidInputError
from contentlib.web import throttle


def test_made_up_names_push_out_nobody_who_is_held_back(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(throttle, "_MOST_NAMES", 5)
    tries = throttle.Throttle(limit=2, seconds=900)
    for _ in range(2):
        tries.count("rita")
    for number in range(50):
        tries.check(f"nobody {number}")
        tries.count(f"nobody {number}")
    assert len(tries._tries) <= 5
    with pytest.raises(InvalidInputError, match="Too many tries"):
        tries.check("rita")


@pytest.mark.parametrize(("seconds", "told"), [(60, "about 1 minute,"), (900, "about 15 minutes,")])
def test_who_is_held_back_is_told_how_long(seconds: int, told: str):
    tries = throttle.Throttle(limit=1, seconds=seconds)
    tries.count("rita")
    with pytest.raises(InvalidInputError, match=told):
        tries.check("rita")
