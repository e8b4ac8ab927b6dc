"""What an author most likely did not mean: words left for later, a fence without end, table cells nobody would see.

All of it is a warning at its line; the text is read as it stands and nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from contentlib.domain.findings import Finding, Level
from contentlib.markup.normalise import find_fenced

# What authors leave behind when they mean to come back, and what other programs would have filled in.
_UNFINISHED = re.compile(
    r"(?i:lorem ipsum|\btodo:|\btbd\b|\bxxx\b)|\bTODO\b|\bFIXME\b"
    r"|\{\{[^{}\n]{0,80}\}\}|\{%[^{}\n]{0,80}%\}"
    r"|(?<![\[\]])\[(?i:your|insert|company|customer|client|prospect|name|date|placeholder)\b[^\[\]\n]{0,40}\](?![\[(:\]])"
)
_CODE = re.compile(r"(`+)[^`].*?\1")
# Signs of other dialects and of chat programs, which would be printed as they stand, each with what to do about it.
_TAKE_OUT = "Take the signs out."
_FOREIGN = (
    (re.compile(r"~~[^~\n]{1,80}~~|^\s*[-*+•]\s+\[[ xX]\](?=\s)|^\s*>\s*\[![A-Za-z]{1,20}\]|==[^=\s][^=\n]{0,80}=="
                r"|【[^】\n]{0,40}】|:contentReference\[[^\n]{0,40}?\}|\\(?:newpage|pagebreak)\b"), _TAKE_OUT),
    (re.compile(r"(?<=\w)\^[\w+-]{1,8}\^|(?<=\w)~[\w+-]{1,8}~(?!~)"), "Write small figures as ² or ₂, or the words."),
    (re.compile(r"(?<![^\s(])\*\*[^\s*][^*\n]{0,80}\s\*\*(?=\w)"),
     "Let ** stand right at the words it makes strong."),
    (re.compile(r"^\s*\[\[?_?(?i:toc)_?\]\]?\s*$"), "Take it out: a document lists no contents."),
    (re.compile(r"\[[^\[\]\n]{1,80}\]\s+\((?:https?:|mailto:|www\.)[^)\n]{0,80}\)"),
     "Let the round bracket follow the square one at once."),
    (re.compile(r"\[[^\[\]\n]{1,80}\]\((?:https?:|mailto:|www\.|media/)[^)\n]{0,80}$"),
     "Close the address with a round bracket on the same line."),
)  # fmt: skip
# In front matter a # after a space begins a comment; one right before a word or a figure hardly meant to.
_CUT_VALUE = re.compile(r"\s*(?:- +)?[\w.-]+:\s+(?:[^\s\"'#\[{|>][^#\n]*?\s)?(#\w[^\n]{0,40})")
_SETTING = re.compile(r"\{:?[^{}\n]{0,80}?([\w-]+=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s}]+))[^{}\n]{0,80}\}")
# A sign that begins a value is taken off it, and what follows with no space between is lost with it.
_EATEN = re.compile(r"\s*(?:- +)?[\w.-]+:\s+([&!]\S+)")
# From the first star of a run that no backslash takes: begun anew at each of its stars, a line of them would take long.
_STARS = re.compile(r"(?:(?<![\\*])|(?<=\\\*))\*{2,}+(?=\S)|(?<=[^\s*\\])\*{2,}")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,4}[.)])\s")
_INDENTED_DELIMITER = re.compile(r"\s{2,}\|(?:\s*:?-+:?\s*\|)+\s*\Z")
_CELL_END = re.compile(r"(?<!\\)\|")
_DELIMITER = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*\Z")
_REFERENCE = re.compile(r"\[\^([^\]\s]{1,60})\](?!:)")
_DEFINITION = re.compile(r" {0,3}\[\^([^\]\s]{1,60})\]:")
# What stands for an address or explains an abbreviation is seen only where it is used.
_ADDRESS = re.compile(r""" {0,3}\[(?!\^)([^\[\]]+)\]:\s*\S+\s*(?:"[^"]*"|'[^']*'|\(.*\))?\s*\Z""")
_ABBREVIATION = re.compile(r" {0,3}\*\[([^\[\]]+)\] ?:")
_USE = re.compile(r"\[([^\[\]\n]{1,80})\]\s?\[([^\[\]\n]{0,80})\]")


def find_oversights(lines: Sequence[str], *, path: str, first_line: int) -> list[Finding]:
    """Look for oversights in the lines of a body, the first of which is line `first_line` of the file at `path`."""
    fenced = find_fenced(lines)
    shown = ["" if inside else _CODE.sub("", line) for line, inside in zip(lines, fenced, strict=True)]
    noticed = [
        *_unfinished(shown),
        *_foreign(shown),
        *_open_fence(lines, fenced),
        *_lost_cells(shown),
        *_unknown_footnotes(shown),
        *_unused_words(shown),
        *_open_stars(shown),
        *_tables_in_lists(shown),
    ]
    return [
        Finding(level=Level.WARNING, code=code, message=message, mend=mend, path=path, line=first_line + index)
        for index, code, message, mend in noticed
    ]


def find_cut_values(head: str, *, path: str) -> list[Finding]:
    """Look in front matter (without its `---` lines) for values that a # cuts off, as in “The #1 choice”, or ! eats."""
    mend = "Put the whole value between double quotes."
    lost = [
        (number, f"“{found[1].strip()}” {how} and lost.")
        for number, line in enumerate(head.split("\n"), start=2)
        for pattern, how in ((_CUT_VALUE, "is read as a comment"), (_EATEN, "is read as a sign of the front matter"))
        if (found := pattern.match(line))
    ]
    return [
        Finding(level=Level.WARNING, code="value-cut-off", message=message, mend=mend, path=path, line=number)
        for number, message in lost
    ]


_Noticed = Iterator[tuple[int, str, str, str]]


def _unfinished(lines: Sequence[str]) -> _Noticed:
    for index, line in enumerate(lines):
        for found in dict.fromkeys(match[0] for match in _UNFINISHED.finditer(line)):
            yield index, "unfinished", f"“{found}” looks unfinished.", "Write what belongs there."


def _foreign(lines: Sequence[str]) -> _Noticed:
    for index, line in enumerate(lines):
        for pattern, mend in _FOREIGN:
            for found in dict.fromkeys(match[0].strip() for match in pattern.finditer(line)):
                message = f"“{found[:60]}” means nothing here and would be printed as it stands."
                yield index, "foreign-sign", message, mend
        for setting in dict.fromkeys(_SETTING.findall(line)):
            message = f"“{setting[:60]}” between braces means nothing here."
            yield index, "foreign-sign", message, "Take it out: the brand sets sizes and colours."


def _open_fence(lines: Sequence[str], fenced: Sequence[bool]) -> _Noticed:
    if not fenced or not fenced[-1]:
        return
    opened = max((n for n, inside in enumerate(fenced) if inside and not (n and fenced[n - 1])), default=0)
    closing = lines[opened].lstrip()[:3]
    if opened == len(lines) - 1 or not lines[-1].strip().startswith(closing):
        message = "The code that begins here has no end, so all that follows is set as code."
        yield opened, "open-fence", message, f"Close it with a line {closing}."


def _lost_cells(lines: Sequence[str]) -> _Noticed:
    told: set[int] = set()
    for index, line in enumerate(lines):
        if index == 0 or "|" not in line or not _DELIMITER.match(line):
            continue
        width = _count_cells(lines[index - 1])
        for below in range(index + 1, len(lines)):
            if not lines[below].strip():
                break
            if (cells := _count_cells(lines[below])) > width and below not in told:
                told.add(below)
                message = f"This row has {cells} cells under {width} headings; the last would be lost."
                yield below, "lost-cells", message, "Give the table another heading, or write \\| for a bar in a text."


def _count_cells(row: str) -> int:
    return len(_CELL_END.split(row.strip().removeprefix("|").removesuffix("|")))


def footnotes_in(*parts: Sequence[str]) -> frozenset[str]:
    """Give the names of the footnotes whose texts stand in some lines."""
    return frozenset(match[1] for lines in parts for line in lines if (match := _DEFINITION.match(line)))


def _unknown_footnotes(lines: Sequence[str]) -> _Noticed:
    known = footnotes_in(lines)
    for index, line in enumerate(lines):
        for name in dict.fromkeys(_REFERENCE.findall(line)):
            if name not in known:
                message = f"There is no footnote “{name}”, so its sign would be printed as it stands."
                yield index, "unknown-footnote", message, f"Write it at the end: [^{name}]: its text."


def _unused_words(lines: Sequence[str]) -> _Noticed:
    """Tell of addresses and abbreviations that nothing uses or that stand twice, and of links to one not given."""
    given = {_name(match[1]) for line in lines if (match := _ADDRESS.match(line))}
    prose = "\n".join(line for line in lines if not _ADDRESS.match(line) and not _ABBREVIATION.match(line))
    used = _name(prose)
    seen: set[str] = set()
    for index, line in enumerate(lines):
        if (found := _ADDRESS.match(line)) and f"[{_name(found[1])}]" not in used:
            message = f"No link uses “[{found[1][:40]}]”, so what stands here would be lost."
            yield index, "unused-address", message, f"Write [words][{found[1][:40]}] where it belongs, or take it out."
        elif (found := _ABBREVIATION.match(line)) and found[1] not in prose:
            message = f"“{found[1][:40]}” stands nowhere in the text, so what explains it would be lost."
            yield index, "unused-address", message, "Correct the abbreviation, or take the line out."
        if sign := _given(line):
            if sign in seen:
                message = f"“{sign}” is written a second time, and only one of the two is shown."
                yield index, "written-twice", message, "Give it another name, or take one of them out."
            seen.add(sign)
        for words, name in _USE.findall(line):
            if _name(name or words) not in given and not words.startswith("^"):
                message = (
                    f"No line gives the address “{(name or words)[:40]}”, so this link is printed with its brackets."
                )
                yield index, "unknown-address", message, f"Write below: [{(name or words)[:40]}]: https://…"


def _given(line: str) -> str:
    """Give the sign that a line explains, as [^1]: its text does; empty for any other line."""
    if found := _DEFINITION.match(line):
        return f"[^{found[1]}]:"
    return f"[{_name(found[1])}]:" if (found := _ADDRESS.match(line)) else ""


def _name(words: str) -> str:
    return " ".join(words.split()).casefold()


def _open_stars(lines: Sequence[str]) -> _Noticed:
    """Tell of strong words without an end, whose stars would be printed; one paragraph's do not reach into the next."""
    begun = 0
    for index, line in enumerate([*lines, ""]):
        if line.strip() and not _ITEM.match(line):
            continue
        part = [*enumerate(lines[begun:index], start=begun)]
        odd = [at for at, text in part if len(_STARS.findall(text)) % 2]
        is_told = any(pattern.search(text) for _at, text in part for pattern, _mend in _FOREIGN)
        if len(odd) % 2 and not is_told:
            message = "The stars ** here have no partner in this paragraph, so they would be printed."
            yield odd[-1], "foreign-sign", message, "Set ** on both sides of the strong words, or take them out."
        begun = index


def _tables_in_lists(lines: Sequence[str]) -> _Noticed:
    for index, line in enumerate(lines[2:], start=2):
        if _INDENTED_DELIMITER.match(line) and "|" in lines[index - 1] and lines[index - 2].strip():
            message = "A table that belongs to a list would be printed with its signs."
            yield index - 1, "foreign-sign", message, "Put an empty line above it, and begin it at the margin."
