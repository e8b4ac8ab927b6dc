"""Reads YAML so that every fault names its line, and closed keys so that a typing error is told, not ignored.

It knows no brand: what the keys mean is decided by who asks.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection
from datetime import date
from typing import Any

import yaml

from contentlib.domain.findings import Finding, Level

Place = tuple[str | int, ...]


# A brand nests a few levels; beyond this many brackets the parser is chosen that raises instead of dying of them.
_MOST_BRACKETS = 1_000


def _loader_for(text: str) -> type[yaml.SafeLoader]:
    """Choose the parser: the one in C takes a tenth of the time, where it is there."""
    is_flat = text.count("[") + text.count("{") < _MOST_BRACKETS
    found: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader) if is_flat else yaml.SafeLoader
    return found


class LinedYaml:
    """The values of one YAML file with their lines, and the findings of reading them.

    The asking methods take the place of a value (`("color", "palette", "ink")`), report what is not as it should be,
    and give a usable value or None, so that one pass tells all faults.
    """

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self._lines: dict[Place, int] = {}
        self._values: Any = {}
        try:
            loader = _loader_for(text)
            root = yaml.compose(text, Loader=loader)
            self._values = yaml.load(text, Loader=loader) if root is not None else {}  # noqa: S506 - both are safe ones
        except yaml.MarkedYAMLError as fault:
            mark = fault.problem_mark or fault.context_mark
            self._add(Level.ERROR, (mark.line + 1) if mark else None, "yaml", f"This is no YAML: {fault.problem}.")
            return
        except (yaml.YAMLError, ValueError) as fault:
            self._add(Level.ERROR, None, "yaml", f"This is no YAML: {fault}.")
            return
        if root is not None:
            self._note_lines(root, ())

    def _note_lines(self, node: yaml.Node, at: Place) -> None:
        self._lines.setdefault(at, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self._note_lines(item, (*at, index))
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                inner = (*at, key.value)
                if inner in self._lines:
                    line = key.start_mark.line + 1
                    self._add(Level.ERROR, line, "duplicate-key", f"“{key.value}” stands here a second time.")
                self._lines[inner] = key.start_mark.line + 1
                self._note_lines(value, inner)

    def _add(
        self,
        level: Level,
        line: int | None,
        code: str,
        message: str,
        mend: str | None = None,
        near: str | None = None,
        evidence: str | None = None,
    ) -> None:
        self.findings.append(
            Finding(
                level=level,
                code=code,
                message=message,
                mend=mend,
                path=self.path,
                line=line,
                nearest=near,
                evidence=evidence,
            )
        )

    def line(self, at: Place) -> int | None:
        """Give the line of a place, or of the nearest place around it."""
        while at and at not in self._lines:
            at = at[:-1]
        return self._lines.get(at)

    def error(self, at: Place, code: str, message: str, *, mend: str | None = None, nearest: str | None = None) -> None:
        """Report what makes the file unusable."""
        self._add(Level.ERROR, self.line(at), code, message, mend, near=nearest)

    def warn(self, at: Place, code: str, message: str, *, mend: str | None = None, evidence: str | None = None) -> None:
        """Report what needs a look."""
        self._add(Level.WARNING, self.line(at), code, message, mend, evidence=evidence)

    def get(self, at: Place) -> Any:
        """Give the raw value at a place, None when there is none."""
        value = self._values
        for step in at:
            is_there = step in value if isinstance(value, dict) else isinstance(value, list) and _holds(value, step)
            if not is_there:
                return None
            value = value[step]
        return value

    def keys(self, at: Place, known: Collection[str] | None = None) -> tuple[str, ...]:
        """Give the keys of a mapping; report each that is not `known`, with the one that may be meant."""
        value = self.get(at)
        if value is None:
            return ()
        if not isinstance(value, dict):
            self.error(at, "not-a-mapping", f"{_name(at)} must hold keys with values.")
            return ()
        for key in value:
            if known is not None and key not in known:
                near = nearest(str(key), known)
                self.error(
                    (*at, key),
                    "unknown-key",
                    f"{_name(at)} has no key “{key}”.",
                    mend=f"Did you mean “{near}”?" if near else f"Known are: {', '.join(sorted(known))}.",
                    nearest=near,
                )
        return tuple(str(key) for key in value)

    def items(self, at: Place) -> int:
        """Give how many entries a list has; report what is no list."""
        value = self.get(at)
        if value is None:
            return 0
        if not isinstance(value, list):
            self.error(at, "not-a-list", f"{_name(at)} must be a list.")
            return 0
        return len(value)

    def text(self, at: Place, *, required: bool = False) -> str | None:
        """Give a text; numbers count as texts, because YAML reads some unquoted texts as numbers."""
        value = self.get(at)
        if value is None or value == "":
            if required:
                self.error(at, "missing", f"{_name(at)} is missing.")
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.error(at, "not-a-text", f"{_name(at)} must be a text.")
            return None
        return str(value)

    def texts(self, at: Place) -> tuple[str, ...]:
        """Give a list of texts."""
        found = (self.text((*at, index)) for index in range(self.items(at)))
        return tuple(text for text in found if text is not None)

    def number(self, at: Place, *, low: float, high: float) -> float | None:
        """Give a number between `low` and `high`, both included."""
        value = self.get(at)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.error(at, "not-a-number", f"{_name(at)} must be a number from {low:g} to {high:g}.")
            return None
        return float(value)

    def truth(self, at: Place) -> bool:
        """Give a yes or no; missing means no."""
        value = self.get(at)
        if not isinstance(value, bool | None):
            self.error(at, "not-a-truth", f"{_name(at)} must be true or false.")
        return value is True

    def day(self, at: Place) -> date | None:
        """Give a day."""
        value = self.get(at)
        if value is None or type(value) is date:
            return value
        self.error(at, "not-a-day", f"{_name(at)} must be a day, as in 2027-03-31.")
        return None

    def choice(self, at: Place, choices: Collection[str]) -> str | None:
        """Give one of `choices`."""
        value = self.text(at)
        if value is None or value in choices:
            return value
        near = nearest(value, choices)
        self.error(at, "unknown-value", f"{_name(at)} cannot be “{value}”.", mend=_offer(near, choices), nearest=near)
        return None


def _holds(values: list[Any], step: str | int) -> bool:
    return isinstance(step, int) and step < len(values)


def nearest(word: str, known: Collection[str]) -> str | None:
    """Give the known word that is most likely meant, None when none is near."""
    by_small = {name.lower(): name for name in sorted(known)}
    found = difflib.get_close_matches(word.lower(), by_small, n=1, cutoff=0.6)
    return by_small[found[0]] if found else None


def _offer(near: str | None, choices: Collection[str]) -> str:
    return f"Did you mean “{near}”?" if near else f"It can be: {', '.join(sorted(choices))}."


def _name(at: Place) -> str:
    return "The file" if not at else "“" + ".".join(str(step) for step in at) + "”"
