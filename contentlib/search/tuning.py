"""Reads what search weighs and which words stand for each other, and names every fault with its line.

It scores nothing and keeps nothing; the file is the library's own or the one that comes with the product.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from contentlib.domain.errors import TuningRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.search import schema, words

FILE_NAME = "search.toml"

# Far above what people keep; a pasted word list must not make every question slow.
MAX_GROUPS, MAX_GROUP, MAX_PHRASE = 2_000, 40, 80

_PLACES, _FINDS, _SHARES = "places", "finds", "shares"
_FIND_NAMES = ("synonym", "joined", "near", "kept")
_SHARE_NAMES = (
    "fits_stage",
    "fits_industry",
    "fits_otherwise",
    "verified",
    "review_due",
    "used",
    "helps_close",
    "other_script",
)
# The numbers of a section, and the range that they may have.
_NUMBERS: Mapping[str, tuple[tuple[str, ...], float, float]] = {
    _PLACES: (schema.PLACES, 0.0, 10.0),
    _FINDS: (_FIND_NAMES, 0.0, 1.0),
    _SHARES: (_SHARE_NAMES, -1.0, 1.0),
}
_SECTIONS = (*_NUMBERS, "synonyms", "common_words")


@dataclass(frozen=True, kw_only=True, eq=False)
class Tuning:
    """What search weighs: places by name, what a find by other words is worth, small shares, and the word lists."""

    places: Mapping[str, float]
    finds: Mapping[str, float]
    shares: Mapping[str, float]
    synonyms: tuple[tuple[str, ...], ...]
    common_words: Mapping[str, str]

    @cached_property
    def synonym_table(self) -> Mapping[tuple[str, ...], tuple[str, ...]]:
        """Map the reading of each word or phrase to those that stand for it."""
        table: dict[tuple[str, ...], tuple[str, ...]] = {}
        for group in self.synonyms:
            for phrase in group:
                others = tuple(other for other in group if other != phrase)
                table[reading_of(phrase)] = table.get(reading_of(phrase), ()) + others
        return table

    @cached_property
    def longest_synonym(self) -> int:
        """Count the words of the longest phrase that stands for another."""
        return max((len(reading) for reading in self.synonym_table), default=0)

    @cached_property
    def common_by_language(self) -> Mapping[str, frozenset[str]]:
        """Map each language to its words that carry no subject, folded."""
        return {
            language: frozenset(words.fold(word) for word in listed.split())
            for language, listed in self.common_words.items()
        }


def reading_of(text: str) -> tuple[str, ...]:
    """Write a phrase the way synonyms are looked up: folded, hyphens as spaces, a plural s taken off."""
    folded = words.fold(text).replace("-", " ").split()
    return tuple(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in folded
    )


@lru_cache(maxsize=1)
def shipped_text() -> str:
    """Give the text of the file that comes with the product."""
    return (resources.files("contentlib.search") / "tuning.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def shipped() -> Tuning:
    """Give the tuning that comes with the product."""
    stated = tomllib.loads(shipped_text())
    return _tuning(stated, {})


def read(folder: Path) -> Tuning:
    """Read a library's own file in its data folder, or give the shipped tuning when it has none.

    TuningRefusedError when the file cannot be used.
    """
    try:
        data = (folder / FILE_NAME).read_bytes()
    except FileNotFoundError:
        return shipped()
    except OSError as fault:
        raise TuningRefusedError(f"{FILE_NAME} cannot be read ({fault.strerror}).") from fault
    return parse(data.decode("utf-8", "replace"), path=FILE_NAME)


def parse(text: str, *, path: str = FILE_NAME) -> Tuning:
    """Read a tuning file; what it leaves out is as shipped. TuningRefusedError names every fault with its line."""
    stated = read_toml(text, path=path)
    faults = Faults(text, path)
    for section in stated:
        if section not in _SECTIONS:
            faults.add(f"[{section}]", f"There is no section “{section}”.", nearest=(section, _SECTIONS))
    for section, (names, least, most) in _NUMBERS.items():
        for name, value in faults.table(stated, section).items():
            where = f"{section}.{name}"
            if name not in names:
                faults.add(where, f"[{section}] has no “{name}”.", nearest=(name, names))
            elif isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
                faults.add(where, f"“{name}” is a number from {least:g} to {most:g}.")
    _check_synonyms(faults.table(stated, "synonyms"), faults)
    for language, listed in faults.table(stated, "common_words").items():
        if not isinstance(listed, str):
            faults.add(f"common_words.{language}", f"The common words of “{language}” are one text, parted by spaces.")
    faults.refuse("This search tuning cannot be used.")
    return _tuning(tomllib.loads(shipped_text()), stated)


def _tuning(base: Mapping[str, Any], own: Mapping[str, Any]) -> Tuning:
    def merged(section: str) -> dict[str, Any]:
        return {**base[section], **own.get(section, {})}

    groups = own.get("synonyms", {}).get("groups", base["synonyms"]["groups"])
    return Tuning(
        places={name: float(value) for name, value in merged(_PLACES).items()},
        finds={name: float(value) for name, value in merged(_FINDS).items()},
        shares={name: float(value) for name, value in merged(_SHARES).items()},
        synonyms=tuple(tuple(phrase.strip() for phrase in group) for group in groups),
        common_words=merged("common_words"),
    )


def _check_synonyms(stated: Mapping[str, Any], faults: Faults) -> None:
    for name in stated:
        if name != "groups":
            faults.add(f"synonyms.{name}", f"[synonyms] has no “{name}”.", nearest=(name, ("groups",)))
    groups = stated.get("groups", [])
    if not isinstance(groups, list) or len(groups) > MAX_GROUPS:
        faults.add("synonyms.groups", f"“groups” is a list of at most {MAX_GROUPS} lists of words.")
        return
    for group in groups:
        wrong = [
            phrase
            for phrase in (group if isinstance(group, list) else [group])
            if not isinstance(phrase, str) or not 0 < len(phrase) <= MAX_PHRASE or not reading_of(phrase)
        ]
        if not isinstance(group, list) or wrong:
            shown = wrong[0] if wrong else group
            faults.add("synonyms.groups", f"A group is a list of words or short phrases, not {shown!r}.", text=shown)
        elif not 2 <= len({reading_of(phrase) for phrase in group}) == len(group) <= MAX_GROUP:
            faults.add(
                "synonyms.groups",
                f"A group has 2 to {MAX_GROUP} different words; [{', '.join(group)}] has not.",
                text=group[0] if group else "[]",
            )


def with_synonyms(text: str, phrases: Sequence[str]) -> str:
    """Add words that stand for each other to a tuning file's text, comments kept.

    They join the first group that holds one of them, else they are a new group; an empty text begins as shipped.
    TuningRefusedError when the text, or what it would become, cannot be used.
    """
    text = text if text.strip() else shipped_text()
    phrases = list({reading_of(phrase): " ".join(phrase.split()) for phrase in phrases}.values())
    before = parse(text).synonyms
    readings = {reading_of(phrase) for phrase in phrases}
    joined = next((group for group in before if readings & {reading_of(phrase) for phrase in group}), ())
    held = {reading_of(phrase) for phrase in joined}
    group = [*joined, *(phrase for phrase in phrases if reading_of(phrase) not in held)]
    groups = [group if one is joined else list(one) for one in before] + ([] if joined else [group])
    changed = _replace_groups(text, [list(one) for one in groups], group, list(joined))
    parse(changed)
    return changed


def _replace_groups(text: str, groups: list[list[str]], group: list[str], joined: list[str]) -> str:
    """Write one group into the text where it stands; where that cannot be told, write all groups anew."""
    line = f"    {json.dumps(group, ensure_ascii=False)},"
    if joined:
        for match in re.finditer(r"^[ \t]*\[[^\[\]\n]*\],?[ \t]*$", text, re.MULTILINE):
            if _is_list(match[0], joined):
                return text[: match.start()] + line + text[match.end() :]
    opened = re.search(r"^groups[ \t]*=[ \t]*\[[ \t]*$", text, re.MULTILINE)
    if opened and not joined:
        return f"{text[: opened.end()]}\n{line}{text[opened.end() :]}"
    written = "groups = [\n" + "".join(f"    {json.dumps(one, ensure_ascii=False)},\n" for one in groups) + "]\n"
    found = re.search(r"^groups[ \t]*=[ \t]*", text, re.MULTILINE)
    if found:
        return text[: found.start()] + written.rstrip() + text[_end_of_list(text, found.end()) :]
    section = re.search(r"^\[synonyms\][ \t]*$", text, re.MULTILINE)
    if section:
        return f"{text[: section.end()]}\n{written}{text[section.end() :]}"
    return f"{text.rstrip()}\n\n[synonyms]\n{written}"


def _end_of_list(text: str, start: int) -> int:
    """Give the place after the list that begins at `start`; brackets in strings and comments do not count."""
    depth = 0
    for match in re.finditer(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#[^\n]*|[\[\]]', text[start:]):
        depth += {"[": 1, "]": -1}.get(match[0], 0)
        if not depth:
            return start + match.end()
    return len(text)


def _is_list(line: str, phrases: list[str]) -> bool:
    try:
        return bool(tomllib.loads(f"a = {line.strip().rstrip(',')}")["a"] == phrases)
    except tomllib.TOMLDecodeError:
        return False


def read_toml(text: str, *, path: str) -> dict[str, Any]:
    """Read TOML; TuningRefusedError with the line when it is none."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        found = re.search(r"\(at line (\d+), column \d+\)", str(fault))
        line = int(found[1]) if found else max(text.count("\n"), 1)
        reason = str(fault).split(" (at ")[0] if isinstance(fault, tomllib.TOMLDecodeError) else "nested too deep"
        finding = Finding(
            level=Level.ERROR, code="not_toml", message=f"This line cannot be read: {reason}.", path=path, line=line
        )
        raise TuningRefusedError(f"{path}, line {line}: {reason}.", findings=(finding,)) from fault


class Faults:
    """Gathers what is wrong with a file, each fault with the line it stands on."""

    def __init__(self, text: str, path: str) -> None:
        self._lines = text.split("\n")
        self._path = path
        self.findings: list[Finding] = []

    def table(self, stated: Mapping[str, Any], section: str) -> Mapping[str, Any]:
        """Give a section, empty when it is missing; one that is no section is a fault."""
        found = stated.get(section, {})
        if isinstance(found, dict):
            return found
        self.add(section, f"“{section}” is a section: write [{section}].")
        return {}

    def add(
        self, where: str, message: str, *, text: object = None, nearest: tuple[str, Sequence[str]] | None = None
    ) -> None:
        """Note a fault at `section.key`, or at the line below it that holds `text`."""
        close = difflib.get_close_matches(*nearest, n=1) if nearest else []
        self.findings.append(
            Finding(
                level=Level.ERROR,
                code="wrong_tuning",
                message=message,
                mend=f"Did you mean “{close[0]}”?" if close else None,
                path=self._path,
                line=self._line(where, text),
                nearest=close[0] if close else None,
            )
        )

    def add_at(self, line: int, message: str) -> None:
        """Note a fault on a line."""
        self.findings.append(
            Finding(level=Level.ERROR, code="wrong_tuning", message=message, path=self._path, line=line)
        )

    def refuse(self, message: str) -> None:
        """Raise TuningRefusedError when anything was noted."""
        if self.findings:
            first = min(self.findings, key=lambda finding: finding.line or 0)
            raise TuningRefusedError(f"{message} Line {first.line}: {first.message}", findings=tuple(self.findings))

    def _line(self, where: str, text: object) -> int:
        section, _, key = where.strip("[]").partition(".")
        at = next((n for n, line in enumerate(self._lines) if line.strip().startswith(f"[{section}]")), -1)
        if at < 0:  # written as "section.key = …" or "section = …"
            at = next((n for n, line in enumerate(self._lines) if line.lstrip().startswith(section)), 0)
        if key:
            pattern = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
            at = next((n for n in range(max(at, 0), len(self._lines)) if pattern.match(self._lines[n])), at)
        if text is not None:
            at = next((n for n in range(at, len(self._lines)) if str(text) in self._lines[n]), at)
        return at + 1
