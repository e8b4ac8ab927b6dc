"""Numbers with their nouns, as every door and every sentence says them; it counts nothing itself."""

from __future__ import annotations


def count(number: int, thing: str, things: str | None = None) -> str:
    """Write a number with its noun: "1 deal", "1,284 deals"; `things` is the plural when an s does not make it."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"
