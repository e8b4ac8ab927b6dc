"""The author's Markdown made ready line by line: comments, blocks and slide breaks taken out, lists put straight.

Lines keep their numbers, so that every later finding can say where it stands; nothing is converted here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from contentlib.domain.findings import Finding, Level

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LANGUAGE = re.compile(r"[\w#.+-]+")
_RULE = re.compile(r" {0,3}-{3,}\s*\Z")
# Under text even one of these signs would turn it into a heading; a single hyphen is an item without words.
_UNDERLINE = re.compile(r" {0,3}(-+|=+)\s*\Z")
_OPEN = re.compile(r" {0,3}:::+\s*([A-Za-z][\w-]*)\s*(.*?)\s*\Z")
_CLOSE = re.compile(r" {0,3}:::+\s*\Z")
_WHOLE = re.compile(r" {0,3}:::+\s*([A-Za-z][\w-]*)\s*(.*?)\s*:::+\s*\Z")
# A mark that word processors put before a point is followed by its words; copied text carries it along.
_BULLETS = "•●▪◦‣"
_STRAY = re.compile(r"[ >]*::+\s*[A-Za-z{]")
_ITEM = re.compile(rf"( *)([-*+{_BULLETS}]|\d{{1,4}}[.)])(\s+)(?=\S)")
_INDENTED_HEADING = re.compile(r" {1,3}(?=#{1,6}\s)")
_ROW = re.compile(r" {0,3}\|.*\|\s*\Z")
_DELIMITER = re.compile(r" {0,3}\|(?:\s*:?-+:?\s*\|)+\s*\Z")
_HTML = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>")
_CODE = re.compile(r"(`+)[^`].*?\1")
# What a fence, a table or HTML may hold is the author's; what cannot be printed is nobody's.
_UNPRINTABLE = dict.fromkeys(i for i in range(0x20) if i not in {0x09, 0x0A}) | {
    0x7F: None, 0x200B: None, 0x2060: None, 0xFEFF: None, 0x202A: None, 0x202B: None, 0x202C: None, 0x202D: None,
    0x202E: None,
    # Other programs' breaks part words; as lines of their own they would move the numbers of all that follow.
    0x0B: " ", 0x0C: " ", 0x85: " ", 0x2028: " ", 0x2029: " ",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A comment that the page does not show: a directive of its slide, or a speaker note."""

    line: int
    text: str


@dataclass(frozen=True, kw_only=True)
class RawBlock:
    """A `:::` block as written; `mark` is the word that stands in its place until it is drawn."""

    mark: str
    name: str
    argument: str
    line: int
    lines: tuple[str, ...]


@dataclass(kw_only=True)
class Prepared:
    """A body ready to convert; `lines` number from `first_line`, `breaks` are the numbers of `---` lines."""

    first_line: int
    lines: list[str]
    comments: list[Comment] = field(default_factory=list)
    blocks: list[RawBlock] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def written_lines(found: Prepared) -> list[str]:
    """Give the lines of a prepared body with the words of its blocks back in their places, line for line."""
    lines = list(found.lines)
    for block in found.blocks:
        at = block.line - found.first_line
        lines[at : at + 1 + len(block.lines)] = [block.argument, *block.lines]
    return lines


class _Error(Protocol):
    """Notes what breaks a rule of the dialect, at its line."""

    def __call__(self, line: int, code: str, message: str, mend: str) -> None: ...


def prepare(body: str, *, path: str, first_line: int) -> Prepared:
    """Take comments, blocks and `---` lines out of a body; what breaks the dialect's rules becomes a finding."""
    text = body.replace("\r\n", "\n").replace("\r", "\n").translate(_UNPRINTABLE).expandtabs(4)
    found = Prepared(first_line=first_line, lines=text.split("\n"))

    def error(line: int, code: str, message: str, mend: str) -> None:
        found.findings.append(Finding(level=Level.ERROR, code=code, message=message, mend=mend, path=path, line=line))

    fenced = find_fenced(found.lines)
    _take_comments(found, fenced, error)
    _check_html(found, fenced, error)
    # Derived from the body, so that no author can write a block's mark by chance or on purpose.
    token = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
    _take_blocks(found, fenced, token, error)
    for index, line in enumerate(found.lines):
        if fenced[index] or not _UNDERLINE.match(line):
            continue
        number = first_line + index
        if index and found.lines[index - 1].strip():
            found.lines[index] = ""
            if line.strip() != "-":
                message = f"A line {line.strip()[:20]} directly under text would turn that text into a heading."
                error(number, "rule-under-text", message, "Put a blank line before it, or use ## for a heading.")
        elif _RULE.match(line):
            found.breaks.append(number)
    return found


def find_fenced(lines: Sequence[str]) -> list[bool]:
    """Tell for each line whether it belongs to a fenced code block, its fences included."""
    inside, fence = [], ""
    for line in lines:
        mark = _FENCE.match(line)
        if not fence:
            fence = mark[1] if mark else ""
            inside.append(bool(mark))
            continue
        inside.append(True)
        if mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
            fence = ""
    return inside


def settle_fences(lines: Sequence[str]) -> list[str]:
    """Write fenced code so that the converter finds each block's end at once; one without an end ends with the text.

    Line for line the same, but for an end that is added. The converter looks for the end of each fence through all that
    follows: ten thousand without one took it minutes.
    """
    settled = list(lines)
    begun, fence = 0, ""
    for index, line in enumerate(lines):
        mark = _FENCE.match(line)
        if not fence and mark:
            begun, fence = index, mark[1]
        elif fence and mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
            _settle(settled, begun, index)
            fence = ""
    if fence:
        settled.append("")
        _settle(settled, begun, len(settled) - 1)
    return settled


def _settle(lines: list[str], begun: int, end: int) -> None:
    """Give a block of lines a fence that none of its own lines begins with."""
    longest = max((len(mark[1]) for line in lines[begun + 1 : end] if (mark := _FENCE.match(line))), default=0)
    fence = "`" * max(3, longest + 1)
    language = _LANGUAGE.match(lines[begun].strip().lstrip("`~").strip())
    lines[begun], lines[end] = f"{fence}{language[0] if language else ''}", fence


def _take_comments(found: Prepared, fenced: list[bool], error: _Error) -> None:
    begun: tuple[int, list[str]] | None = None
    for index, whole in enumerate(found.lines):
        kept, rest = "", whole
        while rest and not fenced[index]:
            if begun is None:
                before, mark, rest = _part_at_comment(rest)
                kept += before
                begun = (found.first_line + index, []) if mark else None
                continue
            inside, mark, rest = rest.partition("-->")
            begun[1].append(inside)
            if mark:
                text = "\n".join(begun[1]).strip()
                if "<!--" in text:
                    message = "Another comment begins before this one ends, so all between the two would be lost."
                    error(begun[0], "open-comment", message, "Close it with -->.")
                found.comments.append(Comment(line=begun[0], text=text))
                begun = None
        if not fenced[index]:
            found.lines[index] = kept if kept.strip() else ""
    if begun is not None:
        error(begun[0], "open-comment", "This comment has no end.", "Close it with -->.")


def _part_at_comment(text: str) -> tuple[str, str, str]:
    """Part a line where a comment begins; what stands between backticks is code, whatever it looks like."""
    code = [match.span() for match in _CODE.finditer(text)] if "`" in text else []
    at = text.find("<!--")
    while at >= 0 and (span := next((each for each in code if each[0] < at < each[1]), None)):
        at = text.find("<!--", span[1])
    return (text, "", "") if at < 0 else (text[:at], "<!--", text[at + 4 :])


def _check_html(found: Prepared, fenced: list[bool], error: _Error) -> None:
    for index, line in enumerate(found.lines):
        tag = None if fenced[index] or "<" not in line else _HTML.search(_CODE.sub("", line[:2000]))
        if tag:
            message = f"HTML is not used here: “{tag[0][:40]}” would be printed as it stands."
            error(found.first_line + index, "html", message, "Use Markdown or a block, or put it between backticks.")


def _take_blocks(found: Prepared, fenced: list[bool], token: str, error: _Error) -> None:
    begun: tuple[int, str, str] | None = None
    inside: list[str] = []

    def keep(index: int, name: str, argument: str) -> None:
        mark = f"b{token}n{len(found.blocks)}e"
        found.lines[index] = mark
        line = found.first_line + index
        found.blocks.append(RawBlock(mark=mark, name=name, argument=argument, line=line, lines=tuple(inside)))

    for index, line in enumerate(found.lines):
        if fenced[index] and begun is None:
            continue
        number = found.first_line + index
        opened = None if fenced[index] else _OPEN.match(line)
        whole = _WHOLE.match(line) if opened and begun is None else None
        if whole:
            inside = []
            keep(index, whole[1].lower(), whole[2])
        elif opened and begun is None:
            begun, inside = (index, opened[1].lower(), opened[2]), []
            found.lines[index] = ""
        elif begun is not None:
            found.lines[index] = ""
            if not fenced[index] and _CLOSE.match(line):
                keep(*begun)
                begun = None
            elif opened:
                message = f"“{opened[0].strip()}” begins inside another block, and blocks do not nest."
                error(number, "nested-block", message, "Close the block before it with a line :::.")
                inside.append("")
            else:
                inside.append(line)
        elif not fenced[index] and _CLOSE.match(line):
            found.lines[index] = ""
            error(number, "stray-block-end", "This ::: ends no block.", "Take it out.")
        elif not fenced[index] and _STRAY.match(line):
            message = f"“{line.strip()[:40]}” begins no block and would be printed as it stands."
            error(number, "unknown-block", message, "Write ::: and the name of a block, at the beginning of the line.")
    if begun is not None:
        message = f"The block “{begun[1]}” has no end."
        error(found.first_line + begun[0], "open-block", message, "Close it with a line :::.")


def straighten(lines: list[str] | tuple[str, ...], marks: frozenset[str] = frozenset()) -> str:
    """Join lines to Markdown that the converter reads as authors mean it.

    Lists nested by two spaces get four, a list or a table without a blank line around it gets one, `1)` becomes `1.`
    and `•` becomes `-`, headings begin at the margin, and the marks of blocks stand alone.
    """
    lines = settle_fences(lines)
    fenced = find_fenced(lines)
    out: list[str] = []
    levels: list[int] = []
    is_in_table = is_loose = False
    for index, line in enumerate(lines):
        if fenced[index]:
            out.append(line)
            continue
        if is_in_table and "|" not in line:  # what follows a table at once would be taken for a row of it
            is_in_table = False
            if line.strip():
                out.append("")
        if line in marks:
            levels = []
            out += ["", line, ""]
            continue
        is_loose = bool(levels) and (is_loose or not line.strip())
        item = _ITEM.match(line)
        if item and is_loose and levels and len(item[1]) < levels[-1] and out[-1].strip():
            out.append("")  # else it would be read on as the last words of the list within
        if item and not (len(item[1]) >= 4 and not levels):
            _place_item(line, item, levels, out)
        elif levels and line.startswith("  ") and line.strip():
            out.append("    " * len(levels) + line.strip())
        else:
            if line.strip() and (not out or not out[-1].strip()):
                levels = []
            if _begins_table(lines, index):
                is_in_table = True
                if out and out[-1].strip():
                    out.append("")
                    levels = []
            out.append(line if levels else _INDENTED_HEADING.sub("", line))
    return "\n".join(out)


def _begins_table(lines: Sequence[str], index: int) -> bool:
    """Tell whether a table's headings stand here; without a blank line before them they are taken for prose."""
    is_head = index + 1 < len(lines) and _ROW.match(lines[index]) and _DELIMITER.match(lines[index + 1])
    return bool(is_head)


def _place_item(line: str, item: re.Match[str], levels: list[int], out: list[str]) -> None:
    indent, sign = len(item[1]), item[2]
    is_first = not levels
    # A wrapped line of prose may begin with a year and a full stop; only 1. begins a list under text.
    if is_first and out and out[-1].strip() and sign[0].isdigit() and sign[:-1] != "1":
        out.append(line)
        return
    while levels and indent < levels[-1]:
        levels.pop()
    if not levels or indent > levels[-1] + 1:
        levels.append(indent)
    if is_first and out and out[-1].strip():
        out.append("")
    sign = "-" if sign in _BULLETS else sign[:-1] + "." if sign.endswith(")") else sign
    out.append("    " * (len(levels) - 1) + sign + " " + line[item.end() :])
