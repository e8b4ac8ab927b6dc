"""README and docs as their tests read them: pages, headings, and fenced blocks with what is to be done with each.

What a block is for stands in a comment on the line before it, which readers of the page do not see:

    <!-- file: NAME -->         the block is a file; whoever follows the page writes it there
    <!-- after: FILE: LINE -->  the block stands in FILE, below the line that begins with LINE
    <!-- not run: REASON -->    its commands are only compared with those that exist
    <!-- exits: 1 -->           its last command ends with that code

A comment `<!-- library: demo -->` anywhere gives whoever follows the page the demo library instead of none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.house.checkout import ROOT, address, files

FENCE = re.compile(r"(?P<indent> *)(?P<marks>`{3,})(?P<language>[\w-]*)")
MARK = re.compile(r"<!-- (?P<sort>file|after|not run|exits): (?P<value>.*?) -->")
LIBRARY = re.compile(r"<!-- library: demo -->")
HEADING = re.compile(r"#{1,6} +(.*)")
PROMPT = "$ "


@dataclass(frozen=True, kw_only=True)
class Block:
    """One fenced block; `line` is where its text begins, `mark` and `value` what the comment before it says.

    `section` is the heading that it stands below.
    """

    page: str
    line: int
    language: str
    text: str
    section: str = ""
    mark: str = ""
    value: str = ""

    @property
    def steps(self) -> list[tuple[int, str, str]]:
        """The commands of a block in order: line, command, and the output that is shown below it."""
        lines = list(enumerate(self.text.splitlines(), self.line))
        if self.language == "console":
            return list(_with_output(lines))
        if self.language == "sh":
            return [(line, command, "") for line, command in _joined(lines) if command and command[0] != "#"]
        return []


def _joined(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Put commands that run over several lines together."""
    begun = ""
    for line, text in lines:
        begun += text
        if begun.endswith("\\"):
            begun = begun[:-1]
            continue
        yield line, begun.strip()
        begun = ""


def _with_output(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    place, command, output = 0, "", []
    for line, text in lines:
        if text.startswith(PROMPT):
            if command:
                yield place, command, "\n".join(output)
            place, command, output = line, text[len(PROMPT) :], []
        elif command.endswith("\\"):
            command = command[:-1] + text.strip()
        else:
            output.append(text)
    if command:
        yield place, command, "\n".join(output)


@dataclass(frozen=True)
class Page:
    """One Markdown page of the project."""

    path: Path

    @property
    def name(self) -> str:
        """The page's address in the checkout."""
        return address(self.path)

    @cached_property
    def text(self) -> str:
        """The page as it is written."""
        return self.path.read_text(encoding="utf-8")

    @property
    def wants_demo(self) -> bool:
        """Whether who follows the page begins with the demo library."""
        return LIBRARY.search(self.text) is not None

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Every fenced block, in order."""
        return tuple(block for block in self._parts() if isinstance(block, Block))

    @cached_property
    def prose(self) -> str:
        """The page without its fenced blocks."""
        return "\n".join(part for part in self._parts() if isinstance(part, str))

    def _parts(self) -> Iterator[Block | str]:
        lines = self.text.splitlines()
        place, section = 0, ""
        while place < len(lines):
            fence = FENCE.match(lines[place])
            if fence is None:
                heading = HEADING.fullmatch(lines[place])
                section = heading[1] if heading else section
                yield lines[place]
                place += 1
                continue
            end = next(n for n in range(place + 1, len(lines)) if lines[n].strip() == fence["marks"])
            mark = MARK.fullmatch(lines[place - 1].strip()) if place else None
            indent = len(fence["indent"])
            yield Block(
                page=self.name,
                line=place + 2,
                language=fence["language"],
                text="".join(f"{line[indent:]}\n" for line in lines[place + 1 : end]),
                section=section,
                mark=mark["sort"] if mark else "",
                value=mark["value"] if mark else "",
            )
            place = end + 1

    @cached_property
    def anchors(self) -> set[str]:
        """The anchors that a page on a code host gives its headings."""
        found: set[str] = set()
        for line in self.prose.splitlines():
            if (heading := HEADING.fullmatch(line)) is not None:
                words = re.sub(r"[^\w\- ]", "", heading[1].lower()).replace(" ", "-")
                found.add(words)
        return found

    @property
    def links(self) -> list[str]:
        """Where links and pictures of the prose lead; sources in inline code are no links."""
        prose = re.sub(r"`[^`\n]*`", "", self.prose)
        return re.findall(r"\]\(([^)\s]+)", prose) + re.findall(r"(?:src|srcset|href)=\"([^\"]+)\"", prose)

    def rows(self, cell: str) -> list[str]:
        """The rows of tables whose first cell begins with some text."""
        return [line for line in self.prose.splitlines() if line.startswith(f"| {cell}")]


def pages() -> tuple[Page, ...]:
    """README and every page below docs."""
    docs = [path for path in files() if path.is_relative_to(ROOT / "docs") and path.suffix == ".md"]
    return tuple(Page(path) for path in (ROOT / "README.md", *docs))


def page(name: str) -> Page:
    """The page that stands at an address."""
    return Page(ROOT / name)
