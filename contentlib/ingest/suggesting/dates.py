"""Which day a file is of: as its first pages say, else when it was last saved; a day to come is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from contentlib.domain.suggestions import SuggestedField, Suggestion
from contentlib.domain.uploads import ExtractedFile
from contentlib.ingest.suggesting.words import fold, quote

# Names of months in nine languages, by their first letters; longer ones first where one begins another.
_MONTHS = (
    ("jan", "gen", "ene"), ("feb", "fev", "fév"), ("mar", "mär", "mrt", "maa"), ("apr", "avr", "abr"),
    ("may", "mai", "maj", "mei", "mag"), ("jun", "giu", "juin"), ("jul", "lug", "juil"), ("aug", "aou", "aoû", "ago"),
    ("sep", "set"), ("oct", "okt", "out", "ott"), ("nov",), ("dec", "dez", "déc", "dic"),
)  # fmt: skip
_BEGINS = {fold(name): number for number, names in enumerate(_MONTHS, 1) for name in names}
_MONTH = (
    r"(?P<month>(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|septembre"
    r"|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre"
    r"|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|januari|februari|maart|mei"
    r"|augustus|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro|maj"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|okt|nov|dec|dez)\b)"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{_YEAR}[-/.](?P<number>\d{{1,2}})[-/.](?P<day>\d{{1,2}})\b",
        rf"{_YEAR} ?年 ?(?P<number>\d{{1,2}}) ?月(?: ?(?P<day>\d{{1,2}}) ?日)?",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|º)?(?: of| de)? {_MONTH}\.?,?(?: de)? {_YEAR}\b",
        rf"\b{_MONTH}\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}\b",
        rf"\b{_MONTH}\.?,? (?:de )?{_YEAR}\b",
        # With dots the day comes first. With slashes it does in some countries, so only a day that is no month tells.
        rf"\b(?P<day>\d{{1,2}})\. ?(?P<number>\d{{1,2}})\. ?{_YEAR}\b",
        rf"\b(?P<day>1[3-9]|2\d|3[01])/(?P<number>\d{{1,2}})/{_YEAR}\b",
        rf"\b(?P<number>\d{{1,2}})/(?P<day>1[3-9]|2\d|3[01])/{_YEAR}\b",
    )
)
_MOST_SIGNS = 6_000


def suggest(file: ExtractedFile, today: date) -> Suggestion | None:
    """Suggest the day that stands first on the first two pages, else the day the file was saved."""
    for found, _, _ in _days(str(file.facts.get("date", ""))):
        return _suggestion(found, "The file says so of itself.")
    for page in file.pages[:2]:
        days = [day for day in _days(page.text[:_MOST_SIGNS]) if day[0] <= today]
        if days:
            found, words, is_whole = min(days, key=lambda day: page.text.find(day[1]))
            return _suggestion(found, f"{quote(words)}.", page=page.number, is_sure=is_whole and page.number == 1)
    for key, deed in (("modified_at", "last saved"), ("created_at", "made")):
        for found, _, _ in _days(str(file.facts.get(key, ""))[:10]):
            if found <= today:
                return _suggestion(found, f"The file was {deed} on that day; its pages name none.", is_sure=False)
    return None


def _suggestion(day: date, why: str, *, page: int | None = None, is_sure: bool = True) -> Suggestion:
    return Suggestion(field=SuggestedField.DATE, values=(day.isoformat(),), why=why, page=page, is_sure=is_sure)


def _days(text: str) -> Iterator[tuple[date, str, bool]]:
    """Give the days in a text, the words that name each, and whether the day of the month is among them."""
    for form in _FORMS:
        for found in form.finditer(text):
            parts = found.groupdict()
            month = int(parts.get("number") or 0) or _month(parts.get("month") or "")
            try:
                yield date(int(parts["year"]), month, int(parts.get("day") or 1)), found[0], bool(parts.get("day"))
            except ValueError:
                continue


def _month(name: str) -> int:
    """Give the number of a month by its name, 0 for none; “juin” and “juillet” part only at their fourth letter."""
    folded = fold(name)
    return _BEGINS.get(folded[:4], 0) or _BEGINS.get(folded[:3], 0)
