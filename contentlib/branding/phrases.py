"""Finds phrases in a text that the brand bans, has renamed, or requires; it changes no text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from contentlib.branding.parts import Phrase, PhraseRule
from contentlib.domain.findings import Finding


def find_phrases(
    text: str,
    phrases: Iterable[Phrase],
    *,
    kind: str | None = None,
    path: str | None = None,
    line: int | None = None,
    page: int | None = None,
    field: str | None = None,
) -> tuple[Finding, ...]:
    """Find banned and renamed phrases in a text, in the order they stand.

    Whole words only; letter case, line breaks and hyphens between words do not matter, except that a phrase which
    its replacement spells alike but for case ("TarnWell", "Tarnwell") is looked for exactly. `line` is the line of
    the text's first character in the file at `path`; without it no lines are told.
    """
    found = []
    for phrase in phrases:
        if phrase.rule is PhraseRule.REQUIRED or not _applies(phrase, kind):
            continue
        for hit in _pattern(phrase.match, phrase.use).finditer(text):
            found.append((hit.start(), phrase, hit.group()))
    return tuple(
        Finding(
            level=phrase.level,
            code=f"phrase-{phrase.rule}",
            message=_message(phrase, words),
            mend=f"Write “{phrase.use}” instead." if phrase.use else "Leave it out.",
            path=path,
            line=None if line is None else line + text.count("\n", 0, start),
            page=page,
            text=words,
            nearest=phrase.use,
            field=field,
        )
        for start, phrase, words in sorted(found, key=lambda hit: hit[0])
    )


def find_missing(text: str, phrases: Iterable[Phrase], *, kind: str, path: str | None = None) -> tuple[Finding, ...]:
    """Find required phrases that a whole finished document of a kind does not hold."""
    return tuple(
        Finding(
            level=phrase.level,
            code="phrase-required",
            message=_with_reason(f"“{phrase.match}” is missing", phrase.why),
            mend=f"Add “{phrase.match}”.",
            path=path,
            nearest=phrase.match,
        )
        for phrase in phrases
        if phrase.rule is PhraseRule.REQUIRED
        and _applies(phrase, kind)
        and not _pattern(phrase.match, None).search(text)
    )


def _applies(phrase: Phrase, kind: str | None) -> bool:
    return not phrase.kinds or kind in phrase.kinds


@lru_cache(maxsize=512)
def _pattern(match: str, use: str | None) -> re.Pattern[str]:
    words = [re.escape(word) for word in re.split(r"[\s\-‐‑]+", match) if word]
    # What PDF text holds between two words: a space, a hyphen of any sort, or both around a line break.
    between = r"[\s\-‐‑\u00ad]+"
    is_exact = use is not None and use.casefold() == match.casefold()
    # \b would not hold beside "©" or "%"; what matters is that no word goes on.
    return re.compile(rf"(?<!\w){between.join(words)}(?!\w)", 0 if is_exact else re.IGNORECASE)


def _message(phrase: Phrase, words: str) -> str:
    shown = " ".join(words.split())
    what = "has another name now" if phrase.rule is PhraseRule.RENAMED else "is not to be written"
    return _with_reason(f"“{shown}” {what}", phrase.why)


def _with_reason(what: str, why: str | None) -> str:
    return f"{what}: {why[0].lower()}{why[1:].rstrip('.')}." if why else f"{what}."
