"""The facts of a foreign file, found where its layout says and put into the library's words; it writes no text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from contentlib.domain.findings import Level
from contentlib.ingest import foreign, html_body
from contentlib.ingest.foreign import Foreign
from contentlib.ingest.layout import FACTS, LISTS, Layout, Rule
from contentlib.ingest.pictures import Shelf

_DATES = frozenset({"date", "expires", "review_by"})
# An ISO date with whatever follows it: a time, a zone.
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?\Z")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass
class Finder:
    """Looks for the facts of one file; `first_heading` reads the body's headings, whatever its format.

    `place` is the imported folder's own name and the path below it; `kinds` are the kinds the library knows.
    """

    layout: Layout
    read: Foreign
    place: str
    kinds: AbstractSet[str]
    shelf: Shelf
    first_heading: Callable[[int], str]
    used: set[str] = field(default_factory=set)

    def find_all(self) -> dict[str, Any]:
        """Give what the file says, by the names of layouts, in the library's words."""
        facts = {name: value for name in FACTS if (value := self._fact(name))}
        if "title" not in facts:
            facts["title"] = self._title_from_name()
            self.shelf.find(
                "title-from-name", f"No title was found; “{facts['title']}” is made of the name.", Level.NOTE
            )
        return facts

    def kept(self) -> dict[str, Any]:
        """Give the keys that the layout takes over as they are, with the pictures that the library knows in them."""
        found = {key: deepcopy(self.read.values[key]) for key in self.layout.keep if self.read.values.get(key)}
        self.used |= found.keys()
        self._bring(found, "hero", "hero")
        self._bring(found.get("customer"), "logo", "customer")
        quotes = found.get("quotes")
        for quote in quotes if isinstance(quotes, list) else ():
            self._bring(quote, "photo", "quotes")
        return found

    def _bring(self, facts: Any, key: str, top: str) -> None:
        """Let a picture among facts go by the name that it gets here; one that the folder does not hold is left out."""
        if not isinstance(facts, dict) or not isinstance(facts.get(key), str):
            return
        told = key if key == top else f"{top}.{key}"
        facts[key] = self.shelf.fact(facts[key], told, self.read.lines.get(top))
        if not facts[key]:
            del facts[key]

    def picture(self) -> str:
        """Give the first picture that the facts name and the folder holds; the others are named as missing."""
        found = ""
        for key in self.layout.pictures:
            self.used.add(key)
            for name in _flatten(foreign.get(self.read.values, key)):
                markdown = self.shelf.picture(name, PurePosixPath(name).stem)
                if markdown.startswith("!") and not found:
                    found = markdown.rpartition("(")[2].rstrip(")")
        return found

    def name_unknown(self) -> None:
        """Name every key that holds something and was neither used nor set aside by the layout."""
        parts = {part.field for part in self.layout.parts}
        settled = self.used | parts | self.layout.ignore
        for name, top in foreign.keys(self.read.values):
            if name in settled or top in settled or any(each.startswith(name + ".") for each in settled):
                continue
            line = self.read.lines.get(top)
            self.shelf.find(
                "not-understood",
                f"“{name}” was not understood and is not kept{f' (line {line})' if line else ''}.",
                Level.WARNING,
                mend="Say in a layout what it means, or name it under “ignore”.",
            )

    def _fact(self, name: str) -> Any:
        # Every rule's key counts as understood, even where an earlier one has answered.
        found: list[str] = []
        for rule in self.layout.fields.get(name, ()):
            words = self._words(rule)
            if words and rule.key:
                self.used.add(rule.key)
            if words and not found and (good := self._translate(name, words)):
                found = good
        if not found and (constant := self.layout.constants.get(name)):
            found = [constant]
        if not found:
            return None
        return list(dict.fromkeys(found)) if name in LISTS else found[0]

    def _words(self, rule: Rule) -> list[str]:
        if rule.key:
            return _flatten(foreign.get(self.read.values, rule.key))
        if rule.html:
            return [words] if (words := html_body.select(self._soup, rule.html, rule.after)) else []
        if rule.path:
            found = rule.path.search(self.place)
            return [found[1]] if found and found[1] else []
        if rule.heading:
            return [words] if (words := self.first_heading(rule.heading)) else []
        if rule.folder:
            folder = PurePosixPath(self.place).parent.name
            return [folder] if folder in self.kinds else []
        return [language] if rule.script and (language := language_of(self.read.body)) else []

    @property
    def _soup(self) -> Any:
        if not hasattr(self, "_parsed"):
            self._parsed = html_body.parse(self.read.body)
        return self._parsed

    def _translate(self, name: str, words: Sequence[str]) -> list[str]:
        if (sign := self.layout.split.get(name)) is not None:
            words = [part.strip() for word in words for part in word.split(sign)]
        values = self.layout.values.get(name, {})
        words = [values.get(word.casefold(), values.get("*", word)) for word in words]
        if name in _DATES:
            words = [self._day(name, word) for word in words]
        elif name == "language":
            words = [word.replace("_", "-") for word in words]
        elif name not in LISTS and len(words) > 1:
            words = [", ".join(words)]
        return [word for word in words if word]

    def _day(self, name: str, word: str) -> str:
        if iso := _ISO.match(word):
            try:
                return date(int(iso[1]), int(iso[2]), int(iso[3])).isoformat()
            except ValueError:
                pass
        for form in self.layout.dates:
            try:
                return datetime.strptime(word, form).date().isoformat()  # noqa: DTZ007 - only the day is kept
            except ValueError:
                continue
        self.shelf.find(
            "bad-date", f"“{word[:60]}” is not a day that is understood for “{name}”; it is not kept.", Level.WARNING,
            mend='Name its form in the layout: dates = ["%d.%m.%Y"].',
        )  # fmt: skip
        return ""

    def _title_from_name(self) -> str:
        path = PurePosixPath(self.place)
        stem = path.parent.name if path.stem.lower() in {"index", "readme"} and path.parent.name else path.stem
        words = re.sub(r"[-_]+", " ", stem).strip()
        return (words[:1].upper() + words[1:]) or "Untitled"


def _flatten(value: Any) -> list[str]:
    if isinstance(value, list):
        return [word for row in value for word in _flatten(row)]
    if value is None or isinstance(value, dict):
        return []
    words = " ".join(str(value).split())
    return [words] if words else []


def language_of(text: str) -> str:
    """Tell Japanese, Chinese and Korean by their letters; anything else stays untold."""
    letters = max(len(_LETTER.findall(text)), 1)
    kana, han, hangul = (len(sign.findall(text)) for sign in (_KANA, _HAN, _HANGUL))
    # Latin product names stand in every such text, so a fifth of the letters is plenty.
    if kana / letters > 0.1 and (kana + han) / letters > 0.2:
        return "ja"
    if hangul / letters > 0.2:
        return "ko"
    return "zh" if han / letters > 0.2 else ""


def as_front_matter(facts: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Give the front matter of the authored file, its keys in the order people write them."""
    head = {key: facts[name] for name, key in FACTS.items() if name in facts}
    if head.get("kind") == "case-study" and "customer" not in kept:
        customer = {
            "name": head.get("company"),
            "industry": ", ".join(head.get("industries", ())),
            "region": ", ".join(head.get("regions", ())),
        }
        head["customer"] = {key: value for key, value in customer.items() if value}
    return {key: value for key, value in (head | dict(kept)).items() if value}
