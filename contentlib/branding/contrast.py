"""How well the brand's colours can be read on each other (WCAG 2.2); it chooses no colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# WCAG 2.2, 1.4.3: running text, and text from 18 pt (or 14 pt bold) on.
TEXT_RATIO = 4.5
LARGE_RATIO = 3.0

# The pairs that pages and documents set text in: text role, ground role, the least ratio, what it is.
ROLE_PAIRS = (
    ("foreground", "background", TEXT_RATIO, "text"),
    ("foreground", "light", TEXT_RATIO, "text on the light ground"),
    ("foreground", "tertiary", TEXT_RATIO, "text on the quiet ground"),
    ("secondary", "background", TEXT_RATIO, "small text"),
    ("secondary", "light", TEXT_RATIO, "small text on the light ground"),
    ("primary", "background", TEXT_RATIO, "links and figures"),
    ("primary", "light", TEXT_RATIO, "links and figures on the light ground"),
    ("background", "primary", TEXT_RATIO, "text of a filled button"),
    ("background", "dark", TEXT_RATIO, "text on the dark ground"),
    ("success", "background", TEXT_RATIO, "good news"),
    ("danger", "background", TEXT_RATIO, "bad news"),
    ("foreground", "warning", TEXT_RATIO, "text on a warning"),
    ("warning", "dark", LARGE_RATIO, "large figures on the dark ground"),
)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A text colour on a ground colour, both by name, and their contrast from 1 to 21."""

    text: str
    ground: str
    ratio: float

    @property
    def is_readable(self) -> bool:
        """Tell whether running text can be read in this pair."""
        return self.ratio >= TEXT_RATIO

    @property
    def is_readable_large(self) -> bool:
        """Tell whether large text can be read in this pair."""
        return self.ratio >= LARGE_RATIO


def ratio(first: str, second: str) -> float:
    """Give the contrast of two colours, 1 to 21, by WCAG 2.2's formula; the order does not matter."""
    from coloraide import Color  # as slow to load as a command without a brand is long

    return float(Color(first).contrast(Color(second), method="wcag21"))


def build_matrix(palette: Mapping[str, str]) -> tuple[tuple[Pair, ...], ...]:
    """Give every palette colour on every other: one row per ground, one column per text, both in palette order."""
    return tuple(
        tuple(
            Pair(text=text, ground=ground, ratio=ratio(text_value, ground_value))
            for text, text_value in palette.items()
        )
        for ground, ground_value in palette.items()
    )


def list_faint(roles: Mapping[str, str]) -> tuple[tuple[Pair, float, str], ...]:
    """Give the role pairs that are too faint, each with the ratio it needs and what it is used for."""
    faint = []
    for text, ground, needed, use in ROLE_PAIRS:
        pair = Pair(text=text, ground=ground, ratio=ratio(roles[text], roles[ground]))
        if pair.ratio < needed:
            faint.append((pair, needed, use))
    return tuple(faint)


def readable_on(ground: str, first: str, second: str) -> str:
    """Give the one of two text colours that reads better on a ground."""
    return first if ratio(first, ground) >= ratio(second, ground) else second
