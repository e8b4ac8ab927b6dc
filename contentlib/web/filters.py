"""How numbers, days and money are written on pages; it fetches and decides nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from contentlib.domain.counting import count
from contentlib.domain.deals import CURRENCY_PLACES
from contentlib.domain.search import ScorePart
from contentlib.domain.taxonomy import LANGUAGES

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUS = "−"
# Signs that a European sales team reads without thinking; any other currency keeps its code.
CURRENCY_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "INR": "₹"}


def day(value: date | datetime | None, today: date | None = None) -> str:
    """Write a day as "3 Nov 2026"; with `today` the year is left out when it is the same. None gives "–"."""
    if value is None:
        return "–"
    written = f"{value.day} {MONTHS[value.month - 1]}"
    return written if today is not None and value.year == today.year else f"{written} {value.year}"


def moment(value: datetime, now: datetime) -> Markup:
    """Write an instant as people say it: "just now", "12 minutes ago", "5 hours ago", "yesterday", else the day.

    Readers sit in several zones and the library keeps UTC, so the clock stands in the title, with its zone.
    """
    exact = f"{day(value)}, {value:%H:%M} UTC"
    told = Markup('<time datetime="{}" title="{}">{}</time>')
    return told.format(f"{value:%Y-%m-%dT%H:%MZ}", exact, _say_when(value, now))


def _say_when(value: datetime, now: datetime) -> str:
    seconds = (now - value).total_seconds()
    if 0 <= seconds < 60:
        return "just now"
    if 60 <= seconds < 3600:
        return count(int(seconds // 60), "minute") + " ago"
    if 3600 <= seconds < 24 * 3600:
        return count(int(seconds // 3600), "hour") + " ago"
    days = (now.date() - value.date()).days
    if days == 0:  # still to come
        return f"today, {value:%H:%M} UTC"
    return "yesterday" if days == 1 else day(value, now.date())


def money(minor: int | None, currency: str | None) -> str:
    """Write an amount of minor units in whole units of its currency: "€184,000", "CHF 92,500"; None gives "–"."""
    if minor is None:
        return "–"
    code = (currency or "").upper()
    whole = math.floor(abs(minor) / 10 ** CURRENCY_PLACES.get(code, 2) + 0.5)
    sign = CURRENCY_SIGNS.get(code, f"{code} " if code else "")
    return f"{MINUS if minor < 0 else ''}{sign}{whole:,}"


def points(fraction: float | None) -> str:
    """Write a fraction of deals as points per 100 with its sign: "+7", "−1", "0"; None gives "–"."""
    if fraction is None:
        return "–"
    whole = round(100 * fraction)
    return "0" if whole == 0 else f"+{whole}" if whole > 0 else f"{MINUS}{-whole}"


def percent(fraction: float | None) -> str:
    """Write a fraction as a whole percentage, "45 %"; None gives "–"."""
    return "–" if fraction is None else f"{round(100 * fraction)} %"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does: "a", "a and b", "a, b and c"."""
    return " ".join(filter(None, [", ".join(words[:-1]), last if len(words) > 1 else "", *words[-1:]]))


def initials(name: str) -> str:
    """Give up to two letters that stand for a name."""
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def possessive(name: str) -> str:
    """Write "Kestrel’s", and "Lumen Cartons’" for a name that ends in s."""
    return f"{name}’" if name.endswith(("s", "S")) else f"{name}’s"


def language(tag: str) -> str:
    """Name a language by its BCP 47 tag; a tag nobody here writes in stays as it is."""
    return LANGUAGES.get(tag.split("-", maxsplit=1)[0].lower(), tag)


def size(number: int) -> str:
    """Write a number of bytes: "412 kB", "1.4 MB"."""
    return f"{max(1, round(number / 1000)):,} kB" if number < 1_000_000 else f"{number / 1_000_000:.1f} MB"


def points_shown(parts: Sequence[ScorePart]) -> list[tuple[str, str, str]]:
    """Write the parts of a score to one decimal so that what stands there adds up to the sum as it is written.

    Each as (what, where, points).
    """
    total, shown = 0.0, 0
    rows = []
    for part in parts:
        total += part.score
        tenths = round(total * 10) - shown
        shown += tenths
        rows.append((part.what, part.where, f"{tenths / 10:.1f}".replace("-", MINUS)))
    return rows


FILTERS: dict[str, Callable[..., Any]] = {
    "day": day,
    "moment": moment,
    "money": money,
    "count": count,
    "points": points,
    "percent": percent,
    "listed": listed,
    "initials": initials,
    "possessive": possessive,
    "size": size,
    "language": language,
}
