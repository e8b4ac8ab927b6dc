"""A file from elsewhere parted into facts and body, however its facts are written; it judges neither.

Values stay the text that stands in the file, so that `no` remains Norwegian and a date remains what was typed.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from contentlib.domain.errors import SourceRefusedError
from contentlib.domain.findings import Finding, Level

RECORDS = frozenset({".yaml", ".yml", ".json", ".toml"})
# Far more than front matter of any source; aliases count each time, so a few bytes cannot stand for gigabytes.
MOST_NODES = 20_000
DEEPEST = 20
# The C parser follows nesting on the machine's own stack and dies of it; the other one raises.
MOST_OPENERS = 500

_PAIR = re.compile(r"([A-Za-z][\w .-]{0,60}?)\s*:(?:\s+(.*))?$")


@dataclass(frozen=True, kw_only=True)
class Foreign:
    """A parted file; `lines` tell where a first-level key stands, counted from 1; a record has no body of its own."""

    values: Mapping[str, Any]
    body: str
    is_record: bool = False
    lines: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def part(text: str, *, path: str, suffix: str) -> Foreign:
    """Part a file's text; `suffix` tells a record (YAML, JSON, TOML throughout) from a text with facts above it.

    Raises SourceRefusedError when a record cannot be read.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if suffix in RECORDS:
        return _record(text, path, suffix)
    lines = text.lstrip("\n").split("\n")
    first = len(text) - len(text.lstrip("\n")) + 1
    fence = lines[0].rstrip()
    if fence not in {"---", "+++"}:
        return Foreign(values={}, body=text)
    ends = {"---", "..."} if fence == "---" else {"+++"}
    end = next((n for n, line in enumerate(lines[1:], start=1) if line.rstrip() in ends), 0)
    head, body = "\n".join(lines[1:end]), "\n".join(lines[end + 1 :])
    if not end or (fence == "---" and head.strip() and not _PAIR.search(head.strip().split("\n")[0])):
        return Foreign(values={}, body=text)  # a rule above prose, not facts
    if fence == "+++":
        try:
            return Foreign(values=_as_text(tomllib.loads(head)), body=body)
        except (tomllib.TOMLDecodeError, RecursionError) as fault:
            loose = _loosely(head.replace(" = ", ": "), first)
            return Foreign(values=loose[0], lines=loose[1], body=body, findings=(_loose(path, first, str(fault)),))
    try:
        values, where = _load(head, first + 1)
    except _UnreadableError as fault:
        loose = _loosely(head, first)
        return Foreign(values=loose[0], lines=loose[1], body=body, findings=(_loose(path, fault.line, fault.reason),))
    return Foreign(values=values, body=body, lines=where)


class _UnreadableError(Exception):
    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason, self.line = reason, line


def _record(text: str, path: str, suffix: str) -> Foreign:
    try:
        if suffix == ".json":
            read = json.loads(text)
            values = _as_text(read) if isinstance(read, dict) else None
            lines: dict[str, int] = {}
        elif suffix == ".toml":
            values, lines = _as_text(tomllib.loads(text)), {}
        else:
            values, lines = _load(text, 1)
    except _UnreadableError as fault:
        _refuse(path, fault.line, fault.reason)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, RecursionError) as fault:
        _refuse(path, getattr(fault, "lineno", 1), str(fault).splitlines()[0])
    if values is None:
        _refuse(path, 1, "it is no list of keys with values")
    return Foreign(values=values, body="", is_record=True, lines=lines)


def _refuse(path: str, line: int, reason: str) -> NoReturn:
    message = f"The file cannot be read: {reason}."
    raise SourceRefusedError(
        f"{path}, line {line}: {message}",
        findings=(Finding(level=Level.ERROR, code="unreadable", message=message, path=path, line=line),),
    )


def _load(text: str, first_line: int) -> tuple[dict[str, Any], dict[str, int]]:
    """Compose the first YAML document of a text; a key that stands twice counts where it stands last."""
    openers = sum(text.count(sign) for sign in ("[", "{", "- ", "? ", "-\t"))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader) if openers < MOST_OPENERS else yaml.SafeLoader
    try:
        root = yaml.compose(text, Loader=loader)
        if root is None:
            return {}, {}
        if not isinstance(root, yaml.MappingNode):
            raise _UnreadableError("it is no list of keys with values", first_line)
        lines = {str(key.value): key.start_mark.line + first_line for key, _ in root.value}
        value = _Values().of(root, 0)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line = (mark.line if mark else 0) + first_line
        raise _UnreadableError(str(fault.problem or "not YAML"), line) from fault
    except (yaml.YAMLError, RecursionError) as fault:
        raise _UnreadableError(str(fault).split("\n")[0] or "nested too deeply", first_line) from fault
    assert isinstance(value, dict)  # noqa: S101 - a mapping node gives a mapping
    return value, lines


class _Values:
    """Plain values of composed nodes, within a budget."""

    def __init__(self) -> None:
        self.left = MOST_NODES

    def of(self, node: yaml.Node, depth: int) -> Any:
        self.left -= 1
        if self.left < 0 or depth > DEEPEST:
            raise _UnreadableError("it is nested too deeply, or holds too much", node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            is_empty = not node.style and node.value in {"", "~", "null"}
            return None if is_empty else str(node.value)
        if isinstance(node, yaml.SequenceNode):
            return [self.of(child, depth + 1) for child in node.value]
        return {str(key.value): self.of(child, depth + 1) for key, child in node.value}


def _as_text(value: Any) -> Any:
    """Give TOML's and JSON's values as the text that YAML's are."""
    if isinstance(value, dict):
        return {str(key): _as_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_text(inner) for inner in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _loosely(text: str, first_line: int) -> tuple[dict[str, Any], dict[str, int]]:
    """Read facts that are not quite YAML, line by line."""
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=first_line + 1):
        pair = _PAIR.match(line)
        if pair and (word := (pair[2] or "").strip()):
            values[pair[1]] = word[1:-1] if len(word) > 1 and word[0] == word[-1] and word[0] in "'\"" else word
            lines[pair[1]] = number
    return values, lines


def _loose(path: str, line: int, reason: str) -> Finding:
    message = f"The facts above the text are not quite YAML ({reason}); what stands on lines of its own was read."
    mend = "Put a value that holds a colon, a # or begins with a sign between quotes."
    return Finding(level=Level.WARNING, code="front-matter-loose", message=message, mend=mend, path=path, line=line)


def get(values: Mapping[str, Any], key: str) -> Any:
    """Give what stands under a dotted key, None when nothing does; a list of tables is looked through in turn."""
    found: Any = values
    if key in values:
        return values[key]
    for step in key.split("."):
        if isinstance(found, list):
            found = next((row[step] for row in found if isinstance(row, dict) and step in row), None)
        elif isinstance(found, dict):
            found = found.get(step)
        else:
            return None
    return found


def keys(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List the keys that hold something, first-level and one below, each with the first-level key it belongs to."""
    listed = []
    for key, value in values.items():
        rows = value if isinstance(value, list) else [value]
        inner = [name for row in rows if isinstance(row, dict) for name in row]
        listed += [(f"{key}.{name}", key) for name in dict.fromkeys(inner)] if inner else [(key, key)]
    return [(name, top) for name, top in listed if get(values, name) not in (None, "", [], {})]
