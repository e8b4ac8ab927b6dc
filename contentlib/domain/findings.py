"""One finding everywhere: what was found, where, and what mends it; it decides nothing itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

# How evidence ends that names pages.
_PAGES = re.compile(r"(^|, )pages? \d[\d–, and]*$")
# Fewer letters stand anywhere.
_FEWEST_LETTERS = 6


class Level(StrEnum):
    """How much a finding weighs: errors block, warnings need a look, notes inform."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check found; keys that do not apply stay None and are left out of answers.

    `page` and `line` count from 1; `evidence` is what was measured, `nearest` the accepted value closest to it.
    `ignored` is the reason for which somebody set it aside; then it blocks nothing.
    """

    level: Level
    code: str
    message: str
    mend: str | None = None
    path: str | None = None
    line: int | None = None
    page: int | None = None
    text: str | None = None
    evidence: str | None = None
    nearest: str | None = None
    field: str | None = None
    ignored: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give the keys that apply, as answers and stored certificates hold them."""
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        return {key: value for key, value in found.items() if value is not None}

    @property
    def blocks(self) -> bool:
        """Tell whether it keeps what it was found in from going out."""
        return self.level is Level.ERROR and self.ignored is None

    @property
    def key(self) -> str:
        """Give what makes it the same finding in another version: what it is and what words it is about."""
        return f"{self.code}\n{' '.join((self.text or self.message).split()).casefold()}"[:1000]

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Finding:
        """Read back what `as_dict` gave."""
        return cls(**{**stored, "level": Level(stored["level"])})


def has_errors(findings: tuple[Finding, ...] | list[Finding]) -> bool:
    """Tell whether any finding blocks."""
    return any(f.blocks for f in findings)


def place_by_words(finding: Finding, pages: Mapping[int, str]) -> Finding:
    """Give a finding with the page on which the words stand that it quotes, of pages by number with their words.

    For files that end their pages elsewhere than the program that draws them: what the finding says of their own pages
    is left out. The page is None where its words stand on none, or are too few to be known again.
    """
    if finding.page is None and not finding.text:
        return finding
    words, was = _squeeze(finding.text or ""), finding.page or 1
    where = [number for number, text in pages.items() if words in _squeeze(text)]
    page = min(where, key=lambda number: abs(number - was)) if where and len(words) >= _FEWEST_LETTERS else None
    return replace(finding, page=page, evidence=_PAGES.sub("", finding.evidence or "") or None)


def place_by_headings(finding: Finding, sections: Sequence[tuple[str, str]]) -> Finding:
    """Give a finding without a page, and with the heading under which the words stand that it quotes.

    For files that do not say where their pages end; `sections` are (heading, words), the first without a heading.
    """
    if finding.page is None:
        return finding
    words = _squeeze(finding.text or "")
    under = next((heading for heading, text in sections if words and words in _squeeze(text)), "")
    told = (_PAGES.sub("", finding.evidence or ""), f"under “{under}”" if under else "")
    return replace(finding, page=None, evidence=", ".join(filter(None, told)) or None)


def _squeeze(text: str) -> str:
    """Give letters and digits alone: lines are broken elsewhere on another page."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())
