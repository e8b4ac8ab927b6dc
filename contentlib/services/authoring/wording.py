"""Texts held against the phrases of their brand: banned, renamed and required ones; it changes no text."""

from __future__ import annotations

from contentlib.branding import brand as brands
from contentlib.branding.parts import Phrase
from contentlib.branding.phrases import find_missing, find_phrases
from contentlib.domain.errors import NotFoundError
from contentlib.domain.findings import Finding
from contentlib.services.unit_of_work import UnitOfWork


class Wording:
    """The phrases of every brand that texts name, each brand read once."""

    def __init__(self, reading: UnitOfWork) -> None:
        self._reading = reading
        self._known: dict[str, tuple[tuple[Phrase, ...], str]] = {}

    def check(self, text: str, *, kind: str, brand: str, path: str) -> tuple[Finding, ...]:
        """Give what a whole authored file says against its brand, with path and line; an unknown brand bans nothing.

        What its document carries without the author, the brand's notice, counts as written.
        """
        phrases, notice = self._of(brand)
        carried = notice if self._reading.printer.find_kind(kind) is not None else ""
        missing = find_missing(f"{text}\n{carried}", phrases, kind=kind, path=path)
        return (*find_phrases(text, phrases, kind=kind, path=path, line=1), *missing)

    def _of(self, brand: str) -> tuple[tuple[Phrase, ...], str]:
        if brand not in self._known:
            try:
                self._known[brand] = brands.read_phrases(self._reading.printer.folder_of_brand(brand))
            except NotFoundError:
                self._known[brand] = ((), "")
        return self._known[brand]
