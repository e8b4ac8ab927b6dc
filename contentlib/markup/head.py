"""The top of an authored file parted from its text and loaded, with the line of each value; it judges no value."""

from __future__ import annotations

import re
from typing import Any, NoReturn

import yaml

from contentlib.domain.errors import SourceRefusedError
from contentlib.domain.findings import Finding, Level

Trail = tuple[str | int, ...]

# Far more than any front matter needs, and little enough that the parser's work stays small.
LARGEST_FRONT_MATTER = 64_000
DEEPEST_FRONT_MATTER = 8
MOST_OPENERS = 500

_QUOTE_IT = "Put the whole value between double quotes."
_ONE_KEY = (
    "Write key: value on each line, a value that holds a colon or begins with a sign between double quotes; "
    "a line --- ends them, above the text."
)
# What the parser says, by words of it, as an author would say it; the first that fits counts.
_SAID = (
    (r"tab character|token '\\t'|'\\t'", "a line is set in with a tab", "Set it in with spaces."),
    (r"unexpected end of stream", "a quotation mark that opens here has no end", "Close it behind the value."),
    (r"mapping values", "this value holds a colon", _QUOTE_IT),
    (r"alias|alphabetic or numeric", "a value that begins with * or & means something else here", _QUOTE_IT),
    (r"cannot start any token|comment or line break|directive|non-alphabetical|tag|'!'",
     "this value begins with a sign that means something else here", _QUOTE_IT),
    (r"sequence entries", "a list begins where a value stands", "Put the value between double quotes."),
    (r"special characters|control characters|unacceptable", "a character stands here that cannot be printed",
     "Take it out."),
)  # fmt: skip


def split(text: str, *, path: str) -> tuple[str, str, int]:
    """Part an authored file into front matter, body and the line the body starts on.

    Raises SourceRefusedError when there is no closed front matter.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].rstrip() != "---":
        first = next((n for n, line in enumerate(lines, start=1) if line.strip()), 1)
        mend = "Begin it with a line ---, title: … and another line ---."
        if re.fullmatch(r"\s*-{3,}\s*", lines[first - 1]):
            mend = "Let its very first line be --- alone: three dashes at the margin, with nothing before them."
        refuse(path, 1, "no-front-matter", "The file does not begin with front matter.", mend)
    end = next((n for n, line in enumerate(lines[1:], start=2) if line.rstrip() in {"---", "..."}), 0)
    if not end:
        refuse(path, *_where_left_open(lines))
    return "\n".join(lines[1 : end - 1]), "\n".join(lines[end:]), end + 1


def refuse(path: str, line: int, code: str, message: str, mend: str | None = None) -> NoReturn:
    """Refuse a file for what stands at a line of it."""
    finding = Finding(level=Level.ERROR, code=code, message=message, mend=mend, path=path, line=line)
    raise SourceRefusedError(f"{path}, line {line}: {message}", findings=(finding,))


def load(text: str, path: str) -> tuple[dict[str, Any], dict[Trail, int]]:
    """Compose YAML and keep every scalar as the text the author wrote, so that `no` stays Norwegian.

    Raises SourceRefusedError, with path and line, when it cannot be read.
    """
    if len(text) > LARGEST_FRONT_MATTER:
        refuse(
            path, 1, "front-matter-too-long", "The front matter is longer than 64,000 characters.",
            "Write the prose below it.",
        )  # fmt: skip
    # The C parser follows nesting on the machine's own stack and dies of it; the other one raises.
    openers = sum(text.count(sign) for sign in ("[", "{", "- ", "? ", "-\t"))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader) if openers < MOST_OPENERS else yaml.SafeLoader
    try:
        root = yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, RecursionError) as fault:
        refuse(path, *_say(fault, text))
    if not isinstance(root, yaml.MappingNode):
        refuse(
            path,
            2,
            "front-matter-unreadable",
            "The front matter is not a list of keys with values.",
            "Put a space behind each colon."
            if re.search(r"^\w+:\S", text)
            else "Write title: … and other facts below it.",
        )
    lines: dict[Trail, int] = {}
    seen: set[int] = set()

    def value_of(node: yaml.Node, trail: Trail) -> Any:
        line = node.start_mark.line + 2
        lines.setdefault(trail, line)
        if isinstance(node, yaml.ScalarNode):
            is_empty = not node.style and node.value in {"", "~", "null"}
            return None if is_empty else str(node.value)
        if id(node) in seen:  # an alias: a few bytes of them can stand for gigabytes
            refuse(
                path, line, "front-matter-alias", "Anchors and aliases are not used in front matter.", "Write it out."
            )
        if len(trail) > DEEPEST_FRONT_MATTER:
            refuse(path, line, "front-matter-unreadable", "The front matter is nested too deeply.")
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [value_of(child, (*trail, index)) for index, child in enumerate(node.value)]
        found: dict[str, Any] = {}
        for key_node, child in node.value:
            key, key_line = str(key_node.value), key_node.start_mark.line + 2
            if not isinstance(key_node, yaml.ScalarNode):
                refuse(path, key_line, "front-matter-unreadable", "A key in the front matter is not a word.", _ONE_KEY)
            if key in found:
                refuse(path, key_line, "key-twice", f"The key “{key}” stands twice.", "Keep one of the two.")
            lines[(*trail, key)] = key_line
            found[key] = value_of(child, (*trail, key))
        return found

    return value_of(root, ()), lines


def _where_left_open(lines: list[str]) -> tuple[int, str, str, str]:
    """Say where front matter most likely ends that has no end: at a line like ---, or above the first heading."""
    code, said = "open-front-matter", "The front matter has no end."
    for number, line in enumerate(lines[1:], start=2):
        if re.fullmatch(r"\s*(?:-{2,}|[–—]+)\s*", line):
            return number, code, said, "Write --- here: three dashes at the margin and nothing else."
        if re.match(r"#{2,6} \S|:::", line):
            return number, code, said, "Close it with a line --- above this one."
    return 1, code, said, "Close it with a line ---."


def _say(fault: Exception, text: str) -> tuple[int, str, str, str]:
    """Say in an author's words what the parser stopped at, with its line."""
    code, begin = "front-matter-unreadable", "The front matter cannot be read"
    if not isinstance(fault, yaml.YAMLError):
        return 2, code, f"{begin}: it is nested too deeply.", "Write it with fewer lists within lists."
    problem = str(getattr(fault, "problem", None) or fault)
    marks = [getattr(fault, "problem_mark", None), getattr(fault, "context_mark", None)]
    if "end of stream" in problem:
        marks.reverse()
    mark = next((each for each in marks if each is not None), None)
    at = mark.line if mark else text.count("\n", 0, max(getattr(fault, "position", 0) or 0, 0))
    lines = text.split("\n")
    at = min(at, len(lines) - 1)
    if lines[at].lstrip(" ").startswith("\t"):
        problem = "tab character"
    for pattern, said, mend in _SAID:
        if re.search(pattern, problem):
            return at + 2, code, f"{begin}: {said}.", mend
    while at > 0 and not lines[at].strip():  # the line that is not understood stands above
        at -= 1
    return at + 2, code, f"{begin} at “{lines[at].strip()[:60]}”.", _ONE_KEY
